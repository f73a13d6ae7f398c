package org.visitbalance.topology;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.visitbalance.core.Closes;
import org.visitbalance.core.StoredBooks;
import org.visitbalance.output.Close;
import org.visitbalance.output.Insight;
import org.visitbalance.platform.serde.Codec;
import org.visitbalance.state.CapFigures;
import org.visitbalance.state.InsightFigures;
import org.visitbalance.state.PeriodFigures;

/**
 * The service on one page. Facts and ticks go to the ledger of their patient, which reports what
 * has changed about its visits and posts what they add to their periods. The books of the periods
 * report balances, and those of the payers' caps report proposals. Every ledger knows the settings
 * and feeds. Every step, store and intermediate topic has its own name.
 */
public final class BalancingTopology {
  /** The store of the ledger. */
  public static final String LEDGER = PatientLedgerProcessor.LEDGER_STORE;

  /** Stores of the books. */
  public static final String PERIOD_BOOKS = "period-books";

  public static final String CAP_BOOKS = "cap-books";
  public static final String INSIGHT_BOOKS = InsightEmitter.BOOKS;

  /** The store that counts the postings which the books of insights have taken. */
  public static final String INSIGHTS_SAID = InsightEmitter.SAID;

  private static final String CLOSES = "closes";

  /**
   * A store of the ledger that the books name, too, without using it: so a partition's ledger and
   * books are one task. Kafka Streams spreads tasks, and would give all ledgers to one thread and
   * the books, which do next to nothing, to the others (docs/adr/0036).
   */
  private static final String WITH_THE_LEDGER = LEDGER;

  private final TopologyOptions options;
  private final Function<String, KeyValueBytesStoreSupplier> suppliers;
  private final StreamsBuilder builder = new StreamsBuilder();

  private BalancingTopology(
      TopologyOptions options, Function<String, KeyValueBytesStoreSupplier> suppliers) {
    this.options = options;
    this.suppliers = suppliers;
  }

  /** Returns the topology of an installation. */
  public static Topology of(TopologyOptions options) {
    return of(
        options,
        options.inMemory() ? Stores::inMemoryKeyValueStore : Stores::persistentKeyValueStore);
  }

  /** The same over other stores. */
  static Topology of(
      TopologyOptions options, Function<String, KeyValueBytesStoreSupplier> suppliers) {
    return new BalancingTopology(options, suppliers).build();
  }

  private Topology build() {
    // Every ledger reads settings and feeds; they are read to their end before anything else.
    global(GlobalTableProcessor.SETTINGS_STORE, Topics.SETTINGS);
    global(GlobalTableProcessor.FEEDS_STORE, Topics.FEEDS);

    // One ledger per partition takes the facts about its patients and the ticks between them.
    KStream<String, TopicRecord> ledger =
        builder.stream(factsAndClock(), consumed("facts-and-clock"))
            .process(patientLedger(), Named.as("patient-ledger"));

    // The same goes for closes of periods, whoever closes them.
    KStream<String, TopicRecord> closes =
        builder.stream(options.name(Topics.CLOSES), consumed("closes-in"))
            .process(
                () -> new CloseReader(options),
                Named.as("close-reader"),
                PatientLedgerProcessor.LEDGER_STORE);
    KStream<String, TopicRecord> read = ledger.merge(closes, Named.as("ledger-and-closes"));
    read.filter((key, one) -> Topics.LEDGER_OUTPUTS.contains(one.topic()), Named.as("outputs-only"))
        .to(
            new OutputTopics.Names(options.prefix()),
            Produced.with(Serdes.String(), OutputTopics.serde(options.serdes()))
                .withName("outputs"));

    // The books add up postings by period; caching saves a balance for each of them.
    KTable<String, PeriodFigures> periods =
        only(Topics.PERIOD_POSTINGS, ledger, "period-postings")
            .repartition(
                Repartitioned.<String, PeriodFigures>as("period-postings")
                    .withKeySerde(Serdes.String())
                    .withValueSerde(Codec.serde(PeriodFigures.class)))
            .processValues(PromptCommit<PeriodFigures>::new, Named.as("prompt-commit"))
            .groupByKey(
                Grouped.with("period-postings", Serdes.String(), Codec.serde(PeriodFigures.class)))
            .aggregate(
                StoredBooks::emptyPeriod,
                (period, posting, figures) -> StoredBooks.sum(figures, posting),
                Named.as(PERIOD_BOOKS),
                store(PERIOD_BOOKS, PeriodFigures.class));

    // A closed period is compared with what it was when it was closed.
    KStream<String, TopicRecord> books =
        periods
            .leftJoin(standing(closes), BalanceEmitter.Page::new, Named.as("books-and-closes"))
            .toStream(Named.as("changed-periods"))
            .process(balanceEmitter(), Named.as("period-speaker"), WITH_THE_LEDGER);
    publish(Topics.BALANCES, books, Topics.BALANCES.name());
    publish(Topics.PERIOD_DISCREPANCIES, books, Topics.PERIOD_DISCREPANCIES.name());

    // The same for what the visits say about the payers' caps.
    only(Topics.CAP_POSTINGS, ledger, "cap-postings")
        .groupByKey(Grouped.with("cap-postings", Serdes.String(), Codec.serde(CapFigures.class)))
        .aggregate(
            StoredBooks::emptyCap,
            (cap, posting, figures) -> StoredBooks.sum(figures, posting),
            Named.as(CAP_BOOKS),
            this.<CapFigures>store(CAP_BOOKS, CapFigures.class))
        .toStream(Named.as("changed-caps"))
        .process(capProposalEmitter(), Named.as("cap-speaker"), WITH_THE_LEDGER)
        .to(options.name(Topics.CAP_PROPOSALS), produced(Topics.CAP_PROPOSALS));

    // Insights are about a whole company: its postings go to one partition.
    only(Topics.INSIGHT_POSTINGS, ledger, "insight-postings")
        .repartition(
            Repartitioned.<String, InsightFigures>as("insight-postings")
                .withKeySerde(Serdes.String())
                .withValueSerde(Codec.serde(InsightFigures.class))
                .withNumberOfPartitions(options.partitions())
                .withStreamPartitioner(InsightEmitter::partitions))
        .process(insightEmitter(), Named.as("insight-speaker"), WITH_THE_LEDGER)
        .to(options.name(Topics.INSIGHTS), produced(Topics.INSIGHTS));
    return builder.build();
  }

