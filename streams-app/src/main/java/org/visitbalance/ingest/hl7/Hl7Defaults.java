package org.visitbalance.ingest.hl7;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Where fields are in messages, unless a profile says otherwise. */
final class Hl7Defaults {
  /** The type of an account number in PID-3. */
  static final String ID_TYPE = "AN";

  /** Codes of physical, occupational and speech therapy evaluations, and their earlier codes. */
  static final Set<String> EVALUATIONS =
      Set.of(
          "97161", "97162", "97163", "97165", "97166", "97167", "92521", "92522", "92523", "92524",
          "97001", "97003");

  private static final String[] CLINIC = {"PV1-3.4", "PV1-3.1", "FT1-16.4", "MSH-4.1"};

  private Hl7Defaults() {}

  static Map<String, Map<String, FieldRule>> rules(String idType) {
    Map<String, Map<String, FieldRule>> rules = new LinkedHashMap<>();
    rules.put(Hl7Profile.VISIT, visit(idType));
    rules.put(Hl7Profile.CHARGE, charge(idType));
    rules.put(Hl7Profile.NOTE, note(idType));
    rules.put(Hl7Profile.PATIENT, patient(idType));
    rules.put(Hl7Profile.MERGE, merge(idType));
    return rules;
  }

  private static Map<String, FieldRule> visit(String idType) {
    Map<String, FieldRule> visit = new LinkedHashMap<>();
    visit.put("visitId", FieldRule.of("PV1-19.1", "PV1-50.1", "TXA-12.1", "FT1-3.1"));
    visit.put("revision", FieldRule.NONE);
    visit.put("status", FieldRule.NONE);
    patientKey(visit, idType);
    visit.put("caseId", FieldRule.NONE);
    visit.put("clinicId", FieldRule.of(CLINIC));
    visit.put("posCode", FieldRule.NONE);
    visit.put("dateOfService", FieldRule.of("FT1-4", "PV1-44", "TXA-4"));
    visit.put("finalizedAt", FieldRule.of("TXA-22.15", "EVN-6", "EVN-2", "MSH-7"));
    visit.put("therapistId", FieldRule.of("FT1-20.1", "PV1-7.1"));
    visit.put("documentingTherapistId", FieldRule.of("FT1-24.1"));
    visit.put("noteType", FieldRule.of("TXA-2"));
    visit.put("payerId", FieldRule.of("IN1[1]-3.1", "FT1-14.1"));
    visit.put("noCharge", FieldRule.NONE);
    visit.put("rebilled", FieldRule.NONE);
    visit.put("timed", FieldRule.NONE);
    visit.put("lineId", FieldRule.of("FT1-2.1"));
    line(visit);
    visit.put("transmission", new FieldRule(List.of(), false, Map.of(), "TRANSMISSION_SUCCESSFUL"));
    return visit;
  }

  private static void line(Map<String, FieldRule> rules) {
    rules.put("transactionType", FieldRule.of("FT1-6"));
    rules.put("cpt", FieldRule.of("FT1-25.1", "FT1-7.1"));
    rules.put("modifiers", FieldRule.of("FT1-26.1"));
    rules.put("units", FieldRule.of("FT1-10"));
    rules.put("amount", FieldRule.of("FT1-11.1"));
    rules.put("unitAmount", FieldRule.of("FT1-12.1"));
  }

  private static void patientKey(Map<String, FieldRule> rules, String idType) {
    rules.put("patientKey", FieldRule.of("PID-18.1", "PID-3[" + idType + "].1"));
    rules.put("emrPatientId", FieldRule.NONE);
  }

  private static Map<String, FieldRule> charge(String idType) {
    Map<String, FieldRule> charge = new LinkedHashMap<>();
    charge.put("chargeId", FieldRule.of("FT1-2.1", "FT1-3.1"));
    charge.put("originalChargeId", FieldRule.of("FT1-31.1"));
    patientKey(charge, idType);
    charge.put("updatedAt", FieldRule.of("MSH-7"));
    charge.put("createdAt", FieldRule.of("FT1-5", "MSH-7"));
    charge.put("billingVisitId", FieldRule.of("PV1-19.1"));
    charge.put("emrVisitId", FieldRule.of("FT1-23.1", "PV1-50.1"));
    charge.put("locationId", FieldRule.of("FT1-16.4", "FT1-13.1", "PV1-3.4"));
    charge.put("treatingProviderId", FieldRule.of("FT1-20.1"));
    charge.put("billingProviderId", FieldRule.NONE);
    charge.put("dateOfService", FieldRule.of("FT1-4"));
    charge.put("payerId", FieldRule.of("FT1-14.1"));
    charge.put("origin", FieldRule.NONE);
    line(charge);
    return charge;
  }

  private static Map<String, FieldRule> note(String idType) {
    Map<String, FieldRule> note = new LinkedHashMap<>();
    note.put("noteId", FieldRule.of("PV1-19.1", "PV1-50.1", "TXA-12.1"));
    patientKey(note, idType);
    note.put("clinicId", FieldRule.of("PV1-3.4", "PV1-3.1", "MSH-4.1"));
    note.put("posCode", FieldRule.NONE);
    note.put("dateOfService", FieldRule.of("TXA-4", "PV1-44"));
    note.put("therapistId", FieldRule.of("TXA-5.1", "PV1-7.1"));
    note.put(
        "status",
        new FieldRule(
            List.of(FieldRef.of("TXA-17")),
            false,
            Map.of(
                "AU",
                "FINALIZED",
                "LA",
                "FINALIZED",
                "DI",
                "OPEN",
                "DO",
                "OPEN",
                "IN",
                "OPEN",
                "IP",
                "OPEN",
                "PA",
                "OPEN"),
            null));
    note.put(
        "availability",
        new FieldRule(
            List.of(FieldRef.of("TXA-19")),
            false,
            Map.of("CA", "CANCELLED", "OB", "CANCELLED", "*", "AVAILABLE"),
            null));
    note.put("at", FieldRule.of("MSH-7"));
    return note;
  }

  private static Map<String, FieldRule> patient(String idType) {
    Map<String, FieldRule> patient = new LinkedHashMap<>();
    patient.put("emrPatientId", FieldRule.of("PID-3[MR].1", "PID-3[PI].1"));
    patient.put("patientKey", FieldRule.of("PID-18.1", "PID-3[" + idType + "].1"));
    return patient;
  }

  private static Map<String, FieldRule> merge(String idType) {
    String typed = "[" + idType + "].1";
    Map<String, FieldRule> merge = new LinkedHashMap<>();
    merge.put("fromPatientKey", FieldRule.of("MRG-1" + typed, "MRG-3.1"));
    merge.put("patientKey", FieldRule.of("PID-3" + typed, "PID-18.1"));
    merge.put("fromEmrPatientId", FieldRule.of("MRG-1[MR].1", "MRG-1[PI].1"));
    merge.put("emrPatientId", FieldRule.of("PID-3[MR].1", "PID-3[PI].1"));
    return merge;
  }
}
