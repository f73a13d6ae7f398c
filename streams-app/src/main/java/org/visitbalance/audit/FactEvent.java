package org.visitbalance.audit;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.FactKind;
import org.visitbalance.core.Facts;
import org.visitbalance.fact.Charge;
import org.visitbalance.fact.ChargeStatus;
import org.visitbalance.fact.Decision;
import org.visitbalance.fact.Note;
import org.visitbalance.fact.Rejection;
import org.visitbalance.fact.RejectionStatus;
import org.visitbalance.fact.Transmission;
import org.visitbalance.fact.Visit;
import org.visitbalance.fact.VisitStatus;

/**
 * A fact that became known between two moments, as far as it may be reported.
 *
 * @param patientKey the patient, to find the visit; never reported
 * @param visitName the visit or note that it names; never reported
 * @param dateOfService the visit's date of service, if the fact names one
 * @param what what happened, in words
 * @param day the business date on which it happened
 */
record FactEvent(
    String patientKey,
    @Nullable String visitName,
    @Nullable LocalDate dateOfService,
    String what,
    LocalDate day,
    Instant knownAt) {

  static FactEvent of(SpecificRecord fact, Instant knownAt) {
    return switch (FactKind.of(fact)) {
      case VISIT -> of((Visit) fact, knownAt);
      case CHARGE -> of((Charge) fact, knownAt);
      case REJECTION -> of((Rejection) fact, knownAt);
      case TRANSMISSION -> of((Transmission) fact, knownAt);
      case NOTE -> of((Note) fact, knownAt);
      case DECISION -> of((Decision) fact, knownAt);
      case FEED -> throw new IllegalArgumentException("a feed is about no visit");
    };
  }

  private static FactEvent of(Visit visit, Instant knownAt) {
    String amended = visit.getRevision() > 0 ? "addendum finalized" : "note finalized";
    return new FactEvent(
        visit.getPatientKey(),
        visit.getVisitId(),
        visit.getDateOfService(),
        visit.getStatus() == VisitStatus.RETRACTED ? "note retracted" : amended,
        visit.getFinalizedOn(),
        knownAt);
  }

  private static FactEvent of(Charge charge, Instant knownAt) {
    return new FactEvent(
        charge.getPatientKey(),
        charge.getEmrVisitId(),
        charge.getDateOfService(),
        charge.getStatus() == ChargeStatus.ACTIVE ? "charges created" : "charges removed",
        charge.getCreatedOn(),
        knownAt);
  }

  private static FactEvent of(Rejection rejection, Instant knownAt) {
    boolean isOpen = rejection.getStatus() == RejectionStatus.OPEN;
    return new FactEvent(
        rejection.getPatientKey(),
        rejection.getEmrVisitId(),
        rejection.getDateOfService(),
        "rejection " + (isOpen ? "opened" : "cleared") + " (" + rejection.getType() + ")",
        LocalDate.ofInstant(rejection.getAt(), ZoneOffset.UTC),
        knownAt);
  }

  private static FactEvent of(Transmission transmission, Instant knownAt) {
    return new FactEvent(
        transmission.getPatientKey(),
        transmission.getVisitId(),
        null,
        "transmission " + transmission.getStatus(),
        Facts.businessDate(transmission),
        knownAt);
  }

  private static FactEvent of(Note note, Instant knownAt) {
    return new FactEvent(
        note.getPatientKey(),
        note.getNoteId(),
        note.getDateOfService(),
        "note " + note.getStatus().name().toLowerCase(Locale.ROOT),
        note.getDateOfService(),
        knownAt);
  }

  private static FactEvent of(Decision decision, Instant knownAt) {
    return new FactEvent(
        decision.getPatientKey(),
        decision.getVisit(),
        null,
        decision.getChain() != null
            ? "charge " + decision.getAction().name().toLowerCase(Locale.ROOT)
            : "decision " + decision.getAction().name().toLowerCase(Locale.ROOT),
        LocalDate.ofInstant(decision.getOccurredAt(), ZoneOffset.UTC),
        knownAt);
  }

  /**
   * Returns whether it concerns a visit of its patient: by the visit's id, otherwise by its date of
   * service.
   */
  boolean isAbout(String name, @Nullable LocalDate date) {
    return name.equals(visitName) || (dateOfService != null && dateOfService.equals(date));
  }
}
