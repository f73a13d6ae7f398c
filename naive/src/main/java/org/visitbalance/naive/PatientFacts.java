package org.visitbalance.naive;

import static java.util.Comparator.comparing;
import static java.util.stream.Collectors.groupingBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.visitbalance.fact.Charge;
import org.visitbalance.fact.Note;
import org.visitbalance.fact.NoteStatus;
import org.visitbalance.fact.Rejection;
import org.visitbalance.fact.RejectionStatus;
import org.visitbalance.fact.Transmission;
import org.visitbalance.fact.TransmissionKind;
import org.visitbalance.fact.TransmissionStatus;
import org.visitbalance.fact.Visit;
import org.visitbalance.fact.VisitStatus;

/** Section 2: what stands of one patient's facts, and what is remembered of superseded ones. */
record PatientFacts(
    Map<String, VisitHistory> visits,
    List<Charge> charges,
    List<RejectionHistory> rejections,
    Map<String, Transmission> financial,
    List<Note> openNotes,
    Decisions decisions) {

  /** A visit's standing fact; first finalized and last sent look at superseded ones too. */
  record VisitHistory(Visit standing, Instant firstFinalized, Instant lastSent) {
    boolean isFinalized() {
      return standing.getStatus() == VisitStatus.FINALIZED;
    }
  }

  /** A rejection; heldFrom is null where no OPEN was seen, heldUntil where no CLEARED was. */
  record RejectionHistory(Rejection standing, Instant heldFrom, Instant heldUntil) {
    boolean isOpen() {
      return standing.getStatus() == RejectionStatus.OPEN;
    }

    /** Held from as something that can be compared: since ever, where no OPEN was seen. */
    Instant from() {
      return heldFrom == null ? Instant.MIN : heldFrom;
    }

    /** Held until as something that can be compared: without limit while it stands open. */
    Instant until() {
      return isOpen() ? Instant.MAX : heldUntil;
    }
  }

  static PatientFacts of(Collection<SpecificRecord> facts) {
    Map<String, VisitHistory> visits = new TreeMap<>();
    entities(facts, Visit.class, Visit::getVisitId).forEach((id, f) -> visits.put(id, history(f)));

    List<Charge> charges = new ArrayList<>();
    entities(facts, Charge.class, Charge::getChargeId)
        .values()
        .forEach(f -> charges.add(last(f, comparing(Charge::getUpdatedAt))));

    List<RejectionHistory> rejections = new ArrayList<>();
    entities(facts, Rejection.class, Rejection::getRejectionId)
        .values()
        .forEach(f -> rejections.add(rejection(f)));

    Map<String, Transmission> financial = new TreeMap<>();
    List<Transmission> ofKind =
        all(facts, Transmission.class).stream()
            .filter(row -> row.getKind() == TransmissionKind.FINANCIAL)
            .toList();
    // NOT_REBILLED yields to any other row, whatever their times.
    Comparator<Transmission> order =
        comparing((Transmission row) -> row.getStatus() != TransmissionStatus.NOT_REBILLED)
            .thenComparing(Transmission::getAt);
    entities(ofKind, Transmission.class, Transmission::getVisitId)
        .forEach((id, rows) -> financial.put(id, last(rows, order)));

    List<Note> openNotes = new ArrayList<>();
    entities(facts, Note.class, Note::getNoteId)
        .forEach(
            (id, notes) -> {
              Note standing = last(notes, comparing(Note::getAt));
              boolean finalized = visits.containsKey(id) && visits.get(id).isFinalized();
              if (standing.getStatus() == NoteStatus.OPEN && !finalized) {
                openNotes.add(standing);
              }
            });
    return new PatientFacts(visits, charges, rejections, financial, openNotes, Decisions.of(facts));
  }

  private static VisitHistory history(List<Visit> facts) {
    Instant first =
        facts.stream().map(Visit::getFinalizedAt).min(comparing(at -> at)).orElseThrow();
    Instant sent =
        facts.stream()
            .filter(f -> f.getRevision() == 0 || !Boolean.FALSE.equals(f.getRebilled()))
            .map(Visit::getFinalizedAt)
            .max(comparing(at -> at))
            .orElse(first);
    return new VisitHistory(last(facts, comparing(Visit::getRevision)), first, sent);
  }

  private static RejectionHistory rejection(List<Rejection> facts) {
    Instant from =
        facts.stream()
            .filter(f -> f.getStatus() == RejectionStatus.OPEN)
            .map(Rejection::getAt)
            .min(comparing(at -> at))
            .orElse(null);
    Instant until =
        facts.stream()
            .filter(f -> f.getStatus() == RejectionStatus.CLEARED)
            .map(Rejection::getAt)
            .max(comparing(at -> at))
            .orElse(null);
    return new RejectionHistory(last(facts, comparing(Rejection::getAt)), from, until);
  }

  /** The fact that stands: the greatest (version, occurredAt, eventId). */
  static <T extends SpecificRecord> T last(Collection<T> facts, Comparator<T> version) {
    return Collections.max(
        facts,
        version
            .thenComparing(fact -> (Instant) field(fact, "occurredAt"))
            .thenComparing(fact -> (String) field(fact, "eventId"), Bytes.ORDER)
            // rules.md is silent about two facts of one event id; any fixed order will do.
            .thenComparing(Object::toString));
  }

  private static Object field(SpecificRecord fact, String name) {
    return fact.get(fact.getSchema().getField(name).pos());
  }

  static <T> List<T> all(Collection<? extends SpecificRecord> facts, Class<T> kind) {
    return facts.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  private static <T> Map<String, List<T>> entities(
      Collection<? extends SpecificRecord> facts, Class<T> kind, Function<T, String> id) {
    return all(facts, kind).stream().collect(groupingBy(id, TreeMap::new, Collectors.toList()));
  }
}
