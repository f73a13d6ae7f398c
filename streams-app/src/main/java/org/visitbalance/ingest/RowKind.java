package org.visitbalance.ingest;

import static org.visitbalance.ingest.Field.*;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.visitbalance.fact.ChargeOrigin;
import org.visitbalance.fact.ChargeStatus;
import org.visitbalance.fact.FeedSource;
import org.visitbalance.fact.NoCharge;
import org.visitbalance.fact.NoteStatus;
import org.visitbalance.fact.NoteType;
import org.visitbalance.fact.RejectionStatus;
import org.visitbalance.fact.RejectionType;
import org.visitbalance.fact.TransmissionKind;
import org.visitbalance.fact.TransmissionStatus;
import org.visitbalance.fact.VisitStatus;

/** What the rows of a file can be, and which fields each kind has. */
enum RowKind {
  VISIT(
      List.of(
          VISIT_ID, PATIENT_KEY, CLINIC_ID, DATE_OF_SERVICE, FINALIZED_AT, FINALIZED_ON,
          THERAPIST_ID, NOTE_TYPE),
      List.of(
          REVISION, STATUS, CASE_ID, POS_CODE, DOCUMENTING_THERAPIST_ID, COSIGN_THERAPIST_ID,
          PAYER_ID, NO_CHARGE, REBILLED, CPT, MODIFIERS, UNITS, TIMED, RECORD_POINTER, CHANGE,
          MODIFIED),
      Map.of(
          STATUS, VisitStatus.class, NOTE_TYPE, NoteType.class, NO_CHARGE, NoCharge.class,
          CHANGE, Change.class)),
  CHARGE(
      List.of(
          CHARGE_ID, STATUS, PATIENT_KEY, LOCATION_ID, DATE_OF_SERVICE, CREATED_AT, CREATED_ON,
          TREATING_PROVIDER_ID, CPT, UNITS),
      List.of(
          ORIGINAL_CHARGE_ID, UPDATED_AT, EMR_VISIT_ID, BILLING_VISIT_ID, BILLING_PROVIDER_ID,
          MODIFIERS, PAYER_ID, ORIGIN, CHANGE),
      Map.of(
          STATUS, ChargeStatus.class, ORIGIN, ChargeOrigin.class, CHANGE, Change.class)),
  REJECTION(
      List.of(REJECTION_ID, TYPE, STATUS, AT, REASON_CODE, PATIENT_KEY),
      List.of(CASE_ID, EMR_VISIT_ID, DATE_OF_SERVICE, LOCATION_ID),
      Map.of(STATUS, RejectionStatus.class, TYPE, RejectionType.class)),
  TRANSMISSION(
      List.of(VISIT_ID, PATIENT_KEY, KIND, AT, STATUS),
      List.of(),
      Map.of(STATUS, TransmissionStatus.class, KIND, TransmissionKind.class)),
  NOTE(
      List.of(NOTE_ID, PATIENT_KEY, CLINIC_ID, DATE_OF_SERVICE, STATUS, AT),
      List.of(POS_CODE, THERAPIST_ID),
      Map.of(STATUS, NoteStatus.class)),
  FEED(List.of(SOURCE, COMPLETE_UNTIL), List.of(), Map.of(SOURCE, FeedSource.class)),
  /** No fact: rows that say which account number an EMR's patient has. */
  PATIENT(List.of(EMR_PATIENT_ID, PATIENT_KEY), List.of(), Map.of());

  /** What a row of an extract does to the record that it names. */
  enum Change {
    NEW,
    MODIFIED,
    REMOVED
  }

  private final Set<Field> required;
  private final Set<Field> fields;
  private final Map<Field, Class<? extends Enum<?>>> symbols;
  private final int[] slots = new int[Field.values().length];

  RowKind(
      List<Field> required, List<Field> optional, Map<Field, Class<? extends Enum<?>>> symbols) {
    this.required = EnumSet.copyOf(required);
    this.fields = EnumSet.of(TENANT, EVENT_ID, OCCURRED_AT, RECORDED_AT);
    this.fields.addAll(required);
    this.fields.addAll(optional);
    this.symbols = new EnumMap<>(Field.class);
    this.symbols.putAll(symbols);
    int slot = 0;
    for (Field field : Field.values()) {
      slots[field.ordinal()] = fields.contains(field) ? slot++ : -1;
    }
  }

  /** The name in a mapping and in an event id. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns the kind of that name, or null. */
  static @Nullable RowKind named(String label) {
    for (RowKind kind : values()) {
      if (kind.label().equals(label)) {
        return kind;
      }
    }
    return null;
  }

  /** The fields that each row must give. */
  Set<Field> required() {
    return required;
  }

  /** All fields that a row can give, in a fixed order. */
  Set<Field> fields() {
    return fields;
  }

  /** Where a field's value lies in a row of this kind; -1 for a field of another kind. */
  int slot(Field field) {
    return slots[field.ordinal()];
  }

  /** Returns the symbols that a field can have, but UNKNOWN, which no source may say. */
  Map<String, Enum<?>> symbols(Field field) {
    Map<String, Enum<?>> named = new java.util.LinkedHashMap<>();
    Class<? extends Enum<?>> type = symbols.get(field);
    if (type != null) {
      for (Enum<?> symbol : type.getEnumConstants()) {
        if (!symbol.name().equals("UNKNOWN")) {
          named.put(symbol.name(), symbol);
        }
      }
    }
    return named;
  }

  /** The fields' names in the order of their texts, for messages. */
  String fieldNames() {
    Set<String> names = new TreeSet<>();
    for (Field field : fields) {
      names.add(field.label());
    }
    return String.join(", ", names);
  }

  static String labels() {
    return "visit, charge, rejection, transmission, note, feed or patient";
  }
}
