package org.visitbalance.audit;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.Outputs;
import org.visitbalance.core.Scope;
import org.visitbalance.core.TenantSettings;
import org.visitbalance.fold.Horizon;
import org.visitbalance.output.LateArrival;
import org.visitbalance.output.UnitVariance;
import org.visitbalance.platform.Partitions;
import org.visitbalance.topology.ClockReading;
import org.visitbalance.topology.OutputTables;
import org.visitbalance.topology.Topic;
import org.visitbalance.topology.Topics;
import org.visitbalance.topology.TopologyOptions;

/**
 * Compares the live outputs with a replay at the position that the live service has reached: its
 * committed offsets, and the last tick before them. The service may go on in the meantime, so a
 * difference counts only if it is still there at a second look.
 */
public final class Verification {
  /**
   * The topics that the live service follows by committed offsets; it takes the others as they
   * come.
   */
  private static final List<Topic<?>> FOLLOWED =
      Stream.concat(Topics.PATIENT_FACTS.stream(), Stream.of(Topics.CLOSES)).toList();

  private static final int LOOKS = 20;

  /** Enough to find an accepted one among the last, though a host with a wrong clock ticks too. */
  private static final int TICKS = 1_000;

  private static final Duration PAUSE = Duration.ofMillis(500);

  /**
   * What the service concludes from a fact is out this long after it: its ledgers wait 5 minutes.
   */
  private static final Duration CONCLUDED = Duration.ofMinutes(6);

  private final Map<String, Object> clients;
  private final String prefix;
  private final String group;
  private final TopologyOptions.Serdes serdes;
  private final String tokenKey;
  private final Duration kept;
  private final Supplier<OutputTables> live;

  /**
   * Creates a verification of one installation.
   *
   * @param group the consumer group of the live service
   * @param kept how long the live service keeps business dates
   * @param live reads the current contents of its output topics
   */
  public Verification(
      Map<String, ?> clients,
      String prefix,
      String group,
      TopologyOptions.Serdes serdes,
      String tokenKey,
      Duration kept,
      Supplier<OutputTables> live) {
    this.clients = new HashMap<>(clients);
    this.prefix = prefix;
    this.group = group;
    this.serdes = serdes;
    this.tokenKey = tokenKey;
    this.kept = kept;
    this.live = live;
  }

  /**
   * How far the live service has come: committed offsets by partition, and whether everything is
   * booked.
   */
  private record Place(Map<TopicPartition, Long> committed, boolean isBooked) {
    long of(String topic, int partition) {
      return committed.getOrDefault(new TopicPartition(topic, partition), 0L);
    }
  }

  /**
   * What a verification has found.
   *
   * @param differences one line each; empty if everything matches
   * @param left how many of the periods were not compared, because something that they count has
   *     left the service's state
   * @param areInsightsOut whether insights were compared, because the service has had the time to
   *     conclude from the last fact
   * @param facts how many facts of the tenant are on the topics
   * @param lines how many lines were compared
   */
  public record Found(
      List<String> differences, long left, boolean areInsightsOut, long facts, long lines) {}

  private record Look(
      Map<String, String> differences, long left, boolean areInsightsOut, long facts, long lines) {
    Found found() {
      List<String> sorted = List.copyOf(new TreeMap<>(differences).values());
      return new Found(sorted, left, areInsightsOut, facts, lines);
    }
  }

  /**
   * Compares until the live outputs match or show the same differences twice.
   *
   * @param scope the periods to compare, and the visits by their Finalized or Created Date
   * @throws AuditException if the live service moved during every comparison
   */
  public Found run(String tenant, Scope scope, int threads) {
    Map<String, String> suspicious = null;
    try (Admin admin = Admin.create(clients)) {
      for (int look = 0; look < LOOKS; look++) {
        Look found = look(admin, tenant, scope, threads);
        if (found != null) {
          Map<String, String> differences = found.differences;
          if (suspicious != null) {
            differences.keySet().retainAll(suspicious.keySet());
          }
          if (differences.isEmpty() || suspicious != null) {
            return found.found();
          }
          suspicious = differences;
        }
        pause();
      }
    }
    throw new AuditException(
        "the live service moved during each of "
            + LOOKS
            + " comparisons, so nothing could be compared; run the command again when fewer facts"
            + " arrive");
  }

