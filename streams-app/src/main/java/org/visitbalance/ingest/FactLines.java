package org.visitbalance.ingest;

import java.util.function.LongConsumer;
import org.visitbalance.output.DeadLetter;

/**
 * Reads JSON lines that are already in memory, such as the body of a request (contract.md#input).
 */
public final class FactLines {
  /** The longest line; no record on a topic is longer, and a real fact has a few hundred bytes. */
  private static final int LONGEST = 256 << 10;

  private static final String TOO_LONG = "is longer than 262,144 bytes";

  private FactLines() {}

  /**
   * Reads all lines, in order and in the calling thread; skips empty lines.
   *
   * @param name the name of the source in dead letters
   * @param begun is told the number of each non-empty line before its result
   */
  public static void read(String name, byte[] bytes, LongConsumer begun, FactSink sink) {
    JsonFactReader reader = new JsonFactReader(sink::knownAt);
    reader.open(bytes, bytes.length);
    long line = 0;
    for (int from = afterMark(bytes); from < bytes.length; ) {
      int to = endOfLine(bytes, from, bytes.length);
      line++;
      if (!isBlank(bytes, from, to)) {
        begun.accept(line);
        if (to - from > LONGEST) {
          sink.deadLetter(new DeadLetter(null, name, null, line, null, TOO_LONG));
          reader.open(bytes, bytes.length);
        } else {
          give(reader.read(from, to), name, line, sink);
        }
      }
      from = to + 1;
    }
  }

  private static void give(JsonFactReader.Result result, String name, long line, FactSink sink) {
    if (result.fact() != null && result.knownAt() != null) {
      sink.fact(result.fact(), result.knownAt());
    } else {
      sink.deadLetter(result.letter(name, line));
    }
  }

  /** Returns where the text begins: after a UTF-8 byte order mark. */
  static int afterMark(byte[] bytes) {
    boolean marked =
        bytes.length >= 3
            && bytes[0] == (byte) 0xEF
            && bytes[1] == (byte) 0xBB
            && bytes[2] == (byte) 0xBF;
    return marked ? 3 : 0;
  }

  /** Returns where a line ends: at its line feed, or at the end of the input. */
  static int endOfLine(byte[] bytes, int from, int length) {
    int position = from;
    while (position < length && bytes[position] != '\n') {
      position++;
    }
    return position;
  }

  static boolean isBlank(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] != ' ' && bytes[i] != '\t' && bytes[i] != '\r') {
        return false;
      }
    }
    return true;
  }
}
