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
import java.util.function.Consumer;

/**
 * Reads CSV files with their mappings (files.md). Reads the patients' account numbers first; then
 * visits, whose facts need all of their rows, in parallel with the other kinds.
 */
final class CsvFacts implements FactReader {
  private final List<RowSource> patients = new ArrayList<>();
  private final List<RowSource> visits = new ArrayList<>();
  private final Map<RowKind, List<RowSource>> others = new EnumMap<>(RowKind.class);
  private final Consumer<String> notes;

  /**
   * @param sources the files, in the order of their ranks
   * @param notes receives a sentence on anything a person should know
   */
  CsvFacts(List<RowSource> sources, Consumer<String> notes) {
    for (RowSource source : sources) {
      switch (source.kind()) {
        case PATIENT -> patients.add(source);
        case VISIT -> visits.add(source);
        default -> others.computeIfAbsent(source.kind(), kind -> new ArrayList<>()).add(source);
      }
    }
    this.notes = notes;
  }

  @Override
  public void readInto(FactSink sink, int threads) {
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
      for (List<RowSource> sources : others.values()) {
        parts.add(CompletableFuture.runAsync(() -> readOthers(sources, outlet), pool));
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
    if (outlet.lostAmounts() > 0) {
      notes.accept(
          outlet.lostAmounts()
              + (outlet.lostAmounts() == 1 ? " amount" : " amounts")
              + " of money cannot be used, unreadable or negative; the rows count without");
    }
    crosswalk.forEachUnknown(
        (tenant, count) ->
            notes.accept(
                "patients of tenant "
                    + tenant
                    + " without an account number in the patients file: "
                    + count
                    + "; they are balanced under emr:<patient_id>, separately from their charges"));
  }

  private void readVisits(FactOutlet outlet) {
    VisitRows rows = new VisitRows();
    RowReader reader = new RowReader(outlet);
    visits.forEach(source -> reader.read(source, rows::add));
    rows.give(outlet);
  }

  /** Reads the files of one kind, in order. */
  private static void readOthers(List<RowSource> sources, FactOutlet outlet) {
    Snapshots snapshots = new Snapshots();
    Repeats repeats = new Repeats();
    RowReader reader = new RowReader(outlet);
    for (RowSource source : sources) {
      SnapshotName name = source.entry().snapshot();
      if (name == null) {
        reader.read(source, row -> outlet.give(row, RowFacts.of(row, copies(repeats, row))));
      } else {
        Instant moment = name.moment(source.file().name(), source.zone());
        long dead = reader.read(source, row -> snapshots.add(row, moment));
        snapshots.report(source, moment, dead == 0);
      }
    }
    snapshots.give(outlet);
  }

  private static int copies(Repeats repeats, Row row) {
    long event = Repeats.mix(Repeats.mix(0, row.source().kind().label()), RowFacts.tenant(row));
    event = Repeats.mix(event, RowFacts.id(row));
    event = Repeats.mix(event, RowFacts.occurredAt(row).hashCode());
    return repeats.of(event, row.contents());
  }
}
