package org.visitbalance.cli.files;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.visitbalance.cli.ClusterOptions;
import org.visitbalance.cli.CommandErrors;
import org.visitbalance.cli.ExitStatus;
import org.visitbalance.cli.Progress;
import org.visitbalance.cli.TokenKey;
import org.visitbalance.core.Engine;
import org.visitbalance.core.Outputs;
import org.visitbalance.fold.Fold;
import org.visitbalance.ingest.FactSink;
import org.visitbalance.ingest.FileRead;
import org.visitbalance.ingest.InputException;
import org.visitbalance.ingest.InputFolder;
import org.visitbalance.ingest.Notices;
import org.visitbalance.output.DeadLetter;
import org.visitbalance.output.Verdict;
import org.visitbalance.report.Result;
import org.visitbalance.report.UnbilledVisits;
import org.visitbalance.report.files.Format;
import org.visitbalance.report.files.ResultFolder;
import org.visitbalance.report.html.HtmlReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Balances a folder of files once: contract.md#commands. */
@Command(
    name = "balance",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Balances the visits in an EMR against the charges in a billing system.",
      "",
      "Reads every file in the input folder, evaluates what was known at --as-of, and writes the"
          + " balances, their reasons and the work list to the output folder. Start with"
          + " report.html or summary.txt.",
      ""
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nInput files:%n",
    footer = {
      "  *.jsonl          facts, one JSON object per line",
      "  settings*.yaml   settings, one document per tenant",
      "  *.csv *.xlsx ... exports of both systems; mapping.yaml says how to read them",
      "",
      "Examples:",
      "  bin/visit-balance balance --input examples/november --open",
      "  bin/visit-balance balance --input nightly --output out --force \\",
      "      --as-of 2026-11-05T06:00:00Z",
      "",
      "Exit status: 0 no period is out of balance, 1 a period is out of balance, 2 the arguments or"
          + " the input cannot be used (nothing is written)."
    })
public final class BalanceCommand implements Callable<Integer> {
  /** The most summary lines to print; a person would not scroll back further. */
  private static final int MOST_LINES = 300;

  /** The most invalid records to list; a file lists them all. */
  private static final int MOST_LETTERS = 100;

  /** The engines: contract.md#commands. */
  enum Engines {
    FOLD,
    STREAMS
  }

  @Spec private CommandSpec spec;

