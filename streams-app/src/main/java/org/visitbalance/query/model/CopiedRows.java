package org.visitbalance.query.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.SignStyle;
import java.time.temporal.ChronoField;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** Writes rows to PostgreSQL: deletes by all keys at once, inserts by COPY in its text format. */
final class CopiedRows implements RowWriter {
  private static final int AT_ONCE = 1 << 16;

  /** A year that ISO 8601 writes with a sign, PostgreSQL wants with its era. */
  private static final DateTimeFormatter FAR_DAY = far("-MM-dd G");

  private static final DateTimeFormatter FAR_MOMENT = far("-MM-dd HH:mm:ss.SSSSSSxxx G");

  private final Connection connection;
  private final PGConnection postgres;

  private CopiedRows(Connection connection) throws SQLException {
    this.connection = connection;
    this.postgres = connection.unwrap(PGConnection.class);
  }

  /**
   * Prepares the transaction. Its rows are found by their keys only: PostgreSQL must not conclude
   * from a table that was small a moment ago that reading all of it is cheaper than its index, and
   * must not keep a plan while the table grows. And it need not wait for its disk: what a power
   * failure takes from the rows it takes from the offsets in the same transaction, too, and is read
   * again.
   */
  static CopiedRows begin(Connection connection) throws SQLException {
    try (Statement set = connection.createStatement()) {
      set.execute(
          "set local enable_seqscan = off; set local plan_cache_mode = force_custom_plan;"
              + " set local synchronous_commit = off");
    }
    return new CopiedRows(connection);
  }

  @Override
  public void delete(Table table, Set<String> keys) throws SQLException {
    try (PreparedStatement delete = connection.prepareStatement(table.deleteAll())) {
      delete.setArray(1, connection.createArrayOf("text", keys.toArray()));
      delete.executeUpdate();
    }
  }

  @Override
  public void insert(Table table, Rows rows) throws SQLException {
    CopyIn copy = postgres.getCopyAPI().copyIn(table.copy());
    try {
      StringBuilder text = new StringBuilder(AT_ONCE);
      rows.to(
          (key, values) -> {
            append(text, key);
            for (Object value : values) {
              append(text.append('\t'), value);
            }
            text.append('\n');
            if (text.length() >= AT_ONCE) {
              send(copy, text);
            }
          });
      send(copy, text);
      copy.endCopy();
    } finally {
      if (copy.isActive()) {
        copy.cancelCopy();
      }
    }
  }

  private static void send(CopyIn copy, StringBuilder text) throws SQLException {
    byte[] bytes = text.toString().getBytes(UTF_8);
    copy.writeToCopy(bytes, 0, bytes.length);
    text.setLength(0);
  }

  private static boolean isNear(int year) {
    return year > 0 && year < 10_000;
  }

  private static DateTimeFormatter far(String rest) {
    return new DateTimeFormatterBuilder()
        .appendValue(ChronoField.YEAR_OF_ERA, 4, 10, SignStyle.NEVER)
        .appendPattern(rest)
        .toFormatter(Locale.ENGLISH);
  }

  private static void append(StringBuilder text, @Nullable Object value) {
    if (value == null) {
      text.append("\\N");
    } else if (value instanceof String string) {
      escape(text, string);
    } else if (value instanceof OffsetDateTime moment) {
      text.append(isNear(moment.getYear()) ? moment.toString() : FAR_MOMENT.format(moment));
    } else if (value instanceof LocalDate day) {
      text.append(isNear(day.getYear()) ? day.toString() : FAR_DAY.format(day));
    } else {
      text.append(value);
    }
  }

  /** What separates values and rows in the format, and the sign that says so. */
  private static void escape(StringBuilder text, String value) {
    int from = 0;
    for (int i = 0; i < value.length(); i++) {
      char sign =
          switch (value.charAt(i)) {
            case '\\' -> '\\';
            case '\t' -> 't';
            case '\n' -> 'n';
            case '\r' -> 'r';
            default -> 0;
          };
      if (sign != 0) {
        text.append(value, from, i).append('\\').append(sign);
        from = i + 1;
      }
    }
    text.append(value, from, value.length());
  }
}
