package org.visitbalance.alerts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.visitbalance.alerts.AlertFixtures.ALL;
import static org.visitbalance.alerts.AlertFixtures.webhook;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
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

  private static void await(String what, BooleanSupplier done) {
    Patience.await(what, Duration.ofSeconds(30), done);
  }

  @Test
  void aClockThatStandsStillIsToldAndThatItGoesOn() {
    WatchdogLimits limits = new WatchdogLimits(Duration.ofSeconds(2), Map.of(), 100);
    Alerts first = given.start(limits, webhook("desk", receiver.url(), ALL));
    awaitTold("opened CHECKING_STOPPED|clock");
    first.close();
    given.start(limits, webhook("desk", receiver.url(), ALL));
    FactProducer clock = given.facts();
    await(
        "the clock to go on",
        () -> {
          clock.tick(Instant.now(), 2);
          return receiver.told().contains("resolved CHECKING_STOPPED|clock");
        });
    assertThat(receiver.got.get(0).type()).isEqualTo("checking.opened");
    assertThat(receiver.told())
        .filteredOn(told -> told.endsWith("clock"))
        .containsExactly("opened CHECKING_STOPPED|clock", "resolved CHECKING_STOPPED|clock");
  }

  @Test
  void aBalancingThatCommitsNothingThoughTheClockTicksIsTold() throws Exception {
    WatchdogLimits limits = new WatchdogLimits(Duration.ofSeconds(3), Map.of(), 100);
    FactProducer clock = given.facts();
    clock.tick(Instant.now(), 2);
    given.start(limits, webhook("desk", receiver.url(), ALL));
    String balance = "CHECKING_STOPPED|balance";
    await(
        "it to be told",
        () -> {
          clock.tick(Instant.now(), 2);
          return receiver.told().contains("opened " + balance);
        });
    try (Admin admin = Admin.create(given.clients)) {
      await(
          "it to go on",
          () -> {
            clock.tick(Instant.now(), 2);
            commit(admin);
            return receiver.told().contains("resolved " + balance);
          });
    }
    assertThat(receiver.told()).containsExactly("opened " + balance, "resolved " + balance);
  }

  private long committed;

  private void commit(Admin admin) {
    committed++;
    try {
      admin
          .alterConsumerGroupOffsets(
              given.prefix + "service",
              Map.of(
                  new TopicPartition(given.prefix + "balancing.clock", 0),
                  new OffsetAndMetadata(committed)))
          .all()
          .get();
    } catch (InterruptedException | java.util.concurrent.ExecutionException e) {
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
    batch.tick(new Tick(at, host), 2);
    batch.await();
  }

  @Test
  void aSilentSourceAndTooManyDeadLettersAreToldByWhatTheyAreOf() {
    WatchdogLimits limits =
        new WatchdogLimits(
            Duration.ofDays(300), Map.of("billing.charges", Duration.ofSeconds(1)), 2);
    RouteFilter noStops =
        new RouteFilter(
            Set.of("ANY"), // The watch concerns every tenant.
            Set.of(),
            Set.of(AlertSubject.SOURCE_SILENT, AlertSubject.DEAD_LETTERS),
            Set.of(),
            Duration.ZERO,
            Duration.ZERO);
    given.start(limits, webhook("desk", receiver.url(), noStops));
    String topic = given.prefix + "balancing.dead-letters";
    for (int i = 0; i < 3; i++) {
      DeadLetter letter = new DeadLetter("T1", "emr.visits", 0, (long) i, "units", "is no number");
      byte[] value = given.serdes.of(DeadLetter.class).serializer().serialize(topic, letter);
      given.send(new ProducerRecord<>(topic, "k".getBytes(UTF_8), value));
    }
    awaitTold("opened SOURCE_SILENT|billing.charges");
    awaitTold("opened DEAD_LETTERS|emr.visits");
    assertThat(receiver.told().stream().collect(Collectors.toSet())).hasSize(2);

    // When one of them is sent again, then there are not too many any more
    String notes = given.prefix + "balancing.dead-letter-retries";
    DeadLetterRetry retry =
        new DeadLetterRetry("T1", "emr.visits", 0, 1L, java.time.Instant.now(), "anna");
    byte[] note = given.serdes.of(DeadLetterRetry.class).serializer().serialize(notes, retry);
    given.send(new ProducerRecord<>(notes, "emr.visits|0|1".getBytes(UTF_8), note));
    awaitTold("resolved DEAD_LETTERS|emr.visits");
  }
}
