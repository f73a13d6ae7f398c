package org.visitbalance.cli.audit;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.visitbalance.audit.Answer;
import org.visitbalance.audit.AuditComparison;
import org.visitbalance.audit.AuditPackage;
import org.visitbalance.audit.InputLog;
import org.visitbalance.audit.Manifest;
import org.visitbalance.audit.Question;
import org.visitbalance.audit.Replay;
import org.visitbalance.audit.SettingsEffect;
import org.visitbalance.audit.Verification;
import org.visitbalance.cli.ClusterOptions;
import org.visitbalance.cli.CommandErrors;
import org.visitbalance.cli.ExitStatus;
import org.visitbalance.cli.Progress;
import org.visitbalance.cli.TokenKey;
import org.visitbalance.core.Scope;
import org.visitbalance.ingest.InputException;
import org.visitbalance.ingest.SettingsFiles;
import org.visitbalance.output.Verdict;
import org.visitbalance.platform.Sha256;
import org.visitbalance.platform.serde.ValueSerdes;
import org.visitbalance.service.Access;
import org.visitbalance.service.NewestVisitIds;
import org.visitbalance.service.ServiceProperties;
import org.visitbalance.service.TopicProvisioner;
import org.visitbalance.service.TopicReader;
import org.visitbalance.settings.Settings;
import org.visitbalance.topology.TopologyOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** Replays the topics for an audit; see docs/audit.md. */
@Command(
    name = "audit",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Replays the fact topics up to a moment and reports what was known then.",
      "",
      "Reads beside the live service and does not affect it. The result is a package: every file"
          + " that 'balance' writes, the same data as spreadsheets, a report to read, and a"
          + " manifest with the offsets, the counts and the hash of every file. The same offsets"
          + " always give the same bytes.",
      ""
    },
    optionListHeading = "%nOptions:%n",
    subcommands = AuditCommand.Check.class,
    footer = {
      "",
      "Set VISIT_BALANCE_TOKEN_KEY to the service's key, so that visits get the same tokens.",
      "",
      "Examples:",
      "  bin/visit-balance audit --config cluster.properties --tenant HARBOR \\",
      "      --from 2026-11-01 --to 2026-11-30 --as-of 2026-11-04T18:00:00Z \\",
      "      --output out/audit",
      "  bin/visit-balance audit ... --compare-as-of 2026-11-04T18:00:00Z \\",
      "      --compare-as-of 2026-11-05T18:00:00Z --output out/changes",
      "  bin/visit-balance audit --config cluster.properties --tenant HARBOR \\",
      "      --what-if-settings new-settings.yaml",
      "  bin/visit-balance audit ... --verify",
      "  bin/visit-balance audit --config cluster.properties --again out/audit \\",
      "      --output out/again",
      "  bin/visit-balance audit check out/audit",
      "",
      "Exit status: 0 no period is out of balance, nothing changed, or everything matches; 1 a"
          + " period is out of balance, or something changed, would change, or does not match; 2 the audit could"
          + " not be completed (nothing is written)."
    })
public final class AuditCommand implements Callable<Integer> {
  /**
   * Options that say what is done, the first of them that is given, and those that have no effect
   * then.
   */
  private static final Map<String, List<String>> WITHOUT_EFFECT = new LinkedHashMap<>();

  static {
    WITHOUT_EFFECT.put(
        "--verify",
        List.of(
            "--what-if-settings",
            "--compare-as-of",
            "--again",
            "--as-of",
            "--settings",
            "--output"));
    WITHOUT_EFFECT.put(
        "--what-if-settings", List.of("--compare-as-of", "--again", "--settings", "--output"));
    WITHOUT_EFFECT.put("--compare-as-of", List.of("--again", "--as-of", "--retention"));
    WITHOUT_EFFECT.put(
        "--again", List.of("--tenant", "--from", "--to", "--location", "--as-of", "--retention"));
    WITHOUT_EFFECT.put("--output", List.of("--retention"));
  }

  @Spec private CommandSpec spec;
  @Mixin private ClusterOptions cluster;

  @Option(names = "--tenant", paramLabel = "NAME", description = "Company to report on")
  private @Nullable String tenant;

  @Option(names = "--from", paramLabel = "DATE", description = "First day to report")
  private @Nullable LocalDate from;

  @Option(names = "--to", paramLabel = "DATE", description = "Last day to report")
  private @Nullable LocalDate to;

  @Option(
      names = "--location",
      paramLabel = "NAME",
      description = "Report on this location only (default: all)")
  private @Nullable String location;

  @Option(
      names = "--as-of",
      paramLabel = "INSTANT",
      description = "Report as of INSTANT, from what was known by then (default: now)")
  private @Nullable Instant asOf;

