package org.visitbalance.ingest;

import java.io.FilterReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Reads text of an encoding, with or without byte order marks, and goes on after invalid bytes:
 * each is returned as {@link #BROKEN}, a character that valid text only contains as the second half
 * of a surrogate pair, so that its row can be recognized.
 */
final class TextReader extends FilterReader {
  private static final char BROKEN = '\uDC80';

  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private boolean started;
  private boolean broken;
  private char last;

  TextReader(InputStream in, Charset charset) {
    super(new InputStreamReader(in, decoder(charset)));
  }

  private static CharsetDecoder decoder(Charset charset) {
    return charset
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

  /** Returns whether what was read so far ends with the end of a line. */
  boolean hasLineEnd() {
    return last == '\n' || last == '\r';
  }

  /** Returns the reason of a row with invalid bytes. */
  static String broken(Charset charset) {
    return "has bytes that are not "
        + charset.name()
        + (charset.equals(StandardCharsets.UTF_8)
            ? "; save the file as CSV UTF-8, or add encoding: windows-1252 to its mapping entry"
            : "; correct encoding in its mapping entry");
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

  /** Returns whether a text contains invalid bytes. */
  static boolean hasBroken(String text) {
    return text.indexOf(BROKEN) >= 0 && hasBroken(text.toCharArray(), 0, text.length());
  }

  @Override
  public int read(char[] target, int offset, int length) throws IOException {
    int count = super.read(target, offset, length);
    if (!started && count > 0) {
      int marks = 0;
      while (marks < count && target[offset + marks] == BYTE_ORDER_MARK) {
        marks++;
      }
      System.arraycopy(target, offset + marks, target, offset, count - marks);
      count -= marks;
      started = count > 0;
      if (count == 0) {
        return read(target, offset, length);
      }
    }
    if (count > 0) {
      last = target[offset + count - 1];
    }
    for (int i = offset; !broken && i < offset + count; i++) {
      broken = target[i] == BROKEN;
    }
    return count;
  }
}
