package org.visitbalance.topology;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.visitbalance.fact.AcceptanceReason;
import org.visitbalance.fact.Charge;
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
import org.visitbalance.settings.LocationRow;
import org.visitbalance.settings.PayerRule;
import org.visitbalance.settings.Settings;

/**
 * Facts and settings that say nothing special, so that a story mentions only what matters to it: a
 * visit of patient P1 of company T1 at C01, which is finalized on Wednesday 2026-11-04 at 17:00
 * with two units of 97110, and billing's charge for the same an hour later.
 */
final class Given {
  static final String TENANT = "T1";
  static final String PATIENT = "P1";

  private Given() {}

  static AVisit aVisit(String visitId) {
    return new AVisit(visitId);
  }

  static ACharge aCharge(String chargeId) {
    return new ACharge(chargeId);
  }

  static Settings.Builder settings() {
    return Settings.newBuilder().setTenant(TENANT);
  }

  static LocationRow row(String clinicId, String locationId) {
    return LocationRow.newBuilder().setClinicId(clinicId).setLocationId(locationId).build();
  }

  static PayerRule cap(String payerId, String code, int units) {
    return PayerRule.newBuilder().setPayerId(payerId).setCodeCap(Map.of(code, units)).build();
  }

  static Feed aFeed(FeedSource source, String completeUntil) {
    Instant until = Instant.parse(completeUntil);
    return new Feed(TENANT, "feed-" + completeUntil, until, source, until);
  }

  static Note aNote(String noteId, NoteStatus status, String dateOfService) {
    LocalDate date = LocalDate.parse(dateOfService);
    // What becomes of a note is told after it was opened.
    int hour = status == NoteStatus.OPEN ? 8 : 9;
    return Note.newBuilder()
        .setTenant(TENANT)
        .setEventId("note-" + noteId + status)
        .setOccurredAt(date.atTime(hour, 0).toInstant(ZoneOffset.UTC))
        .setNoteId(noteId)
        .setPatientKey(PATIENT)
        .setClinicId("C01")
        .setDateOfService(date)
        .setStatus(status)
        .setAt(date.atTime(hour, 0).toInstant(ZoneOffset.UTC))
        .build();
  }

  static Rejection aRejection(
      String rejectionId, RejectionType type, RejectionStatus status, String at) {
    return Rejection.newBuilder()
        .setTenant(TENANT)
        .setEventId("rejection-" + rejectionId + status + at)
        .setOccurredAt(Instant.parse(at))
        .setRejectionId(rejectionId)
        .setType(type)
        .setStatus(status)
        .setAt(Instant.parse(at))
        .setReasonCode("PHONE")
        .setPatientKey(PATIENT)
        .build();
  }

  static Transmission aTransmission(String visitId, TransmissionStatus status, String at) {
    return Transmission.newBuilder()
        .setTenant(TENANT)
        .setEventId("transmission-" + visitId + status + at)
        .setOccurredAt(Instant.parse(at))
        .setVisitId(visitId)
        .setPatientKey(PATIENT)
        .setKind(TransmissionKind.FINANCIAL)
        .setAt(Instant.parse(at))
        .setStatus(status)
        .build();
  }

  /** About a discrepancy at C01 on 2026-11-04; accepted ones are written off. */
  static Decision aDecision(String visit, String kind, DecisionAction action, String at) {
    return Decision.newBuilder()
        .setTenant(TENANT)
        .setEventId("decision-" + visit + kind + action + at)
        .setOccurredAt(Instant.parse(at))
        .setPatientKey(PATIENT)
        .setVisit(visit)
        .setKind(kind)
        .setLocation("C01")
        .setDate(LocalDate.parse("2026-11-04"))
        .setAction(action)
        .setReason(action == DecisionAction.ACCEPTED ? AcceptanceReason.WRITTEN_OFF : null)
        .setAssignee(action == DecisionAction.ASSIGNED ? "ann" : null)
        .setDecidedBy("bob")
        .build();
  }

  /** A link of a chain to a visit, or the end of one. */
  static Decision aLink(String chain, String visit, DecisionAction action, String at) {
    Instant occurredAt = Instant.parse(at);
    return Decision.newBuilder()
        .setTenant(TENANT)
        .setEventId("link-" + chain + visit + action + at)
        .setOccurredAt(occurredAt)
        .setPatientKey(PATIENT)
        .setVisit(visit)
        .setKind("LINKED")
        .setLocation("-")
        .setDate(date(occurredAt))
        .setAction(action)
        .setDecidedBy("bob")
        .setChain(chain)
        .build();
  }

  private static LocalDate date(Instant moment) {
    return LocalDate.ofInstant(moment, ZoneOffset.UTC);
  }

  /** A visit in the making. Its dates are those of the moment at which it was finalized. */
  static final class AVisit {
    private final String visitId;
    private Instant finalizedAt = Instant.parse("2026-11-04T17:00:00Z");
    private @Nullable Instant occurredAt;
    private @Nullable LocalDate finalizedOn;
    private @Nullable LocalDate dateOfService;
    private String tenant = TENANT;
    private String patientKey = PATIENT;
    private String clinicId = "C01";
    private String therapistId = "TH1";
    private @Nullable String payerId;
    private int revision;
    private VisitStatus status = VisitStatus.FINALIZED;
    private String code = "97110";
    private int units = 2;

