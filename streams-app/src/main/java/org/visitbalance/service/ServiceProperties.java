package org.visitbalance.service;

import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.visitbalance.platform.CommittedReading;
import org.visitbalance.state.StateVersion;
import org.visitbalance.topology.Topic;

/** The configuration of Kafka Streams for everything that runs on it. */
public final class ServiceProperties {
  private static final String NAMED = "ensure.explicit.internal.resource.naming";

  /**
   * Lets the handler of the other threads, which fails, decide in the thread of the global stores
   * too. It is the default from Kafka 5 on, where the setting is gone. Until then, a start warns if
   * it is not set; so does the assignor, which sees what the consumer is given only.
   */
  private static final String HANDLED_EVERYWHERE = "processing.exception.handler.global.enabled";

  /** Longer than the work of one tick, which lies between two commits. */
  private static final String TRANSACTION_TIMEOUT_MS = "60000";

  /** A commit sends thousands of small records at once. */
  private static final String BATCH_BYTES = Integer.toString(128 << 10);

  private static final String CACHE_BYTES = Long.toString(64L << 20);

  private ServiceProperties() {}

  /** Returns the application id of the topology, which is also the name of its consumer group. */
  public static String applicationId(String prefix) {
    return prefix + "visit-balance-" + StateVersion.current();
  }

  /**
   * Returns the properties of an instance.
   *
   * @param prefix the prefix of the installation's topics
   * @param clients Kafka's client configuration, and any settings to add or replace
   * @param stateFolder the folder for its state
   */
  public static Properties of(String prefix, Map<String, ?> clients, Path stateFolder) {
    Properties properties = new Properties();
    // State stored by another version is never read: a new application starts from the facts.
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, applicationId(prefix));
    properties.put(StreamsConfig.STATE_DIR_CONFIG, stateFolder.toString());
    properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, "100");
    properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, "2");
    properties.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, CACHE_BYTES);
    properties.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, BoundedStores.class.getName());
    // A tick is taken after the facts that were appended before it; the consumer sees to that.
    properties.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, isOrdered(clients) ? "-1" : "0");
    properties.put(HANDLED_EVERYWHERE, "true");
    properties.put(StreamsConfig.mainConsumerPrefix(HANDLED_EVERYWHERE), "true");
    properties.put(NAMED, "true");
    properties.put(
        StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG),
        TRANSACTION_TIMEOUT_MS);
    properties.put(
        StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
    properties.put(
        StreamsConfig.globalConsumerPrefix(ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG),
        KeylessRecords.class.getName());
    properties.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), BATCH_BYTES);
    String most = Integer.toString(Topic.MOST_BYTES);
    properties.put(StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), most);
    properties.put(StreamsConfig.topicPrefix(TopicConfig.MAX_MESSAGE_BYTES_CONFIG), most);
    if (isOrdered(clients)) {
      // The other protocol has no such IDs, and its timeouts are the broker's.
      properties.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, InstanceId.of(stateFolder));
      properties.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, CommittedReading.SESSION_TIMEOUT_MS);
    }
    properties.putAll(clients);
    return properties;
  }

  /**
   * Returns whether the consumer decides the order of records: {@link OrderedConsumer}. With the
   * group protocol of Kafka Streams its own consumer has to be used.
   */
  static boolean isOrdered(Map<?, ?> config) {
    return !"streams"
        .equalsIgnoreCase(String.valueOf(config.get(StreamsConfig.GROUP_PROTOCOL_CONFIG)));
  }
}
