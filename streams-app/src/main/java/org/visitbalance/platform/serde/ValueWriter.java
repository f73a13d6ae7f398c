package org.visitbalance.platform.serde;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;

/**
 * Writes values of one schema; the schema is analyzed once, not for every record. It is faster than
 * Avro's own writer, and correct where that one is wrong: Avro 1.12.1 writes the wrong time for an
 * instant before 1970 that is not a whole second.
 */
@FunctionalInterface
interface ValueWriter {
  /**
   * Writes a value; throws whatever exception results if the value does not match the schema.
   *
   * @param value null only if the schema allows it
   */
  void write(@Nullable Object value, ArrayEncoder out);

  /**
   * Returns the writer of a schema.
   *
   * @param schema a schema of generated records, with the supported kinds of values: no fixed
   *     types, and no unions except of null and one other type
   */
  static ValueWriter of(Schema schema) {
    return switch (schema.getType()) {
      case RECORD -> record(schema);
      case ENUM -> (value, out) -> out.writeInt(position((Enum<?>) given(value)));
      case ARRAY -> array(of(schema.getElementType()));
      case MAP -> map(of(schema.getValueType()));
      case UNION -> optional(schema.getTypes());
      case STRING -> (value, out) -> out.writeString((String) given(value));
      case BYTES -> (value, out) -> out.writeBytes((ByteBuffer) given(value));
      case INT -> number(schema);
      case LONG -> longNumber(schema);
      case BOOLEAN -> (value, out) -> out.writeBoolean((Boolean) given(value));
      default -> throw unsupported(schema);
    };
  }

  @SuppressWarnings("EnumOrdinal") // Generated enums have the same order as the schema's symbols.
  private static int position(Enum<?> symbol) {
    return symbol.ordinal();
  }

  private static ValueWriter record(Schema schema) {
    ValueWriter[] fields =
        schema.getFields().stream().map(field -> of(field.schema())).toArray(ValueWriter[]::new);
    return (value, out) -> {
      IndexedRecord record = (IndexedRecord) given(value);
      for (int i = 0; i < fields.length; i++) {
        fields[i].write(record.get(i), out);
      }
    };
  }

  private static ValueWriter array(ValueWriter element) {
    return (value, out) -> {
      Collection<?> elements = (Collection<?>) given(value);
      if (!elements.isEmpty()) {
        out.writeLong(elements.size());
        for (Object one : elements) {
          element.write(one, out);
        }
      }
      out.writeZero();
    };
  }

  private static ValueWriter map(ValueWriter values) {
    return (value, out) -> {
      Map<?, ?> entries = (Map<?, ?>) given(value);
      if (!entries.isEmpty()) {
        out.writeLong(entries.size());
        for (Map.Entry<?, ?> entry : entries.entrySet()) {
          out.writeString((String) entry.getKey());
          values.write(entry.getValue(), out);
        }
      }
      out.writeZero();
    };
  }

  private static ValueWriter optional(List<Schema> branches) {
    int absent = branches.get(0).getType() == Schema.Type.NULL ? 0 : 1;
    Schema present = branches.get(1 - absent);
    if (branches.size() != 2 || branches.get(absent).getType() != Schema.Type.NULL) {
      throw unsupported(Schema.createUnion(branches));
    }
    ValueWriter writer = of(present);
    return (value, out) -> {
      out.writeInt(value == null ? absent : 1 - absent);
      if (value != null) {
        writer.write(value, out);
      }
    };
  }

  private static ValueWriter number(Schema schema) {
    String meaning = meaning(schema);
    if (meaning.isEmpty()) {
      return (value, out) -> out.writeInt((Integer) given(value));
    }
    if (meaning.equals("date")) {
      return (value, out) -> out.writeInt(Math.toIntExact(((LocalDate) given(value)).toEpochDay()));
    }
    throw unsupported(schema);
  }

  private static ValueWriter longNumber(Schema schema) {
    String meaning = meaning(schema);
    if (meaning.isEmpty()) {
      return (value, out) -> out.writeLong((Long) given(value));
    }
    if (meaning.equals("timestamp-nanos")) {
      return (value, out) -> out.writeLong(nanos((Instant) given(value)));
    }
    throw unsupported(schema);
  }

  /** Converts an instant from 1677 to 2262; throws for any other. */
  private static long nanos(Instant instant) {
    long seconds = Math.multiplyExact(instant.getEpochSecond(), TimeUnit.SECONDS.toNanos(1));
    return Math.addExact(seconds, instant.getNano());
  }

  private static String meaning(Schema schema) {
    return schema.getLogicalType() == null ? "" : schema.getLogicalType().getName();
  }

  private static Object given(@Nullable Object value) {
    if (value == null) {
      throw new NullPointerException();
    }
    return value;
  }

  private static IllegalArgumentException unsupported(Schema schema) {
    return new IllegalArgumentException(
        "no record has had a value of this kind so far: " + schema + "; add it to ValueWriter");
  }
}
