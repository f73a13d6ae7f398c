package org.visitbalance.cli.cluster;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.visitbalance.cli.ClusterOptions;
import org.visitbalance.service.Reconciler;
import org.visitbalance.service.TopicReconciler;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The topics of an installation: docs/operating.md. */
@Command(
    name = "topics",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Makes the topics of an installation on a cluster, and shows how those that are there differ"
          + " from what they should be.",
      "",
      "Sets cleanup.policy, retention.ms, retention.bytes and message.timestamp.type where they"
          + " differ, and leaves all other configuration alone. Never deletes a topic, and never"
          + " changes its partitions or replicas: that it only shows. Safe to run again.",
      ""
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  bin/visit-balance topics --bootstrap localhost:9092 --dry-run",
      "  bin/visit-balance topics --config cluster.properties --replication 3",
      "",
      "Exit status: 0 all topics are, or were made, as they should be, 1 one differs",
      "in what is not changed here (with --dry-run: something would be changed),",
      "2 the cluster cannot be used."
    })
final class TopicsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ClusterOptions cluster;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      description =
          "Partitions of each topic that is made; those of facts and the clock must all have as"
              + " many, and keep them. Default: as many as those have already, else "
              + TopicReconciler.PARTITIONS
              + ".")
  private @Nullable Integer partitions;

  @Option(
      names = "--replication",
      paramLabel = "N",
      description = "Replicas of each topic. Default: what the cluster gives to a new topic.")
  private @Nullable Short replicas;

  @Option(names = "--dry-run", description = "Show what would be done, and change nothing.")
  private boolean dryRun;

  @SuppressWarnings("NullAway.Init")
  TopicsCommand() {}

  @Override
  public Integer call() {
    if (partitions != null && partitions < 1) {
      throw new ParameterException(spec.commandLine(), "--partitions must be at least 1");
    } else if (replicas != null && replicas < 1) {
      throw new ParameterException(spec.commandLine(), "--replication must be at least 1");
    }
    TopicReconciler.Wanted wanted =
        new TopicReconciler.Wanted(cluster.prefix(), partitions, replicas);
    try (Reconciler reconciler = new TopicReconciler(cluster.brokerSoon(), wanted)) {
      return new ReconcilerReport(spec.commandLine().getOut(), "topic", dryRun).run(reconciler);
    }
  }
}
