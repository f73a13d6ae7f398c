package org.visitbalance.scenario;

/** The mapping that reads a scenario's exports back (files.md#mapping). */
final class MappingYaml {
  private static final String TEXT =
      """
      # How to read the files in this folder. Each entry maps fields to columns.
      tenant: TENANT
      zone: ZONE
      files:
        # The EMR's part of the nightly Standard Extract. This company has added columns for the
        # no-charge flag and the place of service.
        - match: "charges_*.csv"
          profile: webpt-charges
          columns:
            noCharge: {column: no_charge, values: {NC001: NC001, Do Not Bill: DO_NOT_BILL}, default: NONE}
            posCode: {column: pos_code}
      VISIT_COLUMNS
        # Billing's part of the extract, with a column that shows which charges were keyed by hand.
        - match: "billing_charges_*.csv"
          profile: revflow-billing-charges
          columns:
            origin: {column: entry, values: {Manual: MANUAL}}
      CHARGE_COLUMNS
        # The Integration Rejection Summary of each evening.
        - match: "integration_rejections_*.csv"
          fact: rejection
          snapshot: "integration_rejections_(\\\\d{4}-\\\\d{2}-\\\\d{2})"
          columns:
            rejectionId: "Entry"
            type: {column: "Type", values: {Patient: PATIENT, Case: CASE, Charge: CHARGE, Payment: PAYMENT}}
            reasonCode: "Reason"
            patientKey: "Account"
            caseId: "Case"
            emrVisitId: "EMR Visit"
            dateOfService: "Date of Service"
            locationId: "Location"
            status: {value: OPEN}

        # The Missed Notes Report of each evening.
        - match: "missed_notes_*.csv"
          fact: note
          snapshot: "missed_notes_(\\\\d{4}-\\\\d{2}-\\\\d{2})"
          columns:
            noteId: "Note ID"
            patientKey: "Patient ID"
            clinicId: "Clinic"
            posCode: "POS"
            dateOfService: "Date of Service"
            therapistId: "Therapist"
            status: {value: OPEN}

        # The day's rows of the Claims Feed. Each has its own time, so this is not a snapshot.
        - match: "claims_feed_*.csv"
          fact: transmission
          columns:
            eventId: "Row"
            visitId: "Visit ID"
            patientKey: "Patient ID"
            kind: {column: "Type", values: {Financial: FINANCIAL, Clinical: CLINICAL, Demographic: DEMOGRAPHIC, Payment: PAYMENT, Other: OTHER}}
            status:
              column: "Status"
              values:
                Initiated: INITIATED
                Validation Pending: VALIDATION_PENDING
                Validation Failed: VALIDATION_FAILED
                Transmission Pending: TRANSMISSION_PENDING
                Transmission Failed: TRANSMISSION_FAILED
                Transmission Successful: TRANSMISSION_SUCCESSFUL
                Resubmitted: RESUBMITTED
                Not Rebilled: NOT_REBILLED
                Not Sent: NOT_SENT
            at: "Last Activity"

        # The time up to which each system's data is complete.
        - match: "feeds.csv"
          fact: feed
          columns:
            eventId: "Row"
            source: {column: "System", values: {EMR: EMR, Billing: BILLING}}
            completeUntil: "Complete Until"
            occurredAt: "Recorded"
      """;

  private static final String VISIT =
      """
            payerId: payer_code
            revision: revision
            # The date of an addendum; its Finalized Date stays that of the note.
            finalizedAt: [note_finalized_date, addendum_date]
            rebilled: re_billed
            timed: timed

      """;

  private static final String CHARGE =
      """
            emrVisitId: emr_visit_id

      """;

  private MappingYaml() {}

  /**
   * Returns the mapping.
   *
   * @param isFull whether the company has added columns for all that its facts say
   */
  static String text(String tenant, String zone, boolean isFull) {
    return TEXT.replace("VISIT_COLUMNS\n", isFull ? VISIT : "\n")
        .replace("CHARGE_COLUMNS\n", isFull ? CHARGE : "\n")
        .replace("TENANT", tenant)
        .replace("ZONE", zone);
  }
}