    private AVisit(String visitId) {
      this.visitId = visitId;
    }

    AVisit ofTenant(String id) {
      tenant = id;
      return this;
    }

    AVisit of(String patient) {
      patientKey = patient;
      return this;
    }

    AVisit at(String clinic) {
      clinicId = clinic;
      return this;
    }

    AVisit by(String therapist) {
      therapistId = therapist;
      return this;
    }

    AVisit paidBy(String payer) {
      payerId = payer;
      return this;
    }

    AVisit finalizedAt(String moment) {
      finalizedAt = Instant.parse(moment);
      return this;
    }

    AVisit finalizedOn(String date) {
      finalizedOn = LocalDate.parse(date);
      return this;
    }

    AVisit servedOn(String date) {
      dateOfService = LocalDate.parse(date);
      return this;
    }

    AVisit units(int number) {
      units = number;
      return this;
    }

    AVisit code(String cpt) {
      code = cpt;
      return this;
    }

    /** The first addendum: it keeps the dates of the visit. */
    AVisit amendedAt(String moment) {
      finalizedOn = finalizedOn == null ? date(finalizedAt) : finalizedOn;
      dateOfService = dateOfService == null ? date(finalizedAt) : dateOfService;
      finalizedAt = Instant.parse(moment);
      revision = 1;
      return this;
    }

    AVisit retractedAt(String moment) {
      occurredAt = Instant.parse(moment);
      status = VisitStatus.RETRACTED;
      return this;
    }

    Visit build() {
      return Visit.newBuilder()
          .setTenant(tenant)
          .setEventId("visit-" + visitId + "-" + revision + status)
          .setOccurredAt(occurredAt == null ? finalizedAt : occurredAt)
          .setVisitId(visitId)
          .setRevision(revision)
          .setStatus(status)
          .setPatientKey(patientKey)
          .setClinicId(clinicId)
          .setDateOfService(dateOfService == null ? date(finalizedAt) : dateOfService)
          .setFinalizedAt(finalizedAt)
          .setFinalizedOn(finalizedOn == null ? date(finalizedAt) : finalizedOn)
          .setTherapistId(therapistId)
          .setNoteType(NoteType.DAILY_NOTE)
          .setPayerId(payerId)
          .setNoCharge(NoCharge.NONE)
          .setLines(List.of(new VisitLine(code, List.of("GP"), units, true, null)))
          .build();
    }
  }

  /** A charge in the making. Its Created Date is that of the moment at which it was created. */
  static final class ACharge {
    private final String chargeId;
    private Instant createdAt = Instant.parse("2026-11-04T18:00:00Z");
    private @Nullable Instant updatedAt;
    private @Nullable LocalDate createdOn;
    private LocalDate dateOfService = LocalDate.parse("2026-11-04");
    private String tenant = TENANT;
    private String patientKey = PATIENT;
    private String locationId = "C01";
    private @Nullable String emrVisitId;
    private @Nullable String billingVisitId;
    private ChargeStatus status = ChargeStatus.ACTIVE;
    private String code = "97110";
    private int units = 2;

    private ACharge(String chargeId) {
      this.chargeId = chargeId;
    }

    ACharge ofTenant(String id) {
      tenant = id;
      return this;
    }

    ACharge of(String patient) {
      patientKey = patient;
      return this;
    }

    ACharge forVisit(String visitId) {
      emrVisitId = visitId;
      return this;
    }

    ACharge in(String billingVisit) {
      billingVisitId = billingVisit;
      return this;
    }

    ACharge at(String location) {
      locationId = location;
      return this;
    }

    ACharge createdAt(String moment) {
      createdAt = Instant.parse(moment);
      return this;
    }

    ACharge createdOn(String date) {
      createdOn = LocalDate.parse(date);
      return this;
    }

    ACharge servedOn(String date) {
      dateOfService = LocalDate.parse(date);
      return this;
    }

    ACharge code(String cpt) {
      code = cpt;
      return this;
    }

    ACharge units(int number) {
      units = number;
      return this;
    }

    ACharge updatedAt(String moment) {
      updatedAt = Instant.parse(moment);
      return this;
    }

    ACharge removedAt(String moment) {
      status = ChargeStatus.REMOVED;
      return updatedAt(moment);
    }

    Charge build() {
      Instant updated = updatedAt == null ? createdAt : updatedAt;
      return Charge.newBuilder()
          .setTenant(tenant)
          .setEventId("charge-" + chargeId + status + updated)
          .setOccurredAt(updated)
          .setChargeId(chargeId)
          .setStatus(status)
          .setUpdatedAt(updated)
          .setPatientKey(patientKey)
          .setEmrVisitId(emrVisitId)
          .setBillingVisitId(billingVisitId)
          .setLocationId(locationId)
          .setDateOfService(dateOfService)
          .setCreatedAt(createdAt)
          .setCreatedOn(createdOn == null ? date(createdAt) : createdOn)
          .setTreatingProviderId("TH1")
          .setCpt(code)
          .setModifiers(List.of())
          .setUnits(units)
          .build();
    }
  }
}
