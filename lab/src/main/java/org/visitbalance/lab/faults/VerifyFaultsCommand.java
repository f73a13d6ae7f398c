package org.visitbalance.lab.faults;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.visitbalance.cli.ExitStatus;
import org.visitbalance.platform.Folders;
import org.visitbalance.platform.Sha256;
import org.visitbalance.platform.serde.ValueSerdes;
import org.visitbalance.service.TopicReader;
import org.visitbalance.topology.TopologyOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Breaks an installation again and again, and checks that it is right afterward. */
@Command(
    name = "verify-faults",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Breaks a whole installation on purpose, and checks that it is right again after each fault.",
      "",
      "Runs three brokers, a schema registry, a PostgreSQL, two instances, and alerts as processes"
          + " of their own, and sends them the facts of a made-up company. Meanwhile it kills and"
          + " freezes processes, cuts connections, fills disks, and sends what cannot be used. After"
          + " each fault, the committed outputs must be what a second, naive reading of the rules"
          + " says about all facts; the read model and the alerts must say the same.",
      "",
      "docs/guarantees.md says what this shows.",
      ""
    },
    optionListHeading = "%nOptions:%n",
    footer = {
      "",
      "Examples:",
      "  bin/visit-balance verify-faults --minutes 2",
      "  bin/visit-balance verify-faults --faults 50 --seed 7",
      "",
      "Exit status: 0 everything was right again after each fault, 1 something was lost, doubled,"
          + " or took too long, 2 cannot run."
    })
public final class VerifyFaultsCommand implements Callable<Integer> {
  /** How soon everything has to be right after a fault. */
  private static final Duration SOON = Duration.ofSeconds(30);

  private static final Duration PATIENCE = Duration.ofSeconds(150);
  private static final Duration LAST_ROUND = Duration.ofSeconds(20);
  private static final int MOST_SHOWN = 10;
  private static final int LONGEST_SHOWN = 600;

  @Spec private CommandSpec spec;

  @Option(
      names = "--minutes",
      paramLabel = "N",
      defaultValue = "2",
      description = "Minutes to run, including the start (default: 2)")
  private double minutes;

  @Option(
      names = "--faults",
      paramLabel = "N",
      description = "Number of faults to do, however long it takes (default: as --minutes says)")
  private @Nullable Integer most;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Seed of the company and of the faults (default: 1)")
  private long seed;

  @Option(
      names = "--kinds",
      paramLabel = "KIND",
      split = ",",
      description = "Kinds of faults: ${COMPLETION-CANDIDATES} (default: all)")
  private @Nullable Set<FaultKind> kinds;

  @Option(
      names = "--at-least-once",
      description =
          "Run the instances without exactly-once, to see the check find what is doubled; the read"
              + " model is not checked then")
  private boolean isAtLeastOnce;

  @Option(
      names = "--older",
      paramLabel = "DIR",
      description =
          "Folder for an older version, built there once from this project's history: begin with it,"
              + " and update the instances one by one (default: no update)")
  private @Nullable Path older;

  @Option(
      names = "--keep",
      paramLabel = "DIR",
      description =
          "Folder for the logs of all processes (default: a temporary folder, kept only if"
              + " something was wrong)")
  private @Nullable Path keep;

  private final List<String> wrong = new ArrayList<>();

  @SuppressWarnings("NullAway.Init")
  VerifyFaultsCommand() {}

  @Override
  public Integer call() throws Exception {
    if (minutes <= 0 || (most != null && most <= 0)) {
      throw new ParameterException(
          spec.commandLine(), "--minutes and --faults must be greater than 0");
    }
    long end = System.nanoTime() + (long) (minutes * Duration.ofMinutes(1).toNanos());
    Path given = keep;
    Path folder =
        given == null
            ? Files.createTempDirectory("visit-balance-faults")
            : Files.createDirectories(given);
    PrintWriter out = spec.commandLine().getOut();
    FaultReport report = new FaultReport();
    // Not a secret: everything here is made up.
    String key = Sha256.hex("verify-faults " + seed);
    say(out, "seed %d, logs in %s", seed, folder);
    try (Installation installation = new Installation(folder, key, !isAtLeastOnce)) {
      Map<String, Object> clients = installation.clients;
      TopologyOptions.Serdes serdes = ValueSerdes.of(clients)::forClass;
      try (Story story = new Story(seed, clients, serdes);
          Committed committed = new Committed(new TopicReader(clients, serdes, ""))) {
        run(
            new Run(
                installation,
                story,
                committed,
                new Checker(installation, story, committed, key, !isAtLeastOnce),
                new Faults(installation, story, committed, new Random(seed))),
            end,
            report,
            out);
      }
      summary(installation, out);
    }
    report.print(out);
    if (wrong.isEmpty()) {
      say(out, "%n%d faults, and everything was right after each of them", report.faults());
      if (given == null) {
        Folders.delete(folder);
      }
      return ExitStatus.OK;
    }
    say(out, "%nWRONG:");
    wrong.stream().limit(MOST_SHOWN).forEach(one -> say(out, "  %s", shortened(one)));
    say(out, "seed %d; the logs of all processes are in %s", seed, folder);
    return ExitStatus.DIFFERS;
  }

  private record Run(
      Installation installation,
      Story story,
      Committed committed,
      Checker checker,
      Faults faults) {}

