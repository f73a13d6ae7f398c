package org.visitbalance.topology;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.processor.RecordContext;
import org.apache.kafka.streams.processor.TopicNameExtractor;

/**
 * Where each output of the ledger goes: one step for all topics, because a step for each would ask
 * every output seven times whether it is its own.
 */
final class OutputTopics {
  private OutputTopics() {}

  /** Names the topic of an output. */
  record Names(String prefix) implements TopicNameExtractor<String, TopicRecord> {
    @Override
    public String extract(String key, TopicRecord output, RecordContext context) {
      return prefix + output.topic().name();
    }

    /** The description of a topology shows it. */
    @Override
    public String toString() {
      return "the topic of each output";
    }
  }

  /** Returns how the values of all these topics are written; the ledger does not read them. */
  @SuppressWarnings("NullAway") // Kafka's interfaces do not declare that null is a tombstone.
  static Serde<TopicRecord> serde(TopologyOptions.Serdes serdes) {
    Map<Topic<?>, Writing> writers = new HashMap<>();
    Topics.LEDGER_OUTPUTS.forEach(topic -> writers.put(topic, writing(topic, serdes)));
    return Serdes.serdeFrom(
        (name, output) -> {
          SpecificRecord value = output.value();
          return value == null
              ? null
              : Objects.requireNonNull(writers.get(output.topic())).write(name, value);
        },
        (name, bytes) -> {
          throw new UnsupportedOperationException();
        });
  }

  /** Writes a value of one topic. */
  @FunctionalInterface
  private interface Writing {
    byte[] write(String name, SpecificRecord value);
  }

  private static <T extends SpecificRecord> Writing writing(
      Topic<T> topic, TopologyOptions.Serdes serdes) {
    Serializer<T> serializer = serdes.of(topic.type()).serializer();
    return (name, value) -> serializer.serialize(name, topic.type().cast(value));
  }
}
