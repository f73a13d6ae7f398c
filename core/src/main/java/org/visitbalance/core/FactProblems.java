package org.visitbalance.core;

import java.time.Instant;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.visitbalance.fact.AcceptanceReason;
import org.visitbalance.fact.Charge;
import org.visitbalance.fact.ChargeOrigin;
import org.visitbalance.fact.ChargeStatus;
import org.visitbalance.fact.Decision;
import org.visitbalance.fact.DecisionAction;
import org.visitbalance.fact.Feed;
import org.visitbalance.fact.FeedSource;
import org.visitbalance.fact.NoCharge;
import org.visitbalance.fact.Note;
import org.visitbalance.fact.NoteStatus;
import org.visitbalance.fact.NoteType;
import org.visitbalance.fact.Rejection;
import org.visitbalance.fact.RejectionStatus;
import org.visitbalance.fact.RejectionType;
import org.visitbalance.fact.Transmission;
import org.visitbalance.fact.TransmissionKind;
import org.visitbalance.fact.TransmissionStatus;
import org.visitbalance.fact.Visit;
import org.visitbalance.fact.VisitLine;
import org.visitbalance.fact.VisitStatus;

/**
 * Checks what can be a fact (rules.md#dead-letters). Types and required fields are checked when a
 * record is decoded; everything else is checked here, in the same way for every source.
 */
public final class FactProblems {
  /** The greatest amount of a line, in cents. */
  public static final long MOST_CENTS = 99_999_999_999L;

  /** The reason of a problem with a moment that lies in the future. */
  public static final String IN_FUTURE = "is more than 2 days after the fact became known";

  private static final int MOST_UNITS = 9_999;
  private static final int MOST_REVISIONS = 999_999;

  /** The most lines of a visit. */
  public static final int MOST_LINES = 200;

  private FactProblems() {}

  /** Returns what is wrong with the known time that a source gives, or null. */
  public static Facts.@Nullable Problem ofKnownTime(String field, Instant knownAt) {
    FieldChecks checks = new FieldChecks(knownAt);
    checks.instant(field, knownAt);
    return checks.problem();
  }

  /**
   * Returns the first problem that keeps a decoded record from being a fact, or null.
   *
   * @param knownAt when it became known to us; a much later time in the fact is from a wrong clock
   */
  public static Facts.@Nullable Problem of(SpecificRecord fact, Instant knownAt) {
    FieldChecks checks = new FieldChecks(knownAt);
    switch (FactKind.of(fact)) {
      case VISIT -> check(checks, (Visit) fact);
      case CHARGE -> check(checks, (Charge) fact);
      case REJECTION -> check(checks, (Rejection) fact);
      case TRANSMISSION -> check(checks, (Transmission) fact);
      case NOTE -> check(checks, (Note) fact);
      case DECISION -> check(checks, (Decision) fact);
      case FEED -> check(checks, (Feed) fact);
    }
    return checks.problem();
  }

  private static void check(FieldChecks checks, Visit visit) {
    checks.envelope(visit.getTenant(), visit.getEventId(), visit.getOccurredAt());
    checks.text("visitId", visit.getVisitId());
    checks.whole("revision", visit.getRevision(), MOST_REVISIONS);
    checks.symbol("status", visit.getStatus(), VisitStatus.UNKNOWN);
    checks.text("patientKey", visit.getPatientKey());
    checks.optional("caseId", visit.getCaseId());
    checks.text("clinicId", visit.getClinicId());
    checks.optional("posCode", visit.getPosCode());
    checks.date("dateOfService", visit.getDateOfService());
    checks.instant("finalizedAt", visit.getFinalizedAt());
    checks.notAhead("finalizedOn", visit.getFinalizedOn(), visit.getOccurredAt());
    checks.text("therapistId", visit.getTherapistId());
    checks.optional("documentingTherapistId", visit.getDocumentingTherapistId());
    checks.symbol("noteType", visit.getNoteType(), NoteType.UNKNOWN);
    checks.optional("payerId", visit.getPayerId());
    checks.symbol("noCharge", visit.getNoCharge(), NoCharge.UNKNOWN);
    List<VisitLine> lines = visit.getLines();
    checks.atMost("lines", lines.size(), MOST_LINES);
    for (int i = 0; i < lines.size(); i++) {
      VisitLine line = lines.get(i);
      checks.text("lines.cpt", line.getCpt());
      checks.modifiers("lines.modifiers", line.getModifiers());
      checks.whole("lines.units", line.getUnits(), MOST_UNITS);
      checks.amount("lines.amountCents", line.getAmountCents());
    }
  }

  private static void check(FieldChecks checks, Charge charge) {
    checks.envelope(charge.getTenant(), charge.getEventId(), charge.getOccurredAt());
    checks.text("chargeId", charge.getChargeId());
    checks.optional("originalChargeId", charge.getOriginalChargeId());
    checks.symbol("status", charge.getStatus(), ChargeStatus.UNKNOWN);
    checks.instant("updatedAt", charge.getUpdatedAt());
    checks.text("patientKey", charge.getPatientKey());
    checks.optional("emrVisitId", charge.getEmrVisitId());
    checks.optional("billingVisitId", charge.getBillingVisitId());
    checks.text("locationId", charge.getLocationId());
    checks.date("dateOfService", charge.getDateOfService());
    checks.instant("createdAt", charge.getCreatedAt());
    checks.notAhead("createdOn", charge.getCreatedOn(), charge.getOccurredAt());
    checks.text("treatingProviderId", charge.getTreatingProviderId());
    checks.optional("billingProviderId", charge.getBillingProviderId());
    checks.text("cpt", charge.getCpt());
    checks.modifiers("modifiers", charge.getModifiers());
    checks.whole("units", charge.getUnits(), MOST_UNITS);
    checks.amount("amountCents", charge.getAmountCents());
    checks.optional("payerId", charge.getPayerId());
    if (charge.getOrigin() != null) {
      checks.symbol("origin", charge.getOrigin(), ChargeOrigin.UNKNOWN);
    }
  }

