package org.visitbalance.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.visitbalance.topology.Given.aCharge;
import static org.visitbalance.topology.Given.aVisit;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.visitbalance.output.DeadLetter;

/** One host with a wrong clock does not move everybody's time. */
class ClockStoryTest {
  private static final Instant NOW = Instant.parse("2026-11-04T19:00:00Z");
  private static final Instant WRONG = Instant.parse("2028-04-01T00:00:00Z");
  private static final byte[] GARBAGE = {1, 2, 3};

  private final Service service = new Service();

  @AfterEach
  void close() {
    service.close();
  }

  @Test
  void aTickOfTheYear2028ChangesNothing() {
    // Given a visit that waits for its charge
    service.tick(NOW).fact(aVisit("V1").build());
    assertThat(Board.of(service).state("V1")).isEqualTo("AWAITING_CHARGE");
    service.said();

    // When a host says that it is 2028
    service.tick(WRONG, NOW.plusSeconds(1));

    // Then there is a dead letter, and nothing else is said
    assertThat(service.said())
        .extracting(Service.Out::topic)
        .containsExactly("balancing.dead-letters");
    assertThat(letters()).containsExactly("balancing.clock 0 1 at");

    // And the service's time is what it was: it waits on, and takes facts and ticks of the present
    service.tick(NOW.plusSeconds(2));
    assertThat(Board.of(service).state("V1")).isEqualTo("AWAITING_CHARGE");
    service
        .fact(aVisit("V2").build())
        .fact(aCharge("1").forVisit("V1").build())
        .tick(NOW.plusSeconds(3));
    assertThat(Board.of(service).state("V1")).isEqualTo("MATCHED");
    assertThat(Board.of(service).state("V2")).isEqualTo("AWAITING_CHARGE");
    assertThat(Board.of(service).open()).isEmpty();
    service.tick(NOW.plus(Duration.ofDays(1)));
    assertThat(Board.of(service).state("V2")).isEqualTo("MISSING_CHARGE");
  }

  @Test
  void evenTheFirstTickOfAllIsRefused() {
    service.tick(WRONG, NOW).fact(aVisit("V1").build());

    assertThat(Board.of(service).visits()).isEmpty();
    service.tick(NOW.plusSeconds(1));
    assertThat(Board.of(service).state("V1")).isEqualTo("AWAITING_CHARGE");
  }

  @Test
  void aClockThatIsFiveMinutesFastIsAcceptedAndNoFasterOne() {
    service.fact(aVisit("V1").build());
    Instant due = Instant.parse("2026-11-05T17:00:00Z");

    service.tick(due.plusNanos(1), due.minus(Duration.ofMinutes(5)));
    assertThat(service.said(Topics.DEAD_LETTERS)).hasSize(1);
    assertThat(Board.of(service).visits()).isEmpty();

    service.tick(due, due.minus(Duration.ofMinutes(5)));
    assertThat(Board.of(service).state("V1")).isEqualTo("MISSING_CHARGE");
  }

  @Test
  void refusedTicksAreCountedAndGetOneLetterAPartitionAndHour() {
    Instant stamp = Instant.parse("2026-11-04T19:59:58Z");
    for (int second = 0; second < 4; second++) {
      service.tick(WRONG.plusSeconds(second), stamp.plusSeconds(second));
    }

    assertThat(letters()).containsExactly("balancing.clock 0 0 at", "balancing.clock 0 2 at");
    assertThat(service.tables().deadLetters())
        .allSatisfy(
            one ->
                assertThat(one.getReason())
                    .contains("more than 5 minutes ahead")
                    .doesNotContain("2028", "host-1"));
    assertThat(service.metric("ticks-refused", Topics.CLOCK)).isEqualTo(4);
  }

  @Test
  void timeNeverGoesBack() {
    // Given a charge that is missing since the 5th
    service.fact(aVisit("V1").build()).tick(Instant.parse("2026-11-05T17:00:00Z"));
    assertThat(Board.of(service).state("V1")).isEqualTo("MISSING_CHARGE");

    // When a slow host says that it is the 4th, and another visit of that day comes
    service.tick(NOW, Instant.parse("2026-11-05T17:00:01Z")).fact(aVisit("V2").build());

    // Then it is judged by the time that was
    assertThat(Board.of(service).state("V1")).isEqualTo("MISSING_CHARGE");
    assertThat(Board.of(service).state("V2")).isEqualTo("MISSING_CHARGE");
    assertThat(service.tables().deadLetters()).isEmpty();
  }

  @Test
  void tombstonesAndGarbageBetweenTicksStopNothing() {
    service
        .tick(NOW)
        .raw(Topics.CLOCK, null, null)
        .fact(aVisit("V1").build())
        .raw(Topics.CLOCK, null, GARBAGE)
        .raw(Topics.CLOCK, null, Service.bytes(aVisit("V2").build()))
        .tick("2026-11-05T17:00:00Z");

    assertThat(Board.of(service).state("V1")).isEqualTo("MISSING_CHARGE");
    assertThat(letters())
        .containsExactly(
            "balancing.clock 0 1 null", "balancing.clock 0 2 null", "balancing.clock 0 3 null");
  }

  private List<String> letters() {
    return service.tables().deadLetters().stream().map(ClockStoryTest::place).toList();
  }

  private static String place(DeadLetter letter) {
    return letter.getSource()
        + " "
        + letter.getPartition()
        + " "
        + letter.getPosition()
        + " "
        + letter.getField();
  }
}
