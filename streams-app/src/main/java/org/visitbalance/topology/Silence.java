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
  private static final String HELD = "|held|";
  private static final String OVER = "|over";
  private static final byte[] NOTHING = {};

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

  /** Returns whether a key is that of a ledger's mark, which is no period. */
  static boolean isMark(String key) {
    return key.startsWith(MARK);
  }

  boolean isOver() {
    return isOver;
  }

  /** Takes a mark or the figures of a book during the silence. */
  void take(String key, byte[] figures) {
    if (isMark(key)) {
      store.put(key.substring(0, key.lastIndexOf('|')), NOTHING);
    } else {
      store.put(HELD + key, figures);
    }
  }

  /** Returns whether every ledger has said that it is done. */
  boolean mayEnd() {
    int ledgers = 0;
    try (KeyValueIterator<String, byte[]> marks = store.range(MARK, MARK.replace("e|", "e}"))) {
      while (marks.hasNext()) {
        marks.next();
        ledgers++;
      }
    }
    return ledgers >= partitions;
  }

  /** Ends the silence; returns the figures that were kept, by book. */
  List<KeyValue<String, byte[]>> end() {
    List<KeyValue<String, byte[]>> held = new ArrayList<>();
    try (KeyValueIterator<String, byte[]> range = store.range(HELD, HELD.replace("d|", "d}"))) {
      while (range.hasNext()) {
        KeyValue<String, byte[]> one = range.next();
        held.add(KeyValue.pair(one.key.substring(HELD.length()), one.value));
      }
    }
    held.forEach(one -> store.delete(HELD + one.key));
    store.put(OVER, "over".getBytes(UTF_8));
    isOver = true;
    return held;
  }
}
