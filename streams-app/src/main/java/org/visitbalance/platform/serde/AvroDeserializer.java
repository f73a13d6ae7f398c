package org.visitbalance.platform.serde;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;
import org.visitbalance.platform.registry.ErrorCodes;
import org.visitbalance.platform.registry.RegistryException;
import org.visitbalance.platform.registry.RegistryRefusedException;
import org.visitbalance.platform.registry.SchemaRegistry;

/**
 * Reads values in Confluent's wire format and converts other versions of the schema to the current
 * one. Null stays null. Thread-safe.
 *
 * <p>Throws {@link UndecodableException} if the record can never be read, and {@link
 * NotYetDecodableException} if its schema is not available at the moment.
 */
final class AvroDeserializer<T extends SpecificRecord> implements Deserializer<T> {
  private final Class<T> type;
  private final SchemaRegistry registry;
  private final KnownTexts texts = new KnownTexts();
  private final Map<Integer, RecordReader<T>> readers = new ConcurrentHashMap<>();

  AvroDeserializer(Class<T> type, SchemaRegistry registry) {
    this.type = type;
    this.registry = registry;
  }

  @Override
  @SuppressWarnings("NullAway") // Kafka's interface does not declare that null is a tombstone.
  public T deserialize(String topic, byte @Nullable [] bytes) {
    if (bytes == null) {
      return null;
    }
    int id = WireFormat.id(bytes);
    RecordReader<T> reader = readers.get(id);
    if (reader == null) {
      reader = new RecordReader<>(type, schema(id), texts);
      readers.put(id, reader);
    }
    return reader.read(bytes, WireFormat.HEADER);
  }

  private Schema schema(int id) {
    try {
      return registry.byId(id);
    } catch (RegistryRefusedException e) {
      if (e.code() == ErrorCodes.SCHEMA_NOT_FOUND) {
        throw UndecodableException.ofUnknown(id, e);
      }
      if (e.code() == ErrorCodes.INVALID_SCHEMA) {
        throw new UndecodableException(
            "a record names schema "
                + id
                + ", which is not an Avro schema that can be read ("
                + e.getMessage()
                + "); check its producer");
      }
      throw new NotYetDecodableException(e);
    } catch (RegistryException e) {
      throw new NotYetDecodableException(e);
    }
  }
}
