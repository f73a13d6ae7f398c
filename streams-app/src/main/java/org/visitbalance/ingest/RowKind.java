package org.visitbalance.ingest;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
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

/** The kinds of rows in files, and the fields of each kind. */
@SuppressWarnings({
  "ImmutableEnumChecker",
  "EnumOrdinal"
}) // The tables are filled once, by position.
enum RowKind {
  VISIT(
      List.of(
          Field.VISIT_ID,
          Field.PATIENT_KEY,
          Field.CLINIC_ID,
          Field.DATE_OF_SERVICE,
          Field.FINALIZED_AT,
          Field.FINALIZED_ON,
          Field.THERAPIST_ID,
          Field.NOTE_TYPE),
      List.of(
          Field.REVISION,
          Field.STATUS,
          Field.CASE_ID,
          Field.POS_CODE,
          Field.DOCUMENTING_THERAPIST_ID,
          Field.COSIGN_THERAPIST_ID,
          Field.PAYER_ID,
          Field.NO_CHARGE,
          Field.REBILLED,
          Field.CPT,
          Field.MODIFIERS,
          Field.UNITS,
          Field.TIMED,
          Field.AMOUNT_CENTS,
          Field.RECORD_POINTER,
          Field.CHANGE,
          Field.MODIFIED),
      Map.of(
          Field.STATUS,
          VisitStatus.class,
          Field.NOTE_TYPE,
          NoteType.class,
          Field.NO_CHARGE,
          NoCharge.class,
          Field.CHANGE,
          Change.class)),
  CHARGE(
      List.of(
          Field.CHARGE_ID,
          Field.STATUS,
          Field.PATIENT_KEY,
          Field.LOCATION_ID,
          Field.DATE_OF_SERVICE,
          Field.CREATED_AT,
          Field.CREATED_ON,
          Field.TREATING_PROVIDER_ID,
          Field.CPT,
          Field.UNITS),
      List.of(
          Field.ORIGINAL_CHARGE_ID,
          Field.UPDATED_AT,
          Field.EMR_VISIT_ID,
          Field.BILLING_VISIT_ID,
          Field.BILLING_PROVIDER_ID,
          Field.MODIFIERS,
          Field.PAYER_ID,
          Field.ORIGIN,
          Field.AMOUNT_CENTS,
          Field.CHANGE),
      Map.of(
          Field.STATUS,
          ChargeStatus.class,
          Field.ORIGIN,
          ChargeOrigin.class,
          Field.CHANGE,
          Change.class)),
  REJECTION(
      List.of(
          Field.REJECTION_ID,
          Field.TYPE,
          Field.STATUS,
          Field.AT,
          Field.REASON_CODE,
          Field.PATIENT_KEY),
      List.of(Field.CASE_ID, Field.EMR_VISIT_ID, Field.DATE_OF_SERVICE, Field.LOCATION_ID),
      Map.of(Field.STATUS, RejectionStatus.class, Field.TYPE, RejectionType.class)),
  TRANSMISSION(
      List.of(Field.VISIT_ID, Field.PATIENT_KEY, Field.KIND, Field.AT, Field.STATUS),
      List.of(),
      Map.of(Field.STATUS, TransmissionStatus.class, Field.KIND, TransmissionKind.class)),
  NOTE(
      List.of(
          Field.NOTE_ID,
          Field.PATIENT_KEY,
          Field.CLINIC_ID,
          Field.DATE_OF_SERVICE,
          Field.STATUS,
          Field.AT),
      List.of(Field.POS_CODE, Field.THERAPIST_ID),
      Map.of(Field.STATUS, NoteStatus.class)),
  FEED(
      List.of(Field.SOURCE, Field.COMPLETE_UNTIL),
      List.of(),
      Map.of(Field.SOURCE, FeedSource.class)),
  /** Not a fact: the account number of an EMR patient. */
  PATIENT(List.of(Field.EMR_PATIENT_ID, Field.PATIENT_KEY), List.of(), Map.of());

  /** What a row of an extract does to the record that it names. */
  enum Change {
    NEW,
    MODIFIED,
    REMOVED
  }

  private final String label = name().toLowerCase(Locale.ROOT);
  private final Set<Field> required;
  private final Set<Field> fields;
  private final Map<Field, Class<? extends Enum<?>>> symbols;
  private final int[] slots = new int[Field.values().length];

  RowKind(
      List<Field> required, List<Field> optional, Map<Field, Class<? extends Enum<?>>> symbols) {
    this.required = EnumSet.copyOf(required);
    this.fields = EnumSet.of(Field.TENANT, Field.EVENT_ID, Field.OCCURRED_AT, Field.RECORDED_AT);
    this.fields.addAll(required);
    this.fields.addAll(optional);
    this.symbols = new EnumMap<>(Field.class);
    this.symbols.putAll(symbols);
    int slot = 0;
    for (Field field : Field.values()) {
      slots[field.ordinal()] = fields.contains(field) ? slot++ : -1;
    }
  }

  /** Returns the name used in mappings and event ids. */
  String label() {
    return label;
  }

  /** Returns the kind with that name, or null. */
  static @Nullable RowKind named(String label) {
    for (RowKind kind : values()) {
      if (kind.label().equals(label)) {
        return kind;
      }
    }
    return null;
  }

  /** Returns the fields that every row must have. */
  Set<Field> required() {
    return required;
  }

  /** Returns all fields that a row can have, in a fixed order. */
  Set<Field> fields() {
    return fields;
  }

  /** Returns whether the EMR's own facts are of this kind; those name a patient by the EMR's id. */
  boolean isOfEmr() {
    return this == VISIT || this == NOTE || this == TRANSMISSION;
  }

  /** Returns the fields that a row of a snapshot may omit; empty for kinds without snapshots. */
  Set<Field> givenBySnapshot() {
    return switch (this) {
      case REJECTION -> Set.of(Field.REJECTION_ID, Field.AT, Field.STATUS);
      case NOTE -> Set.of(Field.NOTE_ID, Field.AT, Field.STATUS);
      case TRANSMISSION -> Set.of(Field.AT);
      default -> Set.of();
    };
  }

  /**
   * Returns the position of a field's value in a row of this kind; -1 for a field of another kind.
   */
  int slot(Field field) {
    return slots[field.ordinal()];
  }

  /** Returns the symbols that a field can have, except UNKNOWN, which no source may use. */
  Map<String, Enum<?>> symbols(Field field) {
    Map<String, Enum<?>> named = new LinkedHashMap<>();
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

  /** Returns the field names in alphabetical order, for messages. */
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
