package org.visitbalance.service;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.visitbalance.topology.Topic;
import org.visitbalance.topology.Topics;

/** Creates the topics of an installation. */
public final class TopicProvisioner {
  private static final String FOR_EVER = Long.toString(Long.MAX_VALUE);
  private static final int LOOKS = 10;
  private static final long PAUSE_MILLIS = 300;

  private TopicProvisioner() {}

  /**
   * Creates the missing topics on a cluster; existing ones stay as they are.
   *
   * @throws KafkaException if one cannot be created
   */
  public static void create(Map<String, Object> clients, String prefix, int partitions) {
    TopicReconciler.Wanted wanted = new TopicReconciler.Wanted(prefix, partitions, null);
    try (TopicReconciler reconciler = new TopicReconciler(clients, wanted)) {
      reconciler.makeMissing();
    }
  }

  /**
   * Makes topics keep the timestamps of their producers. In a simulation, a fact is known by the
   * simulation's time, which may be years from ours, and no tick is too old.
   *
   * @throws KafkaException if they cannot be changed
   */
  public static void simulate(Map<String, Object> clients, String prefix) {
    List<AlterConfigOp> changes =
        Map.of(
                "message.timestamp.type",
                "CreateTime",
                "message.timestamp.before.max.ms",
                FOR_EVER,
                "message.timestamp.after.max.ms",
                FOR_EVER,
                "segment.ms",
                FOR_EVER,
                "retention.ms",
                "-1")
            .entrySet()
            .stream()
            .map(entry -> new ConfigEntry(entry.getKey(), entry.getValue()))
            .map(entry -> new AlterConfigOp(entry, AlterConfigOp.OpType.SET))
            .toList();
    Map<ConfigResource, Collection<AlterConfigOp>> topics = new HashMap<>();
    for (Topic<?> topic : Topics.ALL) {
      topics.put(new ConfigResource(ConfigResource.Type.TOPIC, prefix + topic.name()), changes);
    }
    try (Admin admin = ClusterProblems.admin(clients)) {
      ClusterProblems.answer(
          clients, "configure its topics", admin.incrementalAlterConfigs(topics).all());
    }
  }

  /**
   * Returns the number of partitions of the topics that the service reads.
   *
   * @throws KafkaException if a topic is missing, or one of them has a different number
   */
  public static int partitions(Map<String, Object> clients, String prefix) {
    List<String> names =
        Stream.concat(
                Topics.PATIENT_FACTS.stream(),
                Stream.of(Topics.FEEDS, Topics.SETTINGS, Topics.CLOCK))
            .map(topic -> prefix + topic.name())
            .toList();
    try (Admin admin = ClusterProblems.admin(clients)) {
      requireAll(clients, prefix, admin);
      Map<String, TopicDescription> topics = described(clients, names, admin);
      int partitions = topics.values().iterator().next().partitions().size();
      topics.forEach(
          (name, topic) -> {
            if (topic.partitions().size() != partitions) {
              throw new KafkaException(
                  name
                      + " has "
                      + topic.partitions().size()
                      + " partitions, but another topic that the service reads has "
                      + partitions
                      + "; all of them need the same number");
            }
          });
      return partitions;
    }
  }

  /** Describes topics, and retries while the brokers do not know all of them yet. */
  private static Map<String, TopicDescription> described(
      Map<String, Object> clients, List<String> names, Admin admin) {
    for (int look = 1; ; look++) {
      Map<String, TopicDescription> topics =
          ClusterProblems.answers(
              clients, "describe its topics", admin.describeTopics(names).topicNameValues());
      if (topics.size() == names.size()) {
        return topics;
      } else if (look == LOOKS) {
        throw new KafkaException(
            ClusterProblems.place(clients)
                + " lists its topics, but does not describe all of them yet; run it again");
      }
      pause();
    }
  }

  private static void requireAll(Map<String, Object> clients, String prefix, Admin admin) {
    List<String> missing = List.of();
    for (int look = 0; look < LOOKS; look++) {
      Set<String> there =
          ClusterProblems.answer(clients, "list its topics", admin.listTopics().names());
      missing =
          Topics.ALL.stream()
              .map(topic -> prefix + topic.name())
              .filter(name -> !there.contains(name))
              .toList();
      if (missing.isEmpty()) {
        return;
      }
      pause();
    }
    throw new KafkaException(
        ClusterProblems.place(clients)
            + " has no topic "
            + missing.get(0)
            + (missing.size() > 1 ? " (and " + (missing.size() - 1) + " more)" : "")
            + "; create missing topics with visit-balance topics, or correct --prefix");
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted while waiting for the brokers to know the topics", e);
    }
  }
}
