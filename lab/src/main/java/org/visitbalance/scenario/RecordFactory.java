package org.visitbalance.scenario;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.visitbalance.fact.Charge;
import org.visitbalance.fact.ChargeOrigin;
import org.visitbalance.fact.ChargeStatus;
import org.visitbalance.fact.NoCharge;
import org.visitbalance.fact.Note;
import org.visitbalance.fact.NoteStatus;
import org.visitbalance.fact.NoteType;
import org.visitbalance.fact.Rejection;
import org.visitbalance.fact.RejectionStatus;
import org.visitbalance.fact.RejectionType;
import org.visitbalance.fact.Visit;
import org.visitbalance.fact.VisitLine;
import org.visitbalance.fact.VisitStatus;
import org.visitbalance.settings.LocationRow;
import org.visitbalance.settings.PayerRule;
import org.visitbalance.settings.Settings;

/**
 * Constructors of the records that declare which arguments may be null: the generated constructors
 * do not, and builders, which do, take ten times as long.
 */
@SuppressWarnings({"NullAway", "TooManyParameters"})
final class RecordFactory {
  private RecordFactory() {}

  static Visit visit(
      String tenant,
      String eventId,
      Instant occurredAt,
      String visitId,
      int revision,
      VisitStatus status,
      String patientKey,
      @Nullable String caseId,
      String clinicId,
      @Nullable String posCode,
      LocalDate dateOfService,
      Instant finalizedAt,
      LocalDate finalizedOn,
      String therapistId,
      @Nullable String documentingTherapistId,
      NoteType noteType,
      @Nullable String payerId,
      NoCharge noCharge,
      @Nullable Boolean rebilled,
      List<VisitLine> lines) {
    return new Visit(
        tenant,
        eventId,
        occurredAt,
        visitId,
        revision,
        status,
        patientKey,
        caseId,
        clinicId,
        posCode,
        dateOfService,
        finalizedAt,
        finalizedOn,
        therapistId,
        documentingTherapistId,
        noteType,
        payerId,
        noCharge,
        rebilled,
        lines);
  }

  static Charge charge(
      String tenant,
      String eventId,
      Instant updatedAt,
      String chargeId,
      @Nullable String originalChargeId,
      ChargeStatus status,
      String patientKey,
      @Nullable String emrVisitId,
      @Nullable String billingVisitId,
      String locationId,
      LocalDate dateOfService,
      Instant createdAt,
      LocalDate createdOn,
      String treatingProviderId,
      @Nullable String billingProviderId,
      String cpt,
      List<String> modifiers,
      int units,
      @Nullable String payerId,
      @Nullable ChargeOrigin origin,
      @Nullable Long amountCents) {
    return new Charge(
        tenant,
        eventId,
        updatedAt,
        chargeId,
        originalChargeId,
        status,
        updatedAt,
        patientKey,
        emrVisitId,
        billingVisitId,
        locationId,
        dateOfService,
        createdAt,
        createdOn,
        treatingProviderId,
        billingProviderId,
        cpt,
        modifiers,
        units,
        payerId,
        origin,
        amountCents);
  }

  static Rejection rejection(
      String tenant,
      String eventId,
      String rejectionId,
      RejectionType type,
      RejectionStatus status,
      Instant at,
      String reasonCode,
      String patientKey,
      @Nullable String caseId,
      @Nullable String emrVisitId,
      @Nullable LocalDate dateOfService,
      @Nullable String locationId) {
    return new Rejection(
        tenant,
        eventId,
        at,
        rejectionId,
        type,
        status,
        at,
        reasonCode,
        patientKey,
        caseId,
        emrVisitId,
        dateOfService,
        locationId);
  }

  static Note note(
      String tenant,
      String eventId,
      String noteId,
      String patientKey,
      String clinicId,
      @Nullable String posCode,
      LocalDate dateOfService,
      @Nullable String therapistId,
      NoteStatus status,
      Instant at) {
    return new Note(
        tenant,
        eventId,
        at,
        noteId,
        patientKey,
        clinicId,
        posCode,
        dateOfService,
        therapistId,
        status,
        at);
  }

  static VisitLine line(
      String cpt,
      List<String> modifiers,
      int units,
      @Nullable Boolean timed,
      @Nullable Long amountCents) {
    return new VisitLine(cpt, modifiers, units, timed, amountCents);
  }

  static LocationRow row(Site site) {
    return new LocationRow(
        site.clinicId(), site.posCode(), site.locationId(), null, null, null, null);
  }

  static PayerRule rule(
      String payerId,
      Map<String, Integer> codeCap,
      @Nullable Integer visitCap,
      List<String> removedCodes,
      @Nullable String timelyFiling) {
    return new PayerRule(payerId, codeCap, visitCap, removedCodes, null, null, timelyFiling);
  }

  /** Returns a document with only the tenant's name: every setting has its default. */
  static Settings settings(String tenant) {
    return Settings.newBuilder().setTenant(tenant).build();
  }
}
