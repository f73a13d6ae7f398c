package org.visitbalance.platform;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;

/** The partitions of topics that a cluster has described. */
public final class Partitions {
  private Partitions() {}

  /** Returns the same question about each partition of some topics. */
  public static Map<TopicPartition, OffsetSpec> ask(
      Collection<TopicDescription> topics, OffsetSpec offset) {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    for (TopicDescription topic : topics) {
      topic
          .partitions()
          .forEach(one -> asked.put(new TopicPartition(topic.name(), one.partition()), offset));
    }
    return asked;
  }
}
