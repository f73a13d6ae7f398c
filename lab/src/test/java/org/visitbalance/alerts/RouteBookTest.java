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
import org.visitbalance.output.FileState;

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

  private void file(long offset, FileState state, int minute) {
    Instant at = T0.plus(Duration.ofMinutes(minute));
    AlertSubject subject = AlertSubject.of(AlertFixtures.file("F1", state, at).build(), at);
    if (subject != null) {
      book.take(PARTITION, offset, subject, true);
    }
  }

  private static final String F1 = "FILE_REFUSED|T1|F1|";

  @Test
  void aRefusedFileIsOneOpeningHoweverOftenItIsReadAgain() {
    file(1, FileState.QUARANTINED, 0);
    file(2, FileState.RECEIVED, 20);
    file(3, FileState.QUARANTINED, 21);
    assertThat(pending(29)).isEmpty();
    assertThat(pending(30)).containsExactly("opened " + F1);
    tellAll(30);
    file(4, FileState.QUARANTINED, 40);
    assertThat(pending(80)).isEmpty();

    file(5, FileState.DONE, 90);
    assertThat(pending(90)).containsExactly("resolved " + F1);
    tellAll(90);
    file(6, FileState.QUARANTINED, 100);
    assertThat(pending(131)).containsExactly("opened " + F1);
  }

  @Test
  void aFileThatWasReadAtOnceIsNothingToTell() {
    file(1, FileState.DONE, 0);
    assertThat(pending(60)).isEmpty();
    assertThat(book.place(PARTITION, 2)).isEqualTo(2);

    file(2, FileState.QUARANTINED, 70);
    file(3, FileState.REPLACED, 75);
    assertThat(pending(120)).isEmpty();
  }
}
