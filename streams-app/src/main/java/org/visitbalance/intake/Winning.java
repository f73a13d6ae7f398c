package org.visitbalance.intake;

import java.time.Instant;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.FactKind;
import org.visitbalance.core.Facts;
import org.visitbalance.fact.Charge;
import org.visitbalance.fact.ChargeStatus;
import org.visitbalance.fact.Note;
import org.visitbalance.fact.NoteStatus;
import org.visitbalance.fact.Rejection;
import org.visitbalance.fact.RejectionStatus;
import org.visitbalance.fact.Transmission;
import org.visitbalance.fact.Visit;
import org.visitbalance.fact.VisitStatus;

/** Facts that win over one that was sent before (rules.md#registers). */
final class Winning {
  private static final String LATER = "+";

  private Winning() {}

  /**
   * Returns a fact in a form that stands although another one about the same was sent: with that
   * one's version and time where its own are earlier, and with that one's event id and a {@code +}.
   *
   * @return null if there is no such form, or none that would be true
   */
  static @Nullable SpecificRecord over(SpecificRecord fact, SpecificRecord sent) {
    if (wins(fact, sent)) {
      return fact;
    }
    Instant at = later(Facts.occurredAt(fact), Facts.occurredAt(sent));
    SpecificRecord later =
        switch (FactKind.of(fact)) {
          case VISIT -> {
            Visit visit = (Visit) fact;
            int revision = Math.max(visit.getRevision(), ((Visit) sent).getRevision());
            yield Visit.newBuilder(visit).setRevision(revision).setOccurredAt(at).build();
          }
          case CHARGE -> {
            Charge charge = (Charge) fact;
            Instant updated = later(charge.getUpdatedAt(), ((Charge) sent).getUpdatedAt());
            yield Charge.newBuilder(charge).setUpdatedAt(updated).setOccurredAt(at).build();
          }
          case REJECTION -> {
            Rejection rejection = (Rejection) fact;
            Instant moment = later(rejection.getAt(), ((Rejection) sent).getAt());
            yield Rejection.newBuilder(rejection).setAt(moment).setOccurredAt(at).build();
          }
          case NOTE -> {
            Note note = (Note) fact;
            Instant moment = later(note.getAt(), ((Note) sent).getAt());
            yield Note.newBuilder(note).setAt(moment).setOccurredAt(at).build();
          }
          case TRANSMISSION -> {
            Transmission row = (Transmission) fact;
            Instant moment = later(row.getAt(), ((Transmission) sent).getAt());
            yield Transmission.newBuilder(row).setAt(moment).setOccurredAt(at).build();
          }
          // More than is true must not be said of a source, and a decision is what was decided.
          case FEED, DECISION -> fact;
        };
    if (!wins(later, sent)) {
      later = named(later, Facts.eventId(sent) + LATER);
    }
    return wins(later, sent) ? later : null;
  }

  /** Returns whether a fact stands, and not only because its content is the greater one. */
  private static boolean wins(SpecificRecord fact, SpecificRecord sent) {
    return Facts.stands(fact, sent) && !Facts.eventId(fact).equals(Facts.eventId(sent));
  }

  /**
   * Returns the fact that takes back another one, which no longer follows from the files.
   *
   * @return null if nothing has to be said, or nothing can
   */
  static @Nullable SpecificRecord against(SpecificRecord sent) {
    SpecificRecord gone =
        switch (FactKind.of(sent)) {
          case VISIT ->
              ((Visit) sent).getStatus() == VisitStatus.RETRACTED
                  ? null
                  : Visit.newBuilder((Visit) sent).setStatus(VisitStatus.RETRACTED).build();
          case CHARGE ->
              ((Charge) sent).getStatus() == ChargeStatus.REMOVED
                  ? null
                  : Charge.newBuilder((Charge) sent).setStatus(ChargeStatus.REMOVED).build();
          case REJECTION ->
              ((Rejection) sent).getStatus() == RejectionStatus.CLEARED
                  ? null
                  : Rejection.newBuilder((Rejection) sent)
                      .setStatus(RejectionStatus.CLEARED)
                      .build();
          case NOTE ->
              ((Note) sent).getStatus() == NoteStatus.OPEN
                  ? Note.newBuilder((Note) sent).setStatus(NoteStatus.CANCELLED).build()
                  : null;
          case TRANSMISSION, FEED, DECISION -> null;
        };
    return gone == null ? null : named(gone, Facts.eventId(sent) + LATER);
  }

  private static SpecificRecord named(SpecificRecord fact, String eventId) {
    return switch (FactKind.of(fact)) {
      case VISIT -> Visit.newBuilder((Visit) fact).setEventId(eventId).build();
      case CHARGE -> Charge.newBuilder((Charge) fact).setEventId(eventId).build();
      case REJECTION -> Rejection.newBuilder((Rejection) fact).setEventId(eventId).build();
      case NOTE -> Note.newBuilder((Note) fact).setEventId(eventId).build();
      case TRANSMISSION -> Transmission.newBuilder((Transmission) fact).setEventId(eventId).build();
      case FEED, DECISION -> fact;
    };
  }

  private static Instant later(Instant one, Instant other) {
    return one.isBefore(other) ? other : one;
  }
}
