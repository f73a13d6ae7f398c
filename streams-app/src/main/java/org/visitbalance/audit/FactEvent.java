package org.visitbalance.audit;

import java.time.Instant;
import java.time.LocalDate;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
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
    String patient = String.valueOf(Facts.patientKey(fact));
    LocalDate day = Facts.businessDate(fact);
    if (fact instanceof Visit visit) {
      return new FactEvent(
          patient,
          visit.getVisitId(),
          visit.getDateOfService(),
          visit.getStatus() == VisitStatus.RETRACTED
              ? "note retracted"
              : visit.getRevision() > 0 ? "addendum finalized" : "note finalized",
          visit.getFinalizedOn(),
          knownAt);
    } else if (fact instanceof Charge charge) {
      return new FactEvent(
          patient,
          charge.getEmrVisitId(),
          charge.getDateOfService(),
          charge.getStatus() == ChargeStatus.ACTIVE ? "charges created" : "charges removed",
          charge.getCreatedOn(),
          knownAt);
    } else if (fact instanceof Rejection rejection) {
      return new FactEvent(
          patient,
          rejection.getEmrVisitId(),
          rejection.getDateOfService(),
          (rejection.getStatus() == RejectionStatus.OPEN ? "rejection opened" : "rejection cleared")
              + " ("
              + rejection.getType()
              + ")",
          LocalDate.ofInstant(rejection.getAt(), java.time.ZoneOffset.UTC),
          knownAt);
    } else if (fact instanceof Transmission transmission) {
      return new FactEvent(
          patient,
          transmission.getVisitId(),
          null,
          "transmission " + transmission.getStatus(),
          day,
          knownAt);
    }
    if (fact instanceof Decision decision) {
      return new FactEvent(
          patient,
          decision.getVisit(),
          null,
          "decision " + decision.getAction().name().toLowerCase(java.util.Locale.ROOT),
          LocalDate.ofInstant(decision.getOccurredAt(), java.time.ZoneOffset.UTC),
          knownAt);
    }
    Note note = (Note) fact;
    return new FactEvent(
        patient,
        note.getNoteId(),
        note.getDateOfService(),
        "note " + note.getStatus().name().toLowerCase(java.util.Locale.ROOT),
        day,
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
