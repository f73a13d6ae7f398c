package org.visitbalance.ingest;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a column can be mapped to: the fields of the facts, and a few that only files have. */
enum Field {
  TENANT("tenant", CellType.TEXT),
  EVENT_ID("eventId", CellType.TEXT),
  OCCURRED_AT("occurredAt", CellType.INSTANT),
  /** When the fact became known; not a field of the fact itself. */
  RECORDED_AT("recordedAt", CellType.INSTANT),
  PATIENT_KEY("patientKey", CellType.TEXT),
  CASE_ID("caseId", CellType.TEXT),
  STATUS("status", CellType.SYMBOL),
  DATE_OF_SERVICE("dateOfService", CellType.DATE),
  LOCATION_ID("locationId", CellType.TEXT),
  CLINIC_ID("clinicId", CellType.TEXT),
  POS_CODE("posCode", CellType.POS_CODE),
  THERAPIST_ID("therapistId", CellType.TEXT),
  PAYER_ID("payerId", CellType.TEXT),
  CPT("cpt", CellType.TEXT),
  MODIFIERS("modifiers", CellType.MODIFIERS),
  UNITS("units", CellType.WHOLE),
  /** What a line or a charge costs in all. */
  AMOUNT_CENTS("amountCents", CellType.MONEY),
  AT("at", CellType.INSTANT),
  /** What a row of an extract does to its record: NEW, MODIFIED or REMOVED. */
  CHANGE("change", CellType.SYMBOL),

  VISIT_ID("visitId", CellType.TEXT),
  REVISION("revision", CellType.WHOLE),
  FINALIZED_AT("finalizedAt", CellType.INSTANT),
  FINALIZED_ON("finalizedOn", CellType.DATE),
  DOCUMENTING_THERAPIST_ID("documentingTherapistId", CellType.TEXT),
  /**
   * The co-signer, who is responsible for the note if given; the therapist is then the documenting
   * one.
   */
  COSIGN_THERAPIST_ID("cosignTherapistId", CellType.TEXT),
  NOTE_TYPE("noteType", CellType.SYMBOL),
  NO_CHARGE("noCharge", CellType.SYMBOL),
  REBILLED("rebilled", CellType.TRUTH),
  TIMED("timed", CellType.TRUTH),
  /** The row's own id, in an extract whose later rows replace earlier ones. */
  RECORD_POINTER("recordPointer", CellType.TEXT),
  /** When a visit's row was last changed. */
  MODIFIED("modified", CellType.INSTANT),

  CHARGE_ID("chargeId", CellType.TEXT),
  ORIGINAL_CHARGE_ID("originalChargeId", CellType.TEXT),
  UPDATED_AT("updatedAt", CellType.INSTANT),
  EMR_VISIT_ID("emrVisitId", CellType.TEXT),
  BILLING_VISIT_ID("billingVisitId", CellType.TEXT),
  CREATED_AT("createdAt", CellType.INSTANT),
  CREATED_ON("createdOn", CellType.DATE),
  TREATING_PROVIDER_ID("treatingProviderId", CellType.TEXT),
  BILLING_PROVIDER_ID("billingProviderId", CellType.TEXT),
  ORIGIN("origin", CellType.SYMBOL),

  REJECTION_ID("rejectionId", CellType.TEXT),
  TYPE("type", CellType.SYMBOL),
  REASON_CODE("reasonCode", CellType.TEXT),
  KIND("kind", CellType.SYMBOL),
  NOTE_ID("noteId", CellType.TEXT),
  SOURCE("source", CellType.SYMBOL),
  COMPLETE_UNTIL("completeUntil", CellType.INSTANT),

  /** The EMR's own patient id, in a crosswalk. */
  EMR_PATIENT_ID("emrPatientId", CellType.TEXT);

  private static final Map<String, Field> BY_NAME = new HashMap<>();

  static {
    for (Field field : values()) {
      BY_NAME.put(field.label, field);
    }
  }

  private final String label;
  private final CellType type;

  Field(String label, CellType type) {
    this.label = label;
    this.type = type;
  }

  /** Returns the name used in facts and mappings. */
  String label() {
    return label;
  }

  CellType type() {
    return type;
  }

  static @Nullable Field named(String label) {
    return BY_NAME.get(label);
  }
}
