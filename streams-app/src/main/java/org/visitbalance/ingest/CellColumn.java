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
  private Known last = new Known(new char[0], "");
  private Known lastNumber = last;
  private @Nullable Known @Nullable [] known = new Known[SIZE];
  private int looked;
  private int found;

  @SuppressWarnings("ArrayRecordComponent") // Never compared or printed.
  private record Known(char[] text, Object value) {
    boolean is(char[] cells, int from, int to) {
      return Arrays.equals(text, 0, text.length, cells, from, to);
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
    if (!last.is(cells, from, to)) {
      last = look(cells, from, to);
    }
    return last.value;
  }

  /** Returns the value of a number cell of a workbook. */
  Object readNumber(String number, boolean from1904) {
    char[] cells = number.toCharArray();
    if (!lastNumber.is(cells, 0, cells.length)) {
      lastNumber = new Known(cells, reader.number(number, from1904));
    }
    return lastNumber.value;
  }

  private Known look(char[] cells, int from, int to) {
    @Nullable Known[] table = known;
    if (table == null) {
      return fresh(cells, from, to);
    }
    int hash = 0;
    for (int i = from; i < to; i++) {
      hash = 31 * hash + cells[i];
    }
    int place = (hash ^ hash >>> 15) & (SIZE - 1);
    Known before = table[place];
    if (++looked == TRIAL) {
      known = found < TRIAL / 4 ? null : known;
      looked = 0;
      found = 0;
    }
    if (before != null && before.is(cells, from, to)) {
      found++;
      return before;
    }
    Known read = fresh(cells, from, to);
    table[place] = read;
    return read;
  }

  private Known fresh(char[] cells, int from, int to) {
    return new Known(Arrays.copyOfRange(cells, from, to), reader.read(cells, from, to));
  }
}
