package org.visitbalance.topology;

import java.io.File;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;
import org.visitbalance.platform.serde.Codec;
import org.visitbalance.settings.Settings;

/**
 * The ledger of one partition over stores that outlive it, as they outlive a crash: a test driver
 * forgets them.
 */
final class RestartedLedger {
  private final MockProcessorContext<String, TopicRecord> context;
  private final OutputTables tables = new OutputTables();
  private final List<Service.Out> said = new ArrayList<>();
  private PartitionLedger ledger;
  private boolean settled;

  /** A ledger that has seen nothing yet, present from the beginning of time. */
  RestartedLedger(int datesPerTick) {
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
    context = new MockProcessorContext<>(properties, new TaskId(0, 0), new File("none"));
    for (String name :
        List.of(
            PatientLedgerProcessor.PATIENTS_STORE,
            PatientLedgerProcessor.TIMERS_STORE,
            PatientLedgerProcessor.LEDGER_STORE,
            PatientLedgerProcessor.WALK_STORE,
            GlobalTableProcessor.SETTINGS_STORE,
            GlobalTableProcessor.FEEDS_STORE)) {
      KeyValueStore<String, byte[]> store =
          Stores.keyValueStoreBuilder(
                  Stores.inMemoryKeyValueStore(name), Serdes.String(), Serdes.ByteArray())
              .withLoggingDisabled()
              .build();
      store.init(context.getStateStoreContext(), store);
    }
    ledger = ledger(Instant.EPOCH, datesPerTick);
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
    return new PartitionLedger(options, context, this::say);
  }

  private void say(Topic<?> topic, @Nullable String key, @Nullable SpecificRecord value) {
    tables.put(topic, key, value);
    said.add(new Service.Out(topic.name(), String.valueOf(key), value));
  }

  /** Another process takes over after a commit: nothing is left of this one but the stores. */
  RestartedLedger restart(String presentFrom, int datesPerTick) {
    ledger.flush();
    ledger = ledger(Instant.parse(presentFrom), datesPerTick);
    return this;
  }

  RestartedLedger fact(SpecificRecord fact) {
    try {
      ledger.add(fact);
    } catch (FactDecoder.NoFact e) {
      throw new AssertionError(e);
    }
    return this;
  }

  RestartedLedger settings(Settings document) {
    KeyValueStore<String, byte[]> store =
        context.getStateStore(GlobalTableProcessor.SETTINGS_STORE);
    store.put(
        GlobalTable.okKey(document.getTenant()), new Codec<>(Settings.class).encode(document));
    return this;
  }

  RestartedLedger tick(String at) {
    ledger.tick(Instant.parse(at));
    return this;
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
        said.stream().filter(out -> !out.topic().endsWith("-postings")).toList();
    said.clear();
    return news;
  }

  Board board() {
    return Board.of(tables);
  }
}
