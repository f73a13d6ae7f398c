package org.visitbalance.ingest;

import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Reads tables with their mappings (files.md). Reads the patients' account numbers first; then
 * visits, whose facts need all of their rows, in parallel with the other kinds.
 */
final class TableFacts {
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
            source.file().fileName()
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
    return repeats.count(event, row);
  }

  private void tell(Crosswalk crosswalk) {
    RowNotices.tell(sources, crosswalk, notices);
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
}
