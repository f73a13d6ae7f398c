package org.visitbalance.topology;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.Registers;
import org.visitbalance.fact.Feed;
import org.visitbalance.output.DeadLetter;
import org.visitbalance.platform.serde.Codec;
import org.visitbalance.platform.serde.NotYetDecodableException;
import org.visitbalance.settings.Settings;
import org.visitbalance.state.SourceCounts;
import org.visitbalance.state.StoredSettings;

/**
 * Keeps settings and feeds where every ledger can read them. A feed is a register: the greatest
 * version counts, not the latest record. Of settings, the latest valid document counts: the one
 * that the broker appended last, whichever partition it is in. The stores are in memory and filled
 * by this processor at every start. The counts are in the store too: Kafka Streams fills it with
 * one processor and continues with another.
 */
final class GlobalTableProcessor implements Processor<byte[], byte[], Void, Void> {
  static final String SETTINGS_STORE = "settings";
  static final String FEEDS_STORE = "feeds";

  private static final long BREATH_MS = 200;
  private static final int BREATHS = 5;

  private final TopologyOptions options;
  private final String storeName;
  private final Topic<?> topic;
  private final FactDecoder decoder;
  private final @Nullable Rebuild rebuild;
  private final Codec<StoredSettings> settings = new Codec<>(StoredSettings.class);
  private final Codec<Feed> feeds = new Codec<>(Feed.class);
  private final Codec<DeadLetter> letters = new Codec<>(DeadLetter.class);
  private final Codec<SourceCounts> sourceCounts = new Codec<>(SourceCounts.class);

  @SuppressWarnings("NullAway.Init")
  private ProcessorContext<Void, Void> context;

  @SuppressWarnings("NullAway.Init")
  private KeyValueStore<String, byte[]> store;

  @SuppressWarnings("NullAway.Init")
  private SourceGauges gauges;

  GlobalTableProcessor(TopologyOptions options, String storeName, Topic<?> topic) {
    this.options = options;
    this.storeName = storeName;
    this.topic = topic;
    this.decoder = new FactDecoder(options, List.of(topic));
    this.rebuild = options.rebuild();
  }

  @Override
  public void init(ProcessorContext<Void, Void> context) {
    this.context = context;
    this.store = context.getStateStore(storeName);
    this.gauges = new SourceGauges(context.metrics(), "global");
    gauges.show(topic, counted());
  }

  @Override
  public void close() {
    gauges.close();
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    InputRecord read = InputRecord.of(context.recordMetadata().orElseThrow(), record);
    boolean isTaken = take(read);
    for (boolean waited = false; !isTaken; waited = true) {
      if (!waited) {
        gauges.show(topic, "records-held", 1);
      }
      breathe();
      isTaken = take(read);
    }
    gauges.show(topic, "records-held", 0);
    gauges.show(topic, counted());
  }

  /**
   * Takes a record; returns false if it must wait. This thread may wait as long as necessary: it
   * belongs to no group, and it must not end, because it cannot be replaced.
   */
  private boolean take(InputRecord record) {
    try {
      if (storeName.equals(FEEDS_STORE)) {
        Instant knownAt = Instant.ofEpochMilli(record.timestamp());
        keep(
            (Feed)
                decoder.fact(
                    record.topic(), record.partition(), record.key(), record.value(), knownAt),
            isOfThen(record));
      } else {
        keep(decoder.settings(record.topic(), record.key(), record.value()), record);
      }
    } catch (FactDecoder.NoFact e) {
      giveUp(record, e);
    } catch (NotYetDecodableException e) {
      if (e.isLikely() || e.isUnasked()) {
        return false;
      }
      giveUp(record, FactDecoder.givenUp());
    }
    return true;
  }

  private void giveUp(InputRecord record, FactDecoder.NoFact problem) {
    store.put(
        GlobalTable.badKey(record.partition(), record.offset()),
        letters.encode(problem.letter(record.topic(), record.partition(), record.offset())));
    // Last: a ledger that sees the new count finds the letter.
    count(0, 1, 0);
  }

  private void breathe() {
    for (int i = 0; i < BREATHS; i++) {
      if (options.listener().isEnding()) {
        throw new InterruptException("stopped while settings or feeds wait for their schema");
      }
      try {
        TimeUnit.MILLISECONDS.sleep(BREATH_MS);
      } catch (InterruptedException e) {
        throw new InterruptException(e);
      }
    }
  }

  private void keep(Feed feed, boolean isOfThen) {
    String key = Keys.of(feed.getTenant(), feed.getSource());
    count(1, 0, store.get(GlobalTable.okKey(key)) == null ? 1 : 0);
    putStanding(GlobalTable.okKey(key), feed);
    if (isOfThen) {
      putStanding(GlobalTable.thenKey(key), feed);
    }
  }

  private void putStanding(String key, Feed feed) {
    store.put(key, feeds.encode(Registers.standing(feeds.decodeIfThere(store.get(key)), feed)));
  }

  private void keep(Settings document, InputRecord record) {
    String key = Keys.of(document.getTenant());
    count(1, 0, store.get(GlobalTable.placeKey(key)) == null ? 1 : 0);
    byte[] value = settings.encode(DecidingSettings.stored(document));
    putLatest(GlobalTable.okKey(key), value, GlobalTable.placeKey(key), place(record));
    if (isOfThen(record)) {
      putLatest(GlobalTable.thenKey(key), value, GlobalTable.placeOfThenKey(key), place(record));
    }
  }

  private void putLatest(String key, byte[] value, String placeKey, byte[] place) {
    byte[] latest = store.get(placeKey);
    if (latest == null || Arrays.compareUnsigned(place, latest) >= 0) {
      // In this order: whoever sees the place finds the value.
      store.put(key, value);
      store.put(placeKey, place);
    }
  }

  /** A rebuild judges by what was known at its moment, whatever has come since. */
  private boolean isOfThen(InputRecord record) {
    return rebuild != null && !Instant.ofEpochMilli(record.timestamp()).isAfter(rebuild.moment());
  }

  private SourceCounts counted() {
    SourceCounts counts = sourceCounts.decodeIfThere(store.get(GlobalTable.COUNTS_KEY));
    return counts == null ? new SourceCounts(0L, 0L, 0L) : counts;
  }

  private void count(int valid, int deadLettered, int standing) {
    SourceCounts counts = counted();
    store.put(
        GlobalTable.COUNTS_KEY,
        sourceCounts.encode(
            new SourceCounts(
                counts.getValid() + valid,
                counts.getDeadLettered() + deadLettered,
                counts.getStanding() + standing)));
  }

  /** Returns when and where a record was appended, as bytes that sort in that order. */
  private static byte[] place(InputRecord record) {
    return ByteBuffer.allocate(2 * Long.BYTES + Integer.BYTES)
        .putLong(record.timestamp())
        .putLong(record.offset())
        .putInt(record.partition())
        .array();
  }
}
