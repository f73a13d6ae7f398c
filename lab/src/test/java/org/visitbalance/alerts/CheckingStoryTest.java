package org.visitbalance.alerts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.visitbalance.alerts.AlertFixtures.ALL;
import static org.visitbalance.alerts.AlertFixtures.webhook;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.visitbalance.fact.Tick;
import org.visitbalance.output.DeadLetter;
import org.visitbalance.output.DeadLetterRetry;
import org.visitbalance.platform.Patience;
import org.visitbalance.service.FactProducer;
import org.visitbalance.service.SendBatch;

/** The bridge's own watch: what it tells when discrepancies would not be found at all. */
@Tag("slow")
class CheckingStoryTest {
  private static final byte[] GARBAGE = {1, 2, 3};

  /** The watch looks ten times as often as that. */
  private static final Duration STOPPED_AFTER = Duration.ofSeconds(2);

  private static final int TOO_MANY = 2;

  private final AlertFixtures given = new AlertFixtures();
  private final Receiver receiver = new Receiver();

  @AfterEach
  void close() {
    given.close();
    receiver.close();
  }

  private void awaitTold(String what) {
    await(what, () -> receiver.told().contains(what));
  }

  private static WatchdogLimits limits(Map<String, Duration> silentAfter) {
    return new WatchdogLimits(STOPPED_AFTER, silentAfter, TOO_MANY);
  }

  private static void await(String what, BooleanSupplier done) {
    Patience.await(what, Duration.ofSeconds(30), done);
  }

  @Test
  void aClockThatStandsStillIsToldAndThatItGoesOn() {
    // Given a clock that ticked, and then did not for as long as it may stand still
    given.tick();
    given.clock.stop();
    Alerts first = given.start(limits(Map.of()), webhook("desk", receiver.url(), ALL));
    given.clock.move(STOPPED_AFTER);
    awaitTold("opened CHECKING_STOPPED|clock");

    // When alerts are started again, and the clock goes on
    first.close();
    given.start(limits(Map.of()), webhook("desk", receiver.url(), ALL));
    given.tick();

    // Then both are told, once
    awaitTold("resolved CHECKING_STOPPED|clock");
    assertThat(receiver.got.get(0).type()).isEqualTo("checking.opened");
    assertThat(receiver.told())
        .containsExactly("opened CHECKING_STOPPED|clock", "resolved CHECKING_STOPPED|clock");
  }

  @Test
  void aBalancingThatCommitsNothingThoughTheClockTicksIsTold() {
    // Given a clock that goes on, and nobody who reads it
    given.clock.stop();
    given.start(limits(Map.of()), webhook("desk", receiver.url(), ALL));
    given.tick();
    given.clock.move(STOPPED_AFTER);
    awaitTold("opened CHECKING_STOPPED|balance");

    // When a tick was read
    commitATick();

    // Then that is told, and nothing else
    awaitTold("resolved CHECKING_STOPPED|balance");
    assertThat(receiver.told())
        .containsExactly("opened CHECKING_STOPPED|balance", "resolved CHECKING_STOPPED|balance");
  }

  private void commitATick() {
    try (Admin admin = Admin.create(given.clients)) {
      admin
          .alterConsumerGroupOffsets(
              given.prefix + "service",
              Map.of(
                  new TopicPartition(given.prefix + "balancing.clock", 0),
                  new OffsetAndMetadata(1)))
          .all()
          .get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aHostWhoseClockIsWrongIsToldByItsNameAndAClockOfWrongTicksOnlyStandsStill() {
    WatchdogLimits limits = new WatchdogLimits(Duration.ofSeconds(2), Map.of(), 1_000);
    FactProducer clock = given.facts();
    given.start(limits, webhook("desk", receiver.url(), ALL));
    // Given a clock that gets nothing but garbage and ticks of a far-off year
    await(
        "both to be told",
        () -> {
          tick(clock, Instant.parse("2128-04-01T00:00:00Z"), "host-7");
          given.send(new ProducerRecord<>(given.prefix + "balancing.clock", 0, null, GARBAGE));
          given.send(new ProducerRecord<>(given.prefix + "balancing.clock", 1, null, null));
          return receiver.told().contains("opened WRONG_CLOCK|host-7")
              && receiver.told().contains("opened CHECKING_STOPPED|clock");
        });

    // When a host whose clock is right ticks too
    await(
        "the clock to go on",
        () -> {
          tick(clock, Instant.now(), "host-8");
          return receiver.told().contains("resolved CHECKING_STOPPED|clock");
        });

    // Then the wrong host is still named, and nobody else
    assertThat(receiver.told())
        .filteredOn(told -> told.contains("WRONG_CLOCK"))
        .containsExactly("opened WRONG_CLOCK|host-7");
  }

  private static void tick(FactProducer clock, Instant at, String host) {
    SendBatch batch = clock.batch();
    batch.tick(new Tick(at, host), Set.of(0, 1));
    batch.await();
  }

  @Test
  void aSilentSourceAndTooManyDeadLettersAreToldByWhatTheyAreOf() {
    // Given one dead letter too many, and a source that may be silent for a second
    String topic = given.prefix + "balancing.dead-letters";
    for (int i = 0; i <= TOO_MANY; i++) {
      DeadLetter letter = new DeadLetter("T1", "emr.visits", 0, (long) i, "units", "is no number");
      byte[] value = given.serdes.of(DeadLetter.class).serializer().serialize(topic, letter);
      given.send(new ProducerRecord<>(topic, "k".getBytes(UTF_8), value));
    }
    Duration silent = Duration.ofSeconds(1);
    RouteFilter noStops =
        new RouteFilter(
            Set.of("ANY"), // The watch concerns every tenant.
            Set.of(),
            Set.of(AlertSubject.SOURCE_SILENT, AlertSubject.DEAD_LETTERS),
            Set.of(),
            Duration.ZERO,
            Duration.ZERO);

    // When a second goes by
    given.clock.stop();
    given.start(
        limits(Map.of("billing.charges", silent)), webhook("desk", receiver.url(), noStops));
    given.clock.move(silent);

    // Then both are told, and nothing else
    awaitTold("opened SOURCE_SILENT|billing.charges");
    awaitTold("opened DEAD_LETTERS|emr.visits");
    assertThat(receiver.told()).hasSize(2);

    // When one of them is sent again, then there are not too many any more
    String notes = given.prefix + "balancing.dead-letter-retries";
    DeadLetterRetry retry = new DeadLetterRetry("T1", "emr.visits", 0, 1L, Instant.now(), "anna");
    byte[] note = given.serdes.of(DeadLetterRetry.class).serializer().serialize(notes, retry);
    given.send(new ProducerRecord<>(notes, "emr.visits|0|1".getBytes(UTF_8), note));
    awaitTold("resolved DEAD_LETTERS|emr.visits");
  }
}
