package org.visitbalance.topology;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;
import org.visitbalance.fact.Tick;
import org.visitbalance.platform.serde.NotYetDecodableException;

/**
 * Takes the records of the clock as the ledgers do (rules.md#ticks), for whoever watches them: it
 * tells which ticks count, and whose were refused within the last hour by the broker's time. May be
 * asked by any thread.
 */
public final class ClockReading {
  private static final Duration SHOWN = Duration.ofHours(1);

  /** Whoever may write to the clock may name any host; so many are told apart. */
  private static final int MOST_HOSTS = 50;

  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._:-]{1,253}");
  private static final String UNNAMED = "unknown";
  private static final String OTHERS = "others";

  private final Deserializer<Tick> ticks;
  private final Map<String, WrongClock> wrong = new TreeMap<>();
  private Instant newest = Instant.MIN;

  /** A reading that has seen nothing yet. */
  public ClockReading(TopologyOptions.Serdes serdes) {
    this(serdes.of(Tick.class).deserializer());
  }

  /** A reading by other means than the installation's own. */
  public ClockReading(Deserializer<Tick> ticks) {
    this.ticks = ticks;
  }

  /**
   * Takes a record.
   *
   * @param timestamp of the record
   * @return the time that it says; null if it is no tick, or one that is refused
   */
  public @Nullable Instant take(String topic, byte @Nullable [] value, long timestamp) {
    Tick tick;
    try {
      tick = value == null ? null : ticks.deserialize(topic, value);
    } catch (SerializationException e) {
      // Nothing that would tell the time; the ledger sends it to the dead letters.
      tick = null;
    } catch (NotYetDecodableException e) {
      if (!e.isUnknown()) {
        throw e;
      }
      tick = null;
    }
    return take(tick, timestamp);
  }

  private synchronized @Nullable Instant take(@Nullable Tick tick, long timestamp) {
    Instant stamped = Instant.ofEpochMilli(timestamp);
    newest = stamped.isAfter(newest) ? stamped : newest;
    if (tick == null) {
      return null;
    } else if (!RefusedTicks.isAhead(tick, timestamp)) {
      return tick.getAt();
    }
    forgetOld();
    Duration ahead = Duration.between(stamped, tick.getAt());
    wrong.merge(
        host(tick.getHost()),
        new WrongClock(host(tick.getHost()), stamped, stamped, 1, ahead),
        WrongClock::and);
    return null;
  }

  private String host(@Nullable String host) {
    String shown = host != null && HOST.matcher(host).matches() ? host : UNNAMED;
    return wrong.containsKey(shown) || wrong.size() < MOST_HOSTS ? shown : OTHERS;
  }

  private void forgetOld() {
    wrong.values().removeIf(one -> one.last().plus(SHOWN).isBefore(newest));
  }

  /** The hosts whose ticks were refused within the last hour. */
  public synchronized List<WrongClock> wrongClocks() {
    forgetOld();
    return List.copyOf(wrong.values());
  }
}
