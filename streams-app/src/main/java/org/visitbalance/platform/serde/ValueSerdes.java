package org.visitbalance.platform.serde;

import java.util.HashMap;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;
import org.visitbalance.platform.registry.SchemaRegistries;
import org.visitbalance.platform.registry.SchemaRegistry;
import org.visitbalance.platform.registry.UnknownIds;

/**
 * The serdes of all topics' values, with one connection to the registry.
 *
 * <p>Another implementation of the same wire format can be configured, such as Confluent's own if
 * it is on the class path: set both {@value #SERIALIZER} and {@value #DESERIALIZER}. It receives
 * the whole configuration and {@code specific.avro.reader=true}.
 */
public final class ValueSerdes {
  public static final String SERIALIZER = "visitbalance.value.serializer";
  public static final String DESERIALIZER = "visitbalance.value.deserializer";

  private final Map<String, ?> config;
  private final @Nullable SchemaRegistry registry;

  /** Ids that another implementation's registry does not know. */
  private final UnknownIds unknown;

  private ValueSerdes(Map<String, ?> config, @Nullable SchemaRegistry registry) {
    this.config = config;
    this.registry = registry;
    this.unknown = new UnknownIds(config);
  }

  /**
   * Returns the serdes of a configuration, without connecting to the registry yet.
   *
   * @param config see {@link AvroSerde#of(Class, Map)}
   * @throws ConfigException if it cannot be used
   */
  public static ValueSerdes of(Map<String, ?> config) {
    boolean named = config.containsKey(SERIALIZER);
    if (named != config.containsKey(DESERIALIZER)) {
      throw new ConfigException(SERIALIZER + " and " + DESERIALIZER + " must be set together");
    }
    return new ValueSerdes(Map.copyOf(config), named ? null : SchemaRegistries.open(config));
  }

  /**
   * Returns the serde of one class of records; thread-safe unless another implementation is
   * configured.
   */
  public <T extends SpecificRecord> Serde<T> forClass(Class<T> type) {
    if (registry != null) {
      return AvroSerde.of(type, registry, config);
    }
    Map<String, Object> given = new HashMap<>(config);
    given.put("specific.avro.reader", true);
    @SuppressWarnings("unchecked") // Serializers of Avro take any record.
    Serializer<T> serializer = (Serializer<T>) create(SERIALIZER, Serializer.class);
    Deserializer<?> deserializer = create(DESERIALIZER, Deserializer.class);
    serializer.configure(given, false);
    deserializer.configure(given, false);
    return Serdes.serdeFrom(serializer, new ForeignDeserializer<>(type, deserializer, unknown));
  }

  /**
   * Returns why schemas are not available at the moment and what to do; null if no reason is known.
   * For other implementations, only unknown schemas are reported.
   */
  public @Nullable String trouble() {
    return registry == null ? unknown.trouble() : registry.trouble();
  }

  private <T> T create(String key, Class<T> type) {
    String name = String.valueOf(config.get(key));
    try {
      return Utils.newInstance(name, type);
    } catch (ClassNotFoundException e) {
      throw new ConfigException(key + " names " + name + ", which is not on the class path");
    }
  }
}
