package org.visitbalance.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The records of facts that have arrived since the last commit, by their keys. They wait as bytes
 * until all facts of a patient are taken together: decoded, they would only be work for the garbage
 * collector (docs/adr/0048).
 */
final class ArrivedFacts {
  /** The most memory for those of all partitions together: about a second's work. */
  private static final long MOST_BYTES = 32L << 20;

  /** The part of the heap that they may take. */
  private static final int HEAP_SHARE = 16;

  /** About how many bytes a record takes besides its value. */
  private static final int RECORD_BYTES = 120;

  /** Takes the facts with a key. */
  @FunctionalInterface
  interface Taking {
    /** Takes the facts with a key, in the order in which they came. */
    void take(String key, List<InputRecord> facts);
  }

  private final long mostBytes;
  private final Map<String, List<InputRecord>> byKey = new LinkedHashMap<>();
  private long bytes;

  /**
   * Starts with none.
   *
   * @param mostBytes about how much memory they may take
   */
  ArrivedFacts(long mostBytes) {
    this.mostBytes = mostBytes;
  }

  /** Starts with none, with the room that each of so many partitions has. */
  static ArrivedFacts ofOneOf(int partitions) {
    return new ArrivedFacts(
        Math.min(MOST_BYTES, Runtime.getRuntime().maxMemory() / HEAP_SHARE) / partitions);
  }

  void add(InputRecord fact) {
    byte[] key = fact.key();
    List<InputRecord> others =
        byKey.computeIfAbsent(key == null ? "" : new String(key, UTF_8), any -> new ArrayList<>(2));
    others.add(fact);
    byte[] value = fact.value();
    bytes += RECORD_BYTES + (value == null ? 0 : value.length);
  }

  /** Returns whether no more should wait. */
  boolean isFull() {
    return bytes > mostBytes;
  }

  /** Passes on all of them, and forgets them. */
  void take(Taking taking) {
    byKey.forEach(taking::take);
    byKey.clear();
    bytes = 0;
  }
}
