package org.visitbalance.platform.serde;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Caches the texts read most recently: a company's records repeat the same few clinics, codes,
 * providers and ids, and each should be in memory only once. A text is kept from the second time
 * on: most are the id of one record, and would only take the place of others. Thread-safe; threads
 * may at worst miss what another one has read.
 */
final class KnownTexts {
  private static final int SLOTS = 1 << 13;
  private static final int LONGEST = 24;

  /** A text and its bytes. */
  private static final class Known {
    final byte[] bytes;
    final String text;

    Known(byte[] bytes, String text) {
      this.bytes = bytes;
      this.text = text;
    }
  }

  private final @Nullable Known[] slots = new Known[SLOTS];

  /** The hashes of these texts: what is not known is told without touching more memory. */
  private final int[] hashes = new int[SLOTS];

  /** The hashes of the texts last read that were not known. */
  private final int[] unknown = new int[SLOTS];

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
    Known known = hashes[slot] == hash ? slots[slot] : null;
    if (known != null
        && Arrays.equals(known.bytes, 0, known.bytes.length, bytes, from, from + length)) {
      return known.text;
    }
    String text = StrictUtf8.decode(bytes, from, length);
    if (unknown[slot] == hash) {
      hashes[slot] = hash;
      slots[slot] = new Known(Arrays.copyOfRange(bytes, from, from + length), text);
    } else {
      unknown[slot] = hash;
    }
    return text;
  }
}
