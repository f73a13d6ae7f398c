package org.visitbalance.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.visitbalance.platform.registry.SchemaRegistry;
import org.visitbalance.topology.Keys;
import org.visitbalance.topology.Topic;
import org.visitbalance.topology.Topics;

/**
 * What a broken, a badly configured or a malicious producer can put on a topic: bytes that are no
 * records, records of other schemas, damaged records, and records whose every field is as odd as
 * its type allows. All that can be read belongs to the companies {@value #TENANT} and others that
 * no test looks at.
 */
final class HostileRecords {
  static final String TENANT = "EVIL";

  private static final List<String> TEXTS =
      List.of(
          "",
          " ",
          "\u0000",
          "a\u0000b",
          "line\nbreak",
          "\u001b[31mred",
          "=1+1",
          "'; drop table balance; --",
          "%s%n%d|%7C",
          "\u00a0",
          "\ufeffB",
          "\u202e\u0627",
          "\ud83d\ude00".repeat(256),
          "x".repeat(256),
          "x".repeat(257),
          "x".repeat(20_000),
          "-",
          "null",
          "*",
          "1.23457E+11");

  private static final long[] NUMBERS = {
    0,
    1,
    -1,
    2,
    9_999,
    10_000,
    999_999,
    1_000_000,
    99_999_999_999L,
    100_000_000_000L,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    Long.MAX_VALUE,
    Long.MIN_VALUE
  };

  private final Random random;
  private final String prefix;
  private final long now;
  private final SchemaRegistry registry;
  private final Map<Topic<?>, Integer> ids = new HashMap<>();

  /**
   * @param now the time of each record, in milliseconds since 1970
   */
  HostileRecords(Random random, String prefix, long now, SchemaRegistry registry) {
    this.random = random;
    this.prefix = prefix;
    this.now = now;
    this.registry = registry;
  }

  /** The next record, for any topic that others can write to. */
  ProducerRecord<byte[], byte[]> next() {
    Topic<?> topic = Topics.ALL.get(random.nextInt(Topics.ALL.size()));
    byte[] key = text().getBytes(UTF_8);
    byte[] value;
    // The newest readable token says whose the installation is; the topic is for the service only.
    switch (random.nextInt(topic.equals(Topics.VISIT_IDS) ? 4 : 8)) {
      case 0 -> value = null;
      case 1 -> value = bytes(random.nextInt(64));
      case 2 -> value = header(random.nextInt(), bytes(random.nextInt(64)));
      case 3 -> value = header(id(topic), bytes(random.nextInt(200)));
      case 4 -> value = damaged(header(id(topic), datum(odd(schema(topic)))));
      case 5 -> {
        Topic<?> other = Topics.ALL.get(random.nextInt(Topics.ALL.size()));
        value = header(id(other), datum(odd(schema(other))));
      }
      default -> {
        GenericRecord record = odd(schema(topic));
        key = key(record);
        value = header(id(topic), datum(record));
      }
    }
    if (topic.keeping() == Topic.Keeping.FACTS && random.nextInt(20) == 0) {
      key = null;
    }
    return new ProducerRecord<>(prefix + topic.name(), null, now, key, value);
  }

  private static Schema schema(Topic<?> topic) {
    return SpecificData.get().getSchema(topic.type());
  }

  private int id(Topic<?> topic) {
    return ids.computeIfAbsent(
        topic, one -> registry.register(prefix + one.name() + "-value", schema(one)));
  }

  private byte[] key(GenericRecord record) {
    Object tenant = field(record, "tenant");
    Object second = field(record, "patientKey");
    if (second == null) {
      second = field(record, "source");
    }
    return (second == null
            ? Keys.of(String.valueOf(tenant))
            : Keys.of(String.valueOf(tenant), String.valueOf(second)))
        .getBytes(UTF_8);
  }

  private static Object field(GenericRecord record, String name) {
    return record.getSchema().getField(name) == null ? null : record.get(name);
  }

