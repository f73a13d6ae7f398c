package org.visitbalance.topology;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.Facts;
import org.visitbalance.fact.Charge;
import org.visitbalance.fact.Feed;
import org.visitbalance.fact.Note;
import org.visitbalance.fact.Rejection;
import org.visitbalance.fact.Tick;
import org.visitbalance.fact.Transmission;
import org.visitbalance.fact.Visit;
import org.visitbalance.output.Close;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.platform.serde.Codec;
import org.visitbalance.settings.Settings;

/** The topology in a test driver: facts and ticks in, what is said on the topics out. */
final class Service implements AutoCloseable {
  static final String TOKEN_KEY = "key";

  /** A record of an output topic. */
  record Out(String topic, String key, @Nullable SpecificRecord value) {}

  /** Returns the discrepancies among what was said, each as often as it was. */
  static List<Discrepancy> discrepancies(List<Out> said) {
    return said.stream()
        .map(Out::value)
        .filter(Discrepancy.class::isInstance)
        .map(Discrepancy.class::cast)
        .toList();
  }

  private final List<AppliedSettings> applied = new ArrayList<>();
  private final TopologyTestDriver driver;
  private final Map<String, TestInputTopic<byte[], byte[]>> inputs = new HashMap<>();
  private final Map<Topic<?>, TestOutputTopic<String, ? extends SpecificRecord>> outputs =
      new HashMap<>();
  private final OutputTables tables = new OutputTables();
  private final List<Out> log = new ArrayList<>();
  private boolean settled;
  private Runnable ticked = () -> {};

  Service() {
    this(Instant.EPOCH, TopologyOptions.RETENTION, TopologyOptions.DATES_PER_TICK);
  }

  Service(Instant presentFrom, Duration retention, int datesPerTick) {
    this(presentFrom, retention, datesPerTick, 1);
  }

  /** The driver is the task of partition 0, however many there are. */
  Service(Instant presentFrom, Duration retention, int datesPerTick, int partitions) {
    this(presentFrom, retention, datesPerTick, partitions, Stores::inMemoryKeyValueStore);
  }

  /** The same over stores that may have something in them. */
  Service(
      Instant presentFrom,
      Duration retention,
      int datesPerTick,
      int partitions,
      Function<String, KeyValueBytesStoreSupplier> stores) {
    this(presentFrom, retention, datesPerTick, partitions, stores, null);
  }

  /** The same where an older program had reported something. */
  Service(
      Instant presentFrom,
      Duration retention,
      int datesPerTick,
      int partitions,
      Function<String, KeyValueBytesStoreSupplier> stores,
      @Nullable Rebuild rebuild) {
    this(presentFrom, retention, datesPerTick, partitions, stores, rebuild, Service::serde);
  }

  /** The same where records cannot always be read. */
  Service(
      Instant presentFrom,
      Duration retention,
      int datesPerTick,
      int partitions,
      Function<String, KeyValueBytesStoreSupplier> stores,
      @Nullable Rebuild rebuild,
      TopologyOptions.Serdes serdes) {
    this(() -> presentFrom, retention, datesPerTick, partitions, stores, rebuild, serdes);
  }

  /** A service whose present may begin earlier than was thought. */
  Service(Supplier<Instant> presentFrom) {
    this(
        presentFrom,
        TopologyOptions.RETENTION,
        TopologyOptions.DATES_PER_TICK,
        1,
        Stores::inMemoryKeyValueStore,
        null,
        Service::serde);
  }

  private Service(
      Supplier<Instant> presentFrom,
      Duration retention,
      int datesPerTick,
      int partitions,
      Function<String, KeyValueBytesStoreSupplier> stores,
      @Nullable Rebuild rebuild,
      TopologyOptions.Serdes serdes) {
    TopologyOptions options =
        new TopologyOptions(
            "",
            serdes,
            TOKEN_KEY,
            partitions,
            presentFrom,
            retention,
            true,
            datesPerTick,
            new ProgressListener() {
              @Override
              public void ticked(int partition, Instant now, boolean isSettled) {
                settled = isSettled;
                ticked.run();
              }

              @Override
              public void applied(AppliedSettings.Place place, AppliedSettings settings) {
                applied.add(settings);
              }
            },
            rebuild);
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
    properties.put("ensure.explicit.internal.resource.naming", "true");
    driver = new TopologyTestDriver(BalancingTopology.of(options, stores), properties);
    for (Topic<?> topic : Topics.ALL) {
      if (topic.keeping() == Topic.Keeping.FACTS || topic.keeping() == Topic.Keeping.CLOCK) {
        inputs.put(
            topic.name(),
            driver.createInputTopic(
                topic.name(), new ByteArraySerializer(), new ByteArraySerializer()));
      } else {
        outputs.put(
            topic,
            driver.createOutputTopic(
                topic.name(), new StringDeserializer(), serde(topic.type()).deserializer()));
      }
    }
  }

