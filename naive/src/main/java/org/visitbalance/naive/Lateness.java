package org.visitbalance.naive;

import static java.util.Comparator.comparing;

import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.visitbalance.naive.PatientFacts.RejectionHistory;

/** Section 9: a visit that is held, or whose first charge came after its Finalized Date. */
record Lateness(
    boolean held,
    LocalDate createdOn,
    long lagDays,
    Optional<RejectionHistory> cause,
    boolean sameWeek,
    boolean sameMonth) {

  static Optional<Lateness> of(Subject subject, Moment moment) {
    if (!subject.isFinalized()) {
      return Optional.empty();
    }
    if (subject.isHeld()) {
      Optional<RejectionHistory> cause =
          subject.attached.stream().filter(RejectionHistory::isOpen).min(Attachment.BY_WORK);
      return Optional.of(arrival(subject, true, moment.today(), cause));
    }
    List<Chain> everBilled = subject.chains.stream().filter(Chain::isVisitMaking).toList();
    Optional<LocalDate> created =
        everBilled.stream().map(Chain::createdOn).min(comparing(date -> date));
    if (created.isEmpty() || !created.get().isAfter(subject.visit.getFinalizedOn())) {
      return Optional.empty();
    }
    Instant from = subject.history.firstFinalized();
    Instant to =
        everBilled.stream().map(Chain::firstCreatedAt).min(comparing(at -> at)).orElseThrow();
    Optional<RejectionHistory> cause =
        subject.attached.stream()
            .filter(one -> !from.isAfter(to))
            .filter(one -> !one.from().isAfter(to) && !one.until().isBefore(from))
            .min(Attachment.BY_WORK);
    return Optional.of(arrival(subject, false, created.get(), cause));
  }

  private static Lateness arrival(
      Subject subject, boolean held, LocalDate on, Optional<RejectionHistory> cause) {
    LocalDate finalizedOn = subject.visit.getFinalizedOn();
    return new Lateness(
        held,
        held ? null : on,
        ChronoUnit.DAYS.between(finalizedOn, on),
        cause,
        Period.weekOf(finalizedOn, subject.settings).equals(Period.weekOf(on, subject.settings)),
        YearMonth.from(finalizedOn).equals(YearMonth.from(on)));
  }
}
