package org.visitbalance.topology;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.streams.state.KeyValueStore;
import org.visitbalance.fact.Tick;

/**
 * The ticks of a partition that were refused (rules.md#ticks): a host whose clock is ahead must not
 * move everybody's time. All of them are counted, and each hour has one letter, since no retry
 * takes them. Stored with the state, so that it is true after every crash.
 */
final class RefusedTicks {
  /** How far a tick may be ahead of the timestamp of its record. */
  static final Duration LEAD = Duration.ofMinutes(5);

  private static final String COUNT = "refused-ticks|count";
  private static final String HOUR = "refused-ticks|hour-of-the-last-letter";
  private static final long NONE = -1;

  private final KeyValueStore<String, byte[]> store;
  private final SourceGauges gauges;

  RefusedTicks(KeyValueStore<String, byte[]> store, SourceGauges gauges) {
    this.store = store;
    this.gauges = gauges;
    show(Math.max(0, read(COUNT)));
  }

  /** Whether a tick is too far ahead of its record's timestamp to be true. */
  static boolean isAhead(Tick tick, long timestamp) {
    return tick.getAt().isAfter(Instant.ofEpochMilli(timestamp).plus(LEAD));
  }

  /** Counts one; returns whether it is the first within its hour. */
  boolean add(long timestamp) {
    long count = Math.max(0, read(COUNT)) + 1;
    write(COUNT, count);
    show(count);
    long hour = Math.floorDiv(timestamp, Duration.ofHours(1).toMillis());
    boolean isFirst = read(HOUR) != hour;
    if (isFirst) {
      write(HOUR, hour);
    }
    return isFirst;
  }

  private void show(long count) {
    gauges.show(Topics.CLOCK, "ticks-refused", count);
  }

  private long read(String key) {
    byte[] stored = store.get(key);
    return stored == null ? NONE : Long.parseLong(new String(stored, US_ASCII));
  }

  private void write(String key, long value) {
    store.put(key, Long.toString(value).getBytes(US_ASCII));
  }
}