  /** Returns the differences by key; null if the live service moved during the comparison. */
  private @Nullable Look look(Admin admin, String tenant, Scope scope, int threads) {
    Place before = place(admin);
    if (!before.isBooked()) {
      return null;
    }
    OutputTables tables = live.get();
    Place after = place(admin);
    Map<TopicPartition, Long> ends = new HashMap<>();
    InputLog now = InputLog.upToNow(clients, prefix);
    for (TopicPartition place : now.ends().keySet()) {
      if (FOLLOWED.stream().anyMatch(t -> place.topic().equals(prefix + t.name()))) {
        ends.put(place, before.of(place.topic(), place.partition()));
        if (before.of(place.topic(), place.partition())
            != after.of(place.topic(), place.partition())) {
          return null;
        }
      }
    }
    InputLog log = now.upTo(ends);
    Map<Integer, Instant> ticks = ticks(before, log.partitions());
    Horizon horizon = new Horizon(kept);
    Replay replay =
        new Replay(log, serdes, tokenKey, new Question(tenant, Scope.ALL, List.of(), null));
    Answer answer = replay.at(threads, ticks::get, horizon);
    Instant first = ticks.values().stream().min(Instant::compareTo).orElseThrow();
    boolean areInsightsOut = !first.isBefore(replay.newest().plus(CONCLUDED));
    Instant last = ticks.values().stream().max(Instant::compareTo).orElseThrow();
    TenantSettings settings =
        answer.settings().containsKey(tenant)
            ? new TenantSettings(Objects.requireNonNull(answer.settings().get(tenant)))
            : TenantSettings.defaults(tenant);
    Map<String, SpecificRecord> live =
        rows(within(tables.outputs(last, any -> settings), horizon, areInsightsOut), tenant, scope);
    Map<String, SpecificRecord> replayed =
        rows(within(answer.outputs(), horizon, areInsightsOut), tenant, scope);
    return new Look(
        differences(live, replayed),
        horizon.periods(scope),
        areInsightsOut,
        replay.counts().facts(),
        Math.max(live.size(), replayed.size()));
  }

  /** Returns what differs between two outputs, a sentence by the name of each line. */
  static Map<String, String> differences(Outputs live, Outputs replay, String tenant, Scope scope) {
    return differences(rows(live, tenant, scope), rows(replay, tenant, scope));
  }

  /** Returns what nothing has left of: only this can be worked out again. */
  private static Outputs within(Outputs outputs, Horizon horizon, boolean areInsightsOut) {
    return new Outputs(
        outputs.balances().stream().filter(one -> !horizon.hides(one)).toList(),
        outputs.items().stream().filter(one -> !horizon.hides(one.getVisit())).toList(),
        outputs.visits().stream().filter(one -> !horizon.hides(one.getVisit())).toList(),
        outputs.discrepancies().stream().filter(one -> !horizon.hides(one)).toList(),
        outputs.lateArrivals().stream().filter(one -> !horizon.hides(one.getVisit())).toList(),
        outputs.unitVariances().stream().filter(one -> !horizon.hides(one.getVisit())).toList(),
        outputs.capProposals().stream().filter(one -> !horizon.hides(one)).toList(),
        outputs.visitIds(),
        areInsightsOut ? outputs.insights() : List.of());
  }