  private ProcessorSupplier<String, InsightFigures, String, Insight> insightEmitter() {
    return supplier(
        () -> new InsightEmitter(options),
        new BeforeCommit.Builder(InsightEmitter.BEFORE_COMMIT),
        store(InsightEmitter.BOOKS),
        cached(InsightEmitter.SAID));
  }

  /** Returns the close in force of each period. */
  private KTable<String, Close> standing(KStream<String, TopicRecord> closes) {
    return only(Topics.CLOSES, closes, "closes")
        .groupByKey(Grouped.with("closes", Serdes.String(), Codec.serde(Close.class)))
        .reduce(Closes::standing, Named.as(CLOSES), store(CLOSES, Close.class));
  }

  private void global(String store, Topic<?> topic) {
    builder.addGlobalStore(
        Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore(store), Serdes.String(), Serdes.ByteArray())
            .withLoggingDisabled(),
        options.name(topic),
        consumed(store),
        () -> new GlobalTableProcessor(options, store, topic));
  }

  private List<String> factsAndClock() {
    List<String> names = new ArrayList<>();
    Topics.PATIENT_FACTS.forEach(topic -> names.add(options.name(topic)));
    names.add(options.name(Topics.CLOCK));
    return names;
  }

  private ProcessorSupplier<byte[], byte[], String, TopicRecord> patientLedger() {
    return supplier(
        () -> new PatientLedgerProcessor(options),
        new BeforeCommit.Builder(PatientLedgerProcessor.BEFORE_COMMIT),
        store(PatientLedgerProcessor.PATIENTS_STORE),
        store(PatientLedgerProcessor.TIMERS_STORE),
        store(PatientLedgerProcessor.LEDGER_STORE),
        store(PatientLedgerProcessor.WALK_STORE));
  }

  private ProcessorSupplier<String, BalanceEmitter.Page, String, TopicRecord> balanceEmitter() {
    return supplier(() -> new BalanceEmitter(options), cached(BalanceEmitter.STORE));
  }

  private ProcessorSupplier<String, CapFigures, String, org.visitbalance.output.CapProposal>
      capProposalEmitter() {
    return supplier(() -> new CapProposalEmitter(options), cached(CapProposalEmitter.STORE));
  }

  private static <A, B, C, D> ProcessorSupplier<A, B, C, D> supplier(
      ProcessorSupplier<A, B, C, D> processor, StoreBuilder<?>... stores) {
    Set<StoreBuilder<?>> own = new LinkedHashSet<>(List.of(stores));
    return new ProcessorSupplier<>() {
      @Override
      public org.apache.kafka.streams.processor.api.Processor<A, B, C, D> get() {
        return processor.get();
      }

      @Override
      public Set<StoreBuilder<?>> stores() {
        return own;
      }
    };
  }

  /** Returns a store, with a changelog, of a processor that holds its changes until the commit. */
  private StoreBuilder<?> store(String name) {
    return Stores.keyValueStoreBuilder(supplier(name), Serdes.String(), Serdes.ByteArray())
        .withLoggingEnabled(Map.of());
  }

  /** Returns a store, with a changelog, that is written at once: a cache saves most writes. */
  private StoreBuilder<?> cached(String name) {
    return store(name).withCachingEnabled();
  }

  private KeyValueBytesStoreSupplier supplier(String store) {
    return suppliers.apply(store);
  }

  private <T extends SpecificRecord> Materialized<String, T, KeyValueStore<Bytes, byte[]>> store(
      String name, Class<T> type) {
    return Materialized.<String, T>as(supplier(name))
        .withKeySerde(Serdes.String())
        .withValueSerde(Codec.serde(type))
        .withCachingEnabled();
  }

  /** Returns the values for one topic. */
  private static <T extends SpecificRecord> KStream<String, T> only(
      Topic<T> topic, KStream<String, TopicRecord> said, String name) {
    return said.filter((key, one) -> one.topic().equals(topic), Named.as(name + "-only"))
        .mapValues(one -> topic.type().cast(one.value()), Named.as(name + "-value"));
  }

  private <T extends SpecificRecord> void publish(
      Topic<T> topic, KStream<String, TopicRecord> said, String name) {
    only(topic, said, name).to(options.name(topic), produced(topic));
  }

  private <T extends SpecificRecord> Produced<String, T> produced(Topic<T> topic) {
    Serde<T> serde = options.serdes().of(topic.type());
    return Produced.with(Serdes.String(), serde).withName(topic.name() + "-out");
  }

  private static Consumed<byte[], byte[]> consumed(String name) {
    return Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()).withName(name);
  }
}
