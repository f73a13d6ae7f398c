package org.visitbalance.ingest;

import java.io.FilterReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Reads UTF-8, with or without a byte order mark, and goes on behind bytes that are none: each is
 * given as {@link #BROKEN}, which UTF-8 text holds as the second half of a letter only, so that its
 * row can be told from others.
 */
final class Utf8Reader extends FilterReader {
  private static final char BROKEN = '\uDC80';

  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private boolean started;
  private boolean broken;

  Utf8Reader(InputStream in) {
    super(new InputStreamReader(in, decoder()));
  }

  private static CharsetDecoder decoder() {
    return StandardCharsets.UTF_8
        .newDecoder()
        .onMalformedInput(CodingErrorAction.REPLACE)
        .onUnmappableCharacter(CodingErrorAction.REPLACE)
        .replaceWith(String.valueOf(BROKEN));
  }

  /** Whether any bytes so far may have been no UTF-8; then {@link #hasBroken(char[], int, int)}. */
  boolean hasBroken() {
    return broken;
  }

  /** Whether a cell has bytes that were no UTF-8. */
  static boolean hasBroken(char[] text, int from, int to) {
    for (int i = from; i < to; i++) {
      if (text[i] == BROKEN && (i == from || !Character.isHighSurrogate(text[i - 1]))) {
        return true;
      }
    }
    return false;
  }

  @Override
  public int read(char[] target, int offset, int length) throws IOException {
    int count = super.read(target, offset, length);
    if (!started && count > 0) {
      started = true;
      if (target[offset] == BYTE_ORDER_MARK) {
        System.arraycopy(target, offset + 1, target, offset, count - 1);
        return count == 1 ? read(target, offset, length) : count - 1;
      }
    }
    for (int i = offset; !broken && i < offset + count; i++) {
      broken = target[i] == BROKEN;
    }
    return count;
  }
}
