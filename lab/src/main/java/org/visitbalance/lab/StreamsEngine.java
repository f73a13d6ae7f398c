package org.visitbalance.lab;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.CommonClientConfigs;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.Engine;
import org.visitbalance.core.Outputs;
import org.visitbalance.core.Registers;
import org.visitbalance.core.TenantSettings;
import org.visitbalance.embedded.EmbeddedCluster;
import org.visitbalance.fact.Feed;
import org.visitbalance.platform.Patience;
import org.visitbalance.platform.serde.ValueSerdes;
import org.visitbalance.service.BalancingService;
import org.visitbalance.service.FactProducer;
import org.visitbalance.service.TopicProvisioner;
import org.visitbalance.service.TopicReader;
import org.visitbalance.settings.Settings;
import org.visitbalance.topology.Keys;
import org.visitbalance.topology.Topic;
import org.visitbalance.topology.Topics;
import org.visitbalance.topology.TopologyOptions;

/**
 * Runs the service's own topology as an engine: an embedded cluster, the facts on its topics, the
 * as-of on its clock; the result is what is then on the output topics.
 */
public final class StreamsEngine implements Engine {
  private static final String NO_PREFIX = "";
  private static final int PARTITIONS = 2;
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private final Instant asOf;
  private final String tokenKey;
  private final Map<String, Settings> documents;
  private final EmbeddedCluster cluster;
  private final Map<String, Object> clients;
  private final TopologyOptions.Serdes serdes;
  private final FactProducer producer;
  private final Map<String, Feed> feeds = new ConcurrentHashMap<>();
  private final LongAdder produced = new LongAdder();
  private final LongAdder producedFeeds = new LongAdder();
  private final LongAdder notYetKnown = new LongAdder();
  private @Nullable Counts counts;

  /**
   * Starts the cluster.
   *
   * @param documents the settings by tenant; a tenant without a document has the defaults
   */
  public StreamsEngine(Map<String, Settings> documents, Instant asOf, String tokenKey) {
    this.asOf = asOf;
    this.tokenKey = tokenKey;
    this.documents = documents;
    this.cluster = EmbeddedCluster.temporary();
    this.clients = new HashMap<>();
    clients.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, cluster.bootstrapServers());
    clients.put("schema.registry.url", cluster.registryUrl());
    this.serdes = ValueSerdes.of(clients)::forClass;
    TopicProvisioner.create(clients, NO_PREFIX, PARTITIONS, Topic.Time.SIMULATION);
    this.producer = new FactProducer(clients, serdes, NO_PREFIX, () -> asOf);
    documents.values().forEach(producer::settings);
  }

  @Override
  public void add(SpecificRecord fact, Instant knownAt) {
    if (knownAt.isAfter(asOf)) {
      notYetKnown.increment();
      return;
    }
    if (fact instanceof Feed feed) {
      producedFeeds.increment();
      feeds.merge(Keys.of(feed.getTenant(), feed.getSource()), feed, Registers::standing);
    } else {
      produced.increment();
    }
    producer.fact(fact, knownAt);
  }

  @Override
  public long taken() {
    return produced.sum() + producedFeeds.sum() + notYetKnown.sum();
  }

  @Override
  public Outputs judge() {
    producer.flush();
    Map<Integer, Boolean> settled = new ConcurrentHashMap<>();
    TopologyOptions options =
        new TopologyOptions(
            NO_PREFIX,
            serdes,
            tokenKey,
            PARTITIONS,
            asOf,
            null,
            true,
            TopologyOptions.DATES_PER_TICK,
            (partition, now, isSettled) -> settled.put(partition, isSettled));
    try (BalancingService service = BalancingService.start(options, clients)) {
      await("the facts to be read", service, () -> isRead(service));
      await("the clock to be read", service, () -> isJudged(settled));
      await("the books to be written", service, service::isBooked);
      counts = counts(service);
    }
    return new TopicReader(clients, serdes, NO_PREFIX).outputs().outputs(asOf, this::settings);
  }

  private TenantSettings settings(String tenant) {
    Settings document = documents.get(tenant);
    return document == null ? TenantSettings.defaults(tenant) : new TenantSettings(document);
  }

  private boolean isRead(BalancingService service) {
    BalancingService.Counts counts = service.counts();
    return counts.ofPatientFacts("facts-read") == produced.sum()
        && counts.of("facts-read", Topics.FEEDS) == producedFeeds.sum();
  }

  /** Sends clock ticks until every ledger has evaluated everything due by then. */
  private boolean isJudged(Map<Integer, Boolean> settled) {
    boolean judged =
        settled.size() == PARTITIONS && settled.values().stream().allMatch(Boolean::booleanValue);
    if (!judged) {
      producer.tick(asOf, PARTITIONS);
      producer.flush();
    }
    return judged;
  }

  private Counts counts(BalancingService service) {
    BalancingService.Counts of = service.counts();
    long valid =
        notYetKnown.sum() + of.ofPatientFacts("facts-valid") + of.of("facts-valid", Topics.FEEDS);
    long standing = of.ofPatientFacts("facts-standing") + of.of("facts-standing", Topics.FEEDS);
    return new Counts(valid, standing, valid - notYetKnown.sum() - standing, notYetKnown.sum());
  }

  private static void await(String what, BalancingService service, BooleanSupplier done) {
    Patience.await(
        what,
        PATIENCE,
        () -> {
          service.check();
          return done.getAsBoolean();
        });
  }

  @Override
  public Counts counts() {
    return Objects.requireNonNull(counts, "not evaluated yet");
  }

  @Override
  public Collection<Feed> feeds() {
    return feeds.values().stream()
        .sorted(Comparator.comparing(Feed::getTenant).thenComparing(Feed::getSource))
        .toList();
  }

  @Override
  public void close() {
    producer.close();
    cluster.close();
  }
}
