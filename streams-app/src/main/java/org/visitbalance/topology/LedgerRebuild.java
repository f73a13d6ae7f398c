package org.visitbalance.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
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

  /** All is judged; what has waited is being taken. */
  private static final String JUDGED = "judged";

  /** No key of a patient ends like this. */
  private static final String AT = "at ";

  private static final String WAITING = "waiting|";
  private static final String MARKED = "marked|";
  private static final int RADIX = 16;

  private static final byte[] NOTHING = {};

  /** A record that is not split is at most a quarter of a megabyte. */
  private static final int AT_ONCE = 50;

  private final Rebuild rebuild;
  private final KeyValueStore<String, byte[]> store;
  private final SplitEntries entries;
  private final int partition;
  private final int partitions;
  private final boolean isJudged;

  /** The place of the next record that waits. */
  private long next;

  private LedgerRebuild(
      Rebuild rebuild, KeyValueStore<String, byte[]> store, int partition, int partitions) {
    this.rebuild = rebuild;
    this.store = store;
    this.entries = new SplitEntries(store);
    this.partition = partition;
    this.partitions = partitions;
    byte[] cursor = store.get(CURSOR);
    this.isJudged = cursor != null && new String(cursor, UTF_8).equals(JUDGED);
    try (KeyValueIterator<String, byte[]> all = waiting()) {
      while (all.hasNext()) {
        String place = Keys.parts(all.next().key.substring(WAITING.length())).get(0);
        next = Long.parseLong(place, RADIX) + 1;
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

  /** Returns whether all patients were judged before, and only what has waited is left. */
  boolean isJudged() {
    return isJudged;
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
    boolean isLater =
        rebuild.isLater(
            record.topic(),
            record.partition(),
            record.offset(),
            Instant.ofEpochMilli(record.timestamp()));
    if (isLater) {
      hold(record);
    }
    return isLater;
  }

  /** Keeps a record for later, behind all that wait. */
  void hold(InputRecord record) {
    String key =
        WAITING
            + String.format("%016x", next++)
            + "|"
            + Keys.of(record.topic(), record.partition(), record.offset());
    boolean unused = entries.put(key, record.toBytes(), false);
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
    marked(patient).forEach(id -> store.delete(marked(patient, id)));
  }

  /** Is told which discrepancies were marked as left since the rebuild began. */
  void mark(String patient, Set<String> ids) {
    ids.forEach(id -> store.put(marked(patient, id), NOTHING));
  }

  /** Returns the ids of the discrepancies that were marked; the topics may not show that yet. */
  Set<String> marked(String patient) {
    Set<String> ids = new HashSet<>();
    String prefix = MARKED + patient + "|";
    try (KeyValueIterator<String, byte[]> all = store.range(prefix, MARKED + patient + "}")) {
      all.forEachRemaining(one -> ids.add(Keys.parts(one.key.substring(prefix.length())).get(0)));
    }
    return ids;
  }

  private static String marked(String patient, String id) {
    return MARKED + patient + "|" + Keys.of(id);
  }

  /** Is told that all patients are judged. */
  void judgedAll() {
    store.put(CURSOR, JUDGED.getBytes(UTF_8));
  }

  /**
   * Removes what has waited and passes it on, in the order in which it came.
   *
   * @param most how many records are taken; only a few of them are in memory at a time
   * @return how many were taken; fewer than requested if none is left, and the rebuild is done
   */
  int take(int most, Consumer<InputRecord> taker) {
    int taken = 0;
    while (taken < most) {
      List<KeyValue<String, byte[]>> some = new ArrayList<>();
      try (KeyValueIterator<String, byte[]> all = waiting()) {
        while (all.hasNext() && some.size() < Math.min(AT_ONCE, most - taken)) {
          some.add(all.next());
        }
      }
      if (some.isEmpty()) {
        store.put(CURSOR, DONE.getBytes(UTF_8));
        return taken;
      }
      for (KeyValue<String, byte[]> one : some) {
        List<String> place = Keys.parts(one.key.substring(WAITING.length()));
        InputRecord record =
            InputRecord.ofBytes(
                place.get(1),
                Integer.parseInt(place.get(2)),
                Long.parseLong(place.get(3)),
                entries.entry(one.key, one.value));
        entries.delete(one.key, SplitEntries.isSplit(one.value));
        taker.accept(record);
        taken++;
      }
    }
    return taken;
  }

  /** Returns the discrepancies among outputs, by id, none of them opened later than now. */
  static Map<String, Discrepancy> discrepancies(
      Map<PreviousOutputs.Place, SpecificRecord> reported, Instant now) {
    Map<String, Discrepancy> found = new HashMap<>();
    for (SpecificRecord one : reported.values()) {
      if (PreviousOutputs.notAfter(one, now) instanceof Discrepancy discrepancy) {
        found.put(discrepancy.getId(), discrepancy);
      }
    }
    return found;
  }

  /** Returns the first business date of what has not left at the moment. */
  LocalDate oldest(@Nullable Duration kept) {
    return kept == null ? LocalDate.MIN : Retention.oldestStaying(moment(), kept);
  }
}