  /** Plain Avro; what is no Avro is a SerializationException, as of any serde. */
  static <T extends SpecificRecord> Serde<T> serde(Class<T> type) {
    Serde<T> plain = Codec.serde(type);
    return Serdes.serdeFrom(
        plain.serializer(),
        (topic, bytes) -> {
          try {
            return plain.deserializer().deserialize(topic, bytes);
          } catch (RuntimeException e) {
            throw new SerializationException("is no record of this topic");
          }
        });
  }

  /** What was heard of settings that are being applied, in this order. */
  List<AppliedSettings> applied() {
    return applied;
  }

  /** Says what is to be done whenever the observer hears of a tick. */
  Service onTick(Runnable ticked) {
    this.ticked = ticked;
    return this;
  }

  Service settings(Settings document) {
    return send(Topics.SETTINGS, Keys.of(document.getTenant()), document);
  }

  /** Sends settings that the broker appends at a given time. */
  Service settings(Settings document, Instant appendedAt) {
    byte[] key = Keys.of(document.getTenant()).getBytes(StandardCharsets.UTF_8);
    inputs
        .get(Topics.SETTINGS.name())
        .pipeInput(new TestRecord<>(key, bytes(document), appendedAt));
    return this;
  }

  Service close(Close close) {
    return send(Topics.CLOSES, Keys.ofPeriod(close.getBalance()), close);
  }

  Service facts(Iterable<? extends SpecificRecord> facts) {
    facts.forEach(this::fact);
    return this;
  }

  Service fact(SpecificRecord fact) {
    return fact(fact, Facts.occurredAt(fact));
  }

  /** The same of a fact that its topic got at some moment. */
  Service fact(SpecificRecord fact, Instant knownAt) {
    Object part = fact instanceof Feed feed ? feed.getSource() : Facts.patientKey(fact);
    String key = Keys.of(Facts.tenant(fact), part);
    inputs
        .get(fact instanceof Feed ? Topics.FEEDS.name() : topic(fact).name())
        .pipeInput(new TestRecord<>(key.getBytes(StandardCharsets.UTF_8), bytes(fact), knownAt));
    return this;
  }

  static Topic<?> topic(SpecificRecord fact) {
    if (fact instanceof Visit) {
      return Topics.VISITS;
    } else if (fact instanceof Charge) {
      return Topics.CHARGES;
    } else if (fact instanceof Rejection) {
      return Topics.REJECTIONS;
    } else if (fact instanceof Transmission) {
      return Topics.TRANSMISSIONS;
    } else if (fact instanceof org.visitbalance.fact.Decision) {
      return Topics.DECISIONS;
    } else if (fact instanceof Note) {
      return Topics.NOTES;
    }
    throw new IllegalArgumentException(fact.getClass().getName());
  }

  Service tick(String at) {
    return tick(Instant.parse(at));
  }

  /** A tick of a clock that is right: its record has the same time. */
  Service tick(Instant at) {
    return tick(at, at);
  }

  /** A tick whose record was stamped with another time. */
  Service tick(Instant at, Instant stamped) {
    TestInputTopic<byte[], byte[]> clock = inputs.get(Topics.CLOCK.name());
    clock.pipeInput(new TestRecord<>(null, bytes(new Tick(at, "host-1")), stamped));
    return this;
  }

  /** Lets the books look whether they may tell what they have. */
  Service lookAround() {
    driver.advanceWallClockTime(Duration.ofSeconds(1));
    return this;
  }

  /** Whether nothing was left to be judged at the last tick. */
  boolean isSettled() {
    return settled;
  }

