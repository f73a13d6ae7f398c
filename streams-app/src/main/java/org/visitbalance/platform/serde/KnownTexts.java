package org.visitbalance.platform.serde;

import org.jspecify.annotations.Nullable;

/**
 * Caches the texts read most recently: a company's records repeat the same few clinics, codes,
 * providers and ids, and each should be in memory only once. Thread-safe; threads may at worst miss
 * what another one has read.
 */
final class KnownTexts {
  private static final int SLOTS = 1 << 13;
  private static final int LONGEST = 24;

  private final @Nullable String[] slots = new String[SLOTS];

  /** Returns the text of some UTF-8 bytes. */
  String of(byte[] bytes, int from, int length) {
    if (length > LONGEST) {
      return StrictUtf8.decode(bytes, from, length);
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
    String text = StrictUtf8.decode(bytes, from, length);
    slots[slot] = text;
    return text;
  }

  /** Compares without decoding, which works for ASCII only; any other byte is below 0. */
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
