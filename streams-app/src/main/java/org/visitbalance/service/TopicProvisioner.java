package org.visitbalance.service;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.visitbalance.topology.Topic;
import org.visitbalance.topology.Topics;

/** Makes the topics of an installation. */
public final class TopicProvisioner {
  private static final String FOR_EVER = Long.toString(Long.MAX_VALUE);

  private TopicProvisioner() {}

  /**
   * Makes all topics on a cluster that has none of them.
   *
   * @throws KafkaException if one cannot be made
   */
  public static void create(Map<String, Object> clients, String prefix, int partitions) {
    List<NewTopic> topics =
        Topics.ALL.stream().map(topic -> newTopic(topic, prefix, partitions)).toList();
    try (Admin admin = Admin.create(clients)) {
      admin.createTopics(topics).all().get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted while topics were made", e);
    } catch (ExecutionException e) {
      throw new KafkaException("the topics cannot be made: " + e.getCause(), e.getCause());
    }
  }

  /**
   * Makes topics keep the timestamps of their producers. The facts and ticks of a simulation have
   * the simulation's time, which can be years from today, and none is deleted for its age.
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
    try (Admin admin = Admin.create(clients)) {
      admin.incrementalAlterConfigs(topics).all().get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted while topics were changed", e);
    } catch (ExecutionException e) {
      throw new KafkaException("the topics cannot be changed: " + e.getCause(), e.getCause());
    }
  }

  /** The same on a cluster that may have some of them; those stay as they are. */
  public static void createMissing(Map<String, Object> clients, String prefix, int partitions) {
    try (Admin admin = Admin.create(clients)) {
      Set<String> there = admin.listTopics().names().get();
      List<NewTopic> missing =
          Topics.ALL.stream()
              .filter(topic -> !there.contains(prefix + topic.name()))
              .map(topic -> newTopic(topic, prefix, partitions))
              .toList();
      admin.createTopics(missing).all().get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted while topics were made", e);
    } catch (ExecutionException e) {
      throw new KafkaException("the topics cannot be made: " + e.getCause(), e.getCause());
    }
  }

  /**
   * How many partitions the topics that the service reads have.
   *
   * @throws KafkaException if any topic is not there, or one of those has another number
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
      Map<String, TopicDescription> topics =
          ClusterProblems.answer(
              clients, "describe its topics", admin.describeTopics(names).allTopicNames());
      int partitions = topics.values().iterator().next().partitions().size();
      topics.forEach(
          (name, topic) -> {
            if (topic.partitions().size() != partitions) {
              throw new KafkaException(
                  name
                      + " has "
                      + topic.partitions().size()
                      + " partitions and another topic that the service reads "
                      + partitions
                      + "; all of them need the same number");
            }
          });
      return partitions;
    }
  }

  private static void requireAll(Map<String, Object> clients, String prefix, Admin admin) {
    Set<String> there =
        ClusterProblems.answer(clients, "list its topics", admin.listTopics().names());
    List<String> missing =
        Topics.ALL.stream()
            .map(topic -> prefix + topic.name())
            .filter(name -> !there.contains(name))
            .toList();
    if (!missing.isEmpty()) {
      throw new KafkaException(
          ClusterProblems.place(clients)
              + " has no topic "
              + missing.get(0)
              + (missing.size() > 1 ? " (and lacks " + (missing.size() - 1) + " others)" : "")
              + "; make them with visit-balance topics, or correct --prefix");
    }
  }

  private static NewTopic newTopic(Topic<?> topic, String prefix, int partitions) {
    return new NewTopic(prefix + topic.name(), Optional.of(partitions), Optional.empty())
        .configs(topic.keeping().configs());
  }
}
