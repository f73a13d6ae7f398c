package org.visitbalance.scenario;

/** The mapping that reads a scenario's exports back (files.md#mapping). */
final class MappingYaml {
  private static final String TEXT =
      """
      # How the files of this folder are read; field: column of the file.
      tenant: TENANT
      zone: ZONE
      files:
        # The EMR's part of the nightly Standard Extract. The no-charge flag and the place of
        # service are columns that this company has added to its extract.
        - match: "charges_*.csv"
          profile: webpt-charges
          columns:
            noCharge: {column: no_charge, values: {NC001: NC001, Do Not Bill: DO_NOT_BILL}, default: NONE}
            posCode: {column: pos_code}

        # Billing's part of it, with a column that says which charges were typed in.
        - match: "billing_charges_*.csv"
          profile: revflow-billing-charges
          columns:
            origin: {column: entry, values: {Manual: MANUAL}}

        # What the Integration Rejection Summary listed each evening.
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

        # The day's rows of the Claims Feed: each knows its own time, so this is no snapshot.
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

        # How far each system has told us everything.
        - match: "feeds.csv"
          fact: feed
          columns:
            eventId: "Row"
            source: {column: "System", values: {EMR: EMR, Billing: BILLING}}
            completeUntil: "Complete Until"
            occurredAt: "Recorded"
      """;

  private MappingYaml() {}

  static String text(String tenant, String zone) {
    return TEXT.replace("TENANT", tenant).replace("ZONE", zone);
  }
}
