package org.visitbalance.query.model;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
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
import org.visitbalance.fact.VisitLine;
import org.visitbalance.fact.VisitStatus;
import org.visitbalance.topology.Keys;

/** Facts as events in the life of a visit. A fact that is sent twice is one event. */
final class Timeline {
  /** A row of the table of events. */
  record Row(String key, String kind, List<@Nullable Object> values) {}

  /** What a fact says of a visit, whatever its kind. */
  private record Event(
      String what,
      @Nullable String visit,
      @Nullable String caseId,
      Instant at,
      @Nullable String detail,
      @Nullable String codes,
      @Nullable LocalDate business,
      @Nullable LocalDate service,
      @Nullable String location,
      @Nullable String provider,
      @Nullable String chain) {}

  private Timeline() {}

  /** The row of a valid fact about a patient. */
  static Row row(SpecificRecord fact, Instant knownAt) {
    String tenant = Facts.tenant(fact);
    String patient = String.valueOf(Facts.patientKey(fact));
    String kind = FactKind.of(fact).name();
    Event event = event(fact);
    Object[] values = {
      tenant,
      patient,
      kind,
      event.what,
      event.visit,
      event.caseId,
      event.at,
      knownAt,
      event.detail,
      event.codes,
      event.business,
      event.service,
      event.location,
      event.provider,
      event.chain
    };
    for (int i = 0; i < values.length; i++) {
      values[i] = Flat.value(values[i]);
    }
    String key = Keys.of(kind, tenant, patient, Facts.eventId(fact));
    return new Row(key, kind, Arrays.asList(values));
  }

  private static Event event(SpecificRecord fact) {
    return switch (FactKind.of(fact)) {
      case VISIT -> of((Visit) fact);
      case CHARGE -> of((Charge) fact);
      case REJECTION -> of((Rejection) fact);
      case TRANSMISSION -> of((Transmission) fact);
      case NOTE -> of((Note) fact);
      case DECISION -> of((Decision) fact);
      case FEED -> throw new IllegalArgumentException("a feed is about no visit");
    };
  }

  private static Event of(Visit visit) {
    boolean retracted = visit.getStatus() == VisitStatus.RETRACTED;
    String amended = visit.getRevision() > 0 ? "AMENDED" : "FINALIZED";
    return new Event(
        retracted ? "RETRACTED" : amended,
        visit.getVisitId(),
        visit.getCaseId(),
        retracted ? visit.getOccurredAt() : visit.getFinalizedAt(),
        words(
            visit.getNoteType(),
            switch (visit.getNoCharge()) {
              case NONE, UNKNOWN -> null;
              case NC001, DO_NOT_BILL -> visit.getNoCharge();
            },
            Boolean.FALSE.equals(visit.getRebilled()) ? "not re-billed" : null),
        codes(visit.getLines()),
        visit.getFinalizedOn(),
        visit.getDateOfService(),
        visit.getClinicId(),
        visit.getTherapistId(),
        null);
  }

  private static Event of(Charge charge) {
    return new Event(
        switch (charge.getStatus()) {
          case ACTIVE, UNKNOWN -> "CHARGED";
          case INACTIVE -> "CHARGE_INACTIVE";
          case REMOVED -> "CHARGE_REMOVED";
        },
        charge.getEmrVisitId(),
        null,
        charge.getStatus() == ChargeStatus.ACTIVE && charge.getOriginalChargeId() == null
            ? charge.getCreatedAt()
            : charge.getUpdatedAt(),
        words(charge.getOrigin()),
        charge.getCpt() + " x" + charge.getUnits(),
        charge.getCreatedOn(),
        charge.getDateOfService(),
        charge.getLocationId(),
        charge.getBillingProviderId() == null
            ? charge.getTreatingProviderId()
            : charge.getBillingProviderId(),
        charge.getOriginalChargeId() == null ? charge.getChargeId() : charge.getOriginalChargeId());
  }

  private static Event of(Rejection rejection) {
    return new Event(
        rejection.getStatus() == RejectionStatus.CLEARED ? "CLEARED" : "HELD",
        rejection.getEmrVisitId(),
        rejection.getCaseId(),
        rejection.getAt(),
        words(rejection.getType(), rejection.getReasonCode()),
        null,
        null,
        rejection.getDateOfService(),
        rejection.getLocationId(),
        null,
        null);
  }

  private static Event of(Transmission sent) {
    return new Event(
        "TRANSMITTED",
        sent.getVisitId(),
        null,
        sent.getAt(),
        words(sent.getKind(), sent.getStatus()),
        null,
        null,
        null,
        null,
        null,
        null);
  }

  /** What was decided and about what; not who decided it. */
  private static Event of(Decision decision) {
    if (decision.getChain() != null) {
      return link(decision);
    }
    return new Event(
        String.valueOf(decision.getAction()),
        decision.getVisit(),
        null,
        decision.getOccurredAt(),
        words(decision.getKind(), decision.getReason()),
        null,
        decision.getDate(),
        null,
        decision.getLocation(),
        null,
        null);
  }

  /** A link is about no place and no day. */
  private static Event link(Decision decision) {
    return new Event(
        String.valueOf(decision.getAction()),
        decision.getVisit(),
        null,
        decision.getOccurredAt(),
        null,
        null,
        null,
        null,
        null,
        null,
        decision.getChain());
  }

  private static Event of(Note note) {
    return new Event(
        "NOTE_" + note.getStatus(),
        note.getNoteId(),
        null,
        note.getAt(),
        null,
        null,
        null,
        note.getDateOfService(),
        note.getClinicId(),
        note.getTherapistId(),
        null);
  }

  private static @Nullable String codes(List<VisitLine> lines) {
    return lines.isEmpty()
        ? null
        : lines.stream()
            .map(line -> line.getCpt() + " x" + line.getUnits())
            .collect(Collectors.joining(", "));
  }

  private static @Nullable String words(@Nullable Object... parts) {
    String text =
        Arrays.stream(parts)
            .filter(part -> part != null)
            .map(String::valueOf)
            .collect(Collectors.joining(" "));
    return text.isEmpty() ? null : text;
  }
}