  private Place place(Admin admin) {
    try {
      Map<TopicPartition, OffsetAndMetadata> offsets =
          admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
      Map<TopicPartition, Long> committed = new HashMap<>();
      offsets.forEach(
          (place, offset) -> {
            if (offset != null) {
              committed.put(place, offset.offset());
            }
          });
      if (committed.isEmpty()) {
        throw new AuditException(
            "the group "
                + group
                + " has committed no offsets; check that a live service of this version runs with"
                + " this --prefix");
      }
      boolean isBooked =
          admin.listOffsets(postings(admin)).all().get().entrySet().stream()
              .allMatch(
                  end -> committed.getOrDefault(end.getKey(), 0L) + 1 >= end.getValue().offset());
      return new Place(committed, isBooked);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AuditException("interrupted");
    } catch (ExecutionException e) {
      throw new KafkaException("the live service's offsets cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * Returns what its ledgers write and its books read, whether or not a book has read any of it.
   */
  private Map<TopicPartition, OffsetSpec> postings(Admin admin)
      throws InterruptedException, ExecutionException {
    List<String> names =
        admin.listTopics().names().get().stream()
            .filter(name -> name.startsWith(group + "-") && name.endsWith("-repartition"))
            .toList();
    return Partitions.ask(
        admin.describeTopics(names).allTopicNames().get().values(), OffsetSpec.latest());
  }

  /**
   * Returns the time that each partition of the live service has: the latest tick that it has read
   * and accepted. A tick may be a little earlier than the one before it, or none at all.
   */
  private Map<Integer, Instant> ticks(Place place, int partitions) {
    String clock = prefix + Topics.CLOCK.name();
    Map<Integer, Instant> ticks = new HashMap<>();
    Map<String, Object> reading = new HashMap<>(clients);
    reading.put("enable.auto.commit", false);
    reading.put("auto.offset.reset", "earliest");
    reading.put("fetch.max.wait.ms", "20");
    ClockReading accepted = new ClockReading(serdes);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(reading, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      for (int partition = 0; partition < partitions; partition++) {
        TopicPartition at = new TopicPartition(clock, partition);
        long read = place.of(clock, partition);
        consumer.assign(List.of(at));
        consumer.seek(at, Math.max(0, read - TICKS));
        for (int i = 0; i < LOOKS && consumer.position(at) < read; i++) {
          for (var record : consumer.poll(PAUSE)) {
            Instant tick = record.offset() < read ? accepted.take(record) : null;
            if (tick != null) {
              ticks.merge(partition, tick, (one, other) -> one.isBefore(other) ? other : one);
            }
          }
        }
        if (!ticks.containsKey(partition)) {
          throw new AuditException(
              "the last tick that the live service accepted from "
                  + at
                  + " is gone (ticks are kept for an hour); let the service run, and verify again");
        }
      }
    }
    return ticks;
  }

  private static Map<String, SpecificRecord> rows(Outputs outputs, String tenant, Scope scope) {
    Map<String, SpecificRecord> rows = new HashMap<>();
    put(
        rows,
        "balance",
        tenant,
        outputs.balances().stream().filter(scope::holds).toList(),
        "location",
        "granularity",
        "from");
    put(
        rows,
        "item",
        tenant,
        outputs.items().stream().filter(scope::holds).toList(),
        "location",
        "granularity",
        "from",
        "list",
        "visit");
    put(
        rows,
        "discrepancy",
        tenant,
        outputs.discrepancies().stream().filter(scope::holds).toList(),
        "level",
        "kind",
        "location",
        "date",
        "visit",
        "id");
    put(rows, "visit", tenant, outputs.visits().stream().filter(scope::holds).toList(), "visit");
    put(
        rows,
        "late arrival",
        tenant,
        outputs.lateArrivals().stream().filter(one -> isIn(scope, one)).toList(),
        "visit");
    put(
        rows,
        "unit variance",
        tenant,
        outputs.unitVariances().stream().filter(one -> isIn(scope, one)).toList(),
        "visit",
        "cpt");
    put(
        rows,
        "cap proposal",
        tenant,
        outputs.capProposals().stream().filter(scope::holds).toList(),
        "payerId",
        "cpt",
        "month");
    put(
        rows,
        "insight",
        tenant,
        outputs.insights().stream().filter(scope::holds).toList(),
        "kind",
        "location",
        "date",
        "about");
    return rows;
  }

  private static boolean isIn(Scope scope, LateArrival line) {
    return scope.holdsDay(line.getLocation(), line.getFinalizedOn());
  }

  private static boolean isIn(Scope scope, UnitVariance line) {
    return scope.holdsDay(line.getLocation(), line.getFinalizedOn());
  }

  private static void put(
      Map<String, SpecificRecord> rows,
      String what,
      String tenant,
      Collection<? extends SpecificRecord> records,
      String... key) {
    for (SpecificRecord record : records) {
      if (tenant.equals(value(record, "tenant"))) {
        StringBuilder name = new StringBuilder(what);
        for (String field : key) {
          Object value = value(record, field);
          name.append(value == null ? "" : " " + value);
        }
        rows.put(name.toString(), record);
      }
    }
  }

  private static @Nullable Object value(SpecificRecord record, String field) {
    return record.get(record.getSchema().getField(field).pos());
  }

  private static Map<String, String> differences(
      Map<String, SpecificRecord> live, Map<String, SpecificRecord> replay) {
    Map<String, String> differences = new HashMap<>();
    live.forEach(
        (key, record) -> {
          SpecificRecord wanted = replay.get(key);
          if (wanted == null) {
            differences.put(key, key + ": is live, but not in the replay");
          } else if (!record.equals(wanted)) {
            differences.put(key, key + ": " + fields(record, wanted));
          }
        });
    replay.forEach(
        (key, record) -> {
          if (!live.containsKey(key)) {
            differences.put(key, key + ": is in the replay, but not live");
          }
        });
    return differences;
  }

  private static String fields(SpecificRecord live, SpecificRecord replay) {
    List<String> fields = new ArrayList<>();
    for (Schema.Field field : live.getSchema().getFields()) {
      Object one = live.get(field.pos());
      Object other = replay.get(field.pos());
      if (!Objects.equals(one, other)) {
        fields.add(field.name() + " is " + one + " live, " + other + " in the replay");
      }
    }
    return String.join("; ", fields);
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AuditException("interrupted");
    }
  }
}