  @Option(names = "--input", required = true, paramLabel = "DIR", description = "Folder to read")
  private Path input;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description =
          "Folder to write to; created if missing (default: a new folder out/<as-of>, such as"
              + " out/2026-11-05T0600)")
  private @Nullable Path output;

  @Option(
      names = "--as-of",
      paramLabel = "INSTANT",
      description = "Balance as of INSTANT, from what was known by then (default: now)")
  private @Nullable Instant asOf;

  @Option(
      names = "--engine",
      paramLabel = "fold|streams",
      defaultValue = "fold",
      description =
          "fold: in this process; streams: through the service's topology on an embedded Kafka"
              + " cluster, with the same result (default: fold)")
  private Engines engine;

  @Mixin private MappingOptions mapping;

  @Mixin private ClusterOptions cluster;

  @Option(
      names = "--imply-feed",
      paramLabel = "true|false",
      arity = "0..1",
      defaultValue = "true",
      fallbackValue = "true",
      description =
          "Whether a source without a feed counts as complete until the last thing that its tables"
              + " tell, so that later visits are waiting, not missing (default: true)")
  private boolean implyFeed;

  @Option(
      names = "--format",
      paramLabel = "jsonl,csv,xlsx",
      split = ",",
      description =
          "Also write the lists as csv (a folder of CSV files) or xlsx (one workbook), with headings"
              + " in words; JSON lines are always written")
  private Set<Format> formats = EnumSet.of(Format.JSONL);

  @Option(names = "--open", description = "Open report.html in the browser when the run is done")
  private boolean open;

  @Option(
      names = "--reveal",
      description = "Show visit ids instead of tokens; only for readers who may see them")
  private boolean reveal;

  @Option(
      names = "--token-key",
      paramLabel = "random",
      description =
          "random: make tokens with a new key that is not kept (default:"
              + " VISIT_BALANCE_TOKEN_KEY, or your own key, which is made at the first use)")
  private @Nullable String tokenKey;

  @Option(names = "--force", description = "Write even if the output folder is not empty")
  private boolean force;

  @SuppressWarnings("NullAway.Init")
  BalanceCommand() {}

  @Override
  public Integer call() throws IOException {
    PrintWriter err = spec.commandLine().getErr();
    if (output != null) {
      checkOutput(output);
    }
    Instant moment = asOf == null ? Instant.now() : asOf;
    InputFolder folder = mapping.open(input, cluster, InputReading.time(moment));
    String key = TokenKey.ofOneShot(tokenKey, CommandErrors.notes(err));
    Result result;
    try (Engine engine = engine(folder, moment, key)) {
      List<DeadLetter> deadLetters =
          Progress.during(engine::taken, err, () -> read(folder, engine));
      Outputs outputs = engine.judge();
      String unbilled = UnbilledVisits.lacking(outputs, folder.tenantsWithoutPayers());
      if (unbilled != null) {
        folder.notices().add(Notices.About.UNBILLED, unbilled);
      }
      Engine.Counts counts = engine.counts();
      result =
          new Result(
              outputs,
              deadLetters,
              folder.settings(),
              engine.feeds(),
              reveal,
              new Result.Account(
                  moment.toString(),
                  counts.valid() + deadLetters.size(),
                  counts.standing(),
                  counts.superseded(),
                  counts.notYetKnown(),
                  deadLetters.size()),
              folder.files().stream().map(BalanceCommand::source).toList(),
              folder.notices().sentences());
    }
    ResultFolder files =
        output == null ? ResultFolder.dated(Path.of("out"), moment) : new ResultFolder(output);
    String summary = write(files, result);
    InputReading.tell(folder.notices(), err);
    print(summary, files.folder());
    if (!result.deadLetters().isEmpty()) {
      Path all = files.folder().resolve("dead-letters.jsonl");
      DeadLetterList.print(result.deadLetters(), err, MOST_LETTERS, all + " lists all of them");
      err.printf(
          "visit-balance: invalid records: %d of %d; see %s%n",
          result.deadLetters().size(), result.account().read(), all);
    }
    if (open) {
      FileOpener.ofThisMachine()
          .open(files.folder().resolve(ResultFolder.REPORT), CommandErrors.notes(err));
    }
    return result.outputs().balances().stream()
            .anyMatch(balance -> balance.getVerdict() == Verdict.OUT_OF_BALANCE)
        ? ExitStatus.OUT_OF_BALANCE
        : ExitStatus.OK;
  }

  private static Result.Source source(FileRead file) {
    return new Result.Source(file.name(), file.rows(), file.skipped(), file.invalid());
  }

  /** Prints the summary; cuts a long one off and says where the rest is, and a folder's name. */
  private void print(String summary, Path folder) {
    PrintWriter out = spec.commandLine().getOut();
    List<String> lines = summary.lines().toList();
    lines.stream().limit(MOST_LINES).forEach(out::println);
    if (lines.size() > MOST_LINES) {
      out.printf(
          "... %,d more lines in %s%n", lines.size() - MOST_LINES, folder.resolve("summary.txt"));
    }
    if (output == null) {
      out.printf("%nWritten to %s. Open %s there first.%n", folder, ResultFolder.REPORT);
    }
    out.flush();
  }

  private Engine engine(InputFolder folder, Instant moment, String key) {
    if (engine == Engines.STREAMS) {
      return ServiceLoader.load(EngineProvider.class)
          .findFirst()
          .orElseThrow(
              () ->
                  new InputException(
                      "this installation has no embedded cluster, which --engine streams needs; use"
                          + " --engine fold, which gives the same result."))
          .start(folder.settings(), moment, key);
    }
    return new Fold(folder.settings(), moment, key, Runtime.getRuntime().availableProcessors());
  }

  private List<DeadLetter> read(InputFolder folder, Engine engine) {
    ConcurrentLinkedQueue<DeadLetter> letters = new ConcurrentLinkedQueue<>();
    long facts =
        folder.readInto(
            new FactSink() {
              @Override
              public void fact(SpecificRecord fact, Instant knownAt) {
                engine.add(fact, knownAt);
              }

              @Override
              public void deadLetter(DeadLetter letter) {
                letters.add(letter);
              }
            },
            implyFeed,
            Runtime.getRuntime().availableProcessors());
    if (facts == 0) {
      PrintWriter err = spec.commandLine().getErr();
      InputReading.tell(folder.notices(), err);
      DeadLetterList.print(letters, err, MOST_LETTERS, "correct these first");
      throw folder.nothing();
    }
    return List.copyOf(letters);
  }

  private void checkOutput(Path output) throws IOException {
    if (Files.exists(output) && !Files.isDirectory(output)) {
      throw new InputException("--output " + output + " is a file; name a folder");
    }
    if (Files.isDirectory(output)) {
      if (Files.exists(input) && Files.isSameFile(input, output)) {
        throw new InputException("--output is the input folder; name another folder");
      }
      try (Stream<Path> files = Files.list(output)) {
        if (!force && files.findAny().isPresent()) {
          throw new InputException(
              "the output folder " + output + " is not empty; name another folder or add --force");
        }
      }
    }
  }

  private String write(ResultFolder files, Result result) {
    try {
      return files.write(result, HtmlReport.About.FILES, formats);
    } catch (AccessDeniedException e) {
      throw new InputException("no permission to write to " + e.getFile(), e);
    } catch (IOException e) {
      throw new InputException(
          "the results could not be written to " + files.folder() + ": " + e.getMessage(), e);
    }
  }
}
