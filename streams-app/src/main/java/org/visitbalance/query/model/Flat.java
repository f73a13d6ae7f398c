package org.visitbalance.query.model;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.avro.LogicalType;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.visitbalance.platform.Sha256;
import org.visitbalance.text.JsonText;
import org.visitbalance.text.Printable;

/**
 * An output record as a row: a field of a record within it is a column of its own, a map is JSON.
 * Lists of records are left out; they are tables of their own.
 */
public final class Flat {
  /** Names that SQL has taken. */
  private static final Map<String, String> TAKEN =
      Map.of(
          "from", "from_date",
          "to", "to_date",
          "date", "on_date",
          "month", "in_month",
          "list", "list_name",
          "partition", "partition_no",
          "position", "position_no",
          "rows", "row_count",
          "by", "by_whom");

  /** UTF-16 units; at most three bytes each. */
  private static final int KEY_LENGTH = 800;

  private static final String KEY_MARK = "...SHA-256:";

  private static final JsonFactory JSON = new JsonFactory();

  private Flat() {}

  static Schema schema(Class<? extends SpecificRecord> type) {
    return SpecificData.get().getSchema(type);
  }

  /** The columns of a type of records, in the order of its fields. */
  static List<Column> columns(Class<? extends SpecificRecord> type) {
    List<Column> columns = new ArrayList<>();
    addColumns(columns, "", schema(type));
    return columns;
  }

  private static void addColumns(List<Column> columns, String before, Schema schema) {
    for (Schema.Field field : schema.getFields()) {
      Schema kind = withoutNull(field.schema());
      String path = before + field.name();
      if (kind.getType() == Schema.Type.RECORD) {
        addColumns(columns, path + ".", kind);
      } else if (kind.getType() != Schema.Type.ARRAY) {
        columns.add(new Column(sqlName(path), path, type(kind), String.valueOf(field.doc())));
      }
    }
  }

  /** The values of a record, one for each of its columns. */
  static Object[] values(SpecificRecord record) {
    List<@Nullable Object> values = new ArrayList<>();
    addValues(values, record);
    return values.toArray();
  }

  private static void addValues(List<@Nullable Object> values, SpecificRecord record) {
    for (Schema.Field field : record.getSchema().getFields()) {
      Schema.Type kind = withoutNull(field.schema()).getType();
      Object value = record.get(field.pos());
      if (value instanceof SpecificRecord inner) {
        addValues(values, inner);
      } else if (kind != Schema.Type.ARRAY) {
        values.add(value(value));
      }
    }
  }

  /** A field's value as JDBC takes it. */
  static @Nullable Object value(@Nullable Object value) {
    if (value instanceof Enum<?> symbol) {
      return symbol.name();
    } else if (value instanceof Instant moment) {
      return moment.truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
    } else if (value instanceof Integer number) {
      return number.longValue();
    } else if (value instanceof Map<?, ?>) {
      return json(value);
    } else if (value instanceof String text) {
      return storable(text);
    }
    return value;
  }

  /** PostgreSQL holds no NUL in a text; nothing that could be a fact is refused for it. */
  static String storable(String text) {
    return text.indexOf('\0') < 0 ? text : text.replace('\0', '\uFFFD');
  }

  /**
   * Returns a key as the tables have it. PostgreSQL indexes up to 2,700 bytes; a key made of
   * several long IDs has more, so most of it is replaced by its hash.
   */
  public static String key(String key) {
    String stored = storable(key);
    return stored.length() <= KEY_LENGTH
        ? stored
        : Printable.begin(stored, KEY_LENGTH - KEY_MARK.length() - 64) + KEY_MARK + Sha256.hex(key);
  }

  static String json(Object value) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      JsonText.writeValue(json, value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return storable(text.toString());
  }

  private static Column.Type type(Schema schema) {
    LogicalType logical = schema.getLogicalType();
    if (logical != null) {
      return logical.getName().equals("date") ? Column.Type.DAY : Column.Type.MOMENT;
    }
    return switch (schema.getType()) {
      case INT, LONG -> Column.Type.WHOLE;
      case BOOLEAN -> Column.Type.TRUTH;
      case MAP -> Column.Type.JSON;
      case STRING, ENUM -> Column.Type.TEXT;
      default -> throw new IllegalArgumentException("no column for " + schema);
    };
  }

  private static Schema withoutNull(Schema schema) {
    return schema.getType() == Schema.Type.UNION ? schema.getTypes().get(1) : schema;
  }

  private static String sqlName(String path) {
    String snake =
        path.replaceAll("([a-z])([A-Z])", "$1_$2").replace('.', '_').toLowerCase(Locale.ROOT);
    return TAKEN.getOrDefault(snake, snake);
  }
}
