package org.visitbalance.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.CodePoints;
import org.visitbalance.core.Retention;
import org.visitbalance.output.Discrepancy;

/**
 * How far the rebuild of one partition of the ledger has come (rules.md#rebuild), in the ledger's
 * store: facts that are later than what is judged again wait, and a cursor walks over the patients.
 */
final class LedgerRebuild {
  private static final String CURSOR = "rebuild";
  private static final String DONE = "done";

  /** No key of a patient ends like this. */
  private static final String AT = "at ";

  private static final String WAITING = "waiting|";

  private final Rebuild rebuild;
  private final KeyValueStore<String, byte[]> store;
  private final SplitEntries entries;
  private final int partition;
  private final int partitions;
  private long held;

  private LedgerRebuild(
      Rebuild rebuild, KeyValueStore<String, byte[]> store, int partition, int partitions) {
    this.rebuild = rebuild;
    this.store = store;
    this.entries = new SplitEntries(store);
    this.partition = partition;
    this.partitions = partitions;
    try (KeyValueIterator<String, byte[]> all = waiting()) {
      while (all.hasNext()) {
        all.next();
        held++;
      }
    }
  }

  /** Returns the rebuild that is under way, or null. */
  static @Nullable LedgerRebuild of(
      TopologyOptions options, KeyValueStore<String, byte[]> store, int partition) {
    Rebuild rebuild = options.rebuild();
    byte[] cursor = store.get(CURSOR);
    return rebuild == null || (cursor != null && new String(cursor, UTF_8).equals(DONE))
        ? null
        : new LedgerRebuild(rebuild, store, partition, options.partitions());
  }

  void began(Instant tick) {
    rebuild.began(tick);
  }

  Instant moment() {
    return rebuild.moment();
  }

  PreviousOutputs previous() {
    return rebuild.previous();
  }

  /** Keeps a record for later if it is later than what is judged again. */
  boolean holds(InputRecord record) {
    if (!rebuild.isLater(
        record.topic(),
        record.partition(),
        record.offset(),
        Instant.ofEpochMilli(record.timestamp()))) {
      return false;
    }
    String key =
        WAITING
            + String.format("%016x", held++)
            + "|"
            + Keys.of(record.topic(), record.partition(), record.offset());
    boolean unused = entries.put(key, record.toBytes(), false);
    return true;
  }

  private KeyValueIterator<String, byte[]> waiting() {
    return entries.records(WAITING, WAITING.replace('|', '}'));
  }

  /** Returns the patients still to be judged, in order: those of the state, and those reported. */
  List<String> next(PatientList walk, int most) {
    byte[] stored = store.get(CURSOR);
    String after = stored == null ? "" : new String(stored, UTF_8).substring(AT.length());
    TreeSet<String> next = new TreeSet<>(CodePoints.ORDER);
    next.addAll(walk.next(after, most));
    previous().patients(partition, partitions).tailSet(after, false).stream()
        .limit(most)
        .forEach(next::add);
    return next.stream().limit(most).toList();
  }

  void judged(String patient) {
    store.put(CURSOR, (AT + patient).getBytes(UTF_8));
  }

  /** Ends the rebuild of this partition; returns what has waited. */
  List<InputRecord> end() {
    List<InputRecord> waited = new ArrayList<>();
    Map<String, Boolean> keys = new LinkedHashMap<>();
    try (KeyValueIterator<String, byte[]> all = waiting()) {
      while (all.hasNext()) {
        KeyValue<String, byte[]> one = all.next();
        keys.put(one.key, SplitEntries.isSplit(one.value));
        List<String> place = Keys.parts(one.key.substring(WAITING.length()));
        waited.add(
            InputRecord.ofBytes(
                place.get(1),
                Integer.parseInt(place.get(2)),
                Long.parseLong(place.get(3)),
                entries.entry(one.key, one.value)));
      }
    }
    keys.forEach(entries::delete);
    store.put(CURSOR, DONE.getBytes(UTF_8));
    return waited;
  }

  /** Returns the discrepancies among outputs, by id, none of them opened later than now. */
  static Map<String, Discrepancy> discrepancies(
      Map<PreviousOutputs.Place, SpecificRecord> reported, Instant now) {
    Map<String, Discrepancy> found = new HashMap<>();
    for (SpecificRecord one : reported.values()) {
      if (one instanceof Discrepancy discrepancy) {
        Instant opened = discrepancy.getOpenedAt();
        found.put(
            discrepancy.getId(),
            opened != null && opened.isAfter(now)
                ? Discrepancy.newBuilder(discrepancy).setOpenedAt(now).build()
                : discrepancy);
      }
    }
    return found;
  }

  /** Returns the first business date of what has not left at the moment. */
  LocalDate oldest(@Nullable Duration kept) {
    return kept == null ? LocalDate.MIN : Retention.oldestStaying(moment(), kept);
  }
}
