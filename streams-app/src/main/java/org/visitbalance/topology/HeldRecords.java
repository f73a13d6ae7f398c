package org.visitbalance.topology;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.visitbalance.platform.serde.NotYetDecodableException;

/**
 * Records whose schema is not available at the moment, because the registry does not answer or does
 * not know it yet. They are kept in the state and tried again every second. The order of facts does
 * not matter, so only the clock has to wait for them. This is the only thing that the wall clock
 * triggers; it decides nothing about a fact.
 */
final class HeldRecords {
  /** The limit keeps whole topics from being copied into the state. */
  static final int MOST = 10_000;

  private static final Duration BREATH = Duration.ofSeconds(1);

  private final ProcessorContext<?, ?> context;
  private final SplitEntries store;
  private final String prefix;
  private final FactDecoder decoder;
  private final SourceGauges gauges;
  private final Taking taking;
  private final Runnable released;
  private final Map<String, Integer> counts = new HashMap<>();
  private int size;
  private boolean isAwaited;
  private @Nullable Cancellable timer;

  /** Takes a record, or throws if that is not possible yet. */
  @FunctionalInterface
  interface Taking {
    /**
     * Takes a record.
     *
     * @throws NotYetDecodableException if its schema is not available at the moment
     */
    void take(InputRecord record);
  }

  /**
   * Continues with the records held before a restart.
   *
   * @param prefix the prefix of the keys in the store
   * @param taking takes the records once they can be read
   * @param released is called when no record is awaited any longer
   */
  HeldRecords(
      ProcessorContext<?, ?> context,
      KeyValueStore<String, byte[]> store,
      String prefix,
      FactDecoder decoder,
      SourceGauges gauges,
      Taking taking,
      Runnable released) {
    this.context = context;
    this.store = new SplitEntries(store);
    this.prefix = prefix;
    this.decoder = decoder;
    this.gauges = gauges;
    this.taking = taking;
    this.released = released;
    try (KeyValueIterator<String, byte[]> all = all()) {
      while (all.hasNext()) {
        count(place(all.next().key).get(0), 1);
      }
    }
    if (size > 0) {
      isAwaited = true;
      lookAgainEverySecond();
    }
  }

  /**
   * Keeps a record for later.
   *
   * @return whether it is kept; if not, it must be given up
   * @throws NotYetDecodableException if there is no more room and the record would be lost
   */
  boolean hold(InputRecord record, NotYetDecodableException problem) {
    if (size >= MOST) {
      if (problem.isLikely()) {
        throw problem;
      }
      return false;
    }
    boolean unused = store.put(key(record), record.toBytes(), false);
    count(record.topic(), 1);
    isAwaited |= problem.isLikely();
    lookAgainEverySecond();
    return true;
  }

  /**
   * Returns whether a held record is likely to become readable; then nothing should be evaluated.
   */
  boolean isAwaited() {
    return isAwaited;
  }

  private void lookAgainEverySecond() {
    if (timer == null) {
      timer = context.schedule(BREATH, PunctuationType.WALL_CLOCK_TIME, now -> lookAgain());
    }
  }

  private void lookAgain() {
    boolean awaited = false;
    Map<String, Boolean> taken = new LinkedHashMap<>();
    try (KeyValueIterator<String, byte[]> all = all()) {
      while (all.hasNext()) {
        KeyValue<String, byte[]> entry = all.next();
        List<String> place = place(entry.key);
        InputRecord record =
            InputRecord.ofBytes(
                place.get(0),
                Integer.parseInt(place.get(1)),
                Long.parseLong(place.get(2)),
                store.entry(entry.key, entry.value));
        try {
          taking.take(record);
          taken.put(entry.key, SplitEntries.isSplit(entry.value));
          count(record.topic(), -1);
        } catch (NotYetDecodableException e) {
          awaited |= e.isLikely();
        }
      }
    }
    taken.forEach(store::delete);
    boolean isReleased = isAwaited && !awaited;
    isAwaited = awaited;
    if (isReleased) {
      released.run();
    }
    if (size == 0 && timer != null) {
      timer.cancel();
      timer = null;
    }
  }

  private KeyValueIterator<String, byte[]> all() {
    return store.records(prefix, prefix.replace('|', '}'));
  }

  /** Returns the key of a record; offsets have leading zeros, so that their text order is right. */
  private String key(InputRecord record) {
    return prefix
        + record.topic()
        + "|"
        + record.partition()
        + "|"
        + String.format("%019d", record.offset());
  }

  private List<String> place(String key) {
    return Keys.parts(key.substring(prefix.length()));
  }

  private void count(String topic, int more) {
    size += more;
    int now = counts.merge(topic, more, Integer::sum);
    gauges.show(decoder.topic(topic), "records-held", now);
  }
}
