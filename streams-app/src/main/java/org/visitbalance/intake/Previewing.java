package org.visitbalance.intake;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
  private final List<Part> parts = new ArrayList<>();
  private final List<String> repeated = new ArrayList<>();

  /**
   * What came of a file.
   *
   * @param entry the mapping entry or the profile that fits it
   * @param letters the first dead rows
   * @param note what there is to say about it; null for nothing
   */
  record Part(
      String entry,
      List<String> matched,
      List<String> unused,
      long rows,
      long dead,
      long skipped,
      List<Preview.Dead> letters,
      @Nullable LocalDate first,
      @Nullable LocalDate last,
      @Nullable String note) {
    static Part of(Applying.Outcome outcome) {
      return new Part(
          outcome.file().entry(),
          outcome.file().matched(),
          outcome.file().unused(),
          outcome.read().rows(),
          outcome.dead(),
          outcome.read().skipped(),
          outcome.letters().stream().map(Previewing::dead).toList(),
          outcome.first(),
          outcome.last(),
          outcome.note());
    }
  }

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

  /**
   * Takes what came of a file.
   *
   * @param repeats the name under which its content was received before; null if it was not
   */
  void take(@Nullable String repeats, Part part) {
    parts.add(part);
    if (repeats != null) {
      repeated.add(repeats);
    }
  }

  /**
   * Returns what came of all files.
   *
   * @param note what there is to say about them together; null for one file
   */
  Preview of(String sha, String name, @Nullable String note) {
    long rows = sum(Part::rows);
    long dead = sum(Part::dead);
    long skipped = sum(Part::skipped);
    return new Preview(
        sha,
        name,
        null,
        repeated.size() == parts.size() ? String.join(", ", repeated) : null,
        all(one -> Stream.of(one.entry())).stream().collect(Collectors.joining(", ")),
        Sentences.together(Stream.concat(Stream.of(note), parts.stream().map(Part::note))),
        all(one -> one.matched().stream()),
        all(one -> one.unused().stream()),
        rows,
        rows - dead - skipped,
        dead,
        skipped,
        parts.stream().flatMap(one -> one.letters().stream()).limit(FIRST_REASONS).toList(),
        parts.stream()
            .map(Part::first)
            .filter(Objects::nonNull)
            .min(Comparator.naturalOrder())
            .orElse(null),
        parts.stream()
            .map(Part::last)
            .filter(Objects::nonNull)
            .max(Comparator.naturalOrder())
            .orElse(null),
        changes,
        days,
        null);
  }

  private long sum(ToLongFunction<Part> figure) {
    return parts.stream().mapToLong(figure).sum();
  }

  private List<String> all(Function<Part, Stream<String>> texts) {
    return parts.stream().flatMap(texts).distinct().toList();
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
