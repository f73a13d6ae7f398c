package org.visitbalance.cli.letters;

import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.visitbalance.cli.ClusterOptions;
import org.visitbalance.cli.ExitStatus;
import org.visitbalance.output.DeadLetter;
import org.visitbalance.platform.serde.ValueSerdes;
import org.visitbalance.query.request.JsonValues;
import org.visitbalance.service.Access;
import org.visitbalance.service.LetterFilter;
import org.visitbalance.service.LetterRetry;
import org.visitbalance.service.OpenLetters;
import org.visitbalance.service.RetryReport;
import org.visitbalance.service.TopicProvisioner;
import org.visitbalance.service.TopicReader;
import org.visitbalance.text.Printable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The dead letters of an installation: docs/operating.md. */
@Command(
    name = "dead-letters",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Lists the invalid records (dead letters) on the input topics by topic and reason, and what"
          + " to do about them. Changes nothing.",
      "",
      "Records that 'dead-letters retry' sent again are not listed.",
      ""
    },
    optionListHeading = "%nOptions:%n",
    commandListHeading = "%nCommands:%n",
    subcommands = DeadLettersCommand.Retry.class,
    footer = {
      "",
      "Examples:",
      "  bin/visit-balance dead-letters --config cluster.properties",
      "  bin/visit-balance dead-letters --config cluster.properties --source emr.visits --all",
      "  bin/visit-balance dead-letters retry --config cluster.properties --reason schema",
      "",
      "Exit status: 0 listed, 2 the cluster cannot be read."
    })
