package org.visitbalance.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.visitbalance.fact.Tick;

/** Whoever watches the clock takes the ticks that the ledgers take, and knows whose they refuse. */
class ClockReadingTest {
  private static final Instant NOW = Instant.parse("2026-11-04T19:00:00.123Z");
  private static final String TOPIC = "balancing.clock";

  private final ClockReading reading = new ClockReading(Service::serde);

  private Instant take(Instant at, String host, Instant stamped) {
    return take(Service.bytes(new Tick(at, host)), stamped.toEpochMilli());
  }

  private Instant take(byte[] value, long stamped) {
    return take(value, stamped, TimestampType.LOG_APPEND_TIME);
  }

  private Instant take(byte[] value, long stamped, TimestampType type) {
    return reading.take(
        new ConsumerRecord<>(
            TOPIC,
            0,
            0,
            stamped,
            type,
            -1,
            -1,
            null,
            value,
            new RecordHeaders(),
            Optional.empty()));
  }

  @Test
  void aTickThatIsRightIsTaken() {
    assertThat(take(NOW, "a", NOW)).isEqualTo(NOW);
    assertThat(take(NOW, null, NOW)).isEqualTo(NOW);
    assertThat(take(NOW.plusSeconds(300), "a", NOW)).isEqualTo(NOW.plusSeconds(300));
    assertThat(take(NOW.minusSeconds(300), "a", NOW)).isBefore(NOW);
    assertThat(reading.wrongClocks()).isEmpty();
  }

  @Test
  void whatIsNoTickIsPassedOver() {
    assertThat(take(null, 0)).isNull();
    assertThat(take(new byte[0], 0)).isNull();
    assertThat(take(new byte[] {1, 2, 3}, 0)).isNull();
    assertThat(reading.wrongClocks()).isEmpty();
  }

  @Test
  void aHostWhoseClockIsAheadIsNamedUntilAnHourAfterItsLastTick() {
    Instant wrong = NOW.plus(Duration.ofDays(511));
    assertThat(take(wrong, "host-7", NOW)).isNull();
    assertThat(take(wrong.plusSeconds(1), "host-7", NOW.plusSeconds(1))).isNull();
    assertThat(take(NOW.plusSeconds(3_600), "host-8", NOW.plusSeconds(2))).isNull();

    assertThat(reading.wrongClocks())
        .extracting(WrongClock::sentence)
        .containsExactly(
            "the clock of host host-7 is 511 days ahead of the broker's: 2 of its ticks were"
                + " refused since 2026-11-04T19:00:00Z; correct the time on that host (NTP)",
            "the clock of host host-8 is 59 minutes ahead of the broker's: 1 of its ticks were"
                + " refused since 2026-11-04T19:00:02Z; correct the time on that host (NTP)");

    take(NOW.plusSeconds(3_601), "a", NOW.plusSeconds(3_601));
    assertThat(reading.wrongClocks()).hasSize(2);
    take(NOW.plusSeconds(3_602), "a", NOW.plusSeconds(3_602));
    assertThat(reading.wrongClocks()).extracting(WrongClock::host).containsExactly("host-8");
  }

  @Test
  void aHostWhoseClockIsBehindIsNamedUntilItIsRight() {
    // What a clock says that is behind is no later than what is known, so it is taken
    Instant late = NOW.minus(Duration.ofDays(17));
    assertThat(take(late, "host-7", NOW)).isEqualTo(late);
    assertThat(take(late.plusSeconds(1), "host-7", NOW.plusSeconds(1))).isNotNull();
    assertThat(take(NOW.plusSeconds(1), "host-8", NOW.plusSeconds(1))).isNotNull();

    assertThat(reading.wrongClocks())
        .extracting(WrongClock::sentence)
        .containsExactly(
            "the clock of host host-7 is 17 days behind the broker's: where no other host sends"
                + " ticks, no charge becomes missing and nothing overdue; correct the time on that"
                + " host (NTP), or stop its instance");

    take(NOW.plusSeconds(2), "host-7", NOW.plusSeconds(2));
    assertThat(reading.wrongClocks()).isEmpty();
  }

  /** It brings its own time to topics that have the broker's. */
  @Test
  void theClockOfASimulationIsNotBehind() {
    assertThat(take(NOW.minus(Duration.ofDays(900)), null, NOW)).isBefore(NOW);
    assertThat(reading.wrongClocks()).isEmpty();
  }

  /** Each tick is as late as its record then, so none is ever wrong. */
  @Test
  void aTopicWithTheTimesOfItsSendersIsNoGuard() {
    Instant wrong = NOW.plus(Duration.ofDays(365));
    byte[] own = Service.bytes(new Tick(wrong, null));
    byte[] named = Service.bytes(new Tick(wrong, "host-7"));

    // It is what a simulation has
    take(own, wrong.toEpochMilli(), TimestampType.CREATE_TIME);
    assertThat(reading.unguarded()).isNull();
    take(named, wrong.toEpochMilli(), TimestampType.CREATE_TIME);
    assertThat(reading.unguarded()).contains("CreateTime", "visit-balance topics");

    take(NOW, "host-7", NOW);
    assertThat(reading.unguarded()).isNull();
  }

  @Test
  void noHostCanPutMoreThanItsNameIntoHealth() {
    Instant wrong = NOW.plus(Duration.ofDays(1));
    take(wrong, "Jane Secret, born 1970", NOW);
    take(wrong, null, NOW);
    take(wrong, "x".repeat(1_000), NOW);
    assertThat(reading.wrongClocks())
        .singleElement()
        .satisfies(one -> assertThat(one.host()).isEqualTo("unknown"))
        .satisfies(one -> assertThat(one.ticks()).isEqualTo(3));

    for (int host = 0; host < 1_000; host++) {
      take(wrong, "host-" + host, NOW);
    }
    assertThat(reading.wrongClocks()).hasSizeLessThan(60);
    assertThat(reading.wrongClocks().stream().mapToLong(WrongClock::ticks).sum()).isEqualTo(1_003);
  }
}
