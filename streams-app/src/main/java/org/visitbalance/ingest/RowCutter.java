package org.visitbalance.ingest;

import java.io.IOException;
import java.io.Reader;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a text into rows before it is parsed, so that a stray quotation mark costs one row and
 * swallows none (files.md#reading). Passes on all rows but those in which a quoted cell is broken;
 * of these it leaves the line ends only, so that the lines that follow keep their numbers. Reading
 * then goes on at the line after the one in which the cell begins.
 */
final class RowCutter extends Reader {
  private static final int MOST_LETTERS = 32_767;
  private static final int MOST_LINES = 200;
  private static final int LONGEST_ROW = 1 << 21;

  /** Fewer cells than this in every line say nothing about a line inside a quoted cell. */
  private static final int CELLS_OF_A_ROW_INSIDE = 5;

  /** The same, if both the line in which a cell begins and the one in which it ends are rows. */
  private static final int CELLS_OF_ROWS_AROUND = 3;

  private static final int MORE = -1;
  private static final char BYTE_ORDER_MARK = '\uFEFF';

  /** A row that was left out. */
  record Broken(long line, String reason) {}

  private final Reader in;
  private final char delimiter;
  private final int width;
  private final long headerLine;
  private final Deque<Broken> broken = new ArrayDeque<>();
  private char[] buffer = new char[1 << 16];

  /** What can be read: from here ... */
  private int out;

  /** ... to here. What follows is not cut yet. */
  private int ready;

  private int limit;
  private boolean ended;

  /** The number of the line that begins at {@code ready}. */
  private long line = 1;

  /** Of the row scanned last: how many line ends it has. */
  private int lineEnds;

  /** Of the row scanned last: why it is broken, or null. */
  private @Nullable String reason;

  /**
   * @param width the number of cells of the header; 0 if it is not known
   * @param headerLine the line of the header; the rows up to it are not held to its width
   */
  RowCutter(Reader in, char delimiter, int width, long headerLine) {
    this.in = in;
    this.delimiter = delimiter;
    this.width = width;
    this.headerLine = headerLine;
  }

  /** Returns the next row that was left out before a line, and forgets it; null if none is left. */
  @Nullable Broken pollBefore(long before) {
    Broken first = broken.peek();
    return first == null || first.line >= before ? null : broken.poll();
  }

  @Override
  public int read(char[] target, int offset, int length) throws IOException {
    while (out == ready) {
      if (!cut()) {
        return -1;
      }
    }
    int count = Math.min(length, ready - out);
    System.arraycopy(buffer, out, target, offset, count);
    out += count;
    return count;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  /** Cuts the rows that are in the buffer; returns false at the end of the text. */
  private boolean cut() throws IOException {
    while (true) {
      int begin = ready;
      out = begin;
      while (ready < limit || !ended) {
        if (ready < limit && buffer[ready] == BYTE_ORDER_MARK) {
          if (ready > begin) {
            return true;
          }
          begin = ++ready;
          out = begin;
          continue;
        }
        int end = scan(ready);
        if (end == MORE || (reason != null && ready > begin)) {
          break;
        } else if (reason != null) {
          leaveOut(end);
          return true;
        }
        line += lineEnds;
        ready = end;
      }
      if (ready > begin) {
        return true;
      } else if (ready == limit && ended) {
        return false;
      } else if (limit - ready > LONGEST_ROW) {
        skipLine();
        return true;
      }
      fill();
    }
  }

  private void leaveOut(int end) {
    broken.add(new Broken(line, String.valueOf(reason)));
    Arrays.fill(buffer, end - lineEnds, end, '\n');
    out = end - lineEnds;
    ready = end;
    line += lineEnds;
  }

  /** Leaves out a row that is too long to be held, up to the end of its first line. */
  private void skipLine() throws IOException {
    broken.add(new Broken(line, "is longer than a row can be"));
    int end = ready;
    while (true) {
      end = lineEnd(end);
      if (end < limit || ended) {
        break;
      }
      // Nothing of it is needed any more.
      limit = 0;
      ready = 0;
      end = 0;
      fill();
    }
    ready = afterLineEnd(end, true);
    out = ready;
    if (ready > end) {
      buffer[--out] = '\n';
      line++;
    }
  }

  /** Reads more of the text behind what is not cut yet. */
  private void fill() throws IOException {
    System.arraycopy(buffer, ready, buffer, 0, limit - ready);
    limit -= ready;
    ready = 0;
    out = 0;
    if (limit == buffer.length) {
      buffer = Arrays.copyOf(buffer, buffer.length * 2);
    }
    int count = in.read(buffer, limit, buffer.length - limit);
    if (count < 0) {
      ended = true;
    } else {
      limit += count;
    }
  }

  /**
   * Returns where a row ends, after its line end. Sets {@link #reason} if it is broken; then it
   * ends with the line in which its broken cell begins. Returns MORE if the buffer has too little
   * of it.
   */
  private int scan(int start) {
    reason = null;
    lineEnds = 0;
    int at = start;
    while (at < limit) {
      char letter = buffer[at];
      if (letter == '"') {
        return scanQuoted(start);
      } else if (letter == '\n' || letter == '\r') {
        lineEnds = 1;
        return afterLineEnd(at, ended);
      }
      at++;
    }
    return ended ? limit : MORE;
  }

  private int scanQuoted(int start) {
    int lineStart = start;
    int at = start;
    while (true) {
      if (at < limit && buffer[at] == '"') {
        int begin = at;
        int beginLine = lineStart;
        int end = begin + 1;
        int doubled = 0;
        int breaks = 0;
        while (true) {
          if (end >= limit) {
            return ended ? broken(start, begin) : MORE;
          }
          char letter = buffer[end];
          if (letter == '"') {
            if (end + 1 == limit && !ended) {
              return MORE;
            } else if (end + 1 == limit || buffer[end + 1] != '"') {
              break;
            }
            doubled++;
            end += 2;
          } else if (letter == '\n' || letter == '\r') {
            if (breaks > 0 && isRow(lineStart, end, CELLS_OF_A_ROW_INSIDE)) {
              return broken(start, begin);
            }
            int after = afterLineEnd(end, ended);
            if (after == MORE) {
              return MORE;
            }
            breaks++;
            lineStart = after;
            end = after;
          } else {
            end++;
          }
          if (end - begin - 1 - doubled > MOST_LETTERS || breaks >= MOST_LINES) {
            return broken(start, begin);
          }
        }
        if (breaks > 0 && isRow(lineStart, end, CELLS_OF_A_ROW_INSIDE)) {
          return broken(start, begin);
        }
        int after = end + 1;
        while (after < limit && isBlankInLine(buffer[after])) {
          after++;
        }
        if (after == limit && !ended) {
          return MORE;
        } else if (after < limit && buffer[after] != delimiter && !isLineEnd(buffer[after])) {
          return broken(start, begin);
        } else if (breaks > 0) {
          int endOfLine = lineEnd(after);
          if (endOfLine == limit && !ended) {
            return MORE;
          } else if (isRow(beginLine, lineEnd(beginLine), CELLS_OF_ROWS_AROUND)
              && isRow(lineStart, endOfLine, CELLS_OF_ROWS_AROUND)) {
            return broken(start, begin);
          }
        }
        lineEnds += breaks;
        at = after;
      }
      while (at < limit && buffer[at] != delimiter && !isLineEnd(buffer[at])) {
        at++;
      }
      if (at == limit) {
        return ended ? limit : MORE;
      } else if (isLineEnd(buffer[at])) {
        lineEnds++;
        return afterLineEnd(at, ended);
      }
      at++;
    }
  }

  /** The row is broken in the cell that begins somewhere: it ends with that line. */
  private int broken(int start, int begin) {
    int end = lineEnd(begin);
    int after = end == limit ? (ended ? limit : MORE) : afterLineEnd(end, ended);
    if (after == MORE) {
      return MORE;
    }
    reason = "has a quotation mark that does not end where its cell does";
    lineEnds = 0;
    for (int at = start; at < after; at++) {
      if (isLineEnd(buffer[at])) {
        lineEnds++;
        at += buffer[at] == '\r' && at + 1 < after && buffer[at + 1] == '\n' ? 1 : 0;
      }
    }
    return after;
  }

  /** Whether a line, its quotation marks taken as text, has the cells of a row. */
  private boolean isRow(int from, int to, int least) {
    if (width < least || line <= headerLine) {
      return false;
    }
    int cells = 1;
    for (int i = from; i < to; i++) {
      if (buffer[i] == delimiter) {
        cells++;
      }
    }
    return cells >= width;
  }

  private int lineEnd(int from) {
    int at = from;
    while (at < limit && !isLineEnd(buffer[at])) {
      at++;
    }
    return at;
  }

  private int afterLineEnd(int at, boolean last) {
    if (at < limit && buffer[at] == '\r') {
      if (at + 1 == limit) {
        return last ? limit : MORE;
      }
      return buffer[at + 1] == '\n' ? at + 2 : at + 1;
    }
    return Math.min(limit, at + 1);
  }

  private boolean isBlankInLine(char letter) {
    return letter != delimiter && !isLineEnd(letter) && Blanks.is(letter);
  }

  private static boolean isLineEnd(char letter) {
    return letter == '\n' || letter == '\r';
  }
}
