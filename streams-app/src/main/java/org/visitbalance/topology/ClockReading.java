package org.visitbalance.topology;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.record.TimestampType;
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
  private boolean isGuarded = true;

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
    return take(ticks.ifKnown(record), record.timestamp(), record.timestampType());
  }

  private synchronized @Nullable Instant take(
      @Nullable Tick tick, long timestamp, TimestampType type) {
    Instant stamped = Instant.ofEpochMilli(timestamp);
    newest = stamped.isAfter(newest) ? stamped : newest;
    if (tick == null) {
      return null;
    }
    Duration ahead = Duration.between(stamped, tick.getAt());
    boolean isAhead = RefusedTicks.isAhead(tick, timestamp);
    // A simulation names no host: its clock is its own, and is not behind.
    isGuarded = tick.getHost() == null || type == TimestampType.LOG_APPEND_TIME;
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

  /**
   * Returns what to do where no tick can be wrong, because its topic takes the time that the sender
   * says; null where the broker's time is there.
   */
  public synchronized @Nullable String unguarded() {
    return isGuarded
        ? null
        : "the topic of the clock has the times of its senders (message.timestamp.type=CreateTime),"
            + " so no wrong clock is noticed, and one that is ahead moves everybody's time for good;"
            + " run 'visit-balance topics', which sets LogAppendTime";
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
