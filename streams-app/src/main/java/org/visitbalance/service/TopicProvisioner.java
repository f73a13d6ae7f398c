package org.visitbalance.service;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.visitbalance.topology.Topic;
import org.visitbalance.topology.Topics;

/** Creates the topics of an installation. */
public final class TopicProvisioner {
  /** What to do about partitions that were added. */
  static final String MORE_PARTITIONS =
      "move to new topics, as docs/operating.md#changing-the-number-of-partitions says";

  private static final int LOOKS = 10;
  private static final long PAUSE_MILLIS = 300;

  private TopicProvisioner() {}

  /**
   * Creates the missing topics on a cluster; existing ones stay as they are.
   *
   * @throws KafkaException if one cannot be created
   */
  public static void create(Map<String, Object> clients, String prefix, int partitions) {
    create(clients, prefix, partitions, Topic.Time.LIVE);
  }

  /**
   * Creates the missing topics on a cluster.
   *
   * @param time whose time the installation has
   * @throws KafkaException if one cannot be created
   */
  public static void create(
      Map<String, Object> clients, String prefix, int partitions, Topic.Time time) {
    TopicReconciler.Wanted wanted = new TopicReconciler.Wanted(prefix, partitions, null, time);
    try (TopicReconciler reconciler = new TopicReconciler(clients, wanted)) {
      reconciler.makeMissing();
    }
  }

  /**
   * Returns whether fact topics keep the timestamps of their producers, as those of a simulation
   * do. If the configuration of topics may not be read, the answer is no.
   */
  public static boolean isSimulated(Map<String, Object> clients, String prefix) {
    ConfigResource visits =
        new ConfigResource(ConfigResource.Type.TOPIC, prefix + Topics.VISITS.name());
    try (Admin admin = ClusterProblems.admin(clients)) {
      Config config =
          ClusterProblems.answer(
                  clients,
                  "return the topics' configuration",
                  admin.describeConfigs(List.of(visits)).all())
              .get(visits);
      ConfigEntry type = config == null ? null : config.get("message.timestamp.type");
      return type != null && "CreateTime".equals(type.value());
    } catch (KafkaException e) {
      if (e.getCause() instanceof AuthorizationException) {
        return false;
      }
      throw e;
    }
  }

  /**
   * Returns the number of partitions of the topics that the service reads, as far as a user needs
   * to see them.
   *
   * @throws KafkaException if a topic is missing or may not be seen, or one of them has a different
   *     number
   */
  public static int partitions(Map<String, Object> clients, String prefix, Access access) {
    List<Topic<?>> needed = access.topics();
    List<String> names =
        TopicReconciler.EQUALLY_PARTITIONED.stream()
            .filter(needed::contains)
            .map(topic -> prefix + topic.name())
            .toList();
    try (Admin admin = ClusterProblems.admin(clients)) {
      requireAll(clients, prefix, needed, admin);
      if (names.isEmpty()) {
        return 0;
      }
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
                      + "; all of them need the same number, and none can be taken away again: "
                      + MORE_PARTITIONS);
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

  private static void requireAll(
      Map<String, Object> clients, String prefix, List<Topic<?>> needed, Admin admin) {
    List<String> missing = List.of();
    for (int look = 0; look < LOOKS; look++) {
      Set<String> there =
          ClusterProblems.answer(clients, "list its topics", admin.listTopics().names());
      missing =
          needed.stream()
              .map(topic -> prefix + topic.name())
              .filter(name -> !there.contains(name))
              .toList();
      if (missing.isEmpty()) {
        return;
      }
      // A list has only what the user may see. Asking for a topic by its name says which it is.
      int unused =
          ClusterProblems.answers(
                  clients, "describe its topics", admin.describeTopics(missing).topicNameValues())
              .size();
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
