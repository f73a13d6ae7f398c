package org.visitbalance.topology;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.streams.state.KeyValueStore;
import org.visitbalance.state.SourceCounts;

/**
 * What became of the records of each source, stored with the state, so that it is true after every
 * crash.
 */
final class Counts {
  private static final String KEY = "counts|";
  private static final SourceCounts NONE = new SourceCounts(0L, 0L, 0L);

  private final KeyValueStore<String, byte[]> store;
  private final SourceGauges gauges;
  private final Codec<SourceCounts> codec = new Codec<>(SourceCounts.class);
  private final Map<String, SourceCounts> counts = new HashMap<>();

  Counts(KeyValueStore<String, byte[]> store, SourceGauges gauges) {
    this.store = store;
    this.gauges = gauges;
    Topics.PATIENT_FACTS.forEach(this::read);
    read(Topics.PERIOD_POSTINGS);
  }

  private void read(Topic<?> topic) {
    SourceCounts stored = codec.decodeIfThere(store.get(KEY + topic.name()));
    show(topic, stored == null ? NONE : stored);
  }

  void valid(Topic<?> topic, boolean isNew) {
    add(topic, 1, 0, isNew ? 1 : 0);
  }

  void deadLettered(Topic<?> topic) {
    add(topic, 0, 1, 0);
  }

  /** The ledger has sent so many postings more to the books. */
  void posted(int postings) {
    add(Topics.PERIOD_POSTINGS, postings, 0, 0);
  }

  private void add(Topic<?> topic, int valid, int deadLettered, int standing) {
    SourceCounts old = counts.getOrDefault(topic.name(), NONE);
    SourceCounts now =
        new SourceCounts(
            old.getValid() + valid,
            old.getDeadLettered() + deadLettered,
            old.getStanding() + standing);
    store.put(KEY + topic.name(), codec.encode(now));
    show(topic, now);
  }

  private void show(Topic<?> topic, SourceCounts now) {
    counts.put(topic.name(), now);
    if (topic.keeping() == Topic.Keeping.INTERNAL) {
      gauges.show(topic, "postings", now.getValid());
    } else {
      gauges.show(topic, now);
    }
  }
}
