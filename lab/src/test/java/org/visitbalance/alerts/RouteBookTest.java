package org.visitbalance.alerts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.visitbalance.alerts.AlertFixtures.missingCharge;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.visitbalance.output.DiscrepancyStatus;

/** What a route has still to be told, moment by moment. */
class RouteBookTest {
  private static final TopicPartition PARTITION = new TopicPartition("discrepancies", 0);
  private static final Instant T0 = Instant.parse("2026-11-04T08:00:00Z");
  private static final Duration SETTLE = Duration.ofMinutes(10);

  private final RouteBook book =
      new RouteBook(
          new RouteFilter(Set.of(), Set.of(), Set.of(), Set.of(), SETTLE, Duration.ofMinutes(30)));

  private static AlertSubject open(String id) {
    return AlertSubject.of(missingCharge(id).setOpenedAt(T0).build(), T0);
  }

  private static AlertSubject resolved(String id, int minute) {
    Instant at = T0.plus(Duration.ofMinutes(minute));
    return AlertSubject.of(
        missingCharge(id)
            .setOpenedAt(T0)
            .setStatus(DiscrepancyStatus.RESOLVED)
            .setResolvedAt(at)
            .build(),
        at);
  }

  private List<String> pending(int minute) {
    return book.pending(T0.plus(Duration.ofMinutes(minute))).stream()
        .map(pending -> pending.transition().word() + " " + pending.subject().id())
        .toList();
  }

  private void tellAll(int minute) {
    book.pending(T0.plus(Duration.ofMinutes(minute))).forEach(book::told);
  }

  @Test
  void whatStandsOpenIsDueWhenItIsOldEnoughAndHoldsNoPlace() {
    book.take(PARTITION, 7, open("D1"), true);

    assertThat(pending(29)).isEmpty();
    assertThat(pending(30)).containsExactly("opened D1");
    assertThat(book.place(PARTITION, 8)).isEqualTo(8);
  }

  @Test
  void anEndHoldsItsPlaceUntilItIsTold() {
    book.take(PARTITION, 7, open("D1"), true);
    tellAll(30);
    book.take(PARTITION, 8, resolved("D1", 40), true);
    book.take(PARTITION, 9, open("D2"), true);

    assertThat(book.place(PARTITION, 10)).isEqualTo(8);
    assertThat(pending(41)).containsExactly("resolved D1", "opened D2");
    tellAll(41);
    assertThat(pending(41)).isEmpty();
    assertThat(book.place(PARTITION, 10)).isEqualTo(10);
    assertThat(book.finished()).containsExactly("D1");
  }

  @Test
  void whatEndedBeforeItWasOldEnoughIsNeverTold() {
    book.take(PARTITION, 7, open("D1"), true);
    book.take(PARTITION, 8, resolved("D1", 29), true);

    assertThat(pending(60)).isEmpty();
    assertThat(book.place(PARTITION, 9)).isEqualTo(9);
  }

  @Test
  void whatEndedUntoldThoughItWasOldEnoughIsToldFromItsBeginning() {
    book.take(PARTITION, 8, resolved("D1", 31), true);

    assertThat(pending(60)).containsExactly("opened D1");
    tellAll(60);
    assertThat(pending(60)).containsExactly("resolved D1");
  }

  @Test
  void whoKnowsWhatWasSaidGoesOnFromThere() {
    book.take(PARTITION, 7, open("D1"), true);
    PendingMessage told = book.pending(T0.plus(Duration.ofMinutes(30))).get(0);
    RouteBook next = new RouteBook(AlertFixtures.ALL);
    next.remember(Map.of("D1", told.said()));
    next.take(PARTITION, 7, open("D1"), false);

    assertThat(next.pending(T0.plus(Duration.ofMinutes(30)))).isEmpty();
    next.take(PARTITION, 8, resolved("D1", 31), false);
    assertThat(next.pending(T0.plus(Duration.ofMinutes(31)))).hasSize(1);
  }

  @Test
  void ofWhatHasLeftNothingIsToldAndNothingRemembered() {
    book.take(PARTITION, 7, open("D1"), true);
    book.take(PARTITION, 8, open("D2"), true);
    tellAll(30);
    book.take(PARTITION, 9, open("D3"), true);

    for (String id : List.of("D1", "D3", "D4")) {
      book.take(
          PARTITION,
          10,
          AlertSubject.of(missingCharge(id).setOpenedAt(T0).setLeftAt(T0).build(), T0),
          true);
    }

    assertThat(pending(60)).isEmpty();
    assertThat(book.place(PARTITION, 11)).isEqualTo(11);
    assertThat(book.finished()).containsExactly("D1");
  }

  @Test
  void theWaitDoublesUpToALongestAndAPartOfItIsRandom() {
    Backoff backoff = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(10), new Random(1));

    assertThat(backoff.after(1)).isBetween(Duration.ofMillis(500), Duration.ofSeconds(1));
    assertThat(backoff.after(3)).isBetween(Duration.ofSeconds(2), Duration.ofSeconds(4));
    assertThat(backoff.after(900)).isBetween(Duration.ofSeconds(5), Duration.ofSeconds(10));
    assertThat(backoff.after(900)).isNotEqualTo(backoff.after(900));
  }
}
