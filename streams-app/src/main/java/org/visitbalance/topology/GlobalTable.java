package org.visitbalance.topology;

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
import org.visitbalance.settings.Settings;

/**
 * One of the two global stores: under {@code ok|key} what stands, under {@code at|key} its place if
 * that decides, under {@code bad|partition|offset} the letters about records that could not be
 * used. A global processor cannot write to a topic; the ledger of the first partition sends these
 * letters on.
 */
final class GlobalTable<T extends SpecificRecord> {
  private static final String OK = "ok|";
  private static final String AT = "at|";
  private static final String BAD = "bad|";

  private final Codec<T> values;
  private final Codec<DeadLetter> letters = new Codec<>(DeadLetter.class);
  private final KeyValueStore<String, byte[]> store;

  GlobalTable(Class<T> type, KeyValueStore<String, byte[]> store) {
    this.values = new Codec<>(type);
    this.store = store;
  }

  /** The settings, as any processor sees them. */
  static GlobalTable<Settings> settings(ProcessingContext context) {
    KeyValueStore<String, byte[]> store =
        context.getStateStore(GlobalTableProcessor.SETTINGS_STORE);
    return new GlobalTable<>(Settings.class, store);
  }

  /** The feeds, as any processor sees them. */
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

  /** With leading zeros, so that offsets are in order as texts. */
  static String badKey(int partition, long offset) {
    return BAD + partition + "|" + String.format("%019d", offset);
  }

  @Nullable T get(String key) {
    return values.decodeIfThere(bytes(key));
  }

  /** The stored form of a value: what is equal in it is equal. */
  byte @Nullable [] bytes(String key) {
    return store.get(okKey(key));
  }

  /** The letters about all records that could not be used, those of a partition in their order. */
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
