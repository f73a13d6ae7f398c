package org.visitbalance.lab.bench;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.visitbalance.topology.Topics;

/**
 * Measures what the service has written: all records of outputs, postings, and changelogs, and the
 * marks of their transactions.
 */
final class WrittenRecords {
  private final Map<String, Object> clients;
  private final String prefix;

  WrittenRecords(Map<String, Object> clients, String prefix) {
    this.clients = clients;
    this.prefix = prefix;
  }

  /**
   * How much there is.
   *
   * @param bytes on the broker, as they are compressed there
   */
  record Amount(long records, long bytes) {}

  Amount now() {
    try (Admin admin = Admin.create(clients)) {
      Set<String> names = new HashSet<>(admin.listTopics().names().get());
      names.removeIf(name -> !isWritten(name));
      Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
      for (TopicDescription topic : admin.describeTopics(names).allTopicNames().get().values()) {
        topic
            .partitions()
            .forEach(
                one ->
                    ends.put(
                        new TopicPartition(topic.name(), one.partition()), OffsetSpec.latest()));
      }
      long records =
          admin.listOffsets(ends).all().get().values().stream()
              .mapToLong(ListOffsetsResultInfo::offset)
              .sum();
      List<Integer> brokers = admin.describeCluster().nodes().get().stream().map(Node::id).toList();
      long bytes =
          admin.describeLogDirs(brokers).allDescriptions().get().values().stream()
              .flatMap(folders -> folders.values().stream())
              .flatMap(folder -> folder.replicaInfos().entrySet().stream())
              .filter(replica -> ends.containsKey(replica.getKey()))
              .mapToLong(replica -> replica.getValue().size())
              .sum();
      return new Amount(records, bytes);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("the cluster does not say where its topics end", e);
    }
  }

  private boolean isWritten(String name) {
    return name.startsWith(prefix)
        && Topics.ALL.stream()
            .filter(topic -> !Topics.OUTPUTS.contains(topic))
            .noneMatch(topic -> name.equals(prefix + topic.name()));
  }
}
