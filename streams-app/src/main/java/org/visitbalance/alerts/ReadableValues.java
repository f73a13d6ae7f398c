package org.visitbalance.alerts;

import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * The values of an output topic, but for those that cannot be read: somebody else wrote them, or
 * they were spoiled, and nothing is to wait for them. They are counted, and said.
 */
final class ReadableValues<T extends SpecificRecord> {
  private final Deserializer<T> deserializer;
  private final Condition condition;

  ReadableValues(Deserializer<T> deserializer, Condition condition) {
    this.deserializer = deserializer;
    this.condition = condition;
  }

  /** The value of a record; null where it has none that can be read. */
  @Nullable T of(ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null) {
      return null;
    }
    try {
      return deserializer.deserialize(record.topic(), record.value());
    } catch (SerializationException e) {
      condition.passedOver(
          record.topic() + "-" + record.partition() + " at offset " + record.offset());
      return null;
    }
  }
}
