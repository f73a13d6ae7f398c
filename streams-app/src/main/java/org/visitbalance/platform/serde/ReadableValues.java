package org.visitbalance.platform.serde;

import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decodes the values of topics that this program writes. A record that cannot be read, because
 * somebody else wrote it or it was damaged, is counted, logged and passed over; it must not cost
 * anybody the records after it. Thread-safe if the deserializer is.
 */
public final class ReadableValues<T> {
  private static final Logger LOG = LoggerFactory.getLogger(ReadableValues.class);
  private static final long MOST_LOGGED = 10;

  private final Deserializer<? extends T> values;
  private final AtomicLong passedOver = new AtomicLong();

  /** Creates a reading that has passed nothing over. */
  public ReadableValues(Deserializer<? extends T> values) {
    this.values = values;
  }

  /**
   * Returns a record's value; null if it has none or cannot be read.
   *
   * @throws NotYetDecodableException if the registry does not answer, was not asked yet, or is
   *     likely to know the schema soon
   */
  public @Nullable T of(ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null) {
      return null;
    }
    try {
      return values.deserialize(record.topic(), record.value());
    } catch (NotYetDecodableException e) {
      if (e.isToBePassedOver()) {
        return passOver(record, e);
      }
      throw e;
    } catch (SerializationException e) {
      return passOver(record, e);
    }
  }

  /**
   * Returns a record's value, as {@link #of} does, but waits for a schema that the registry may yet
   * know.
   *
   * @throws NotYetDecodableException if the registry does not answer
   */
  public @Nullable T await(ConsumerRecord<byte[], byte[]> record) {
    return SchemaPatience.await(() -> of(record));
  }

  /**
   * Returns a record's value, as {@link #of} does, but does without it if the registry does not
   * know its schema yet. It waits until the registry was asked.
   *
   * @throws NotYetDecodableException if the registry does not answer
   */
  public @Nullable T ifKnown(ConsumerRecord<byte[], byte[]> record) {
    try {
      return SchemaPatience.awaitTurn(() -> of(record));
    } catch (NotYetDecodableException e) {
      if (!e.isUnknown()) {
        throw e;
      }
      return null;
    }
  }

  private @Nullable T passOver(ConsumerRecord<byte[], byte[]> record, RuntimeException problem) {
    if (passedOver.incrementAndGet() <= MOST_LOGGED) {
      LOG.warn(
          "{}-{} at offset {} cannot be read and is passed over: {}",
          record.topic(),
          record.partition(),
          record.offset(),
          problem.getMessage());
    }
    return null;
  }

  /** Returns how many records have been passed over. */
  public long passedOver() {
    return passedOver.get();
  }
}
