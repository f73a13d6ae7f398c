package org.visitbalance.topology;

import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The entries of patients in their store, whatever their size: a record of a changelog must stay
 * far below what a broker accepts, but an entry grows with its patient (docs/adr/0022).
 *
 * <p>A large entry is cut into chunks. The record under the entry's key lists their hashes; each
 * chunk is a record of its own, under a key that no range of a patient contains. The cuts follow
 * the contents, so that a change rewrites the chunks around it and leaves the others as they are.
 */
final class SplitEntries {
  /** The largest entry that is not split, and the largest chunk. */
  static final int MOST_BYTES = 256 << 10;

  private static final int LEAST_BYTES = 32 << 10;

  /** A cut is where these bits of the rolling hash are 0: on average every 64 KiB. */
  private static final long CUT = 0xFFFFL << 40;

  /**
   * What the record of a split entry begins with. No entry does: no Avro text, list or union begins
   * with a 1, no list after a date has a negative length, and no UTF-8 text contains a 0xFF.
   */
  private static final byte[] MARK = {1, (byte) 0xFF};

  private static final int HASH_BYTES = 16;

  /** No patient's key is empty before its first bar. */
  private static final String CHUNK = "|";

  private static final long[] GEAR = gear();

  private final KeyValueStore<String, byte[]> store;
  private final MessageDigest sha256 = sha256();

  SplitEntries(KeyValueStore<String, byte[]> store) {
    this.store = store;
  }

  /** Returns whether the record under an entry's key is that of a split entry. */
  static boolean isSplit(byte[] record) {
    return record.length > MARK.length && record[0] == MARK[0] && record[1] == MARK[1];
  }

  /** Returns the record under an entry's key, or null. */
  byte @Nullable [] record(String key) {
    return store.get(key);
  }

  /** Returns the records under the keys of entries in a range. */
  KeyValueIterator<String, byte[]> records(String from, String to) {
    return store.range(from, to);
  }

  /** Returns the entry that the record under its key stands for. */
  byte[] entry(String key, byte[] record) {
    if (!isSplit(record)) {
      return record;
    }
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    for (String hash : hashes(record)) {
      whole.writeBytes(
          Objects.requireNonNull(store.get(chunk(key, hash)), "a chunk of an entry is missing"));
    }
    return whole.toByteArray();
  }

  /**
   * Replaces an entry.
   *
   * @param wasSplit whether the record that is there now is that of a split entry
   * @return whether it is now
   */
  boolean put(String key, byte[] entry, boolean wasSplit) {
    if (entry.length <= MOST_BYTES) {
      deleteChunks(key, wasSplit);
      store.put(key, entry);
      return false;
    }
    Set<String> stale = wasSplit ? stored(key) : new HashSet<>();
    Set<String> written = new HashSet<>(stale);
    List<String> hashes = new ArrayList<>();
    ByteArrayOutputStream record = new ByteArrayOutputStream();
    record.writeBytes(MARK);
    for (int from = 0; from < entry.length; ) {
      int to = cut(entry, from);
      byte[] chunk = Arrays.copyOfRange(entry, from, to);
      String hash = HexFormat.of().formatHex(sha256.digest(chunk), 0, HASH_BYTES);
      if (written.add(hash)) {
        store.put(chunk(key, hash), chunk);
      }
      hashes.add(hash);
      record.writeBytes(HexFormat.of().parseHex(hash));
      from = to;
    }
    store.put(key, record.toByteArray());
    hashes.forEach(stale::remove);
    stale.forEach(hash -> store.delete(chunk(key, hash)));
    return true;
  }

  /**
   * Removes an entry.
   *
   * @param wasSplit whether the record that is there now is that of a split entry
   */
  void delete(String key, boolean wasSplit) {
    deleteChunks(key, wasSplit);
    store.delete(key);
  }

  private void deleteChunks(String key, boolean wasSplit) {
    if (wasSplit) {
      stored(key).forEach(hash -> store.delete(chunk(key, hash)));
    }
  }

  private Set<String> stored(String key) {
    byte[] record = store.get(key);
    return record != null && isSplit(record)
        ? new LinkedHashSet<>(hashes(record))
        : new HashSet<>();
  }

  private static List<String> hashes(byte[] record) {
    List<String> hashes = new ArrayList<>();
    for (int at = MARK.length; at < record.length; at += HASH_BYTES) {
      hashes.add(HexFormat.of().formatHex(record, at, at + HASH_BYTES));
    }
    return hashes;
  }

  private static String chunk(String key, String hash) {
    return CHUNK + key + CHUNK + hash;
  }

  /** Returns where the chunk that begins at a position ends. */
  private static int cut(byte[] entry, int from) {
    int most = Math.min(entry.length, from + MOST_BYTES);
    long rolling = 0;
    for (int i = Math.min(most, from + LEAST_BYTES); i < most; i++) {
      rolling = (rolling << 1) + GEAR[entry[i] & 0xFF];
      if ((rolling & CUT) == 0) {
        return i + 1;
      }
    }
    return most;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** Any numbers without a pattern will do, as long as every process has the same ones. */
  private static long[] gear() {
    SplittableRandom random = new SplittableRandom(0);
    return random.longs(1 << Byte.SIZE).toArray();
  }
}
