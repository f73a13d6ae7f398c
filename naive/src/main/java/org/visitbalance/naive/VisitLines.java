package org.visitbalance.naive;

import static org.visitbalance.naive.OutputFile.object;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.visitbalance.naive.PatientFacts.RejectionHistory;

/** What visits.jsonl, late-arrivals.jsonl and unit-variances.jsonl say of one visit. */
final class VisitLines {
  private final Tenant tenant;
  private final Subject subject;
  private final String shown;

  VisitLines(Tenant tenant, Subject subject, Tokens tokens) {
    this.tenant = tenant;
    this.subject = subject;
    this.shown = tokens.shown(tenant.name, subject.patientKey, subject.name);
  }

  Map<String, Object> summary() {
    return object(
        "tenant", tenant.name,
        "visit", shown,
        "location", subject.location,
        "dateOfService", subject.dateOfService(),
        "providerId", subject.providerId(),
        "finalizedOn", subject.isBillingOnly() ? null : subject.visit.getFinalizedOn(),
        "createdOn", subject.earliest.map(Chain::createdOn).orElse(null),
        "state", state(subject, tenant.moment),
        "suppressed", subject.isSuppressed(),
        "late", Lateness.of(subject, tenant.moment).isPresent(),
        "documentedUnits", subject.documentedUnits(),
        "billedUnits", subject.billedUnits());
  }

  /** Section 9: the reason of its item in its own day. */
  private static String state(Subject subject, Moment moment) {
    Optional<Period> ownDay =
        subject.isFinalized()
            ? Optional.of(Period.day(subject.location, subject.visit.getFinalizedOn()))
            : subject.earliest.map(chain -> Period.day(chain.location(), chain.createdOn()));
    return ownDay
        .flatMap(day -> Bridge.item(subject, day, moment))
        .map(item -> item.reason().name())
        .orElse(subject.isRetracted() ? "RETRACTED" : "MATCHED");
  }

  Optional<Map<String, Object>> lateArrival() {
    return Lateness.of(subject, tenant.moment).map(this::lateArrival);
  }

  private Map<String, Object> lateArrival(Lateness late) {
    Optional<RejectionHistory> cause = late.cause();
    return object(
        "tenant", tenant.name,
        "visit", shown,
        "location", subject.location,
        "dateOfService", subject.dateOfService(),
        "providerId", subject.providerId(),
        "status", late.held() ? "HELD" : "ARRIVED",
        "finalizedOn", subject.visit.getFinalizedOn(),
        "createdOn", late.createdOn(),
        "lagDays", late.lagDays(),
        "cause", cause.isPresent() ? "REJECTION" : "OTHER",
        "rejectionType", cause.map(one -> one.standing().getType()).orElse(null),
        "reasonCode", cause.map(one -> one.standing().getReasonCode()).orElse(null),
        "heldFrom", cause.map(RejectionHistory::heldFrom).orElse(null),
        "heldUntil", cause.map(one -> one.isOpen() ? null : one.heldUntil()).orElse(null),
        "sameWeek", late.sameWeek(),
        "sameMonth", late.sameMonth());
  }

  List<Map<String, Object>> unitVariances() {
    if (!Units.isCompared(subject, tenant.moment)) {
      return List.of();
    }
    return Units.codes(subject).stream()
        .filter(code -> code.documented() != code.billed())
        .map(this::unitVariance)
        .toList();
  }

  private Map<String, Object> unitVariance(Units.CodeUnits code) {
    return object(
        "tenant", tenant.name,
        "visit", shown,
        "location", subject.location,
        "finalizedOn", subject.visit.getFinalizedOn(),
        "payerId", subject.payerId(),
        "cpt", code.cpt(),
        "documented", code.documented(),
        "billed", code.billed(),
        "scrubbed", code.scrubbed(),
        "added", code.added(),
        "explained", code.explained(),
        "unexplained", code.unexplained(),
        "rule", code.rule());
  }
}