public final class DeadLettersCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ClusterOptions cluster;
  @Mixin private LetterOptions options;

  @Option(names = "--all", description = "List every record instead of groups.")
  private boolean all;

  @SuppressWarnings("NullAway.Init")
  DeadLettersCommand() {}

  @Override
  public Integer call() {
    LetterFilter filter = options.filter(spec.commandLine(), cluster.prefix());
    Map<String, Object> clients = cluster.clientsSoon();
    int unused = TopicProvisioner.partitions(clients, cluster.prefix(), Access.DEAD_LETTERS);
    OpenLetters letters =
        OpenLetters.read(
            new TopicReader(clients, ValueSerdes.of(clients)::forClass, cluster.prefix()),
            filter,
            cluster.prefix());
    PrintWriter out = spec.commandLine().getOut();
    if (options.isJson()) {
      if (all) {
        letters.letters().forEach(one -> out.println(JsonValues.text(json(one))));
      } else {
        letters.groups().forEach(one -> out.println(JsonValues.text(json(one))));
      }
    } else if (all) {
      letters.letters().forEach(one -> out.println(Printable.line(line(one))));
    } else {
      print(letters, out);
    }
    out.flush();
    return ExitStatus.OK;
  }

  private static String line(OpenLetters.Letter one) {
    DeadLetter letter = one.letter();
    return "%s partition %d offset %d, %s, %s: %s"
        .formatted(
            letter.getSource(),
            letter.getPartition(),
            letter.getPosition(),
            one.at(),
            company(letter.getTenant()),
            one.problem());
  }

  private static void print(OpenLetters letters, PrintWriter out) {
    List<OpenLetters.Group> groups = letters.groups();
    out.printf(
        "%s in %s%n",
        count(letters.letters().size(), "dead letter"), count(groups.size(), "group"));
    for (OpenLetters.Group group : groups) {
      out.printf(
          "%n%s on %s, %s%n",
          count(group.letters(), "record"), group.source(), company(group.tenant()));
      out.printf("  %s%n", Printable.line(group.problem()));
      out.println(
          group.since().equals(group.until())
              ? "  at " + group.since()
              : "  from " + group.since() + " to " + group.until());
      out.printf("  To do: %s%n", group.remedy().action());
    }
  }

  private static String company(@Nullable String tenant) {
    return tenant == null ? "company not readable" : "company " + tenant;
  }

  private static String count(long number, String noun) {
    return "%,d %s%s".formatted(number, noun, number == 1 ? "" : "s");
  }

  private static Map<String, @Nullable Object> json(OpenLetters.Group group) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("source", group.source());
    json.put("tenant", group.tenant());
    json.put("field", group.field());
    json.put("reason", group.reason());
    json.put("since", group.since().toString());
    json.put("until", group.until().toString());
    json.put("records", group.letters());
    json.put("remedy", group.remedy().name());
    json.put("action", group.remedy().action());
    return json;
  }

  private static Map<String, @Nullable Object> json(OpenLetters.Letter one) {
    DeadLetter letter = one.letter();
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("tenant", letter.getTenant());
    json.put("source", letter.getSource());
    json.put("partition", letter.getPartition());
    json.put("position", letter.getPosition());
    json.put("field", letter.getField());
    json.put("reason", letter.getReason());
    json.put("at", one.at().toString());
    return json;
  }

  /** Sends those again that are valid now. */
  @Command(
      name = "retry",
      mixinStandardHelpOptions = true,
      sortOptions = false,
      description = {
        "Reads the invalid records again, and sends those that are valid now to their topics. Shows"
            + " how many were sent, and how many are still invalid and why.",
        "",
        "Each record is sent only once: the record and the note that it was sent are one"
            + " transaction. The command can safely be run again.",
        ""
      },
      optionListHeading = "%nOptions:%n",
      footer = {
        "",
        "Examples:",
        "  bin/visit-balance dead-letters retry --config cluster.properties --dry-run",
        "  bin/visit-balance dead-letters retry --config cluster.properties --source emr.visits"
            + " --repartition",
        "",
        "Exit status: 0 all were sent (with --dry-run: would be sent), 1 some are still invalid, 2"
            + " the",
        "cluster or the registry did not accept everything; run the command again."
      })
  static final class Retry implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private ClusterOptions cluster;
    @Mixin private LetterOptions options;

    @Option(
        names = "--repartition",
        description =
            "Send records that are in the wrong partition to the partition of their key. A key that"
                + " does not match its value is never changed.")
    private boolean repartition;

    @Option(names = "--dry-run", description = "Show what would be sent, but send nothing.")
    private boolean dryRun;

    @SuppressWarnings("NullAway.Init")
    Retry() {}

    @Override
    public Integer call() {
      requireOptionsHere();
      LetterFilter filter = options.filter(spec.commandLine(), cluster.prefix());
      Map<String, Object> clients = cluster.clientsSoon();
      LetterRetry retry =
          new LetterRetry(
              clients, ValueSerdes.of(clients)::forClass, cluster.prefix(), InstantSource.system());
      LetterRetry.Wanted wanted =
          new LetterRetry.Wanted(
              filter, repartition, Long.MAX_VALUE, System.getProperty("user.name", ""));
      RetryReport report = dryRun ? retry.look(wanted) : retry.run(wanted);
      PrintWriter out = spec.commandLine().getOut();
      if (options.isJson()) {
        out.println(JsonValues.text(json(report)));
      } else {
        print(report, out);
      }
      out.flush();
      return report.failing().isEmpty() ? ExitStatus.OK : ExitStatus.DIFFERS;
    }

    /** Rejects a filter before the word retry, which would have no effect. */
    private void requireOptionsHere() {
      if (!spec.parent().commandLine().getParseResult().matchedOptions().isEmpty()) {
        throw new ParameterException(spec.commandLine(), "options must come after 'retry'");
      }
    }

    private void print(RetryReport report, PrintWriter out) {
      out.printf(
          "%s: %s%s%n",
          dryRun ? "would be sent again (dry run)" : "sent again",
          count(report.sentInAll(), "record"),
          report.repartitioned() == 0
              ? ""
              : ", %,d of them to another partition".formatted(report.repartitioned()));
      report.sent().forEach((topic, records) -> out.printf("  %s %,d%n", topic, records));
      if (!report.failing().isEmpty()) {
        out.printf("still invalid: %s%n", count(report.failingInAll(), "record"));
      }
      for (RetryReport.Failing one : report.failing()) {
        out.printf("  %s %,d: %s%n", one.source(), one.letters(), one.problem());
      }
    }

    private Map<String, @Nullable Object> json(RetryReport report) {
      Map<String, @Nullable Object> json = new LinkedHashMap<>();
      json.put("dryRun", dryRun);
      json.put("sent", report.sentInAll());
      json.put("repartitioned", report.repartitioned());
      json.put("topics", report.sent());
      json.put("failed", report.failingInAll());
      json.put(
          "failing",
          report.failing().stream()
              .map(
                  one -> {
                    Map<String, @Nullable Object> failing = new LinkedHashMap<>();
                    failing.put("source", one.source());
                    failing.put("field", one.field());
                    failing.put("reason", one.reason());
                    failing.put("records", one.letters());
                    return failing;
                  })
              .toList());
      return json;
    }
  }
}
