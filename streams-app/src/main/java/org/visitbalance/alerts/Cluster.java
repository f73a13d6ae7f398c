package org.visitbalance.alerts;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.visitbalance.topology.Topic;
import org.visitbalance.topology.TopologyOptions;

/** The cluster that alerts are made of. */
public record Cluster(Map<String, Object> clients, TopologyOptions.Serdes serdes, String prefix) {
  /** The configuration of a consumer that reads what is committed, and keeps its own place. */
  Map<String, Object> reading() {
    Map<String, Object> config = new HashMap<>(clients);
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    // How the topology's consumers make a group is their own affair.
    config.remove(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
    config.remove(ConsumerConfig.GROUP_PROTOCOL_CONFIG);
    return config;
  }

  String name(Topic<?> topic) {
    return prefix + topic.name();
  }

  static List<TopicPartition> partitions(KafkaConsumer<?, ?> consumer, String topic) {
    return consumer.partitionsFor(topic).stream()
        .map(info -> new TopicPartition(topic, info.partition()))
        .toList();
  }
}
