package org.visitbalance.ingest.hl7;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;

/** Charges that a billing system sends. */
final class Hl7Charges {
  private final Hl7Draft draft;

  Hl7Charges(Hl7Draft draft) {
    this.draft = draft;
  }

  void fill() {
    if (draft.message().all("FT1").isEmpty()) {
      draft.dead(0, "FT1", "is missing; the message may have been cut off: send it again");
      return;
    }
    FieldRule id = draft.profile().rule(Hl7Profile.CHARGE, "chargeId");
    List<Hl7Lines.Line> lines =
        new Hl7Lines(draft, Hl7Profile.CHARGE).all(segment -> id.value(draft.message(), segment));
    lines.forEach(this::charge);
  }

  private void charge(Hl7Lines.Line line) {
    Hl7Fields fields = draft.fields(Hl7Profile.CHARGE, line.segment(), line.number());
    String name = line.name();
    if (name != null) {
      fields.put("chargeId", name);
    } else if (line.isCredit()) {
      // It is a credit of the standing line of the same visit, code and units.
      fields.put("chargeId", "?" + draft.eventId(line.number()));
    } else {
      fields.text("chargeId");
    }
    final boolean isTranslated = fields.patient();
    fields.text("locationId");
    fields.date("dateOfService");
    fields.text("treatingProviderId");
    for (String field :
        List.of(
            "originalChargeId",
            "billingVisitId",
            "emrVisitId",
            "billingProviderId",
            "payerId",
            "origin")) {
      fields.optional(field);
    }
    fields.instant("updatedAt");
    Instant created = fields.instant("createdAt");
    if (created != null) {
      fields.put("createdOn", LocalDate.ofInstant(created, draft.zone()));
    }
    fields.line(line.isCredit());
    fields.put("status", "ACTIVE");
    fields.put("change", line.isCredit() ? "REMOVED" : "NEW");
    fields.put("eventId", draft.eventId(line.number()));
    boolean unused = fields.finish("charge", isTranslated);
  }
}
