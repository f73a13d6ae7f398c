package org.visitbalance.lab.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.visitbalance.cli.ExitStatus;
import org.visitbalance.platform.Folders;
import org.visitbalance.scenario.Rate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures balance over files, beside Python. */
@Command(
    name = "bench-balance",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures how long balance takes for a folder of files.",
      "",
      "Three made-up companies: facts as JSON lines; the exports of the same company as CSV; and a"
          + " noisy one as JSON lines, where everything goes wrong and the outputs are large. Each"
          + " run is a process of its own, started as anybody starts it, from its start to its end."
          + " Python takes turns with it and only parses the same JSON lines, if python3 is there.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {"  bench-balance", "  bench-balance --facts 100000 --rounds 5"})
public final class BenchBalanceCommand implements Callable<Integer> {
  private static final String KEY = "bench-balance-has-no-secrets-to-keep-0123456789";
  private static final double NANOS = 1e9;

  /** Noisy facts lead to as much output as three times as many others. */
  private static final int NOISY = 3;

  private static final String FIRST_DAY = "2026-01-05";
  private static final String AS_OF = "2026-06-01T00:00:00Z";

  /** What the company's systems do when they tell how far they are, which is no noise. */
  private static final List<Rate> NO_NOISE =
      List.of(Rate.FEED_REPORTED, Rate.FEED_STOPS, Rate.WILD);

  private static final String PARSE =
      "import json,sys\nfor line in open(sys.argv[1],encoding='utf-8'): json.loads(line)";

  @Spec private CommandSpec spec;

  @Option(
      names = "--facts",
      paramLabel = "N",
      defaultValue = "1000000",
      description = "Facts of a company; a third for the noisy one (default: 1000000)")
  private int facts;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "3",
      description = "Rounds (default: 3)")
  private int rounds;

  @SuppressWarnings("NullAway.Init")
  BenchBalanceCommand() {}

  /** A folder to balance, and what was measured with it. */
  private static final class Input {
    final String name;
    final Path folder;
    final long lines;
    final List<Double> seconds = new ArrayList<>();
    final List<Double> ofPython = new ArrayList<>();
    final List<Double> ratios = new ArrayList<>();

    Input(String name, Path folder, long lines) {
      this.name = name;
      this.folder = folder;
      this.lines = lines;
    }
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path root = Measuring.folder("bench");
    try {
      List<Input> inputs =
          List.of(
              generate(root, "JSON lines", "--facts", "" + facts, "--one-file"),
              generate(root, "CSV", "--facts", "" + facts, "--form", "csv"),
              generate(root, "noisy", noisy()));
      for (int round = 1; round <= rounds; round++) {
        for (Input input : inputs) {
          measure(input, root.resolve("out"));
          say("round %d, %s", round, input, input.seconds.size() - 1);
        }
      }
      for (Input input : inputs) {
        input.seconds.sort(null);
        input.ofPython.sort(null);
        input.ratios.sort(null);
        say("medians of %d rounds, %s", rounds, input, rounds / 2);
      }
    } finally {
      Folders.delete(root);
    }
    return ExitStatus.OK;
  }

  private String[] noisy() {
    List<String> options =
        new ArrayList<>(List.of("--facts", "" + Math.max(1, facts / NOISY), "--one-file"));
    for (Rate rate : Rate.values()) {
      if (!NO_NOISE.contains(rate)) {
        options.add("--rate");
        options.add(rate.name() + "=" + rate.chaos());
      }
    }
    return options.toArray(String[]::new);
  }

  private static Input generate(Path root, String name, String... options)
      throws IOException, InterruptedException {
    Path folder = root.resolve(name);
    List<String> command =
        new ArrayList<>(
            List.of(launcher(), "generate", "--output", folder.toString(), "--from", FIRST_DAY));
    command.addAll(List.of(options));
    run(command, ExitStatus.OK);
    return new Input(name, folder, lines(folder));
  }

  private static void measure(Input input, Path out) throws IOException, InterruptedException {
    double own =
        run(
            List.of(
                launcher(),
                "balance",
                "--input",
                input.folder.toString(),
                "--output",
                out.toString(),
                "--as-of",
                AS_OF,
                "--force"),
            ExitStatus.OUT_OF_BALANCE);
    input.seconds.add(own);
    Path file = input.folder.resolve("facts.jsonl");
    if (Files.exists(file) && hasPython()) {
      double other = run(List.of("python3", "-c", PARSE, file.toString()), ExitStatus.OK);
      input.ofPython.add(other);
      input.ratios.add(other / own);
    }
  }

  private static boolean hasPython() throws InterruptedException {
    try {
      run(List.of("python3", "--version"), ExitStatus.OK);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Runs a command to its end, and returns how many seconds it took. */
  private static double run(List<String> command, int expected)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("VISIT_BALANCE_TOKEN_KEY", KEY);
    long begun = System.nanoTime();
    Process process =
        builder
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    Measuring.endWithThis(process);
    int status = process.waitFor();
    if (status != expected) {
      throw new IllegalStateException(String.join(" ", command) + " ended with " + status);
    }
    return (System.nanoTime() - begun) / NANOS;
  }

  /** What started this program starts the others, with the options that each of them has. */
  private static String launcher() {
    String launcher = System.getProperty("visitbalance.launcher");
    if (launcher == null) {
      throw new IllegalStateException("start this with bin/visit-balance");
    }
    return launcher;
  }

  private static long lines(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().matches(".*\\.(jsonl|csv)"))
          .mapToLong(BenchBalanceCommand::linesOf)
          .sum();
    }
  }

  private static long linesOf(Path file) {
    try (Stream<String> lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
      return lines.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void say(String when, int number, Input input, int place) {
    double own = input.seconds.get(place);
    String beside =
        input.ratios.isEmpty()
            ? ""
            : String.format(
                Locale.ROOT,
                "; Python only parses it in %.2f s: %.2f times as fast",
                input.ofPython.get(place),
                input.ratios.get(place));
    spec.commandLine()
        .getOut()
        .printf(
            Locale.ROOT,
            when + ": %,d lines in %.2f s, %,.0f a second%s%n",
            number,
            input.name,
            input.lines,
            own,
            input.lines / own,
            beside);
    spec.commandLine().getOut().flush();
  }
}
