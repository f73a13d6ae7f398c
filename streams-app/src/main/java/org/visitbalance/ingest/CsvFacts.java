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
 * Reads CSV files by their mappings (files.md). The patients' account numbers are read first; then
 * the visits, whose facts need all of their rows, beside the other kinds.
 */
final class CsvFacts implements FactReader {
  private final List<RowSource> patients = new ArrayList<>();
  private final List<RowSource> visits = new ArrayList<>();
  private final Map<RowKind, List<RowSource>> others = new EnumMap<>(RowKind.class);
  private final Consumer<String> notes;

  /**
   * @param sources in the order of their ranks
   * @param notes takes a sentence on what a person should know
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
              + (outlet.lostAmounts() == 1 ? " amount is" : " amounts are")
              + " unreadable or negative and ignored; the rows still count");
    }
    crosswalk.forEachUnknown(
        (tenant, count) ->
            notes.accept(
                count
                    + (count == 1 ? " patient" : " patients")
                    + " of tenant "
                    + tenant
                    + " in the EMR's files have no account number in the patients file; they are"
                    + " balanced under emr:<patient_id>, apart from their charges"));
  }

  private void readVisits(FactOutlet outlet) {
    VisitRows rows = new VisitRows();
    RowReader reader = new RowReader(outlet);
    visits.forEach(source -> reader.read(source, rows::add));
    rows.give(outlet);
  }

  /** Reads the files of one kind in their order. */
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
