package org.visitbalance.lab.bench;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.visitbalance.topology.Topic;
import org.visitbalance.topology.Topics;

/**
 * Counts what the service has written: all records of outputs, postings, and changelogs, and the
 * marks of their transactions.
 */
final class WrittenRecords {
  private final Map<String, Object> clients;
  private final String prefix;

  WrittenRecords(Map<String, Object> clients, String prefix) {
    this.clients = clients;
    this.prefix = prefix;
  }

  long count() {
    Set<String> read = new HashSet<>();
    for (Topic<?> topic : Topics.ALL) {
      if (!Topics.OUTPUTS.contains(topic)) {
        read.add(prefix + topic.name());
      }
    }
    try (Admin admin = Admin.create(clients)) {
      Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
      Set<String> names = new HashSet<>(admin.listTopics().names().get());
      names.removeAll(read);
      names.removeIf(name -> !name.startsWith(prefix));
      for (TopicDescription topic : admin.describeTopics(names).allTopicNames().get().values()) {
        topic
            .partitions()
            .forEach(
                one ->
                    ends.put(
                        new TopicPartition(topic.name(), one.partition()), OffsetSpec.latest()));
      }

      return admin.listOffsets(ends).all().get().values().stream()
          .mapToLong(ListOffsetsResultInfo::offset)
          .sum();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("the cluster does not say where its topics end", e);
    }
  }
}
