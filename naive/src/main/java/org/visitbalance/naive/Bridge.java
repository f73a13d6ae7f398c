package org.visitbalance.naive;

import static org.visitbalance.output.Reason.*;

import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.visitbalance.fact.AcceptanceReason;
import org.visitbalance.fact.ChargeOrigin;
import org.visitbalance.fact.Note;
import org.visitbalance.fact.Transmission;
import org.visitbalance.fact.TransmissionStatus;
import org.visitbalance.naive.PatientFacts.RejectionHistory;
import org.visitbalance.output.Reason;

/** Section 6: what a visit adds to the two counts of a period, and why they differ. */
final class Bridge {
  enum Kind {
    EXPECTED,
    PENDING,
    WORK,
    UNEXPLAINED,
    ACCEPTED
  }

  /** An item of +1 or -(b - e); overdue work is of kind UNEXPLAINED, what is accepted never. */
  record Item(
      Reason reason,
      long difference,
      boolean overdue,
      Kind kind,
      AcceptanceReason acceptedBecause) {}

  private Bridge() {}

  static long emrVisits(Subject subject, Period period) {
    return subject.counted && period.contains(subject.location, subject.visit.getFinalizedOn())
        ? 1
        : 0;
  }

  static Optional<Item> item(Subject subject, Period period, Moment moment) {
    return undecided(subject, period, moment)
        .map(
            item ->
                subject
                    .patient
                    .decisions()
                    .because(subject, period, item, moment)
                    .map(why -> new Item(item.reason, item.difference, false, Kind.ACCEPTED, why))
                    .orElse(item));
  }

  /** The item as it is before people have decided about it. */
  static Optional<Item> undecided(Subject subject, Period period, Moment moment) {
    long e = emrVisits(subject, period);
    long b = subject.billingVisits(period::contains);
    if (e == b) {
      return Optional.empty();
    }
    Reason reason =
        e > b
            ? whyMoreInEmr(subject, period, moment)
            : whyMoreInBilling(subject, period, b, moment);
    boolean overdue = kind(reason) == Kind.WORK && isOverdue(subject, reason, moment);
    return Optional.of(
        new Item(reason, e - b, overdue, overdue ? Kind.UNEXPLAINED : kind(reason), null));
  }

  private static Reason whyMoreInEmr(Subject subject, Period period, Moment moment) {
    if (subject.isSuppressed() && !subject.isBilled()) {
      return switch (subject.suppression) {
        case NORCM -> SUPPRESSED_NORCM;
        case NC001 -> SUPPRESSED_NC001;
        default -> SUPPRESSED_DO_NOT_BILL;
      };
    }
    if (subject.isBilled()) {
      Chain earliest = subject.earliest.orElseThrow();
      if (!earliest.location().equals(period.location())) {
        return POSTED_ELSEWHERE;
      }
      if (earliest.createdOn().isAfter(period.to())) {
        return POSTED_LATER;
      }
      if (earliest.createdOn().isBefore(period.from())) {
        return POSTED_EARLIER;
      }
      throw new IllegalStateException("billed here and now, yet not counted in billing");
    }
    if (Documentation.mustHaveLines(subject.visit) && subject.visit.getLines().isEmpty()) {
      return NO_CODES;
    }
    if (!subject.billable) {
      return NOTHING_TO_BILL;
    }
    if (subject.isHeld()) {
      return HELD;
    }
    if (subject.transmissionFailed()) {
      return TRANSMISSION_FAILED;
    }
    Instant patience = lastWord(subject).plus(subject.settings.missingAfter());
    if (moment.billingTold().isBefore(patience)) {
      return AWAITING_CHARGE;
    }
    if (subject.chains.stream().anyMatch(Chain::isVisitMaking)) {
      return CHARGES_REMOVED;
    }
    TransmissionStatus status = subject.transmissionStatus();
    if (status == TransmissionStatus.NOT_SENT || status == TransmissionStatus.NOT_REBILLED) {
      return NOT_SENT;
    }
    if (subject.transmissionPending()) {
      return TRANSMISSION_STUCK;
    }
    return status == TransmissionStatus.TRANSMISSION_SUCCESSFUL
        ? LOST_AFTER_ACCEPTANCE
        : MISSING_CHARGE;
  }

