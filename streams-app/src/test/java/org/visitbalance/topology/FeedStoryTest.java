package org.visitbalance.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.visitbalance.topology.Given.aCharge;
import static org.visitbalance.topology.Given.aFeed;
import static org.visitbalance.topology.Given.aVisit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.visitbalance.fact.FeedSource;

/** Nothing is called missing while the source that should tell us is known to be behind. */
class FeedStoryTest {
  private final Service service = new Service();

  @AfterEach
  void close() {
    service.close();
  }

  @Test
  void aChargeIsNotMissingWhileBillingIsSilent() {
    // Given billing has told us everything until the evening of the visit, and no more
    service
        .fact(aFeed(FeedSource.BILLING, "2026-11-04T20:00:00Z"))
        .fact(aVisit("V1").build())
        .tick("2026-11-04T20:00:00Z");

    // When days go by
    service.tick("2026-11-10T00:00:00Z");
    assertThat(Board.of(service).state("V1")).isEqualTo("AWAITING_CHARGE");
    assertThat(Board.of(service).open()).isEmpty();

    // When billing moves on, but not to the end of the visit's patience
    service.fact(aFeed(FeedSource.BILLING, "2026-11-05T16:59:59Z")).tick("2026-11-10T00:00:01Z");
    assertThat(Board.of(service).state("V1")).isEqualTo("AWAITING_CHARGE");

    // When it gets there, then the charge is missing from the next tick
    service.fact(aFeed(FeedSource.BILLING, "2026-11-05T17:00:00Z"));
    assertThat(Board.of(service).state("V1")).isEqualTo("AWAITING_CHARGE");
    service.tick("2026-11-10T00:00:02Z");
    assertThat(Board.of(service).open())
        .containsExactly("DAY C01 2026-11-04", "MISSING_CHARGE C01 2026-11-04");
  }

  @Test
  void anOlderFeedTakesNothingBack() {
    // Given billing is complete until after the visit's patience, and the charge is missing
    service
        .fact(aFeed(FeedSource.BILLING, "2026-11-06T00:00:00Z"))
        .fact(aVisit("V1").build())
        .tick("2026-11-06T00:00:00Z");
    assertThat(Board.of(service).state("V1")).isEqualTo("MISSING_CHARGE");
    service.said();

    // When an earlier feed is delivered again
    service.fact(aFeed(FeedSource.BILLING, "2026-11-04T20:00:00Z")).tick("2026-11-06T00:00:01Z");

    // Then nothing changes
    assertThat(service.said()).isEmpty();
  }

  @Test
  void theFirstFeedOfASourceTakesBackWhatWasCalledMissing() {
    // Given a charge that was called missing, since billing had never said that it is behind
    service.fact(aVisit("V1").build()).tick("2026-11-06T00:00:00Z");
    assertThat(Board.of(service).state("V1")).isEqualTo("MISSING_CHARGE");

    // When it says so
    service.fact(aFeed(FeedSource.BILLING, "2026-11-05T00:00:00Z")).tick("2026-11-06T00:00:01Z");

    // Then the charge is awaited again, and nothing is open
    assertThat(Board.of(service).state("V1")).isEqualTo("AWAITING_CHARGE");
    assertThat(Board.of(service).open()).isEmpty();
  }

  @Test
  void aChargeIsNotUnexpectedWhileTheEmrIsSilent() {
    // Given a charge whose note may be on its way, and billing, which is not asked
    service
        .fact(aFeed(FeedSource.EMR, "2026-11-04T12:00:00Z"))
        .fact(aFeed(FeedSource.BILLING, "2026-11-10T00:00:00Z"))
        .fact(aCharge("1").forVisit("V1").build())
        .tick("2026-11-10T00:00:00Z");
    assertThat(Board.of(service).items()).containsExactly("BRIDGE AWAITING_NOTE -1 C01 2026-11-04");

    // When the EMR has told us everything of the day after, and there was no note
    service.fact(aFeed(FeedSource.EMR, "2026-11-05T18:00:00Z")).tick("2026-11-10T00:00:01Z");

    // Then it is
    assertThat(Board.of(service).open()).contains("UNEXPECTED_CHARGE C01 2026-11-04");
  }
}
