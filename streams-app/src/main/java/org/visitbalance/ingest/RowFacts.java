package org.visitbalance.ingest;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.visitbalance.fact.Charge;
import org.visitbalance.fact.ChargeOrigin;
import org.visitbalance.fact.ChargeStatus;
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

/** Turns rows into facts. Everything required must be present: see {@link FactOutlet#admit}. */
final class RowFacts {
  private static final List<Field> OCCURRED = List.of(Field.OCCURRED_AT);
  private static final List<Field> CREATED = List.of(Field.CREATED_AT);
  private static final List<Field> UPDATED = List.of(Field.UPDATED_AT);
  private static final List<Field> COMPLETE = List.of(Field.COMPLETE_UNTIL);
  private static final List<Field> CHANGED = List.of(Field.FINALIZED_AT, Field.MODIFIED);
  private static final List<Field> AT = List.of(Field.AT);

  private RowFacts() {}

  /**
   * Returns the fact of a row that is a fact by itself.
   *
   * @param copies how many different rows with the same event id came before this one
   */
  static SpecificRecord of(Row row, int copies) {
    return switch (row.source().kind()) {
      case CHARGE -> charge(row, copies);
      case REJECTION -> rejection(row, copies);
      case TRANSMISSION -> transmission(row, copies);
      case NOTE -> note(row, copies);
      case FEED -> feed(row, copies);
      case VISIT, PATIENT ->
          throw new IllegalArgumentException("a row of this kind is not a fact by itself");
    };
  }

  /** Returns what names the row's fact in its event id. */
  static String id(Row row) {
    return switch (row.source().kind()) {
      case VISIT -> need(row.text(Field.VISIT_ID));
      case CHARGE -> need(row.text(Field.CHARGE_ID));
      case REJECTION -> need(row.text(Field.REJECTION_ID));
      case TRANSMISSION -> row.text(Field.VISIT_ID) + "|" + row.get(Field.KIND);
      case NOTE -> need(row.text(Field.NOTE_ID));
      case FEED -> need(row.get(Field.SOURCE)).toString();
      case PATIENT -> need(row.text(Field.EMR_PATIENT_ID));
    };
  }

  /**
   * Returns when the source recorded a row: as the row says, otherwise when its last change took
   * effect.
   */
  static Instant occurredAt(Row row) {
    Instant said = row.instant(Field.OCCURRED_AT);
    if (said != null) {
      return said;
    }
    return need(
        switch (row.source().kind()) {
          case CHARGE -> updatedAt(row);
          case FEED -> row.instant(Field.COMPLETE_UNTIL);
          case VISIT -> changedAt(row);
          case REJECTION, TRANSMISSION, NOTE, PATIENT -> row.instant(Field.AT);
        });
  }

  /**
   * Returns a time of a row that goes into when it was recorded and cannot have come yet, or null.
   */
  static @Nullable Field future(Row row) {
    RunTime time = row.source().time();
    for (Field field : recording(row)) {
      Instant at = row.instant(field);
      if (at != null && time.isFuture(at)) {
        return field;
      }
    }
    return null;
  }

  private static List<Field> recording(Row row) {
    if (row.instant(Field.OCCURRED_AT) != null) {
      return OCCURRED;
    }
    return switch (row.source().kind()) {
      case CHARGE -> row.instant(Field.UPDATED_AT) == null ? CREATED : UPDATED;
      case FEED -> COMPLETE;
      case VISIT -> CHANGED;
      case REJECTION, TRANSMISSION, NOTE -> AT;
      case PATIENT -> List.of();
    };
  }

  /** Returns when a visit's row last changed, or null if it has no time. */
  static @Nullable Instant changedAt(Row row) {
    Instant said = row.instant(Field.OCCURRED_AT);
    return said != null
        ? said
        : Row.later(row.instant(Field.FINALIZED_AT), row.instant(Field.MODIFIED));
  }

  /**
   * Returns a row's event id. Different rows of one entity and instant cannot be the same event,
   * and the later one must win: each further one is made greater by a {@code +}.
   */
  static String eventId(Row row, Instant occurredAt, int copies) {
    String said = row.text(Field.EVENT_ID);
    if (said != null) {
      return said;
    }
    String made = row.source().kind().label() + ":" + id(row) + "@" + Texts.instant(occurredAt);
    return copies == 0 ? made : made + "+".repeat(copies);
  }

  static String tenant(Row row) {
    String said = row.text(Field.TENANT);
    return said == null ? need(row.source().tenant()) : said;
  }

  /** Returns who is responsible for a visit: the co-signer if there is one. */
  static String therapist(Row row) {
    String cosigner = row.text(Field.COSIGN_THERAPIST_ID);
    return cosigner == null ? need(row.text(Field.THERAPIST_ID)) : cosigner;
  }

  /** Returns the visit described by one of its rows. */
  static Visit visit(Row row, List<VisitLine> lines, Seal seal) {
    String therapist = therapist(row);
    String documenting = row.text(Field.DOCUMENTING_THERAPIST_ID);
    if (!therapist.equals(row.text(Field.THERAPIST_ID))) {
      documenting = row.text(Field.THERAPIST_ID);
    }
    Integer revision = row.whole(Field.REVISION);
    NoCharge noCharge = row.symbol(Field.NO_CHARGE, NoCharge.class);
    return new Visit(
        tenant(row),
        eventId(row, seal.occurredAt, 0),
        seal.occurredAt,
        need(row.text(Field.VISIT_ID)),
        revision == null ? 0 : revision,
        seal.status,
        need(row.text(Field.PATIENT_KEY)),
        row.text(Field.CASE_ID),
        need(row.text(Field.CLINIC_ID)),
        row.text(Field.POS_CODE),
        need(row.date(Field.DATE_OF_SERVICE)),
        seal.finalizedAt,
        seal.finalizedOn,
        therapist,
        documenting,
        need(row.symbol(Field.NOTE_TYPE, NoteType.class)),
        row.text(Field.PAYER_ID),
        noCharge == null ? NoCharge.NONE : noCharge,
        row.truth(Field.REBILLED),
        lines);
  }

