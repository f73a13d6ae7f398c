package org.visitbalance.service;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;
import org.visitbalance.output.VisitIds;
import org.visitbalance.platform.CommittedReading;
import org.visitbalance.platform.Deadline;
import org.visitbalance.platform.serde.NotYetDecodableException;
import org.visitbalance.platform.serde.SchemaTurn;
import org.visitbalance.topology.Topics;
import org.visitbalance.topology.TopologyOptions;

/** Finds the newest record of the topic that leads from tokens to visits: it shows their key. */
public final class NewestVisitIds {
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long FIRST_STEP = 200;

  private final Map<String, Object> clients;
  private final Deserializer<? extends SpecificRecord> values;
  private final String topic;

  private @Nullable VisitIds newest;
  private long newestAt = Long.MIN_VALUE;

  private NewestVisitIds(Map<String, ?> clients, TopologyOptions.Serdes serdes, String prefix) {
    this.clients = CommittedReading.config(clients);
    this.clients.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    this.values = serdes.of(VisitIds.class).deserializer();
    this.topic = prefix + Topics.VISIT_IDS.name();
  }

  /**
   * Reads the topic.
   *
   * @return the newest record, or null if there is none or the topic may not be read
   * @throws KafkaException if the cluster or the schema registry does not answer
   */
  public static @Nullable VisitIds read(
      Map<String, ?> clients, TopologyOptions.Serdes serdes, String prefix) {
    return new NewestVisitIds(clients, serdes, prefix).read();
  }

  private @Nullable VisitIds read() {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(clients, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      for (TopicPartition partition : CommittedReading.partitions(consumer, topic)) {
        read(consumer, partition);
      }
    } catch (AuthorizationException e) {
      return null;
    }
    return newest;
  }

  /** Reads the last few records, and more of them as long as none can be used. */
  private void read(KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition) {
    List<TopicPartition> one = List.of(partition);
    long begin = Objects.requireNonNull(consumer.beginningOffsets(one).get(partition));
    long to = Objects.requireNonNull(consumer.endOffsets(one).get(partition));
    consumer.assign(one);
    boolean isFound = false;
    for (long step = FIRST_STEP; to > begin && !isFound; step *= 4) {
      long from = Math.max(begin, to - step);
      consumer.seek(partition, from);
      Deadline patience = Deadline.in(PATIENCE);
      while (consumer.position(partition) < to) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          isFound |= take(record);
        }
        if (patience.isOver()) {
          throw new KafkaException(partition + " returns no records; check that its broker is up");
        }
      }
      to = from;
    }
  }

  private boolean take(ConsumerRecord<byte[], byte[]> record) {
    try {
      if (record.value() != null
          && SchemaTurn.await(() -> values.deserialize(topic, record.value()))
              instanceof VisitIds entry) {
        if (record.timestamp() >= newestAt) {
          newest = entry;
          newestAt = record.timestamp();
        }
        return true;
      }
    } catch (SerializationException e) {
      // A record that cannot be read did not come from this installation.
    } catch (NotYetDecodableException e) {
      if (!e.isUnknown()) {
        throw e;
      }
    }
    return false;
  }
}
