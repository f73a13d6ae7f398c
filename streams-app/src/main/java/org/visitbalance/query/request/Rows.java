package org.visitbalance.query.request;

import com.fasterxml.jackson.databind.util.RawValue;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.visitbalance.query.model.Column;

/** Rows as JSON objects: a dotted path is an object within the object. */
final class Rows {
  private Rows() {}

  /** The current row; its columns are those, in their order, from a place on. */
  static Map<String, @Nullable Object> read(ResultSet row, List<Column> columns, int from)
      throws SQLException {
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    for (int i = 0; i < columns.size(); i++) {
      put(object, columns.get(i).path(), value(row, from + i, columns.get(i).type()));
    }
    return object;
  }

  @SuppressWarnings("unchecked") // Only objects are put where a path goes on.
  private static void put(
      Map<String, @Nullable Object> object, String path, @Nullable Object value) {
    int dot = path.indexOf('.');
    if (dot < 0) {
      object.put(path, value);
      return;
    }
    Object inner = object.computeIfAbsent(path.substring(0, dot), any -> new LinkedHashMap<>());
    put((Map<String, @Nullable Object>) inner, path.substring(dot + 1), value);
  }

  /** A value as Jackson writes it. */
  static @Nullable Object value(ResultSet row, int column, Column.Type type) throws SQLException {
    Object value =
        switch (type) {
          case TEXT, JSON -> row.getString(column);
          case WHOLE -> row.getLong(column);
          case TRUTH -> row.getBoolean(column);
          case DAY -> row.getObject(column, LocalDate.class);
          case MOMENT -> row.getObject(column, OffsetDateTime.class);
        };
    if (row.wasNull() || value == null) {
      return null;
    }
    return switch (type) {
      case JSON -> new RawValue((String) value);
      case DAY -> value.toString();
      case MOMENT -> ((OffsetDateTime) value).toInstant().toString();
      case TEXT, WHOLE, TRUTH -> value;
    };
  }
}
