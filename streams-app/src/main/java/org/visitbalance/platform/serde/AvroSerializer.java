package org.visitbalance.platform.serde;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;
import org.visitbalance.platform.registry.PortableSchemas;
import org.visitbalance.platform.registry.SchemaRegistry;

/**
 * Writes values in Confluent's wire format, under the subject {@code <topic>-value}. Null stays
 * null. Thread-safe.
 *
 * <p>Throws {@link org.visitbalance.platform.registry.RegistryException} if the registry does not
 * return the schema's id, and {@link org.apache.kafka.common.errors.SerializationException} if the
 * record is incomplete.
 */
final class AvroSerializer<T extends SpecificRecord> implements Serializer<T> {
  private final SchemaRegistry registry;
  private final IdSource source;
  private final RecordWriter<T> writer;
  private final Schema schema;
  private final Map<String, Integer> ids = new ConcurrentHashMap<>();

  AvroSerializer(Class<T> type, SchemaRegistry registry, IdSource source) {
    this.registry = registry;
    this.source = source;
    this.writer = new RecordWriter<>(type);
    this.schema = PortableSchemas.of(writer.schema());
  }

  @Override
  @SuppressWarnings("NullAway") // Kafka's interface does not declare that null is a tombstone.
  public byte[] serialize(String topic, @Nullable T record) {
    if (record == null) {
      return null;
    }
    Integer id = ids.get(topic);
    if (id == null) {
      id = source.id(registry, topic + "-value", schema);
      ids.put(topic, id);
    }
    return writer.write(id, record);
  }
}
