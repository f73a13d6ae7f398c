package org.visitbalance.ingest;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One column of a file, read as one field. Dates, codes and names repeat, and rows of one visit are
 * next to each other, so results are cached by text until it turns out that the column does not
 * repeat. Not thread-safe.
 */
final class CellColumn {
  private static final int SIZE = 1 << 10;
  private static final int TRIAL = 1 << 10;

  private final CellReader reader;
  private final int target;
  private final String name;
  private final Cache texts = new Cache();
  private final Cache numbers = new Cache();

  @SuppressWarnings("ArrayRecordComponent") // Never compared or printed.
  private record Known(char[] text, Object value) {
    boolean is(char[] cells, int from, int to) {
      return Arrays.equals(text, 0, text.length, cells, from, to);
    }
  }

  /** The values of some cells, by their texts. */
  private static final class Cache {
    private Known last = new Known(new char[0], "");
    private @Nullable Known @Nullable [] known = new Known[SIZE];
    private int looked;
    private int found;

    /** Returns what is known of a cell, or null. */
    @Nullable Known find(char[] cells, int from, int to) {
      if (last.is(cells, from, to)) {
        return last;
      }
      @Nullable Known[] table = known;
      if (table == null) {
        return null;
      }
      Known before = table[place(cells, from, to)];
      if (++looked == TRIAL) {
        known = found < TRIAL / 4 ? null : known;
        looked = 0;
        found = 0;
      }
      if (before != null && before.is(cells, from, to)) {
        found++;
        last = before;
        return before;
      }
      return null;
    }

    Object keep(Known read) {
      @Nullable Known[] table = known;
      if (table != null) {
        table[place(read.text, 0, read.text.length)] = read;
      }
      last = read;
      return read.value;
    }

    private static int place(char[] cells, int from, int to) {
      int hash = 0;
      for (int i = from; i < to; i++) {
        hash = 31 * hash + cells[i];
      }
      return (hash ^ hash >>> 15) & (SIZE - 1);
    }
  }

  /**
   * @param target the position of its values in a row
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

  /** Returns the value of a trimmed, non-blank cell. */
  Object read(char[] cells, int from, int to) {
    Known known = texts.find(cells, from, to);
    return known == null
        ? texts.keep(new Known(Arrays.copyOfRange(cells, from, to), reader.read(cells, from, to)))
        : known.value;
  }

  /** Returns the value of a number cell of a workbook. */
  Object readNumber(String number, boolean from1904) {
    char[] cells = number.toCharArray();
    Known known = numbers.find(cells, 0, cells.length);
    return known == null
        ? numbers.keep(new Known(cells, reader.number(number, cells, from1904)))
        : known.value;
  }
}
