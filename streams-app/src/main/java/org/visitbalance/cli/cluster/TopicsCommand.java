package org.visitbalance.cli.cluster;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.visitbalance.cli.ClusterOptions;
import org.visitbalance.cli.ExitStatus;
import org.visitbalance.service.Access;
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
      "",
      "With --format strimzi or --acls it prints what others create, and needs no cluster: the topics"
          + " and users for Strimzi, or what each user has to be allowed.",
      ""
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  bin/visit-balance topics --bootstrap localhost:9092 --dry-run",
      "  bin/visit-balance topics --config cluster.properties --replication 3",
      "  bin/visit-balance topics --format strimzi --cluster-name kafka | kubectl apply -f -",
      "  bin/visit-balance topics --acls --principal serve=User:CN=balance",
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

  @Option(
      names = "--format",
      paramLabel = "text|strimzi",
      defaultValue = "text",
      description =
          "strimzi: print KafkaTopic and KafkaUser resources and change nothing (default: text)")
  private Format format;

  @Option(
      names = "--cluster-name",
      paramLabel = "NAME",
      defaultValue = "kafka",
      description = "With --format strimzi: name of the Kafka resource (default: kafka)")
  private String clusterName;

  @Option(
      names = "--acls",
      description =
          "Print the kafka-acls.sh commands that allow each user what it needs, and change nothing")
  private boolean acls;

  @Option(
      names = "--principal",
      paramLabel = "USER=PRINCIPAL",
      description =
          "With --acls: Kafka's name of a user, such as serve=User:CN=balance; may be repeated, and"
              + " then only these users are printed (default: all, User:visit-balance-USER)")
  private Map<String, String> principals = new LinkedHashMap<>();

  /** What the command prints. */
  enum Format {
    text,
    strimzi
  }

  @SuppressWarnings("NullAway.Init")
  TopicsCommand() {}

  @Override
  public Integer call() {
    if (partitions != null && partitions < 1) {
      throw new ParameterException(spec.commandLine(), "--partitions must be at least 1");
    } else if (replicas != null && replicas < 1) {
      throw new ParameterException(spec.commandLine(), "--replication must be at least 1");
    }
    if (format == Format.strimzi && acls) {
      throw new ParameterException(
          spec.commandLine(), "--format strimzi has the access lists already; leave out --acls");
    } else if (!acls && !principals.isEmpty()) {
      throw new ParameterException(spec.commandLine(), "--principal needs --acls");
    }
    if (format == Format.strimzi || acls) {
      PrintWriter out = spec.commandLine().getOut();
      printed().forEach(out::println);
      out.flush();
      return ExitStatus.OK;
    }
    TopicReconciler.Wanted wanted =
        new TopicReconciler.Wanted(cluster.prefix(), partitions, replicas);
    try (Reconciler reconciler = new TopicReconciler(cluster.brokerSoon(), wanted)) {
      return new ReconcilerReport(spec.commandLine().getOut(), "topic", dryRun).run(reconciler);
    }
  }

  private List<String> printed() {
    List<Access> all = List.of(Access.values());
    if (format == Format.strimzi) {
      return new StrimziResources(clusterName, cluster.prefix())
          .of(partitions == null ? TopicReconciler.PARTITIONS : partitions, replicas, all);
    }
    List<String> known = all.stream().map(Access::id).toList();
    for (String user : principals.keySet()) {
      if (!known.contains(user)) {
        throw new ParameterException(
            spec.commandLine(),
            "--principal: there is no user " + user + "; use one of " + String.join(", ", known));
      }
    }
    return new AclLines(
            cluster.prefix(),
            user -> principals.getOrDefault(user.id(), "User:visit-balance-" + user.id()))
        .of(
            all.stream()
                .filter(user -> principals.isEmpty() || principals.containsKey(user.id()))
                .toList());
  }
}