  /** X of AWAITING_CHARGE. */
  private static Instant lastWord(Subject subject) {
    Stream<Instant> sent =
        Stream.concat(
            Stream.of(subject.history.lastSent()),
            subject.financial.map(Transmission::getAt).stream());
    Stream<Instant> cleared =
        subject.attached.stream().filter(one -> !one.isOpen()).map(RejectionHistory::heldUntil);
    Stream<Instant> removed =
        subject.chains.stream().filter(Chain::isVoid).map(chain -> chain.line().getUpdatedAt());
    return Stream.of(sent, cleared, removed)
        .flatMap(instants -> instants)
        .max(Instant::compareTo)
        .orElseThrow();
  }

  private static Reason whyMoreInBilling(Subject subject, Period period, long b, Moment moment) {
    if (subject.isFinalized()) {
      boolean postedBefore =
          subject.liveVisitMaking.stream()
              .filter(chain -> chain.location().equals(period.location()))
              .anyMatch(chain -> chain.createdOn().isBefore(period.from()));
      if (!subject.location.equals(period.location())) {
        return POSTED_FROM_ELSEWHERE;
      }
      if (!subject.counted) {
        return BILLED_THOUGH_NOT_COUNTED;
      }
      if (subject.isBilledTwice() && (b > 1 || postedBefore)) {
        return DUPLICATE_BILLING;
      }
      if (period.contains(subject.visit.getFinalizedOn())) {
        return SPLIT_BILLING;
      }
      if (postedBefore) {
        return SPLIT_POSTING;
      }
      return subject.visit.getFinalizedOn().isBefore(period.from())
          ? POSTED_FROM_EARLIER
          : POSTED_BEFORE_FINALIZED;
    }
    if (subject.isRetracted()) {
      Instant patience = subject.visit.getOccurredAt().plus(subject.settings.missingAfter());
      return moment.now().isBefore(patience) ? AWAITING_NOTE : RETRACTED_IN_EMR;
    }
    Instant patience = subject.earliestCreatedAt().plus(subject.settings.missingAfter());
    if (moment.emrTold().isBefore(patience)) {
      return AWAITING_NOTE;
    }
    if (subject.patient.openNotes().stream().anyMatch(note -> mayBecome(note, subject))) {
      return CHARGED_BEFORE_FINALIZED;
    }
    boolean typed =
        subject.chains.stream().allMatch(chain -> chain.line().getOrigin() == ChargeOrigin.MANUAL);
    return typed ? KEYED_IN_BILLING : UNEXPECTED_CHARGE;
  }

  private static boolean mayBecome(Note note, Subject billingOnly) {
    return note.getNoteId().equals(billingOnly.unknownVisitId)
        || billingOnly.liveVisitMaking.stream()
            .anyMatch(chain -> chain.dateOfService().equals(note.getDateOfService()));
  }

  private static boolean isOverdue(Subject subject, Reason reason, Moment moment) {
    Instant since =
        subject.isBillingOnly() ? subject.earliestCreatedAt() : subject.history.firstFinalized();
    return reason != KEYED_IN_BILLING
        && since.plus(subject.settings.escalateAfter()).isBefore(moment.now());
  }

  /** The last column of the two tables. */
  static Kind kind(Reason reason) {
    return switch (reason) {
      case SUPPRESSED_NORCM,
          SUPPRESSED_NC001,
          SUPPRESSED_DO_NOT_BILL,
          POSTED_LATER,
          POSTED_EARLIER,
          NOTHING_TO_BILL,
          SPLIT_BILLING,
          SPLIT_POSTING,
          POSTED_FROM_EARLIER,
          POSTED_BEFORE_FINALIZED ->
          Kind.EXPECTED;
      case AWAITING_CHARGE, AWAITING_NOTE -> Kind.PENDING;
      case NO_CODES,
          HELD,
          TRANSMISSION_FAILED,
          TRANSMISSION_STUCK,
          CHARGED_BEFORE_FINALIZED,
          KEYED_IN_BILLING ->
          Kind.WORK;
      default -> Kind.UNEXPLAINED;
    };
  }
}
