package org.visitbalance.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.visitbalance.topology.Given.aCharge;
import static org.visitbalance.topology.Given.aVisit;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.output.DiscrepancyStatus;
import org.visitbalance.service.RunStart;

/** A service that starts with an empty state on the 10th of November, and reads it all again. */
class CatchUpStoryTest {
  private static final String PRESENT = "2026-11-10T00:00:00Z";

  private final Service service =
      new Service(Instant.parse(PRESENT), TopologyOptions.RETENTION, 1000);

  @AfterEach
  void close() {
    service.close();
  }

  @Test
  void aRebuildPagesNobodyAboutWhatIsOver() {
    // Given a charge that came two days late, and one that never came
    service
        .fact(aVisit("V1").build())
        .fact(aVisit("V2").build())
        .tick("2026-11-06T00:00:00Z")
        .fact(aCharge("1").forVisit("V1").createdAt("2026-11-06T10:00:00Z").build())
        .tick("2026-11-09T23:59:59Z");
    assertThat(service.said()).isEmpty();

    // When the clock reaches the present
    service.tick(PRESENT);

    // Then only what is still open is said, opened now, and each key once
    assertThat(service.said())
        .doesNotHaveDuplicates()
        .extracting(out -> out.topic() + " " + out.key())
        .doesNotHaveDuplicates();
    assertThat(service.tables().values(Topics.VISIT_DISCREPANCIES))
        .singleElement()
        .satisfies(one -> assertThat(one.getKind()).isEqualTo("MISSING_CHARGE"))
        .satisfies(one -> assertThat(one.getStatus()).isEqualTo(DiscrepancyStatus.OPEN))
        .satisfies(one -> assertThat(one.getOpenedAt()).isEqualTo(PRESENT));
    assertThat(Board.of(service).open())
        .containsExactly("DAY C01 2026-11-04", "MISSING_CHARGE C01 2026-11-04");
  }

  /** A host may start with a clock that is ahead, and get the right time only then. */
  @Test
  void thePresentBeginsAtTheLatestWhenTheClockIsSetBack() {
    AtomicReference<Instant> clock = new AtomicReference<>(Instant.parse("2027-11-10T00:00:00Z"));
    try (Service own = new Service(RunStart.now(clock::get))) {
      // Given a service that began a year from now, as it thought
      own.fact(aVisit("V1").build()).tick("2026-11-09T23:59:59Z");
      assertThat(own.said()).isEmpty();

      // When the clock is right, and goes on
      clock.set(Instant.parse(PRESENT));
      own.tick(PRESENT);

      // Then what is missing is said
      assertThat(Board.of(own).state("V1")).isEqualTo("MISSING_CHARGE");
      clock.set(Instant.parse(PRESENT).plusSeconds(60));
      own.tick("2026-11-10T00:00:30Z");
      own.fact(aCharge("1").forVisit("V1").build());
      assertThat(Board.of(own).state("V1")).isEqualTo("MATCHED");
    }
  }

  @Test
  void factsWaitUntilTheFirstTick() {
    // Given a service that has read no tick at all
    service.fact(aVisit("V1").build());
    assertThat(service.said()).isEmpty();

    // When it has
    service.tick(PRESENT);

    // Then facts are judged as they come
    assertThat(Board.of(service).state("V1")).isEqualTo("MISSING_CHARGE");
    service.fact(aCharge("1").forVisit("V1").build());
    assertThat(Board.of(service).state("V1")).isEqualTo("MATCHED");
    assertThat(service.history("MISSING_CHARGE"))
        .extracting(Discrepancy::getStatus)
        .containsExactly(DiscrepancyStatus.OPEN, DiscrepancyStatus.RESOLVED);
  }
}
