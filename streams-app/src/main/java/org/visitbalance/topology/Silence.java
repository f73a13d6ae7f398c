package org.visitbalance.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The silence of a partition of books during a rebuild: until every partition of the ledger has
 * posted what it judged again, figures are kept and not told. Each ledger says that it has with a
 * posting of its own to each partition of the books, which arrives after its others.
 */
final class Silence {
  /** How often the books look whether every ledger is done. */
  static final Duration LOOK = Duration.ofMillis(200);

  private static final String MARK = "|done|";
  private static final String MARK_END = "|done}";
  private static final String HELD = "|held|";
  private static final String THEN = "|then|";
  private static final String OVER = "|over";
  private final KeyValueStore<String, byte[]> store;
  private final int partitions;
  private boolean isOver;

  Silence(@Nullable Rebuild rebuild, int partitions, KeyValueStore<String, byte[]> store) {
    this.store = store;
    this.partitions = partitions;
    this.isOver = rebuild == null || store.get(OVER) != null;
  }

  /** Returns the key of the posting with which a ledger tells a partition of the books. */
  static String mark(int ledger, int book, int partitions) {
    int salt = 0;
    while (PreviousOutputs.partition(MARK + ledger + "|" + salt, partitions) != book) {
      salt++;
    }
    return MARK + ledger + "|" + salt;
  }

  /**
   * Returns the key of the book that only counts what an older program had counted, too; it is in
   * the partition of the book that counts everything.
   */
  static String then(String key, int partitions) {
    int book = PreviousOutputs.partition(key, partitions);
    int salt = 0;
    while (PreviousOutputs.partition(THEN + key + "|" + salt, partitions) != book) {
      salt++;
    }
    return THEN + key + "|" + salt;
  }

  /** Returns whether a key is that of a book. */
  static boolean isBook(String key) {
    return !key.startsWith("|");
  }

  boolean isOver() {
    return isOver;
  }

  /** Takes a mark or the figures of a book during the silence. */
  void take(String key, byte[] figures) {
    if (key.startsWith(MARK)) {
      store.put(key.substring(0, key.lastIndexOf('|')), figures);
    } else if (key.startsWith(THEN)) {
      store.put(key.substring(0, key.lastIndexOf('|')), figures);
    } else {
      store.put(HELD + key, figures);
    }
  }

  /** Returns whether every ledger has said that it is done. */
  boolean mayEnd() {
    return marks().size() >= partitions;
  }

  /** Returns what the marks of the ledgers carry. */
  List<byte[]> marks() {
    List<byte[]> carried = new ArrayList<>();
    try (KeyValueIterator<String, byte[]> marks = store.range(MARK, MARK_END)) {
      while (marks.hasNext()) {
        carried.add(marks.next().value);
      }
    }
    return carried;
  }

  /**
   * Ends the silence; returns the figures that were kept, by book: those that an older program had
   * counted, too, which are compared with what it reported.
   */
  List<KeyValue<String, byte[]>> end() {
    store.put(OVER, "over".getBytes(UTF_8));
    isOver = true;
    return taken(THEN);
  }

  /** Returns the figures of all books, to be told as always. */
  List<KeyValue<String, byte[]>> held() {
    return taken(HELD);
  }

  private List<KeyValue<String, byte[]>> taken(String kind) {
    List<KeyValue<String, byte[]>> taken = new ArrayList<>();
    String end = kind.substring(0, kind.length() - 1) + "}";
    try (KeyValueIterator<String, byte[]> range = store.range(kind, end)) {
      while (range.hasNext()) {
        KeyValue<String, byte[]> one = range.next();
        taken.add(KeyValue.pair(one.key.substring(kind.length()), one.value));
      }
    }
    taken.forEach(one -> store.delete(kind + one.key));
    return taken;
  }
}
