package org.visitbalance.platform.serde;

import java.io.EOFException;
import java.io.IOException;
import java.util.concurrent.TimeoutException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;
import org.visitbalance.platform.registry.ErrorCodes;
import org.visitbalance.platform.registry.RegistryException;

/**
 * Wraps another deserializer of the same wire format, such as Confluent's, and translates its
 * failures. Such a deserializer reports a registry that is down in the same way as a bad record;
 * the causes tell the two apart.
 */
final class ForeignDeserializer<T extends SpecificRecord> implements Deserializer<T> {
  private final Class<T> type;
  private final Deserializer<?> deserializer;

  ForeignDeserializer(Class<T> type, Deserializer<?> deserializer) {
    this.type = type;
    this.deserializer = deserializer;
  }

  @Override
  @SuppressWarnings("NullAway") // Kafka's interface does not declare that null is a tombstone.
  public T deserialize(String topic, byte @Nullable [] bytes) {
    if (bytes == null) {
      return null;
    }
    WireFormat.id(bytes);
    Object record;
    try {
      record = deserializer.deserialize(topic, bytes);
    } catch (RuntimeException e) {
      if (isPassing(e)) {
        throw new RegistryException(
            "the schema registry does not return the schema of a record; see the cause", e);
      }
      throw new UndecodableException(
          "a record is not a " + type.getName() + " (" + e.getClass().getSimpleName() + ")");
    }
    if (!type.isInstance(record)) {
      throw new UndecodableException("a record is not a " + type.getName());
    }
    return type.cast(record);
  }

  private static boolean isPassing(RuntimeException thrown) {
    if (!(thrown instanceof SerializationException)) {
      return thrown instanceof org.apache.kafka.common.KafkaException;
    }
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      boolean outside = cause instanceof IOException && !(cause instanceof EOFException);
      if (outside || cause instanceof TimeoutException || isOtherRefusal(cause)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Returns whether this is Confluent's RestClientException (recognized without its class) for
   * anything but an unknown schema.
   */
  private static boolean isOtherRefusal(Throwable cause) {
    if (!cause.getClass().getSimpleName().equals("RestClientException")) {
      return false;
    }
    try {
      Object code = cause.getClass().getMethod("getErrorCode").invoke(cause);
      return !Integer.valueOf(ErrorCodes.SCHEMA_NOT_FOUND).equals(code);
    } catch (ReflectiveOperationException e) {
      return true;
    }
  }

  @Override
  public void close() {
    deserializer.close();
  }
}