  private static void check(FieldChecks checks, Rejection rejection) {
    checks.envelope(rejection.getTenant(), rejection.getEventId(), rejection.getOccurredAt());
    checks.name("rejectionId", rejection.getRejectionId());
    checks.symbol("type", rejection.getType(), RejectionType.UNKNOWN);
    checks.symbol("status", rejection.getStatus(), RejectionStatus.UNKNOWN);
    checks.instant("at", rejection.getAt());
    checks.text("reasonCode", rejection.getReasonCode());
    checks.text("patientKey", rejection.getPatientKey());
    checks.optional("caseId", rejection.getCaseId());
    checks.optional("emrVisitId", rejection.getEmrVisitId());
    checks.date("dateOfService", rejection.getDateOfService());
    checks.optional("locationId", rejection.getLocationId());
  }

  private static void check(FieldChecks checks, Transmission transmission) {
    checks.envelope(
        transmission.getTenant(), transmission.getEventId(), transmission.getOccurredAt());
    checks.text("visitId", transmission.getVisitId());
    checks.text("patientKey", transmission.getPatientKey());
    checks.symbol("kind", transmission.getKind(), TransmissionKind.UNKNOWN);
    checks.instant("at", transmission.getAt());
    checks.symbol("status", transmission.getStatus(), TransmissionStatus.UNKNOWN);
  }

  private static void check(FieldChecks checks, Note note) {
    checks.envelope(note.getTenant(), note.getEventId(), note.getOccurredAt());
    checks.text("noteId", note.getNoteId());
    checks.text("patientKey", note.getPatientKey());
    checks.text("clinicId", note.getClinicId());
    checks.optional("posCode", note.getPosCode());
    checks.date("dateOfService", note.getDateOfService());
    checks.optional("therapistId", note.getTherapistId());
    checks.symbol("status", note.getStatus(), NoteStatus.UNKNOWN);
    checks.instant("at", note.getAt());
  }

  private static void check(FieldChecks checks, Decision decision) {
    checks.envelope(decision.getTenant(), decision.getEventId(), decision.getOccurredAt());
    checks.text("patientKey", decision.getPatientKey());
    checks.name("visit", decision.getVisit());
    checks.text("kind", decision.getKind());
    checks.text("location", decision.getLocation());
    checks.date("date", decision.getDate());
    checks.symbol("action", decision.getAction(), DecisionAction.UNKNOWN);
    checks.optional("assignee", decision.getAssignee());
    checks.text("decidedBy", decision.getDecidedBy());
    checks.optional("chain", decision.getChain());
    boolean isLink = VisitDecisions.isLink(decision);
    if (isLink) {
      checkLink(checks, decision);
    } else if (!Reasons.isOfVisits(decision.getKind())) {
      checks.fail("kind", "is not a kind of discrepancy that a visit can have");
    } else if (VisitDecisions.isAboutAcceptance(decision)
        && !Reasons.isAcceptable(decision.getKind())) {
      checks.fail(
          "kind",
          "cannot be accepted; decide about the kind that was accepted or the kind it is now");
    }
    if ((decision.getReason() != null) != (decision.getAction() == DecisionAction.ACCEPTED)) {
      checks.fail("reason", "is required with ACCEPTED and not allowed otherwise");
    } else if (decision.getReason() != null) {
      checks.symbol("reason", decision.getReason(), AcceptanceReason.UNKNOWN);
    }
    if ((decision.getAssignee() != null) != (decision.getAction() == DecisionAction.ASSIGNED)) {
      checks.fail("assignee", "is required with ASSIGNED and not allowed otherwise");
    }
    if ((decision.getChain() != null) != isLink) {
      checks.fail("chain", "is required with LINKED and UNLINKED and not allowed otherwise");
    }
  }

  /** A link is about a chain: what other decisions say about their discrepancy is fixed. */
  private static void checkLink(FieldChecks checks, Decision decision) {
    if (!decision.getKind().equals(VisitDecisions.LINK)) {
      checks.fail("kind", "must be LINKED with LINKED and UNLINKED");
    }
    if (!decision.getLocation().equals(VisitDecisions.NOWHERE)) {
      checks.fail("location", "must be - with LINKED and UNLINKED");
    }
    if (!decision.getDate().equals(Facts.businessDate(decision))) {
      checks.fail("date", "must be the UTC date of occurredAt with LINKED and UNLINKED");
    }
  }

  private static void check(FieldChecks checks, Feed feed) {
    checks.envelope(feed.getTenant(), feed.getEventId(), feed.getOccurredAt());
    checks.symbol("source", feed.getSource(), FeedSource.UNKNOWN);
    checks.instant("completeUntil", feed.getCompleteUntil());
  }
}
