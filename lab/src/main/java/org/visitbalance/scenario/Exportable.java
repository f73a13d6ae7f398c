package org.visitbalance.scenario;

import java.time.Instant;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.visitbalance.core.FactKind;
import org.visitbalance.core.Facts;
import org.visitbalance.fact.Charge;
import org.visitbalance.fact.ChargeOrigin;
import org.visitbalance.fact.Note;
import org.visitbalance.fact.Rejection;
import org.visitbalance.fact.Visit;
import org.visitbalance.fact.VisitLine;

/**
 * Changes a fact to what the systems' exports would return (files.md): visits without payer,
 * revision and timed lines; charges without the EMR's visit id; rejections and notes at the last
 * second of the day whose report shows the change; event ids made from the rest.
 */
final class Exportable {
  private Exportable() {}

  static Instant knownAt(SpecificRecord fact) {
    return Facts.occurredAt(fact);
  }

  static SpecificRecord of(SpecificRecord fact, WallClock clock, long wall) {
    return switch (FactKind.of(fact)) {
      case VISIT -> visit((Visit) fact);
      case CHARGE -> charge((Charge) fact);
      case REJECTION -> rejection((Rejection) fact, clock.instant(WallClock.endOfDay(wall)));
      case NOTE -> note((Note) fact, clock.instant(WallClock.endOfDay(wall)));
      case TRANSMISSION, DECISION, FEED -> fact;
    };
  }

  private static Visit visit(Visit visit) {
    List<VisitLine> lines =
        visit.getLines().stream()
            .map(
                l ->
                    RecordFactory.line(
                        l.getCpt(), l.getModifiers(), l.getUnits(), null, l.getAmountCents()))
            .toList();
    return RecordFactory.visit(
        visit.getTenant(),
        eventId(FactKind.VISIT, visit.getVisitId(), visit.getOccurredAt()),
        visit.getOccurredAt(),
        visit.getVisitId(),
        0,
        visit.getStatus(),
        visit.getPatientKey(),
        visit.getCaseId(),
        visit.getClinicId(),
        visit.getPosCode(),
        visit.getDateOfService(),
        visit.getFinalizedAt(),
        visit.getFinalizedOn(),
        visit.getTherapistId(),
        visit.getDocumentingTherapistId(),
        visit.getNoteType(),
        null,
        visit.getNoCharge(),
        null,
        lines);
  }

  private static Charge charge(Charge charge) {
    return RecordFactory.charge(
        charge.getTenant(),
        eventId(FactKind.CHARGE, charge.getChargeId(), charge.getUpdatedAt()),
        charge.getUpdatedAt(),
        charge.getChargeId(),
        charge.getOriginalChargeId(),
        charge.getStatus(),
        charge.getPatientKey(),
        null,
        charge.getBillingVisitId(),
        charge.getLocationId(),
        charge.getDateOfService(),
        charge.getCreatedAt(),
        charge.getCreatedOn(),
        charge.getTreatingProviderId(),
        charge.getBillingProviderId(),
        charge.getCpt(),
        charge.getModifiers(),
        charge.getUnits(),
        charge.getPayerId(),
        charge.getOrigin() == ChargeOrigin.MANUAL ? ChargeOrigin.MANUAL : null,
        charge.getAmountCents());
  }

  private static Rejection rejection(Rejection rejection, Instant at) {
    return RecordFactory.rejection(
        rejection.getTenant(),
        eventId(FactKind.REJECTION, rejection.getRejectionId(), at),
        rejection.getRejectionId(),
        rejection.getType(),
        rejection.getStatus(),
        at,
        rejection.getReasonCode(),
        rejection.getPatientKey(),
        rejection.getCaseId(),
        rejection.getEmrVisitId(),
        rejection.getDateOfService(),
        rejection.getLocationId());
  }

  private static Note note(Note note, Instant at) {
    return RecordFactory.note(
        note.getTenant(),
        eventId(FactKind.NOTE, note.getNoteId(), at),
        note.getNoteId(),
        note.getPatientKey(),
        note.getClinicId(),
        note.getPosCode(),
        note.getDateOfService(),
        note.getTherapistId(),
        note.getStatus(),
        at);
  }

  private static String eventId(FactKind kind, String id, Instant occurredAt) {
    return kind.label() + ":" + id + "@" + occurredAt;
  }
}
