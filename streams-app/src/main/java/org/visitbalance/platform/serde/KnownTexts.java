package org.visitbalance.platform.serde;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.avro.AvroRuntimeException;
import org.jspecify.annotations.Nullable;

/**
 * The texts that were read last: a company's records have the same few clinics, codes, providers
 * and ids again and again, and what is kept of them in memory should be kept once. Safe for several
 * threads, which may at worst miss what another one has read.
 */
final class KnownTexts {
  private static final int SLOTS = 1 << 13;
  private static final int LONGEST = 24;
  private static final char REPLACEMENT = '\uFFFD';

  private final @Nullable String[] slots = new String[SLOTS];

  /** The text of some UTF-8 bytes. */
  String of(byte[] bytes, int from, int length) {
    if (length > LONGEST) {
      return decoded(bytes, from, length);
    }
    int hash = 0;
    for (int i = from; i < from + length; i++) {
      hash = 31 * hash + bytes[i];
    }
    int slot = (hash ^ (hash >>> 13)) & (SLOTS - 1);
    String known = slots[slot];
    if (known != null && isSame(known, bytes, from, length)) {
      return known;
    }
    String text = decoded(bytes, from, length);
    slots[slot] = text;
    return text;
  }

  /** Bytes that are not UTF-8 would silently become another text. */
  private static String decoded(byte[] bytes, int from, int length) {
    String text = new String(bytes, from, length, StandardCharsets.UTF_8);
    if (text.indexOf(REPLACEMENT) >= 0) {
      byte[] again = text.getBytes(StandardCharsets.UTF_8);
      if (!Arrays.equals(again, 0, again.length, bytes, from, from + length)) {
        throw new AvroRuntimeException("a text that is not UTF-8");
      }
    }
    return text;
  }

  /** Only of ASCII can it be seen without decoding; a byte of anything else is below 0. */
  private static boolean isSame(String known, byte[] bytes, int from, int length) {
    if (known.length() != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (known.charAt(i) != bytes[from + i]) {
        return false;
      }
    }
    return true;
  }
}
