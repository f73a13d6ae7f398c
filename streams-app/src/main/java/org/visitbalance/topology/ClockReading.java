package org.visitbalance.topology;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.visitbalance.fact.Tick;
import org.visitbalance.platform.serde.ReadableValues;

/**
 * Takes the records of the clock as the ledgers do (rules.md#ticks), for whoever watches them: it
 * tells which ticks count, and whose clock was wrong within the last hour by the broker's time. May
 * be asked by any thread.
 */
public final class ClockReading {
  private static final Duration SHOWN = Duration.ofHours(1);

  /** Whoever may write to the clock may name any host; so many are told apart. */
  private static final int MOST_HOSTS = 50;

  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._:-]{1,253}");
  private static final String UNNAMED = "unknown";
  private static final String OTHERS = "others";

  private final ReadableValues<Tick> ticks;
  private final Map<String, WrongClock> wrong = new TreeMap<>();
  private Instant newest = Instant.MIN;

  /** A reading that has seen nothing yet. */
  public ClockReading(TopologyOptions.Serdes serdes) {
    this.ticks = new ReadableValues<>(serdes.of(Tick.class).deserializer());
  }

  /**
   * Takes a record. One that cannot be read tells no time; the ledger sends it to the dead letters.
   *
   * @return the time that it says; null if it is no tick, or one that is refused
   */
  public @Nullable Instant take(ConsumerRecord<byte[], byte[]> record) {
    return take(ticks.ifKnown(record), record.timestamp());
  }

  private synchronized @Nullable Instant take(@Nullable Tick tick, long timestamp) {
    Instant stamped = Instant.ofEpochMilli(timestamp);
    newest = stamped.isAfter(newest) ? stamped : newest;
    if (tick == null) {
      return null;
    }
    Duration ahead = Duration.between(stamped, tick.getAt());
    boolean isAhead = RefusedTicks.isAhead(tick, timestamp);
    // A simulation names no host: its clock is its own, and is not behind.
    if (isAhead || (tick.getHost() != null && ahead.abs().compareTo(RefusedTicks.LEAD) > 0)) {
      forgetOld();
      String host = host(tick.getHost());
      wrong.merge(host, new WrongClock(host, stamped, stamped, 1, ahead), WrongClock::and);
    } else if (!wrong.isEmpty()) {
      // One late tick, as after a computer has slept, says nothing once the next one is right.
      wrong.computeIfPresent(host(tick.getHost()), (host, was) -> was.isBehind() ? null : was);
    }
    return isAhead ? null : tick.getAt();
  }

  private String host(@Nullable String host) {
    String shown = host != null && HOST.matcher(host).matches() ? host : UNNAMED;
    return wrong.containsKey(shown) || wrong.size() < MOST_HOSTS ? shown : OTHERS;
  }

  private void forgetOld() {
    wrong.values().removeIf(one -> one.last().plus(SHOWN).isBefore(newest));
  }

  /** The hosts whose ticks were refused within the last hour, and those that are behind. */
  public synchronized List<WrongClock> wrongClocks() {
    forgetOld();
    return List.copyOf(wrong.values());
  }
}
