package org.visitbalance.topology;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.ProcessingContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.visitbalance.fact.Feed;
import org.visitbalance.output.DeadLetter;
import org.visitbalance.platform.serde.Codec;
import org.visitbalance.state.SourceCounts;
import org.visitbalance.state.StoredSettings;

/**
 * One of the two global stores: the current values under {@code ok|key}, the position of a value
 * under {@code at|key} if the position decides which value counts, both as of the moment of a
 * rebuild under {@code then|key} and {@code then-at|key}, the dead letters of invalid records under
 * {@code bad|partition|offset}, and the counts of all records. A global processor cannot write to a
 * topic, so the ledger of the first partition passes these letters on.
 */
final class GlobalTable<T extends SpecificRecord> {
  /** The key of the counts of all records so far. */
  static final String COUNTS_KEY = "counts";

  private static final String OK = "ok|";
  private static final String AT = "at|";
  private static final String BAD = "bad|";
  private static final String THEN = "then|";
  private static final String THEN_AT = "then-at|";

  private final Codec<T> values;
  private final Codec<DeadLetter> letters = new Codec<>(DeadLetter.class);
  private final Codec<SourceCounts> sourceCounts = new Codec<>(SourceCounts.class);
  private final KeyValueStore<String, byte[]> store;

  GlobalTable(Class<T> type, KeyValueStore<String, byte[]> store) {
    this.values = new Codec<>(type);
    this.store = store;
  }

  /** Returns the settings, as seen by any processor. */
  static GlobalTable<StoredSettings> settings(ProcessingContext context) {
    KeyValueStore<String, byte[]> store =
        context.getStateStore(GlobalTableProcessor.SETTINGS_STORE);
    return new GlobalTable<>(StoredSettings.class, store);
  }

  /** Returns the feeds, as seen by any processor. */
  static GlobalTable<Feed> feeds(ProcessingContext context) {
    KeyValueStore<String, byte[]> store = context.getStateStore(GlobalTableProcessor.FEEDS_STORE);
    return new GlobalTable<>(Feed.class, store);
  }

  static String okKey(String key) {
    return OK + key;
  }

  static String placeKey(String key) {
    return AT + key;
  }

  /** Returns the key of a letter, with leading zeros so that offsets sort as text. */
  static String badKey(int partition, long offset) {
    return BAD + partition + "|" + String.format("%019d", offset);
  }

  @Nullable T get(String key) {
    return values.decodeIfThere(bytes(key));
  }

  static String thenKey(String key) {
    return THEN + key;
  }

  static String placeOfThenKey(String key) {
    return THEN_AT + key;
  }

  /** Returns the value that a rebuild begins with. */
  @Nullable T getOfThen(String key) {
    return values.decodeIfThere(bytesOfThen(key));
  }

  /** Returns the stored form of the value that a rebuild begins with. */
  byte @Nullable [] bytesOfThen(String key) {
    return store.get(thenKey(key));
  }

  /** Returns the stored form of a value; equal values have equal bytes. */
  byte @Nullable [] bytes(String key) {
    return store.get(okKey(key));
  }

  /** Returns when the value in force was sent, if its place decides that; else the epoch. */
  Instant sentAt(String key) {
    byte[] place = store.get(placeKey(key));
    return place == null ? Instant.EPOCH : Instant.ofEpochMilli(ByteBuffer.wrap(place).getLong());
  }

  /** Returns how many records were invalid so far; whoever sees a number finds as many letters. */
  long invalid() {
    SourceCounts counts = sourceCounts.decodeIfThere(store.get(COUNTS_KEY));
    return counts == null ? 0 : counts.getDeadLettered();
  }

  /** Returns the letters of all invalid records, in the order of their partitions. */
  List<DeadLetter> letters() {
    List<DeadLetter> found = new ArrayList<>();
    try (KeyValueIterator<String, byte[]> range = store.range(BAD, BAD.replace('|', '}'))) {
      while (range.hasNext()) {
        KeyValue<String, byte[]> entry = range.next();
        found.add(letters.decode(entry.value));
      }
    }
    return found;
  }
}
