package org.visitbalance.platform.serde;

import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.visitbalance.platform.registry.SchemaRegistries;
import org.visitbalance.platform.registry.SchemaRegistry;

/**
 * A topic's values as Avro in Confluent's wire format, with a registry that speaks Confluent's
 * protocol. For values only: keys are plain text. Both halves are thread-safe, need no {@code
 * configure} and hold nothing that must be closed.
 *
 * <p>A record that can never be read is an {@link UndecodableException}; any failure that may pass
 * is a {@link org.visitbalance.platform.registry.RegistryException}.
 */
public final class AvroSerde<T extends SpecificRecord> implements Serde<T> {
  private final AvroSerializer<T> serializer;
  private final AvroDeserializer<T> deserializer;

  private AvroSerde(Class<T> type, SchemaRegistry registry, IdSource source) {
    this.serializer = new AvroSerializer<>(type, registry, source);
    this.deserializer = new AvroDeserializer<>(type, registry);
  }

  /**
   * Returns a serde with its own registry connection; {@link ValueSerdes} share one.
   *
   * @param config {@code auto.register.schemas} (true), {@code use.latest.version} (false), and the
   *     keys of {@link org.visitbalance.platform.registry.RegistryConfig}
   * @throws org.apache.kafka.common.config.ConfigException if it cannot be used
   */
  public static <T extends SpecificRecord> AvroSerde<T> of(Class<T> type, Map<String, ?> config) {
    return of(type, SchemaRegistries.open(config), config);
  }

  /** Returns a serde that uses a shared registry. */
  public static <T extends SpecificRecord> AvroSerde<T> of(
      Class<T> type, SchemaRegistry registry, Map<String, ?> config) {
    return new AvroSerde<>(type, registry, IdSource.of(config));
  }

  @Override
  public Serializer<T> serializer() {
    return serializer;
  }

  @Override
  public Deserializer<T> deserializer() {
    return deserializer;
  }
}
