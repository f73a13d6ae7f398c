package org.visitbalance.ingest;

/**
 * Counts, for each event id, how many different rows had it, in a few bytes each. Two daily files
 * may differ on a charge although its own date has not changed; without this count they would be
 * the same event, and which one wins would be arbitrary. Not thread-safe.
 *
 * <p>Also counts, by file, the rows that followed another one of their file so: their id may not be
 * that of a row.
 */
final class Repeats {
  private static final int FIRST_SIZE = 1 << 12;

  private long[] keys = new long[FIRST_SIZE];
  private long[] contents = new long[FIRST_SIZE];
  private byte[] copies = new byte[FIRST_SIZE];
  private int[] files = new int[FIRST_SIZE];
  private int size;

  /** Returns how many rows with other contents had this key before a row. */
  int count(long hashOfKey, Row row) {
    long content = row.contents();
    int file = row.source().rank();
    long key = hashOfKey == 0 ? 1 : hashOfKey;
    int place = place(keys, key);
    if (keys[place] == 0) {
      keys[place] = key;
      contents[place] = content;
      files[place] = file;
      if (++size > keys.length / 2) {
        grow();
      }
      return 0;
    }
    if (contents[place] != content) {
      contents[place] = content;
      copies[place] = (byte) Math.min(Byte.MAX_VALUE, copies[place] + 1);
      if (files[place] == file) {
        row.source().count().replaced++;
      }
    }
    files[place] = file;
    return copies[place];
  }

  /** Mixes the hash of a value into another hash. */
  static long mix(long hash, long value) {
    long mixed = (hash ^ value) * 0x9E3779B97F4A7C15L;
    return mixed ^ mixed >>> 29;
  }

  /** Mixes a text into a 64-bit hash. */
  static long mix(long hash, String text) {
    long mixed = hash;
    for (int i = 0; i < text.length(); i++) {
      mixed = mixed * 0x100000001B3L ^ text.charAt(i);
    }
    return mix(mixed, text.length());
  }

  private void grow() {
    long[] oldKeys = keys;
    long[] oldContents = contents;
    byte[] oldCopies = copies;
    int[] oldFiles = files;
    keys = new long[oldKeys.length * 2];
    contents = new long[keys.length];
    copies = new byte[keys.length];
    files = new int[keys.length];
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldKeys[i] != 0) {
        int place = place(keys, oldKeys[i]);
        keys[place] = oldKeys[i];
        contents[place] = oldContents[i];
        copies[place] = oldCopies[i];
        files[place] = oldFiles[i];
      }
    }
  }

  private static int place(long[] keys, long key) {
    int place = (int) (key ^ key >>> 32) & (keys.length - 1);
    while (keys[place] != 0 && keys[place] != key) {
      place = (place + 1) & (keys.length - 1);
    }
    return place;
  }
}
