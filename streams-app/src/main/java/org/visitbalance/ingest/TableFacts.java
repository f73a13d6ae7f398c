package org.visitbalance.ingest;

import static java.util.stream.Collectors.joining;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.ToLongFunction;

/**
 * Reads tables with their mappings (files.md). Reads the patients' account numbers first; then
 * visits, whose facts need all of their rows, in parallel with the other kinds.
 */
final class TableFacts {
  private static final int MOST_DATES = 3;

  private final List<RowSource> sources;
  private final List<RowSource> patients = new ArrayList<>();
  private final List<RowSource> visits = new ArrayList<>();
  private final Map<RowKind, List<RowSource>> others = new EnumMap<>(RowKind.class);
  private final Notices notices;

  /**
   * @param sources the files, in the order of their ranks
   * @param notices receives what a person should know
   */
  TableFacts(List<RowSource> sources, Notices notices) {
    this.sources = List.copyOf(sources);
    for (RowSource source : sources) {
      switch (source.kind()) {
        case PATIENT -> patients.add(source);
        case VISIT -> visits.add(source);
        default -> others.computeIfAbsent(source.kind(), kind -> new ArrayList<>()).add(source);
      }
    }
    this.notices = notices;
  }

  /**
   * Reads all tables to the end.
   *
   * @param threads the number of threads that may work at the same time
   * @throws InputException if a file cannot be read to its end
   */
  void readInto(FactWatch sink, int threads) {
    Crosswalk crosswalk = new Crosswalk();
    FactOutlet outlet = new FactOutlet(sink, crosswalk);
    RowReader reader = new RowReader(outlet);
    for (RowSource source : patients) {
      if (source.tenant() != null) {
        crosswalk.tenant(source.tenant());
      }
      reader.read(source, crosswalk::add);
    }
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<CompletableFuture<Void>> parts = new ArrayList<>();
      parts.add(CompletableFuture.runAsync(() -> readVisits(outlet), pool));
      for (List<RowSource> of : others.values()) {
        parts.add(CompletableFuture.runAsync(() -> readOthers(of, outlet), pool));
      }
      CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new)).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof InputException unusable) {
        throw unusable;
      }
      throw e;
    } finally {
      pool.shutdown();
    }
    tell(crosswalk);
  }

  private void readVisits(FactOutlet outlet) {
    VisitRows rows = new VisitRows();
    RowReader reader = new RowReader(outlet);
    visits.forEach(source -> reader.read(source, rows::add));
    tellReplaced(rows.replaced(), Field.RECORD_POINTER, "lines");
    long withoutPlace = rows.give(outlet);
    if (withoutPlace > 0) {
      notices.add(
          Notices.About.PLACES,
          Notices.count(withoutPlace, "visit comes", "visits come")
              + " from files without a place of service column and "
              + (withoutPlace == 1 ? "counts" : "count")
              + " as office (11), home visits too. If the export can have that column, map posCode.");
    }
  }

  /** Reads the files of one kind, in order. */
  private void readOthers(List<RowSource> sources, FactOutlet outlet) {
    readSnapshots(sources, outlet);
    Repeats repeats = new Repeats();
    RowReader reader = new RowReader(outlet);
    try (Ahead<Row> rows =
        new Ahead<>(
            sink ->
                sources.stream()
                    .filter(source -> source.entry().snapshot() == null)
                    .forEachOrdered(source -> reader.read(source, sink)))) {
      for (List<Row> some = rows.next(); !some.isEmpty(); some = rows.next()) {
        some.forEach(row -> outlet.give(row, RowFacts.of(row, copies(repeats, row))));
      }
    }
    Map<Integer, Long> charges = repeats.replaced();
    charges.keySet().removeIf(rank -> this.sources.get(rank).kind() != RowKind.CHARGE);
    tellReplaced(charges, Field.CHARGE_ID, "charges");
  }

  private void tellReplaced(Map<Integer, Long> replaced, Field id, String what) {
    replaced.forEach(
        (rank, rows) ->
            notices.add(
                Notices.About.ROWS,
                sources.get(rank).file().name()
                    + ": "
                    + Notices.count(rows, "row takes", "rows take")
                    + " the place of another one with the same "
                    + sources.get(rank).nameOf(id.label())
                    + " and time. If they are "
                    + what
                    + " of their own, map "
                    + id.label()
                    + " to a column that tells them apart."));
  }

  private void readSnapshots(List<RowSource> sources, FactOutlet outlet) {
    Snapshots snapshots = new Snapshots();
    RowReader reader = new RowReader(outlet);
    for (RowSource source : sources) {
      SnapshotName name = source.entry().snapshot();
      if (name == null) {
        continue;
      }
      Instant moment = name.moment(source);
      if (moment.isAfter(source.time().horizon())) {
        notices.add(
            Notices.About.FUTURE,
            source.file().name()
                + ": not read, because the date in its name is in the future. Correct the name.");
      } else {
        snapshots.begin(source, moment);
        long dead = reader.read(source, row -> snapshots.add(row, moment));
        snapshots.end(source, moment, dead == 0);
      }
    }
    snapshots.give(outlet, notices);
  }

  static int copies(Repeats repeats, Row row) {
    long event = Repeats.mix(Repeats.mix(0, row.source().kind().label()), RowFacts.tenant(row));
    event = Repeats.mix(event, RowFacts.id(row));
    event = Repeats.mix(event, RowFacts.occurredAt(row).hashCode());
    return repeats.of(event, row.contents(), row.source().rank());
  }

  private void tell(Crosswalk crosswalk) {
    for (RowSource source : sources) {
      String unread = source.file().unread().get();
      if (unread != null) {
        notices.add(Notices.About.TABLES, unread);
      }
    }
    tellFuture();
    tell(
        Notices.About.IDS,
        count -> count.shortened,
        "row has an id",
        "rows have ids",
        " that a spreadsheet has shortened (like 1.23457E+11) and cannot be used. Export the file"
            + " again, and do not open it in a spreadsheet.");
    tell(
        Notices.About.TOTALS,
        count -> count.totals,
        "total row was",
        "total rows were",
        " skipped. If they are records, add totals: false to the mapping entry.");
    tell(
        Notices.About.TOTALS,
        count -> count.skipped - count.totals,
        "row was",
        "rows were",
        " skipped, as the mapping says.");
    for (RowSource source : sources) {
      if (!source.count().unchecked.isEmpty()) {
        notices.add(
            Notices.About.TOTALS,
            source.file().name()
                + ": its total could not be checked, because "
                + source.count().unchecked
                + ".");
      }
    }
    long lost = sources.stream().mapToLong(source -> source.count().lostAmounts).sum();
    if (lost > 0) {
      notices.add(
          Notices.About.AMOUNTS,
          Notices.count(lost, "amount", "amounts")
              + " of money cannot be used, unreadable or negative. Their rows count without them.");
    }
    crosswalk.forEachAmbiguous(
        (tenant, count) ->
            notices.add(
                Notices.About.CROSSWALK,
                "Patients of tenant "
                    + tenant
                    + " with several account numbers in the patients file: "
                    + count
                    + ". The last one counts, and charges under the others are not matched to their"
                    + " visits. Keep one row a patient."));
    crosswalk.forEachUnknown(
        (tenant, count) ->
            notices.add(
                Notices.About.CROSSWALK,
                "Patients of tenant "
                    + tenant
                    + " without an account number in the patients file: "
                    + count
                    + ". They are balanced under emr:<patient_id>, separately from their charges."));
  }

  private void tellFuture() {
    TreeSet<LocalDate> dates = new TreeSet<>();
    sources.forEach(source -> dates.addAll(source.count().futureDates));
    int more = dates.size() - MOST_DATES;
    String some = dates.stream().limit(MOST_DATES).map(LocalDate::toString).collect(joining(", "));
    tell(
        Notices.About.FUTURE,
        count -> count.future,
        "row is",
        "rows are",
        " from the future ("
            + some
            + (more > 0 ? " and " + Notices.count(more, "more date", "more dates") : "")
            + ") and cannot be used. Correct the dates.");
  }

  /** Says of how many rows something is true, with the first file that has one. */
  private void tell(
      Notices.About about, ToLongFunction<RowCount> number, String one, String many, String what) {
    List<RowSource> with =
        sources.stream().filter(source -> number.applyAsLong(source.count()) > 0).toList();
    if (!with.isEmpty()) {
      long all = with.stream().mapToLong(source -> number.applyAsLong(source.count())).sum();
      notices.add(
          about,
          with.get(0).file().name()
              + (with.size() > 1
                  ? " and " + Notices.count(with.size() - 1, "other file", "other files")
                  : "")
              + ": "
              + Notices.count(all, one, many)
              + what);
    }
  }
}
