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

/** Maintains the topics of an installation; see docs/operating.md. */
@Command(
    name = "topics",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Creates the topics of an installation on a cluster, and shows how existing topics differ"
          + " from what they should be.",
      "",
      "Sets cleanup.policy, retention.ms, retention.bytes, message.timestamp.type and"
          + " max.message.bytes where they differ, and leaves all other configuration alone. Never deletes a topic, and never"
          + " changes partitions or replicas of an existing topic; it only shows that they differ."
          + " It is safe to run again.",
      ""
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  bin/visit-balance topics --bootstrap localhost:9092 --dry-run",
      "  bin/visit-balance topics --config cluster.properties --replication 3",
      "",
      "Exit status: 0 all topics are as they should be, 1 a topic differs in a way that this"
          + " command does not change (with --dry-run: something would be changed), 2 the cluster"
          + " cannot be used."
    })
public final class TopicsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ClusterOptions cluster;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      description =
          "Partitions per new topic; the fact topics and the clock must all have the same number"
              + " and keep it (default: that of the existing fact topics, else "
              + TopicReconciler.PARTITIONS
              + ")")
  private @Nullable Integer partitions;

  @Option(
      names = "--replication",
      paramLabel = "N",
      description = "Replicas per topic (default: the cluster's default)")
  private @Nullable Short replicas;

  @Option(names = "--dry-run", description = "Show what would be done and change nothing")
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