  /** Ticks until nothing is left to be judged at a moment. */
  Service settle(Instant at) {
    do {
      tick(at);
    } while (!settled);
    return this;
  }

  Service send(Topic<?> topic, String key, SpecificRecord value) {
    return raw(topic, key.getBytes(StandardCharsets.UTF_8), bytes(value));
  }

  Service raw(Topic<?> topic, byte @Nullable [] key, byte @Nullable [] value) {
    inputs.get(topic.name()).pipeInput(new TestRecord<>(key, value));
    return this;
  }

  @SuppressWarnings("unchecked")
  static byte[] bytes(SpecificRecord value) {
    Serde<SpecificRecord> serde =
        (Serde<SpecificRecord>) (Serde<?>) serde((Class<SpecificRecord>) value.getClass());
    return serde.serializer().serialize("", value);
  }

  /** Lets the wall clock run on, which starts nothing but another look at what is held. */
  Service wait(Duration time) {
    driver.advanceWallClockTime(time);
    return this;
  }

  /** What was said on all topics since this was last asked, in the order of each topic. */
  List<Out> said() {
    List<Out> news = new ArrayList<>();
    new TreeMap<>(Map.copyOf(byName()))
        .forEach(
            (name, topic) ->
                outputs
                    .get(topic)
                    .readRecordsToList()
                    .forEach(
                        record -> {
                          tables.put(topic, record.key(), record.value());
                          news.add(new Out(name, record.key(), record.value()));
                        }));
    log.addAll(news);
    return news;
  }

  private Map<String, Topic<?>> byName() {
    Map<String, Topic<?>> byName = new HashMap<>();
    outputs.keySet().forEach(topic -> byName.put(topic.name(), topic));
    return byName;
  }

  /** What was said of one topic since this was last asked; what is said of others is kept too. */
  <T extends SpecificRecord> List<Out> said(Topic<T> topic) {
    return said().stream().filter(out -> out.topic().equals(topic.name())).toList();
  }

  /** What stands on the topics now. */
  OutputTables tables() {
    said();
    return tables;
  }

  /** All that was ever said of a discrepancy's kind, oldest first. */
  List<Discrepancy> history(String kind) {
    said();
    return log.stream()
        .map(Out::value)
        .filter(value -> value instanceof Discrepancy d && d.getKind().equals(kind))
        .map(Discrepancy.class::cast)
        .toList();
  }

  /** Returns what a store has written to its changelog since the last call: keys and values. */
  List<KeyValue<String, byte[]>> changelog(String store) {
    return driver
        .createOutputTopic(
            "test-" + store + "-changelog", new StringDeserializer(), new ByteArrayDeserializer())
        .readKeyValuesToList();
  }

  /** The keys of a store, in their order. */
  List<String> keys(String store) {
    List<String> keys = new ArrayList<>();
    try (KeyValueIterator<String, ?> all = driver.<String, Object>getKeyValueStore(store).all()) {
      all.forEachRemaining(entry -> keys.add(entry.key));
    }
    return keys;
  }

  /** The keys of what is stored about patients, wherever it lies. */
  List<String> patientKeys() {
    List<String> keys = new ArrayList<>();
    try (KeyValueIterator<String, byte[]> all =
        driver.<String, byte[]>getKeyValueStore(PatientLedgerProcessor.PATIENTS_STORE).all()) {
      all.forEachRemaining(
          entry -> {
            int page = entry.key.indexOf("|#");
            if (page < 0) {
              keys.add(entry.key);
            } else {
              EntryPage.read(
                  entry.value, (id, value) -> keys.add(entry.key.substring(0, page + 1) + id));
            }
          });
    }
    return keys;
  }

  double metric(String name, Topic<?> source) {
    return driver.metrics().entrySet().stream()
        .filter(entry -> isMetric(entry.getKey(), name, source))
        .mapToDouble(entry -> (double) entry.getValue().metricValue())
        .sum();
  }

  private static boolean isMetric(MetricName metric, String name, Topic<?> source) {
    return metric.group().equals("visit-balance")
        && metric.name().equals(name)
        && source.name().equals(metric.tags().get("source"));
  }

  @Override
  public void close() {
    driver.close();
  }
}
