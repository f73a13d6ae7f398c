package org.visitbalance.topology;

import java.io.File;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.Facts;
import org.visitbalance.platform.serde.Codec;
import org.visitbalance.settings.Settings;
import org.visitbalance.state.StoredSettings;

/**
 * The ledger of one partition over stores that outlive it, and with many records in a transaction:
 * a test driver forgets its stores, and commits after each record.
 */
final class RestartedLedger {
  private static final List<String> STORES =
      List.of(
          PatientLedgerProcessor.PATIENTS_STORE,
          PatientLedgerProcessor.TIMERS_STORE,
          PatientLedgerProcessor.LEDGER_STORE,
          PatientLedgerProcessor.WALK_STORE);

  private final MockProcessorContext<String, TopicRecord> context;

  /** What the stores held at the last commit. */
  private final Map<String, Map<String, byte[]>> committed = new HashMap<>();

  /** What was read since then. */
  private final List<Runnable> uncommitted = new ArrayList<>();

  /** What was said, and how much of it is committed, and was asked for. */
  private final List<Said> said = new ArrayList<>();

  private int committedSaid;
  private int asked;
  private PartitionLedger ledger;
  private boolean settled;

  private record Said(Topic<?> topic, @Nullable String key, @Nullable SpecificRecord value) {}

  /** A ledger that has seen nothing yet, present from the beginning of time. */
  RestartedLedger(int datesPerTick) {
    context = emptyStores();
    ledger = ledger(Instant.EPOCH, datesPerTick);
  }

  /** The context of a ledger, with all stores that it has. */
  static MockProcessorContext<String, TopicRecord> emptyStores() {
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
    MockProcessorContext<String, TopicRecord> context =
        new MockProcessorContext<>(properties, new TaskId(0, 0), new File("none"));
    List<String> stores = new ArrayList<>(STORES);
    stores.add(GlobalTableProcessor.SETTINGS_STORE);
    stores.add(GlobalTableProcessor.FEEDS_STORE);
    stores.forEach(name -> addStore(context, name));
    return context;
  }

  /** The options of a processor on its own: one partition, present from the beginning of time. */
  static TopologyOptions options() {
    return new TopologyOptions(
        "",
        Service::serde,
        Service.TOKEN_KEY,
        1,
        Instant.EPOCH,
        null,
        true,
        TopologyOptions.DATES_PER_TICK,
        ProgressListener.NONE);
  }

  static KeyValueStore<String, byte[]> addStore(MockProcessorContext<?, ?> context, String name) {
    KeyValueStore<String, byte[]> store =
        Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore(name), Serdes.String(), Serdes.ByteArray())
            .withLoggingDisabled()
            .build();
    store.init(context.getStateStoreContext(), store);
    return store;
  }

  private PartitionLedger ledger(Instant presentFrom, int datesPerTick) {
    TopologyOptions options =
        new TopologyOptions(
            "",
            Service::serde,
            Service.TOKEN_KEY,
            1,
            presentFrom,
            TopologyOptions.RETENTION,
            true,
            datesPerTick,
            (partition, now, isSettled) -> settled = isSettled);
    return new PartitionLedger(options, context, this::say, held -> true);
  }

  private void say(Topic<?> topic, @Nullable String key, @Nullable SpecificRecord value) {
    said.add(new Said(topic, key, value));
  }

  /** Ends the transaction. */
  RestartedLedger commit() {
    ledger.flush();
    for (String name : STORES) {
      Map<String, byte[]> entries = new HashMap<>();
      try (KeyValueIterator<String, byte[]> all = store(name).all()) {
        all.forEachRemaining(entry -> entries.put(entry.key, entry.value));
      }
      committed.put(name, entries);
    }
    uncommitted.clear();
    committedSaid = said.size();
    return this;
  }

  /** Another process takes over after a commit: nothing is left of this one but the stores. */
  RestartedLedger restart(String presentFrom, int datesPerTick) {
    commit();
    ledger = ledger(Instant.parse(presentFrom), datesPerTick);
    return this;
  }

  /**
   * Another process takes over in the middle of a transaction: the stores are what they were at the
   * last commit, nobody has heard what was said since, and what was read since is read again.
   */
  RestartedLedger crash(String presentFrom, int datesPerTick) {
    for (String name : STORES) {
      KeyValueStore<String, byte[]> store = store(name);
      List<String> keys = new ArrayList<>();
      try (KeyValueIterator<String, byte[]> all = store.all()) {
        all.forEachRemaining(entry -> keys.add(entry.key));
      }
      keys.forEach(store::delete);
      committed.getOrDefault(name, Map.of()).forEach(store::put);
    }
    said.subList(committedSaid, said.size()).clear();
    asked = Math.min(asked, committedSaid);
    ledger = ledger(Instant.parse(presentFrom), datesPerTick);
    uncommitted.forEach(Runnable::run);
    return this;
  }

  private KeyValueStore<String, byte[]> store(String name) {
    return context.getStateStore(name);
  }

  private RestartedLedger read(Runnable input) {
    uncommitted.add(input);
    input.run();
    return this;
  }

  RestartedLedger fact(SpecificRecord fact) {
    return read(
        () -> {
          try {
            ledger.add(fact, Facts.occurredAt(fact));
          } catch (FactDecoder.NoFact e) {
            throw new AssertionError(e);
          }
        });
  }

  RestartedLedger settings(Settings document) {
    store(GlobalTableProcessor.SETTINGS_STORE)
        .put(
            GlobalTable.okKey(document.getTenant()),
            new Codec<>(StoredSettings.class).encode(DecidingSettings.stored(document)));
    return this;
  }

  RestartedLedger tick(String at) {
    return read(() -> ledger.tick(Instant.parse(at)));
  }

  RestartedLedger settle(String at) {
    do {
      tick(at);
    } while (!settled);
    return this;
  }

  /** What was said since this was last asked, but to the books. */
  List<Service.Out> said() {
    List<Service.Out> news =
        said.subList(asked, said.size()).stream()
            .filter(one -> one.topic.keeping() != Topic.Keeping.INTERNAL)
            .map(one -> new Service.Out(one.topic.name(), String.valueOf(one.key), one.value))
            .toList();
    asked = said.size();
    return news;
  }

  Board board() {
    return Board.of(tables());
  }

  /** What was said to whoever reads the topics. */
  OutputTables tables() {
    OutputTables tables = new OutputTables();
    said.forEach(one -> tables.put(one.topic, one.key, one.value));
    return tables;
  }

  /** How many chunks of split entries there were at the last commit. */
  long chunks() {
    return committed.getOrDefault(PatientLedgerProcessor.PATIENTS_STORE, Map.of()).keySet().stream()
        .filter(key -> key.startsWith("|"))
        .count();
  }

  /** The size of the largest record that the stores had at the last commit. */
  int largestRecord() {
    return committed.values().stream()
        .flatMap(entries -> entries.values().stream())
        .mapToInt(value -> value.length)
        .max()
        .orElse(0);
  }
}
