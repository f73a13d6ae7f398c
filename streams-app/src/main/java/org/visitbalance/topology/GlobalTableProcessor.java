package org.visitbalance.topology;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.visitbalance.core.Registers;
import org.visitbalance.fact.Feed;
import org.visitbalance.output.DeadLetter;
import org.visitbalance.platform.serde.Codec;
import org.visitbalance.settings.Settings;
import org.visitbalance.state.SourceCounts;

/**
 * Keeps settings and feeds where every ledger can read them. A feed is a register: the greatest
 * version counts, not the latest record. Of settings, the latest valid document counts: the one
 * that the broker appended last, whichever partition it is in. The stores are in memory and filled
 * by this processor at every start, so its counts are exact.
 */
final class GlobalTableProcessor implements Processor<byte[], byte[], Void, Void> {
  static final String SETTINGS_STORE = "settings";
  static final String FEEDS_STORE = "feeds";

  private final String storeName;
  private final Topic<?> topic;
  private final FactDecoder decoder;
  private final Codec<Settings> settings = new Codec<>(Settings.class);
  private final Codec<Feed> feeds = new Codec<>(Feed.class);
  private final Codec<DeadLetter> letters = new Codec<>(DeadLetter.class);

  @SuppressWarnings("NullAway.Init")
  private ProcessorContext<Void, Void> context;

  @SuppressWarnings("NullAway.Init")
  private KeyValueStore<String, byte[]> store;

  @SuppressWarnings("NullAway.Init")
  private SourceGauges gauges;

  private long valid;
  private long deadLettered;
  private long standing;

  GlobalTableProcessor(TopologyOptions options, String storeName, Topic<?> topic) {
    this.storeName = storeName;
    this.topic = topic;
    this.decoder = new FactDecoder(options, List.of(topic));
  }

  @Override
  public void init(ProcessorContext<Void, Void> context) {
    this.context = context;
    this.store = context.getStateStore(storeName);
    this.gauges = new SourceGauges(context.metrics(), "global");
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    RecordMetadata place = context.recordMetadata().orElseThrow();
    try {
      if (storeName.equals(FEEDS_STORE)) {
        Instant knownAt = Instant.ofEpochMilli(record.timestamp());
        keep(
            (Feed)
                decoder.fact(
                    place.topic(), place.partition(), record.key(), record.value(), knownAt));
      } else {
        keep(
            decoder.settings(place.topic(), record.key(), record.value()),
            place(record.timestamp(), place));
      }
      valid++;
    } catch (FactDecoder.NoFact e) {
      deadLettered++;
      store.put(
          GlobalTable.badKey(place.partition(), place.offset()),
          letters.encode(e.letter(place.topic(), place.partition(), place.offset())));
    }
    gauges.show(topic, new SourceCounts(valid, deadLettered, standing));
  }

  private void keep(Feed feed) {
    String key = GlobalTable.okKey(Keys.of(feed.getTenant(), feed.getSource()));
    Feed old = feeds.decodeIfThere(store.get(key));
    standing += old == null ? 1 : 0;
    store.put(key, feeds.encode(Registers.standing(old, feed)));
  }

  private void keep(Settings document, byte[] place) {
    String key = Keys.of(document.getTenant());
    byte[] latest = store.get(GlobalTable.placeKey(key));
    if (latest == null) {
      standing++;
    } else if (Arrays.compareUnsigned(place, latest) < 0) {
      return;
    }
    store.put(GlobalTable.placeKey(key), place);
    store.put(GlobalTable.okKey(key), settings.encode(document));
  }

  /** Returns when and where a record was appended, as bytes that sort in that order. */
  private static byte[] place(long timestamp, RecordMetadata place) {
    return ByteBuffer.allocate(2 * Long.BYTES + Integer.BYTES)
        .putLong(timestamp)
        .putLong(place.offset())
        .putInt(place.partition())
        .array();
  }
}
