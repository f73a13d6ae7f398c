package org.visitbalance.ingest;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The values of a row, each at the position that its kind gives to the field; null for a blank
 * cell.
 */
final class Row {
  /** The order of the files' names, then of their lines. */
  static final Comparator<Row> BY_PLACE =
      Comparator.<Row>comparingInt(row -> row.source.rank()).thenComparingLong(row -> row.line);

  private final RowSource source;
  private final long line;
  private final @Nullable Object[] values;
  private final String origin;

  Row(RowSource source, long line, @Nullable Object[] values) {
    this(source, line, values, "");
  }

  /**
   * @param origin what the row is about, for those who make its facts anew; copies keep it
   */
  Row(RowSource source, long line, @Nullable Object[] values, String origin) {
    this.source = source;
    this.line = line;
    this.values = values;
    this.origin = origin;
  }

  RowSource source() {
    return source;
  }

  long line() {
    return line;
  }

  /** Returns what the row is about; empty for the rows of a run over a whole folder. */
  String origin() {
    return origin;
  }

  /** Returns the values themselves; only the creator of the row may change them. */
  @Nullable Object[] values() {
    return values;
  }

  /** Returns a hash of all its contents. */
  long contents() {
    return Arrays.hashCode(values);
  }

  Row copy() {
    return new Row(source, line, values.clone(), origin);
  }

  @Nullable Object get(Field field) {
    int slot = source.kind().slot(field);
    return slot < 0 ? null : values[slot];
  }

  void set(Field field, @Nullable Object value) {
    values[source.kind().slot(field)] = value;
  }

  @Nullable String text(Field field) {
    return (String) get(field);
  }

  @Nullable Instant instant(Field field) {
    return (Instant) get(field);
  }

  @Nullable LocalDate date(Field field) {
    return (LocalDate) get(field);
  }

  @Nullable Integer whole(Field field) {
    return (Integer) get(field);
  }

  /** Cents. */
  @Nullable Long amount(Field field) {
    return (Long) get(field);
  }

  @Nullable Boolean truth(Field field) {
    return (Boolean) get(field);
  }

  <E extends Enum<E>> @Nullable E symbol(Field field, Class<E> type) {
    Object value = get(field);
    return value == null ? null : type.cast(value);
  }

  @SuppressWarnings("unchecked")
  List<String> modifiers() {
    List<String> modifiers = (List<String>) get(Field.MODIFIERS);
    return modifiers == null ? List.of() : modifiers;
  }

  /** Returns the later of two instants; null is before all others. */
  static @Nullable Instant later(@Nullable Instant one, @Nullable Instant other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return one.isBefore(other) ? other : one;
  }
}
