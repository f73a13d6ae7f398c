package org.visitbalance.platform.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.visitbalance.platform.serde.SomeVisits.TOPIC;
import static org.visitbalance.platform.serde.SomeVisits.aVisit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.io.DecoderFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.visitbalance.embedded.RegistryServer;
import org.visitbalance.fact.Visit;
import org.visitbalance.platform.registry.CompatibilityLevel;
import org.visitbalance.platform.registry.LocalRegistry;
import org.visitbalance.platform.registry.PortableSchemas;
import org.visitbalance.platform.registry.SchemaLog;

/**
 * Confluent's genuine serializer and deserializer (5.5.3) with ours, over our registry. They live
 * in a class loader of their own, with an Avro and a Jackson of their own.
 */
@Tag("slow")
class ConfluentInteroperabilityTest {
  private static final Path PEERS =
      Path.of(System.getProperty("basedir", ""), "target", "peers", "confluent");

  private final LocalRegistry registry =
      new LocalRegistry(SchemaLog.inMemory(), CompatibilityLevel.FULL_TRANSITIVE);
  private final RegistryServer server = RegistryServer.start(registry);
  private final AvroSerde<Visit> ours =
      AvroSerde.of(Visit.class, Map.of("schema.registry.url", server.url()));
  private URLClassLoader loader;
  private Object serializer;
  private Object deserializer;

  @BeforeEach
  void loadTheirs() throws Exception {
    try (Stream<Path> jars = Files.list(PEERS)) {
      loader =
          new URLClassLoader(
              jars.map(ConfluentInteroperabilityTest::url).toArray(URL[]::new),
              ClassLoader.getPlatformClassLoader());
    }
    Thread.currentThread().setContextClassLoader(loader);
    serializer = theirs("KafkaAvroSerializer");
    deserializer = theirs("KafkaAvroDeserializer");
  }

  @AfterEach
  void close() throws IOException {
    Thread.currentThread().setContextClassLoader(getClass().getClassLoader());
    server.close();
    loader.close();
  }

  @Test
  void theyReadWhatWeWrite() throws Exception {
    Visit visit = aVisit().build();
    byte[] bytes = ours.serializer().serialize(TOPIC, visit);

    Object read = deserialize(bytes);

    assertThat(read.getClass().getClassLoader()).isSameAs(loader);
    assertThat(read).hasToString(generic(visit, bytes).toString());
  }

  @Test
  void weReadWhatTheyWriteAndRegister() throws Exception {
    Visit visit = aVisit().build();
    byte[] bytes = ours.serializer().serialize(TOPIC, visit);
    Object theirRecord = deserialize(bytes);

    byte[] theirBytes = serialize("their.visits", theirRecord);

    assertThat(registry.subjects()).containsExactly("emr.visits-value", "their.visits-value");
    assertThat(ours.deserializer().deserialize("their.visits", theirBytes)).isEqualTo(visit);
    assertThat(theirBytes).isEqualTo(bytes);
  }

  @Test
  void weReadWhatTheyWriteUnderASchemaOfTheirOwn() throws Exception {
    // Register a schema that has one field less before the genuine serializer takes it up.
    Schema schema = PortableSchemas.of(Visit.getClassSchema());
    Object theirSchema =
        parse(schema.toString().replaceFirst("\\{\"name\":\"rebilled\".*?\"default\":null},", ""));
    Visit visit = aVisit().build();
    Object full = deserialize(ours.serializer().serialize(TOPIC, visit));
    Class<?> recordClass = loader.loadClass("org.apache.avro.generic.GenericData$Record");
    Object record =
        recordClass
            .getConstructor(loader.loadClass("org.apache.avro.Schema"))
            .newInstance(theirSchema);
    Method get = recordClass.getMethod("get", String.class);
    Method put = recordClass.getMethod("put", String.class, Object.class);
    for (Schema.Field field : schema.getFields()) {
      if (!field.name().equals("rebilled")) {
        put.invoke(record, field.name(), get.invoke(full, field.name()));
      }
    }

    byte[] bytes = serialize(TOPIC, record);

    assertThat(registry.versions("emr.visits-value")).hasSize(2);
    assertThat(ours.deserializer().deserialize(TOPIC, bytes))
        .isEqualTo(aVisit().setRebilled(null).build());
  }

  @Test
  void theyUnderstandOurRefusals() throws Exception {
    ours.serializer().serialize(TOPIC, aVisit().build());

    assertThatThrownBy(() -> serialize(TOPIC, "a text"))
        .hasStackTraceContaining("RestClientException")
        .hasStackTraceContaining("error code: 409");
    assertThatThrownBy(() -> deserialize(new byte[] {0, 0, 0, 0, 99, 2}))
        .hasStackTraceContaining("error code: 40403");
  }

  private Object theirs(String name) throws Exception {
    Class<?> type = loader.loadClass("io.confluent.kafka.serializers." + name);
    Object made = type.getConstructor().newInstance();
    type.getMethod("configure", Map.class, boolean.class)
        .invoke(made, Map.of("schema.registry.url", server.url()), false);
    return made;
  }

  private byte[] serialize(String topic, Object record) throws Exception {
    return (byte[])
        unwrapped(
            serializer.getClass().getMethod("serialize", String.class, Object.class),
            serializer,
            topic,
            record);
  }

  private Object deserialize(byte[] bytes) throws Exception {
    return unwrapped(
        deserializer.getClass().getMethod("deserialize", String.class, byte[].class),
        deserializer,
        TOPIC,
        bytes);
  }

  private Object parse(String schema) throws Exception {
    Class<?> parser = loader.loadClass("org.apache.avro.Schema$Parser");
    return parser
        .getMethod("parse", String.class)
        .invoke(parser.getConstructor().newInstance(), schema);
  }

  private static Object unwrapped(Method method, Object on, Object... arguments) throws Exception {
    try {
      return method.invoke(on, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }

  private static Object generic(Visit visit, byte[] bytes) throws IOException {
    Schema schema = PortableSchemas.of(visit.getSchema());
    return new GenericDatumReader<>(schema)
        .read(null, DecoderFactory.get().binaryDecoder(bytes, 5, bytes.length - 5, null));
  }

  private static URL url(Path jar) {
    try {
      return jar.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new UncheckedIOException(e);
    }
  }
}
