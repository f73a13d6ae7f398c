package org.visitbalance.ingest;

import org.jspecify.annotations.Nullable;

/**
 * One column of a file read as one field. Dates, codes and names repeat: what was read of a text is
 * kept and given again, until it shows that the column does not repeat itself. Not for several
 * threads at once.
 */
final class CellColumn {
  private static final int SIZE = 1 << 10;
  private static final int TRIAL = 1 << 10;

  private final CellReader reader;
  private final int target;
  private final String name;
  private @Nullable Known @Nullable [] known = new Known[SIZE];
  private int looked;
  private int found;

  private record Known(String text, Object value) {}

  /**
   * @param target the place of its values in a row
   * @param name the column's name, for messages
   */
  CellColumn(CellReader reader, int target, String name) {
    this.reader = reader;
    this.target = target;
    this.name = name;
  }

  int target() {
    return target;
  }

  String name() {
    return name;
  }

  /** Returns the value of a trimmed cell that is not blank. */
  Object read(char[] cells, int offset, int length) {
    @Nullable Known[] table = known;
    if (table == null) {
      return reader.read(cells, offset, offset + length);
    }
    int hash = 0;
    for (int i = offset; i < offset + length; i++) {
      hash = 31 * hash + cells[i];
    }
    int place = (hash ^ hash >>> 15) & (SIZE - 1);
    Known before = table[place];
    if (++looked == TRIAL) {
      known = found < TRIAL / 4 ? null : known;
      looked = 0;
      found = 0;
    }
    if (before != null && equal(before.text, cells, offset, length)) {
      found++;
      return before.value;
    }
    Object value = reader.read(cells, offset, offset + length);
    String text =
        value instanceof String same && equal(same, cells, offset, length)
            ? same
            : new String(cells, offset, length);
    table[place] = new Known(text, value);
    return value;
  }

  private static boolean equal(String text, char[] cells, int offset, int length) {
    if (text.length() != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (text.charAt(i) != cells[offset + i]) {
        return false;
      }
    }
    return true;
  }
}
