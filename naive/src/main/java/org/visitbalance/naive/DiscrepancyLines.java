package org.visitbalance.naive;

import static org.visitbalance.naive.OutputFile.object;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.visitbalance.output.Severity;

/** The lines of discrepancies.jsonl. */
final class DiscrepancyLines {
  private final Tenant tenant;
  private final Tokens tokens;
  private final BiFunction<String, String, String> action;

  DiscrepancyLines(Tenant tenant, Tokens tokens, BiFunction<String, String, String> action) {
    this.tenant = tenant;
    this.tokens = tokens;
    this.action = action;
  }

  Map<String, Object> ofDay(PeriodFigures figures) {
    return line(
        "PERIOD",
        "DAY",
        figures.severity(),
        figures.period.location(),
        figures.period.from(),
        null,
        figures.difference());
  }

  Map<String, Object> ofLocation(String location) {
    return line("LOCATION", "MAPPING_MISSING", Severity.HIGH, location, null, null, 0);
  }

  List<Map<String, Object>> ofVisit(Subject subject) {
    return Findings.of(subject, tenant.moment).entrySet().stream()
        .map(
            entry ->
                line(
                    "VISIT",
                    entry.getKey().kind(),
                    entry.getValue().severity(),
                    entry.getKey().location(),
                    entry.getKey().date(),
                    subject,
                    entry.getValue().difference()))
        .toList();
  }

  /** What a level does not have, the date or the visit, is null; in the id an empty text. */
  private Map<String, Object> line(
      String level,
      String kind,
      Severity severity,
      String location,
      LocalDate date,
      Subject subject,
      long difference) {
    String dateText = date == null ? "" : date.toString();
    String token =
        subject == null ? "" : tokens.token(tenant.name, subject.patientKey, subject.name);
    return object(
        "id",
        tokens.discrepancyId(tenant.name, level, kind, location, dateText, token),
        "tenant",
        tenant.name,
        "level",
        level,
        "kind",
        kind,
        "status",
        "OPEN",
        "severity",
        severity,
        "location",
        location,
        "date",
        date,
        "visit",
        subject == null ? null : tokens.shown(tenant.name, subject.patientKey, subject.name),
        "difference",
        difference,
        "dateOfService",
        subject == null ? null : subject.dateOfService(),
        "providerId",
        subject == null ? null : subject.providerId(),
        "units",
        subject == null ? null : subject.documentedUnits() - subject.billedUnits(),
        "amountCents",
        subject == null ? null : new Worth(subject).cents(kind, location, date),
        "fileBy",
        subject == null ? null : new Worth(subject).fileBy(kind).orElse(null),
        "action",
        action.apply(kind, level));
  }
}
