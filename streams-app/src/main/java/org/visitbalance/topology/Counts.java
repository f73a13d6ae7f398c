package org.visitbalance.topology;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.streams.state.KeyValueStore;
import org.visitbalance.platform.serde.Codec;
import org.visitbalance.state.SourceCounts;

/**
 * Counts the records of each source by what became of them. The counts are stored with the state,
 * so they are correct even after a crash.
 */
final class Counts {
  private static final String KEY = "counts|";
  private static final SourceCounts NONE = new SourceCounts(0L, 0L, 0L);

  private final KeyValueStore<String, byte[]> store;
  private final SourceGauges gauges;
  private final Codec<SourceCounts> codec = new Codec<>(SourceCounts.class);
  private final Map<Topic<?>, SourceCounts> counts = new HashMap<>();
  private final Set<Topic<?>> changed = new HashSet<>();

  Counts(KeyValueStore<String, byte[]> store, SourceGauges gauges) {
    this.store = store;
    this.gauges = gauges;
    Topics.PATIENT_FACTS.forEach(this::read);
    read(Topics.PERIOD_POSTINGS);
  }

  private void read(Topic<?> topic) {
    SourceCounts stored = codec.decodeIfThere(store.get(KEY + topic.name()));
    counts.put(topic, stored == null ? NONE : stored);
    show(topic);
  }

  void valid(Topic<?> topic, boolean isNew) {
    add(topic, 1, 0, isNew ? 1 : 0);
  }

  void deadLettered(Topic<?> topic) {
    add(topic, 0, 1, 0);
  }

  /**
   * Counts another posting that the ledger sends to the books. The count is published at once:
   * whoever learns that a tick is done must see how many postings the books still wait for.
   */
  void posted() {
    add(Topics.PERIOD_POSTINGS, 1, 0, 0);
    show(Topics.PERIOD_POSTINGS);
  }

  private void add(Topic<?> topic, int valid, int deadLettered, int standing) {
    SourceCounts old = counts.getOrDefault(topic, NONE);
    counts.put(
        topic,
        new SourceCounts(
            old.getValid() + valid,
            old.getDeadLettered() + deadLettered,
            old.getStanding() + standing));
    changed.add(topic);
  }

  /** Writes and publishes what has changed since the last commit. */
  void flush() {
    for (Topic<?> topic : changed) {
      store.put(KEY + topic.name(), codec.encode(counts.getOrDefault(topic, NONE)));
      show(topic);
    }
    changed.clear();
  }

  private void show(Topic<?> topic) {
    SourceCounts now = counts.getOrDefault(topic, NONE);
    if (topic.keeping() == Topic.Keeping.INTERNAL) {
      gauges.show(topic, "postings", now.getValid());
    } else {
      gauges.show(topic, now);
    }
  }
}