  /** What all rows of a visit say together. */
  record Seal(VisitStatus status, Instant occurredAt, Instant finalizedAt, LocalDate finalizedOn) {}

  /** Returns the note made of the rows of a visit that has not been finalized. */
  static Note note(Row row, NoteStatus status, Instant at) {
    String id = need(row.text(Field.VISIT_ID));
    String said = row.text(Field.EVENT_ID);
    return new Note(
        tenant(row),
        said == null ? "note:" + id + "@" + Texts.instant(at) : said,
        at,
        id,
        need(row.text(Field.PATIENT_KEY)),
        need(row.text(Field.CLINIC_ID)),
        row.text(Field.POS_CODE),
        need(row.date(Field.DATE_OF_SERVICE)),
        therapist(row),
        status,
        at);
  }

  /** Returns the documented line of a row, or null for a note without codes. */
  static @Nullable VisitLine line(Row row) {
    String cpt = row.text(Field.CPT);
    Integer units = row.whole(Field.UNITS);
    return cpt == null || units == null
        ? null
        : new VisitLine(
            cpt, row.modifiers(), units, row.truth(Field.TIMED), row.amount(Field.AMOUNT_CENTS));
  }

  private static Charge charge(Row row, int copies) {
    Instant occurredAt = occurredAt(row);
    boolean removed = row.get(Field.CHANGE) == RowKind.Change.REMOVED;
    return new Charge(
        tenant(row),
        eventId(row, occurredAt, copies),
        occurredAt,
        need(row.text(Field.CHARGE_ID)),
        row.text(Field.ORIGINAL_CHARGE_ID),
        removed ? ChargeStatus.REMOVED : need(row.symbol(Field.STATUS, ChargeStatus.class)),
        updatedAt(row),
        need(row.text(Field.PATIENT_KEY)),
        row.text(Field.EMR_VISIT_ID),
        row.text(Field.BILLING_VISIT_ID),
        need(row.text(Field.LOCATION_ID)),
        need(row.date(Field.DATE_OF_SERVICE)),
        need(row.instant(Field.CREATED_AT)),
        need(row.date(Field.CREATED_ON)),
        need(row.text(Field.TREATING_PROVIDER_ID)),
        row.text(Field.BILLING_PROVIDER_ID),
        need(row.text(Field.CPT)),
        row.modifiers(),
        need(row.whole(Field.UNITS)),
        row.text(Field.PAYER_ID),
        row.symbol(Field.ORIGIN, ChargeOrigin.class),
        row.amount(Field.AMOUNT_CENTS));
  }

  private static Instant updatedAt(Row row) {
    Instant updatedAt = row.instant(Field.UPDATED_AT);
    return updatedAt == null ? need(row.instant(Field.CREATED_AT)) : updatedAt;
  }

  private static Rejection rejection(Row row, int copies) {
    Instant occurredAt = occurredAt(row);
    return new Rejection(
        tenant(row),
        eventId(row, occurredAt, copies),
        occurredAt,
        need(row.text(Field.REJECTION_ID)),
        need(row.symbol(Field.TYPE, RejectionType.class)),
        need(row.symbol(Field.STATUS, RejectionStatus.class)),
        need(row.instant(Field.AT)),
        need(row.text(Field.REASON_CODE)),
        need(row.text(Field.PATIENT_KEY)),
        row.text(Field.CASE_ID),
        row.text(Field.EMR_VISIT_ID),
        row.date(Field.DATE_OF_SERVICE),
        row.text(Field.LOCATION_ID));
  }

  private static Transmission transmission(Row row, int copies) {
    Instant occurredAt = occurredAt(row);
    return new Transmission(
        tenant(row),
        eventId(row, occurredAt, copies),
        occurredAt,
        need(row.text(Field.VISIT_ID)),
        need(row.text(Field.PATIENT_KEY)),
        need(row.symbol(Field.KIND, TransmissionKind.class)),
        need(row.instant(Field.AT)),
        need(row.symbol(Field.STATUS, TransmissionStatus.class)));
  }

  private static Note note(Row row, int copies) {
    Instant occurredAt = occurredAt(row);
    return new Note(
        tenant(row),
        eventId(row, occurredAt, copies),
        occurredAt,
        need(row.text(Field.NOTE_ID)),
        need(row.text(Field.PATIENT_KEY)),
        need(row.text(Field.CLINIC_ID)),
        row.text(Field.POS_CODE),
        need(row.date(Field.DATE_OF_SERVICE)),
        row.text(Field.THERAPIST_ID),
        need(row.symbol(Field.STATUS, NoteStatus.class)),
        need(row.instant(Field.AT)));
  }

  private static Feed feed(Row row, int copies) {
    Instant occurredAt = occurredAt(row);
    return new Feed(
        tenant(row),
        eventId(row, occurredAt, copies),
        occurredAt,
        need(row.symbol(Field.SOURCE, FeedSource.class)),
        need(row.instant(Field.COMPLETE_UNTIL)));
  }

  /** Returns a value that the check of the row has found present. */
  static <T> T need(@Nullable T value) {
    if (value == null) {
      throw new IllegalStateException("the row was not checked");
    }
    return value;
  }
}
