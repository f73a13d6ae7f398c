package org.visitbalance.alerts;

import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.visitbalance.platform.CommittedReading;
import org.visitbalance.topology.Topic;
import org.visitbalance.topology.TopologyOptions;

/** The Kafka cluster to read discrepancies from. */
public record Cluster(Map<String, Object> clients, TopologyOptions.Serdes serdes, String prefix) {
  /** The configuration of a consumer that reads what is committed, and keeps its own place. */
  Map<String, Object> reading() {
    Map<String, Object> config = CommittedReading.config(clients);
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    return config;
  }

  String name(Topic<?> topic) {
    return prefix + topic.name();
  }
}