  private void run(Run run, long end, FaultReport report, PrintWriter out) {
    Random random = new Random(seed);
    Set<FaultKind> possible = possible(run.faults(), out);
    if (!begin(run, report, out)) {
      return;
    }
    List<FaultKind> bag = new ArrayList<>();
    while (!possible.isEmpty() && isToGoOn(report, end)) {
      List<FaultKind> now = next(bag, possible, random);
      run.story().flow(true);
      Faults.pause(Duration.ofSeconds(1));
      String what = now.stream().map(FaultKind::words).collect(Collectors.joining(" + "));
      out.printf("%-50s ", what);
      out.flush();
      doFaults(run, now, random);
      if (!isRight(run, what, now, System.nanoTime(), report, out)) {
        return;
      }
    }
  }

  /** At least once, so that a slow machine does not pass without a fault. */
  private boolean isToGoOn(FaultReport report, long end) {
    Integer many = most;
    int done = report.faults();
    return many == null ? done == 0 || System.nanoTime() + LAST_ROUND.toNanos() < end : done < many;
  }

  /** Starts the instances, perhaps those of an older version first. */
  private boolean begin(Run run, FaultReport report, PrintWriter out) {
    Path cache = older;
    boolean isWanted = kinds == null || kinds.contains(FaultKind.UPGRADE);
    Path jar = cache == null || !isWanted ? null : OlderProgram.jar(cache);
    if (isWanted && jar == null) {
      say(
          out,
          "skipped: %s: %s",
          FaultKind.UPGRADE.words(),
          cache == null
              ? "--older is not given"
              : "the older version cannot be built here (no Git history, or no Maven)");
    }
    if (jar != null) {
      out.printf("%-50s ", FaultKind.UPGRADE.words());
      out.flush();
      Upgrade upgrade = new Upgrade(run.installation(), run.story(), run.committed());
      long begun = upgrade.run(jar);
      boolean isRight =
          isRight(run, FaultKind.UPGRADE.words(), List.of(FaultKind.UPGRADE), begun, report, out);
      wrong.addAll(upgrade.wrong());
      return isRight;
    }
    run.installation().instances.forEach(Child::start);
    run.story().flow(true);
    Faults.pause(Duration.ofSeconds(5));
    out.printf("%-50s ", "the start");
    return isRight(run, "the start", List.of(), System.nanoTime(), report, out);
  }

  private Set<FaultKind> possible(Faults faults, PrintWriter out) {
    Set<FaultKind> wanted = EnumSet.copyOf(kinds == null ? EnumSet.allOf(FaultKind.class) : kinds);
    wanted.remove(FaultKind.UPGRADE);
    for (FaultKind kind : wanted) {
      String why = faults.skipped(kind);
      if (why != null) {
        say(out, "skipped: %s: %s", kind.words(), why);
      }
    }
    return faults.possible(wanted);
  }

  /** One fault, or two that overlap; each kind comes before any comes again. */
  private static List<FaultKind> next(List<FaultKind> bag, Set<FaultKind> possible, Random random) {
    if (bag.isEmpty()) {
      bag.addAll(possible);
      Collections.shuffle(bag, random);
    }
    Set<FaultKind> now = new LinkedHashSet<>(List.of(bag.remove(0)));
    if (!bag.isEmpty()
        && random.nextInt(3) == 0
        && Faults.mayOverlap(now.iterator().next(), bag.get(0))) {
      now.add(bag.remove(0));
    }
    return List.copyOf(now);
  }

  private static void doFaults(Run run, List<FaultKind> kinds, Random random) {
    List<Faults.Begun> begun = new ArrayList<>();
    for (FaultKind kind : kinds) {
      begun.add(run.faults().begin(kind));
      Faults.pause(Duration.ofMillis(random.nextInt(1_000)));
    }
    for (Faults.Begun one : begun) {
      Faults.pause(one.length());
      one.end().run();
    }
  }

  /** Stops the facts, and waits until everything is right about those that came. */
  private boolean isRight(
      Run run,
      String what,
      List<FaultKind> kinds,
      long begun,
      FaultReport report,
      PrintWriter out) {
    run.story().flow(false);
    Checker.Outcome outcome = run.checker().await(PATIENCE);
    Duration took = Duration.ofNanos(System.nanoTime() - begun);
    say(
        out,
        "%s %5.1f s (%,d facts, %,d records out)",
        outcome.wrong().isEmpty() ? "right after" : "WRONG after",
        took.toMillis() / 1_000.0,
        run.story().facts().size(),
        run.committed().records());
    outcome.wrong().forEach(one -> wrong.add("after " + what + ": " + one));
    if (!kinds.isEmpty()) {
      report.add(kinds, took);
      if (outcome.wrong().isEmpty() && took.compareTo(SOON) > 0) {
        wrong.add(
            String.format(
                "after %s: right only after %d s, %d are allowed",
                what, took.toSeconds(), SOON.toSeconds()));
      }
    }
    run.committed().wrong().forEach(one -> wrong.add("before the end of " + what + ": " + one));
    wrong.addAll(run.installation().receiver.wrong());
    return outcome.wrong().isEmpty()
        && run.committed().wrong().isEmpty()
        && run.installation().receiver.wrong().isEmpty();
  }

  private static void summary(Installation installation, PrintWriter out) {
    say(
        out,
        "alerts told %,d openings; %d messages came again, under the same id",
        installation.receiver.openings(),
        installation.receiver.repeats());
    for (Child child : installation.children()) {
      if (child.ends() > 0) {
        say(out, "%s ended by itself and was started again: %d times", child.name(), child.ends());
      }
    }
  }

  private static String shortened(String text) {
    return text.length() > LONGEST_SHOWN ? text.substring(0, LONGEST_SHOWN) + "..." : text;
  }

  @SuppressWarnings("AnnotateFormatMethod")
  private static void say(PrintWriter out, String text, Object... values) {
    out.printf(text + "%n", values);
    out.flush();
  }
}
