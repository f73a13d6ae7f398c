package org.visitbalance.ingest;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Reads UTF-8, with or without a byte order mark, and goes on behind bytes that are none: each is
 * given as {@link #BROKEN}, which no UTF-8 text can hold, so that its row can be told from others.
 */
final class Utf8Reader extends Reader {
  static final char BROKEN = '\uDC80';

  private static final int BUFFER = 1 << 16;

  private final InputStream in;
  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT);
  private final ByteBuffer bytes = ByteBuffer.allocate(BUFFER).flip();
  private boolean ended;
  private boolean started;
  private boolean broken;

  Utf8Reader(InputStream in) {
    this.in = in;
  }

  /** Whether any bytes so far were no UTF-8. */
  boolean hasBroken() {
    return broken;
  }

  @Override
  public int read(char[] target, int offset, int length) throws IOException {
    CharBuffer chars = CharBuffer.wrap(target, offset, length);
    while (true) {
      CoderResult result = decoder.decode(bytes, chars, ended);
      if (result.isError()) {
        if (!chars.hasRemaining()) {
          return length;
        }
        chars.put(BROKEN);
        bytes.position(bytes.position() + result.length());
        broken = true;
        continue;
      }
      int count = chars.position() - offset;
      if (!started && count > 0) {
        started = true;
        if (target[offset] == '\uFEFF') {
          System.arraycopy(target, offset + 1, target, offset, count - 1);
          count--;
          chars.position(offset + count);
        }
      }
      if (count > 0) {
        return count;
      } else if (ended) {
        return -1;
      }
      fill();
    }
  }

  private void fill() throws IOException {
    bytes.compact();
    int read = in.read(bytes.array(), bytes.position(), bytes.remaining());
    if (read < 0) {
      ended = true;
    } else {
      bytes.position(bytes.position() + read);
    }
    bytes.flip();
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
