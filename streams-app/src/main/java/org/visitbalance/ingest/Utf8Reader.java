package org.visitbalance.ingest;

import java.io.FilterReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Reads UTF-8, with or without a byte order mark, and goes on after invalid bytes: each is returned
 * as {@link #BROKEN}, a character that valid UTF-8 text only contains as the second half of a
 * surrogate pair, so that its row can be recognized.
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

  /**
   * Returns whether any bytes so far may have been invalid; if so, check with {@link
   * #hasBroken(char[], int, int)}.
   */
  boolean hasBroken() {
    return broken;
  }

  /** Returns whether a cell contains invalid bytes. */
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
