package org.visitbalance.intake.hl7;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.visitbalance.ingest.hl7.Hl7Batch;

/**
 * Finds messages in the bytes of a connection: {@code 0B ... 1C 0D}. What is between them is
 * skipped and counted. Not thread-safe.
 */
public final class MllpDecoder {
  static final byte BEGIN = 0x0B;
  static final byte END = 0x1C;
  static final byte RETURN = 0x0D;

  /** A message whose buffer has grown beyond this gives it back. */
  private static final int MUCH = 1 << 16;

  private ByteArrayOutputStream message = new ByteArrayOutputStream();
  private boolean isInside;
  private boolean isAfter;
  private long skipped;

  /** A message that is larger than any may be. */
  public static final class TooLarge extends Exception {
    private static final long serialVersionUID = 1L;

    TooLarge() {
      super("a message is larger than 1 MiB", null, false, false);
    }
  }

  /** Takes bytes; returns the messages that end in them. */
  public List<byte[]> decode(byte[] bytes, int length) throws TooLarge {
    List<byte[]> messages = new ArrayList<>(1);
    for (int at = 0; at < length; at++) {
      byte one = bytes[at];
      if (!isInside) {
        outside(one);
      } else if (one == BEGIN) {
        // Several are one; in the middle of a message, its sender has begun anew.
        skipped += message.size();
        message.reset();
      } else if (one == END) {
        messages.add(message.toByteArray());
        isInside = false;
        isAfter = true;
        reset();
      } else if (message.size() >= Hl7Batch.MOST_BYTES) {
        throw new TooLarge();
      } else {
        message.write(one);
      }
    }
    return messages;
  }

  private void outside(byte one) {
    if (one == BEGIN) {
      isInside = true;
    } else if (!(one == RETURN && isAfter)) {
      skipped++;
    }
    isAfter = false;
  }

  private void reset() {
    if (message.size() > MUCH) {
      message = new ByteArrayOutputStream();
    } else {
      message.reset();
    }
  }

  /** Returns whether a message has begun and not ended. */
  public boolean isInside() {
    return isInside;
  }

  /** Returns how many bytes were no part of a message since the last call. */
  long takeSkipped() {
    long count = skipped;
    skipped = 0;
    return count;
  }
}
