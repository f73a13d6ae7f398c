package org.visitbalance.ingest.hl7;

import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A visit that an EMR sends: its documented lines, and the transmission itself. */
final class Hl7Visit {
  private static final Set<String> NOTE_TYPES =
      Set.of("INITIAL_EVALUATION", "DAILY_NOTE", "PROGRESS_NOTE", "DISCHARGE", "OTHER");
  private static final FieldRef AVAILABILITY = FieldRef.of("TXA-19");
  private static final String BETWEEN = " / ";

  private final Hl7Draft draft;
  private final Map<String, Integer> unnamed = new HashMap<>();
  private boolean isEvaluation;

  Hl7Visit(Hl7Draft draft) {
    this.draft = draft;
  }

  void fill() {
    List<Hl7Segment> transactions = draft.message().all("FT1");
    FieldRule name = draft.profile().rule(Hl7Profile.VISIT, "lineId");
    List<Hl7Lines.Line> lines =
        new Hl7Lines(draft, Hl7Profile.VISIT).all(segment -> name.value(draft.message(), segment));
    isEvaluation = lines.stream().anyMatch(this::isEvaluation);
    Hl7Row last = null;
    for (Hl7Lines.Line line : lines) {
      Hl7Row row = line(line);
      last = row == null ? last : row;
    }
    if (transactions.isEmpty()) {
      last = whole();
    }
    if (last != null) {
      transmission(last);
    }
  }

  private boolean isEvaluation(Hl7Lines.Line line) {
    Hl7Fields fields = draft.fields(Hl7Profile.VISIT, line.segment(), line.number());
    String code = fields.code();
    return code != null && draft.profile().isEvaluation(code);
  }

  private @Nullable Hl7Row line(Hl7Lines.Line line) {
    Hl7Fields fields = draft.fields(Hl7Profile.VISIT, line.segment(), line.number());
    boolean isTranslated = visit(fields, line.number());
    fields.line(line.isCredit());
    fields.optional("timed");
    fields.put("change", line.isCredit() ? "REMOVED" : "NEW");
    fields.put("recordPointer", pointer(fields, line));
    return fields.finish("visit", isTranslated) ? fields.row("visit", isTranslated) : null;
  }

  /** A line without a name is named by what it says, and a credit without one by itself. */
  private String pointer(Hl7Fields fields, Hl7Lines.Line line) {
    String name = line.name();
    if (name == null && line.isCredit()) {
      name = "?" + draft.eventId(line.number());
    } else if (name == null) {
      String says = fields.get("cpt") + "|" + fields.get("modifiers");
      name = says + "#" + unnamed.merge(says, 1, Integer::sum);
    }
    return fields.get("visitId") + BETWEEN + name;
  }

  /** A visit without any transaction. */
  private @Nullable Hl7Row whole() {
    Hl7Fields fields = draft.fields(Hl7Profile.VISIT, null, 0);
    boolean isTranslated = visit(fields, 1);
    fields.put("change", "NEW");
    fields.put("recordPointer", fields.get("visitId") + BETWEEN);
    return fields.finish("visit", isTranslated) ? fields.row("visit", isTranslated) : null;
  }

  private boolean visit(Hl7Fields fields, int index) {
    fields.text("visitId");
    final boolean isTranslated = fields.patient();
    fields.text("clinicId");
    fields.date("dateOfService");
    fields.text("therapistId");
    for (String field :
        List.of(
            "revision",
            "caseId",
            "posCode",
            "documentingTherapistId",
            "payerId",
            "noCharge",
            "rebilled")) {
      fields.optional(field);
    }
    String status = fields.said("status");
    boolean isCancelled = "CA".equals(draft.message().get(AVAILABILITY));
    fields.put("status", status != null ? status : isCancelled ? "RETRACTED" : "FINALIZED");
    Instant finalized = fields.instant("finalizedAt");
    if (finalized != null) {
      fields.put("finalizedOn", LocalDate.ofInstant(finalized, draft.zone()));
    }
    String type = fields.said("noteType");
    boolean isKnown = type != null && NOTE_TYPES.contains(type);
    fields.put(
        "noteType",
        isKnown ? String.valueOf(type) : isEvaluation ? "INITIAL_EVALUATION" : "DAILY_NOTE");
    fields.put("modified", draft.at());
    fields.put("eventId", draft.eventId(index));
    return isTranslated;
  }

  private void transmission(Hl7Row visit) {
    String status =
        draft.profile().rule(Hl7Profile.VISIT, "transmission").value(draft.message(), null);
    if (status == null || status.equals("NONE")) {
      return;
    }
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("visitId", String.valueOf(visit.values().get("visitId")));
    values.put("patientKey", String.valueOf(visit.values().get("patientKey")));
    values.put("kind", "FINANCIAL");
    values.put("at", draft.at());
    values.put("status", status);
    values.put("eventId", draft.eventId(0));
    draft.further(new Hl7Row("transmission", visit.isTranslated(), values));
  }
}