  private GenericRecord odd(Schema schema) {
    boolean isMostlyUsual = random.nextBoolean();
    GenericRecord record = new GenericData.Record(schema);
    for (Schema.Field field : schema.getFields()) {
      boolean isUsual = isMostlyUsual && random.nextInt(12) != 0;
      record.put(
          field.pos(),
          switch (field.name()) {
            case "tenant" -> TENANT;
            case "patientKey" -> "P" + random.nextInt(20);
            default -> isUsual ? usual(field.schema(), field.name()) : odd(field.schema(), 0);
          });
    }
    return record;
  }

  /** A value that is likely to be accepted, of few different ones, so that things grow. */
  private Object usual(Schema schema, String name) {
    return switch (schema.getType()) {
      case STRING -> name.endsWith("Id") && random.nextBoolean() ? "N" + random.nextInt() : "97110";
      case INT -> schema.getLogicalType() == null ? random.nextInt(4) : day();
      case LONG -> schema.getLogicalType() == null ? random.nextInt(100) : nanos();
      case UNION -> usual(schema.getTypes().get(random.nextInt(2)), name);
      case ENUM ->
          new GenericData.EnumSymbol(
              schema, schema.getEnumSymbols().get(random.nextInt(schema.getEnumSymbols().size())));
      case RECORD -> odd(schema);
      default -> odd(schema, 0);
    };
  }

  private int day() {
    return (int) (now / 86_400_000L) - random.nextInt(20);
  }

  private long nanos() {
    return (now - random.nextInt(1_000_000_000)) * 1_000_000L;
  }

  private Object odd(Schema schema, int depth) {
    return switch (schema.getType()) {
      case NULL -> null;
      case STRING -> text();
      case BYTES -> ByteBuffer.wrap(bytes(random.nextInt(32)));
      case INT -> (int) number();
      case LONG -> number();
      case BOOLEAN -> random.nextBoolean();
      case FLOAT -> Float.NaN;
      case DOUBLE -> Double.NEGATIVE_INFINITY;
      case ENUM ->
          new GenericData.EnumSymbol(
              schema, schema.getEnumSymbols().get(random.nextInt(schema.getEnumSymbols().size())));
      case ARRAY -> {
        List<Object> elements = new ArrayList<>();
        for (int i = random.nextInt(depth > 1 ? 2 : 4); i > 0; i--) {
          elements.add(odd(schema.getElementType(), depth + 1));
        }
        yield elements;
      }
      case MAP -> {
        Map<String, Object> entries = new HashMap<>();
        for (int i = random.nextInt(3); i > 0; i--) {
          entries.put(text(), odd(schema.getValueType(), depth + 1));
        }
        yield entries;
      }
      case UNION -> odd(schema.getTypes().get(random.nextInt(schema.getTypes().size())), depth);
      case RECORD -> odd(schema);
      default -> throw new IllegalStateException(schema.toString());
    };
  }

  private long number() {
    return random.nextBoolean()
        ? NUMBERS[random.nextInt(NUMBERS.length)]
        : random.nextLong() >> random.nextInt(Long.SIZE);
  }

  private String text() {
    return TEXTS.get(random.nextInt(TEXTS.size()));
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private byte[] damaged(byte[] record) {
    if (random.nextBoolean()) {
      record[random.nextInt(record.length)] ^= (byte) (1 << random.nextInt(Byte.SIZE));
      return record;
    }
    byte[] shorter = new byte[random.nextInt(record.length)];
    System.arraycopy(record, 0, shorter, 0, shorter.length);
    return shorter;
  }

  private static byte[] header(int id, byte[] datum) {
    return ByteBuffer.allocate(5 + datum.length).put((byte) 0).putInt(id).put(datum).array();
  }

  private static byte[] datum(GenericRecord record) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    try {
      new GenericDatumWriter<GenericRecord>(record.getSchema(), new GenericData())
          .write(record, encoder);
      encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
