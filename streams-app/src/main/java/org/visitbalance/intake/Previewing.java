package org.visitbalance.intake;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
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
import org.visitbalance.fact.Visit;
import org.visitbalance.fact.VisitStatus;
import org.visitbalance.output.DeadLetter;

/** Counts what a file would change. */
final class Previewing implements FactTables.Sending {
  private static final int FIRST_REASONS = 20;

  private final Map<String, Preview.Changes> changes = new TreeMap<>();
  private final SortedSet<LocalDate> days = new TreeSet<>();

  @Override
  public void send(SpecificRecord fact, boolean isNew) {
    changes.merge(FactKind.of(fact).label(), change(fact, isNew), Previewing::sum);
    if (Facts.patientKey(fact) != null) {
      days.add(Facts.businessDate(fact));
    }
  }

  static Preview refused(String sha, String name, String reason) {
    return new Preview(
        sha,
        name,
        reason,
        null,
        null,
        null,
        List.of(),
        List.of(),
        0,
        0,
        0,
        0,
        List.of(),
        null,
        null,
        Map.of(),
        new TreeSet<>(),
        null);
  }

  Preview of(String sha, String name, @Nullable String repeats, Applying.Outcome outcome) {
    return new Preview(
        sha,
        name,
        null,
        repeats,
        outcome.file().entry(),
        outcome.note(),
        outcome.file().matched(),
        outcome.file().unused(),
        outcome.read().rows(),
        outcome.read().rows() - outcome.dead() - outcome.read().skipped(),
        outcome.dead(),
        outcome.read().skipped(),
        outcome.letters().stream().limit(FIRST_REASONS).map(Previewing::dead).toList(),
        outcome.first(),
        outcome.last(),
        changes,
        days,
        null);
  }

  private static Preview.Dead dead(DeadLetter letter) {
    return new Preview.Dead(letter.getPosition(), letter.getField(), letter.getReason());
  }

  private static Preview.Changes change(SpecificRecord fact, boolean isNew) {
    if (isGone(fact)) {
      return new Preview.Changes(0, 0, 1);
    }
    return isNew ? new Preview.Changes(1, 0, 0) : new Preview.Changes(0, 1, 0);
  }

  private static boolean isGone(SpecificRecord fact) {
    return (fact instanceof Visit visit && visit.getStatus() == VisitStatus.RETRACTED)
        || (fact instanceof Charge charge && charge.getStatus() == ChargeStatus.REMOVED)
        || (fact instanceof Note note && note.getStatus() == NoteStatus.CANCELLED)
        || (fact instanceof Rejection entry && entry.getStatus() == RejectionStatus.CLEARED);
  }

  private static Preview.Changes sum(Preview.Changes one, Preview.Changes other) {
    return new Preview.Changes(
        one.adds() + other.adds(),
        one.changes() + other.changes(),
        one.removes() + other.removes());
  }
}
