package org.visitbalance.platform.serde;

import java.io.EOFException;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;
import org.visitbalance.platform.registry.ErrorCodes;
import org.visitbalance.platform.registry.RegistryException;
import org.visitbalance.platform.registry.RegistryRefusedException;
import org.visitbalance.platform.registry.UnknownIds;

/**
 * Wraps another deserializer of the same wire format, such as Confluent's, and translates its
 * failures. Such a deserializer reports a registry that is down in the same way as a bad record;
 * the causes tell the two apart.
 */
final class ForeignDeserializer<T extends SpecificRecord> implements Deserializer<T> {
  private final Class<T> type;
  private final Deserializer<?> deserializer;
  private final UnknownIds unknown;
  private final Set<Integer> known = ConcurrentHashMap.newKeySet();

  /**
   * @param unknown the ids that the registry does not know; shared by all deserializers
   */
  ForeignDeserializer(Class<T> type, Deserializer<?> deserializer, UnknownIds unknown) {
    this.type = type;
    this.deserializer = deserializer;
    this.unknown = unknown;
  }

  @Override
  @SuppressWarnings("NullAway") // Kafka's interface does not declare that null is a tombstone.
  public T deserialize(String topic, byte @Nullable [] bytes) {
    if (bytes == null) {
      return null;
    }
    int id = WireFormat.id(bytes);
    requireWorthAsking(id);
    Object record;
    try {
      record = deserializer.deserialize(topic, bytes);
    } catch (RuntimeException | StackOverflowError e) {
      throw ours(id, e);
    }
    if (known.add(id)) {
      unknown.known(id);
    }
    if (!type.isInstance(record)) {
      throw new UndecodableException("a record is not a " + type.getName());
    }
    return type.cast(record);
  }

  private void requireWorthAsking(int id) {
    if (known.contains(id)) {
      return;
    }
    try {
      unknown.requireWorthAsking(id);
    } catch (RegistryException e) {
      throw unknown(id, e);
    }
  }

  private RuntimeException ours(int id, Throwable thrown) {
    if (isUnknown(thrown)) {
      return unknown(id, unknown.unknown(id));
    } else if (thrown instanceof RuntimeException failure && isPassing(failure)) {
      return new NotYetDecodableException(
          new RegistryException(
              "the schema registry does not return the schema of a record; see the cause",
              failure));
    }
    return new UndecodableException(
        "a record is not a " + type.getName() + " (" + thrown.getClass().getSimpleName() + ")");
  }

  private static RuntimeException unknown(int id, RegistryException e) {
    return e instanceof RegistryRefusedException
        ? UndecodableException.ofUnknown(id, e)
        : new NotYetDecodableException(e);
  }

  private static boolean isUnknown(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (Integer.valueOf(ErrorCodes.SCHEMA_NOT_FOUND).equals(code(cause))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isPassing(RuntimeException thrown) {
    if (!(thrown instanceof SerializationException)) {
      return thrown instanceof org.apache.kafka.common.KafkaException;
    }
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      boolean outside = cause instanceof IOException && !(cause instanceof EOFException);
      if (outside || cause instanceof TimeoutException || isRefusal(cause)) {
        return true;
      }
    }
    return false;
  }

  /** Returns whether this is Confluent's RestClientException, recognized without its class. */
  private static boolean isRefusal(Throwable cause) {
    return cause.getClass().getSimpleName().equals("RestClientException");
  }

  private static @Nullable Object code(Throwable cause) {
    if (!isRefusal(cause)) {
      return null;
    }
    try {
      return cause.getClass().getMethod("getErrorCode").invoke(cause);
    } catch (ReflectiveOperationException e) {
      return null;
    }
  }

  @Override
  public void close() {
    deserializer.close();
  }
}