  @Option(
      names = "--compare-as-of",
      paramLabel = "INSTANT",
      description =
          "Report what changed between two moments and which facts changed it; give it twice")
  private @Nullable List<Instant> compared;

  @Option(
      names = "--settings",
      paramLabel = "FILE",
      description =
          "Evaluate with this settings document instead of the one in force, to see the effect of a"
              + " mapping or a cap")
  private @Nullable Path settings;

  @Option(
      names = "--what-if-settings",
      paramLabel = "FILE",
      description =
          "Show what this settings document would change in the open discrepancies and in the status"
              + " of days, compared with the one in force; writes nothing")
  private @Nullable Path whatIfSettings;

  @Option(
      names = "--verify",
      description = "Compare the live outputs with a replay at the same offsets; writes nothing")
  private boolean verify;

  @Option(
      names = "--retention",
      paramLabel = "DAYS",
      defaultValue = "400",
      description =
          "With --verify and --what-if-settings: the --retention of the live service (default: 400)."
              + " What has left its state is not compared")
  private int retentionDays;

  @Option(
      names = "--again",
      paramLabel = "DIR",
      description =
          "Repeat the audit of package DIR at the same offsets, which gives the same bytes")
  private @Nullable Path again;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description = "Package folder to write; must be empty or not exist")
  private @Nullable Path output;

  @SuppressWarnings("NullAway.Init")
  AuditCommand() {}

  @Override
  public Integer call() throws IOException {
    requireEffect(spec.commandLine().getParseResult());
    if (retentionDays < 1) {
      throw new InputException("--retention must be at least 1 day");
    }
    if (verify) {
      return verify();
    }
    if (whatIfSettings != null) {
      return whatIf(whatIfSettings);
    }
    Path place = needed(output, "--output DIR");
    requireFree(place);
    if (compared != null) {
      return compare(place, compared);
    }
    return replay(place);
  }

  private static void requireEffect(ParseResult given) {
    WITHOUT_EFFECT.keySet().stream()
        .filter(given::hasMatchedOption)
        .findFirst()
        .ifPresent(
            what ->
                Objects.requireNonNull(WITHOUT_EFFECT.get(what)).stream()
                    .filter(given::hasMatchedOption)
                    .forEach(
                        one -> {
                          throw new InputException(
                              one + " has no effect with " + what + "; leave one of them out");
                        }));
  }

  private Integer replay(Path place) throws IOException {
    Manifest.Asked asked = again == null ? null : Manifest.asked(again);
    if (asked != null && asked.isWhatIf() && settings == null) {
      throw new InputException(
          again + " was made with a settings file; give the same file with --settings");
    }
    Map<String, Object> clients = clients(Access.AUDIT);
    Instant moment = asOf == null ? Instant.now() : asOf;
    InputLog now = InputLog.upToNow(clients, cluster.prefix());
    InputLog log = asked == null ? now : now.upTo(asked.ends());
    Question question =
        asked == null
            ? question(List.of(moment))
            : new Question(
                asked.question().tenant(),
                asked.question().scope(),
                asked.question().moments(),
                whatIf(asked.question().tenant()));
    Replay replay = new Replay(log, serdes(clients), tokenKey(clients), question);
    Answer answer = run(replay, log).get(0);
    requireKnown(replay, question);
    String hash = settings == null ? null : Sha256.hex(Files.readAllBytes(settings));
    AuditPackage.write(
        place, folder -> AuditPackage.fill(folder, version(), question, log, replay, answer, hash));
    warn(replay, question, answer, place);
    PrintWriter out = spec.commandLine().getOut();
    long days =
        answer.outputs().balances().stream()
            .filter(balance -> balance.getVerdict() == Verdict.OUT_OF_BALANCE)
            .count();
    out.printf(
        "%s as of %s: %,d records read, %,d periods (%,d out of balance), %,d open"
            + " findings%nPackage: %s%nReport:  %s%n",
        question.tenant(),
        answer.asOf().truncatedTo(ChronoUnit.SECONDS),
        replay.counts().read(),
        answer.outputs().balances().size(),
        days,
        answer.outputs().discrepancies().size(),
        place,
        place.resolve("report.html"));
    out.flush();
    return days > 0 ? ExitStatus.OUT_OF_BALANCE : ExitStatus.OK;
  }

  private Integer compare(Path place, List<Instant> moments) throws IOException {
    if (moments.size() != 2 || !moments.get(0).isBefore(moments.get(1))) {
      throw new InputException("give --compare-as-of twice, the earlier moment first");
    }
    Map<String, Object> clients = clients(Access.AUDIT);
    InputLog log = InputLog.upToNow(clients, cluster.prefix());
    Question question = question(moments);
    Replay replay = new Replay(log, serdes(clients), tokenKey(clients), question);
    List<Answer> answers = run(replay, log);
    requireKnown(replay, question);
    AuditComparison changes = replay.changes(answers.get(0), answers.get(1));
    AuditPackage.write(place, folder -> changes.write(folder.resolve("changes.jsonl")));
    if (answers.stream().allMatch(answer -> answer.outputs().balances().isEmpty())) {
      note(nothing(question.tenant(), question.scope()) + ", at neither moment");
    }
    PrintWriter out = spec.commandLine().getOut();
    changes.sentences().forEach(out::println);
    out.printf(
        "%,d periods changed between %s and %s; see %s%n",
        changes.size(), moments.get(0), moments.get(1), place.resolve("changes.jsonl"));
    out.flush();
    return changes.size() > 0 ? ExitStatus.DIFFERS : ExitStatus.OK;
  }

  private Integer whatIf(Path file) {
    String whose = needed(tenant, "--tenant NAME");
    Settings proposed = read(file, whose, "--what-if-settings");
    Instant moment = asOf == null ? Instant.now() : asOf;
    Scope scope =
        new Scope(
            from == null
                ? LocalDate.ofInstant(moment, ZoneOffset.UTC).minusDays(retentionDays)
                : from,
            to == null ? LocalDate.MAX : to,
            location);
    Map<String, Object> clients = clients(Access.AUDIT);
    InputLog log = InputLog.upToNow(clients, cluster.prefix());
    SettingsEffect.Evaluation evaluation =
        new SettingsEffect.Evaluation(
            log,
            serdes(clients),
            tokenKey(clients),
            new SettingsEffect.Wish(proposed, scope, moment, asOf != null));
    Supplier<SettingsEffect> work = () -> evaluation.run(threads());
    SettingsEffect effect =
        Progress.during(evaluation::taken, log.size(), spec.commandLine().getErr(), work);
    if (effect.records() == 0) {
      throw unknown(whose);
    } else if (effect.periods() == 0) {
      throw new InputException(nothing(whose, scope));
    }
    new WhatIfReport(spec.commandLine().getOut()).print(whose, effect);
    return effect.isNothing() ? ExitStatus.OK : ExitStatus.DIFFERS;
  }

  private Integer verify() {
    Question question = question(List.of());
    Map<String, Object> clients = clients(Access.AUDIT_VERIFY);
    Verification.Found found =
        new Verification(
                clients,
                cluster.prefix(),
                ServiceProperties.applicationId(cluster.prefix()),
                serdes(clients),
                tokenKey(clients),
                Duration.ofDays(retentionDays),
                () -> new TopicReader(clients, serdes(clients), cluster.prefix()).outputs())
            .run(question.tenant(), question.scope(), threads());
    if (found.lines() == 0 && found.left() == 0) {
      throw found.facts() == 0
          ? unknown(question.tenant())
          : new InputException(nothing(question.tenant(), question.scope()));
    }
    PrintWriter out = spec.commandLine().getOut();
    List<String> differences = found.differences();
    differences.forEach(out::println);
    if (found.left() > 0) {
      out.println(
          found.left()
              + " periods are not compared: some of their visits have left the service's state"
              + " (--retention "
              + retentionDays
              + ").");
    }
    if (!found.areInsightsOut()) {
      PrintWriter err = spec.commandLine().getErr();
      err.println(
          "Insights are not compared: a fact came in the last 6 minutes, and the service concludes up"
              + " to that much later.");
      err.flush();
    }
    out.println(
        differences.isEmpty()
            ? "The live outputs match the replay."
            : differences.size() + " live outputs do not match the replay.");
    out.flush();
    return differences.isEmpty() ? ExitStatus.OK : ExitStatus.DIFFERS;
  }

  /** Returns how to reach the cluster, if it answers and has the topics. */
  private Map<String, Object> clients(Access access) {
    Map<String, Object> clients = cluster.clientsSoon();
    int unused = TopicProvisioner.partitions(clients, cluster.prefix(), access);
    return clients;
  }

  private Question question(List<Instant> moments) {
    String whose = needed(tenant, "--tenant NAME");
    LocalDate first = needed(from, "--from DATE");
    LocalDate last = needed(to, "--to DATE");
    if (first.isAfter(last)) {
      throw new InputException("--from " + first + " is after --to " + last);
    }
    return new Question(whose, new Scope(first, last, location), moments, whatIf(whose));
  }

  private @Nullable Settings whatIf(String whose) {
    return settings == null ? null : read(settings, whose, "--settings");
  }

  private Settings read(Path file, String whose, String option) {
    PrintWriter err = spec.commandLine().getErr();
    Settings read;
    try {
      read =
          SettingsFiles.read(
              file.toString(),
              Files.readString(file),
              whose,
              note -> err.println("visit-balance: " + note));
    } catch (IOException e) {
      throw new InputException(option + " " + file + " cannot be read", e);
    }
    if (!read.getTenant().equals(whose)) {
      throw new InputException(
          option
              + " "
              + file
              + " has the settings of tenant "
              + read.getTenant()
              + ", not of "
              + whose
              + "; give the document of the tenant that is asked about");
    }
    return read;
  }

  private List<Answer> run(Replay replay, InputLog log) {
    Supplier<List<Answer>> work = () -> replay.run(threads());
    return Progress.during(replay::taken, log.size(), spec.commandLine().getErr(), work);
  }

  private static void requireKnown(Replay replay, Question question) {
    if (replay.counts().facts() == 0) {
      throw unknown(question.tenant());
    }
  }

  private static InputException unknown(String whose) {
    return new InputException("the topics hold no fact of tenant " + whose + "; check the name");
  }

  private static String nothing(String whose, Scope scope) {
    return "tenant "
        + whose
        + " has nothing to balance"
        + (scope.location() == null ? "" : " at location " + scope.location())
        + (scope.from().equals(LocalDate.MIN) ? "" : " from " + scope.from())
        + (scope.to().equals(LocalDate.MAX) ? "" : " to " + scope.to())
        + "; check the location and the dates";
  }

  private void note(String sentence) {
    CommandErrors.notes(spec.commandLine().getErr()).accept(sentence);
  }

  private void warn(Replay replay, Question question, Answer answer, Path place) {
    if (answer.asOf().isAfter(Instant.now())) {
      note(
          answer.asOf()
              + " has not come yet; what is received until then changes this result, so do not"
              + " file it as what was known at that time");
    }
    AuditPackage.notices(replay, answer).forEach(this::note);
    if (answer.outputs().balances().isEmpty()) {
      note(nothing(question.tenant(), question.scope()));
    }
    if (!replay.deadLetters().isEmpty()) {
      spec.commandLine()
          .getErr()
          .printf(
              "visit-balance: invalid records: %d; see %s%n",
              replay.deadLetters().size(), place.resolve("dead-letters.jsonl"));
    }
  }

  private static void requireFree(Path place) throws IOException {
    if (Files.exists(place) && !Files.isDirectory(place)) {
      throw new InputException("--output " + place + " is a file; name a folder");
    } else if (Files.isDirectory(place)) {
      try (Stream<Path> files = Files.list(place)) {
        if (files.findAny().isPresent()) {
          throw new InputException(
              "--output "
                  + place
                  + " is not empty; name another folder (a package is never changed)");
        }
      }
    }
  }

  private static <T> T needed(@Nullable T value, String option) {
    if (value == null) {
      throw new InputException(option + " is missing; see visit-balance audit --help");
    }
    return value;
  }

  private String version() {
    return String.join(" ", spec.root().version());
  }

  private String tokenKey(Map<String, Object> clients) {
    PrintWriter err = spec.commandLine().getErr();
    return TokenKey.ofInstallation(
        cluster.environment(),
        "an audit needs the service's key to give visits the same tokens",
        () -> NewestVisitIds.read(clients, serdes(clients), cluster.prefix()),
        CommandErrors.notes(err));
  }

  private static TopologyOptions.Serdes serdes(Map<String, Object> clients) {
    return ValueSerdes.of(clients)::forClass;
  }

  private static int threads() {
    return Runtime.getRuntime().availableProcessors();
  }

  /** Checks a package against its manifest. */
  @Command(
      name = "check",
      mixinStandardHelpOptions = true,
      description = {
        "Checks the files of a package against its manifest.",
        "",
        "Exit status: 0 unchanged, 1 changed, 2 not an audit package."
      })
  static final class Check implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "Package folder")
    private Path folder;

    @SuppressWarnings("NullAway.Init")
    Check() {}

    @Override
    public Integer call() throws IOException {
      List<String> problems = Manifest.problems(folder);
      PrintWriter out = spec.commandLine().getOut();
      problems.forEach(out::println);
      out.println(
          problems.isEmpty()
              ? folder + " matches its manifest"
              : folder + " does not match its manifest");
      out.flush();
      return problems.isEmpty() ? ExitStatus.OK : ExitStatus.DIFFERS;
    }
  }
}
