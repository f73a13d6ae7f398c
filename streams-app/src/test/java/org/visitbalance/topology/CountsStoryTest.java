package org.visitbalance.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.visitbalance.topology.Given.aCharge;
import static org.visitbalance.topology.Given.aFeed;
import static org.visitbalance.topology.Given.aNote;
import static org.visitbalance.topology.Given.aRejection;
import static org.visitbalance.topology.Given.aTransmission;
import static org.visitbalance.topology.Given.aVisit;
import static org.visitbalance.topology.Given.settings;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.visitbalance.fact.FeedSource;
import org.visitbalance.fact.NoteStatus;
import org.visitbalance.fact.RejectionStatus;
import org.visitbalance.fact.RejectionType;
import org.visitbalance.fact.TransmissionStatus;

/** Of every source: read = valid + dead-lettered, and valid = standing + superseded. */
class CountsStoryTest {
  @Test
  void everyRecordIsCountedOnceForEachDelivery() {
    try (Service service = new Service()) {
      // Given repeats, later versions, earlier ones, and what is no fact, before and after a tick
      service
          .fact(aVisit("V1").build())
          .fact(aVisit("V1").build())
          .fact(aVisit("V1").amendedAt("2026-11-04T18:00:00Z").build())
          .tick("2026-11-05T00:00:00Z")
          .fact(aVisit("V1").build())
          .fact(aVisit("V2").build())
          .fact(aVisit("V1").of("P2").build())
          .fact(aVisit("").build())
          .raw(Topics.VISITS, "T1|P1".getBytes(UTF_8), null)
          .fact(aCharge("1").build())
          .fact(aCharge("1").removedAt("2026-11-04T20:00:00Z").build())
          .fact(aNote("V1", NoteStatus.OPEN, "2026-11-04"))
          .fact(aNote("V1", NoteStatus.FINALIZED, "2026-11-04"))
          .fact(aNote("V3", NoteStatus.OPEN, "2026-11-04"))
          .fact(aTransmission("V1", TransmissionStatus.INITIATED, "2026-11-04T18:00:00Z"))
          .fact(aRejection("R1", RejectionType.CASE, RejectionStatus.OPEN, "2026-11-04T18:00:00Z"))
          .fact(
              aRejection("R1", RejectionType.CASE, RejectionStatus.CLEARED, "2026-11-04T19:00:00Z"))
          .fact(aFeed(FeedSource.EMR, "2026-11-04T20:00:00Z"))
          .fact(aFeed(FeedSource.EMR, "2026-11-04T19:00:00Z"))
          .fact(aFeed(FeedSource.BILLING, "2026-11-04T19:00:00Z"))
          .raw(Topics.FEEDS, null, null)
          .settings(settings().build())
          .settings(settings().setZone("nowhere").build());

      // Then: read, valid, dead-lettered, standing, superseded
      assertThat(counts(service, Topics.VISITS)).isEqualTo("8 6 2 3 3");
      assertThat(counts(service, Topics.CHARGES)).isEqualTo("2 2 0 1 1");
      assertThat(counts(service, Topics.NOTES)).isEqualTo("3 3 0 2 1");
      assertThat(counts(service, Topics.TRANSMISSIONS)).isEqualTo("1 1 0 1 0");
      assertThat(counts(service, Topics.REJECTIONS)).isEqualTo("2 2 0 1 1");
      assertThat(counts(service, Topics.FEEDS)).isEqualTo("4 3 1 2 1");
      assertThat(counts(service, Topics.SETTINGS)).isEqualTo("2 1 1 1 0");
    }
  }

  @Test
  void whoHearsThatATickIsDoneSeesHowMuchTheBooksWaitFor() {
    try (Service service = new Service()) {
      // Given a visit that the next tick judges, and somebody who waits for it
      service.fact(aVisit("V1").build());
      List<Double> seen = new ArrayList<>();
      service.onTick(() -> seen.add(service.metric("postings", Topics.PERIOD_POSTINGS)));

      // When it comes
      service.tick("2026-11-05T00:00:00Z");

      // Then its day, week and month are counted, and what insights are made of with the mark of
      // the tick, though nothing is committed yet
      assertThat(seen).containsExactly(5.0);
    }
  }

  private static String counts(Service service, Topic<?> source) {
    StringBuilder counts = new StringBuilder();
    for (String name : new String[] {"read", "valid", "dead-lettered", "standing", "superseded"}) {
      counts.append(counts.isEmpty() ? "" : " ");
      counts.append((long) service.metric("facts-" + name, source));
    }
    return counts.toString();
  }
}
