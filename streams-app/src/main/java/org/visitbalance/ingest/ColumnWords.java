package org.visitbalance.ingest;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** What columns of exports are called, by the fields that they give. */
final class ColumnWords {
  private static final Pattern CAMEL = Pattern.compile("(?<=[a-z])(?=[A-Z])");
  private static final Pattern BETWEEN = Pattern.compile("[^A-Za-z0-9#]+");

  /** From here on, a name is taken as that of a field. */
  private static final double ENOUGH = 0.6;

  private static final Map<String, String> SHORT =
      Map.ofEntries(
          Map.entry("dos", "date service"),
          Map.entry("svc", "service"),
          Map.entry("pt", "patient"),
          Map.entry("client", "patient"),
          Map.entry("chart", "patient"),
          Map.entry("mrn", "patient id"),
          Map.entry("acct", "account"),
          Map.entry("encounter", "visit"),
          Map.entry("appointment", "visit"),
          Map.entry("appt", "visit"),
          Map.entry("prov", "provider"),
          Map.entry("clinician", "therapist"),
          Map.entry("tx", "treating"),
          Map.entry("ins", "payer"),
          Map.entry("insurance", "payer"),
          Map.entry("loc", "location"),
          Map.entry("facility", "location"),
          Map.entry("site", "location"),
          Map.entry("office", "clinic"),
          Map.entry("dt", "date"),
          Map.entry("amt", "amount"),
          Map.entry("qty", "units"),
          Map.entry("quantity", "units"),
          Map.entry("unit", "units"),
          Map.entry("num", "id"),
          Map.entry("number", "id"),
          Map.entry("no", "id"),
          Map.entry("#", "id"),
          Map.entry("signed", "finalized"),
          Map.entry("completed", "finalized"),
          Map.entry("mods", "modifiers"),
          Map.entry("modifier", "modifiers"),
          Map.entry("hcpcs", "cpt"),
          Map.entry("posted", "created"),
          Map.entry("entered", "created"));

  /** Words that say nothing by themselves. */
  private static final Set<String> EMPTY = Set.of("of", "the", "by", "on", "at", "is", "and");

  /** Words of columns that name a person, or lead to one. */
  private static final Set<String> PERSONAL =
      Set.of(
          "patient",
          "name",
          "first",
          "last",
          "dob",
          "birth",
          "birthdate",
          "ssn",
          "address",
          "street",
          "city",
          "zip",
          "phone",
          "mobile",
          "email",
          "account",
          "member",
          "insured",
          "subscriber",
          "guarantor",
          "policy",
          "case",
          "diagnosis",
          "dx",
          "icd");

  private static final Map<Field, List<Set<String>>> OF = new EnumMap<>(Field.class);

  static {
    of(Field.VISIT_ID, "visit id", "visit", "note id");
    of(Field.PATIENT_KEY, "patient id", "patient account id", "account id", "patient", "account");
    of(Field.CASE_ID, "case id", "case");
    of(Field.CLINIC_ID, "clinic id", "clinic", "location", "clinic name");
    of(Field.LOCATION_ID, "location id", "location", "place service id", "clinic");
    of(Field.POS_CODE, "pos", "pos code", "place service code");
    of(Field.DATE_OF_SERVICE, "date service", "visit date", "service date", "treatment date");
    of(Field.FINALIZED_ON, "finalized date", "date finalized", "finalized", "note finalized date");
    of(Field.FINALIZED_AT, "finalized time", "finalized date time");
    of(Field.THERAPIST_ID, "therapist id", "therapist", "provider id", "provider");
    of(Field.COSIGN_THERAPIST_ID, "cosign therapist id", "co finalized", "cosigner", "co signer");
    of(Field.NOTE_TYPE, "note type", "visit type", "document type", "kind note", "type");
    of(Field.PAYER_ID, "payer id", "payer", "payer code", "payer name");
    of(Field.NO_CHARGE, "no charge", "id charge", "do id bill");
    of(Field.CPT, "cpt", "cpt code", "procedure code", "code", "procedure", "billing code");
    of(Field.MODIFIERS, "modifiers", "cpt modifiers", "mod");
    of(Field.UNITS, "units", "billed units", "units billed");
    of(Field.AMOUNT_CENTS, "amount", "charge amount", "charge", "fee", "total charge", "price");
    of(Field.TIMED, "timed");
    of(Field.REVISION, "revision", "version", "addendum");
    of(Field.MODIFIED, "modified date", "modified", "last modified");
    of(Field.RECORD_POINTER, "record id", "line id", "row id");
    of(Field.CHARGE_ID, "charge id", "transaction id", "charge line id", "line id");
    of(Field.ORIGINAL_CHARGE_ID, "original charge id");
    of(Field.UPDATED_AT, "updated date", "update date", "updated", "last updated");
    of(Field.CREATED_AT, "created time", "created date time");
    of(Field.CREATED_ON, "created date", "charge date", "date created", "post date", "created");
    of(Field.EMR_VISIT_ID, "emr visit id", "visit id", "emr visit");
    of(Field.BILLING_VISIT_ID, "billing visit id", "claim id", "visit id");
    of(
        Field.TREATING_PROVIDER_ID,
        "treating provider id",
        "treating provider",
        "therapist id",
        "therapist",
        "provider id",
        "rendering provider",
        "provider");
    of(Field.BILLING_PROVIDER_ID, "billing provider id", "billing provider");
    of(Field.STATUS, "status", "state");
    of(Field.TYPE, "type", "level", "kind");
    of(Field.REASON_CODE, "reason", "reason code", "error", "message", "exception");
    of(Field.REJECTION_ID, "rejection id", "exception id", "error id");
    of(Field.AT, "date", "time", "last activity", "activity date", "reported");
    of(Field.KIND, "kind", "type", "transmission type");
    of(Field.NOTE_ID, "note id", "visit id", "document id", "note");
    of(Field.EMR_PATIENT_ID, "patient id", "emr patient id", "emr id", "patient");
  }

  private ColumnWords() {}

  private static void of(Field field, String... names) {
    List<Set<String>> all = new ArrayList<>();
    for (String name : names) {
      all.add(words(name));
    }
    OF.put(field, all);
  }

  /** Returns the words of a name, with short forms written out. */
  static Set<String> words(String name) {
    Set<String> words = new HashSet<>();
    for (String word : BETWEEN.split(CAMEL.matcher(name.replace("#", " # ")).replaceAll(" "), -1)) {
      String folded = word.toLowerCase(Locale.ROOT);
      for (String one : SHORT.getOrDefault(folded, folded).split(" ", -1)) {
        if (!one.isEmpty() && !EMPTY.contains(one)) {
          words.add(one);
        }
      }
    }
    return words;
  }

  /** Returns how much the name of a column sounds like a field: from 0 to 1. */
  static double likeness(Field field, String column) {
    Set<String> words = words(column);
    double best = 0;
    int rank = 0;
    for (Set<String> name : OF.getOrDefault(field, List.of())) {
      long both = words.stream().filter(name::contains).count();
      double share = 2.0 * both / (words.size() + name.size());
      // Of two fields with the same name, it is that for which the name is the more usual one.
      best = Math.max(best, share - rank++ * 0.01);
    }
    return best >= ENOUGH ? best : 0;
  }

  /** Returns whether a column sounds like any field. */
  static boolean isKnown(String column) {
    return OF.keySet().stream().anyMatch(field -> likeness(field, column) > 0);
  }

  /** Returns whether the name of a column says that its cells identify people. */
  static boolean isPersonal(String column) {
    return words(column).stream().anyMatch(PERSONAL::contains);
  }
}
