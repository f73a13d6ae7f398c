package org.visitbalance.alerts;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.visitbalance.cli.Program;
import org.visitbalance.embedded.EmbeddedCluster;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.output.DiscrepancyStatus;
import org.visitbalance.output.FileSource;
import org.visitbalance.output.FileState;
import org.visitbalance.output.Level;
import org.visitbalance.output.ReceivedFile;
import org.visitbalance.output.Severity;
import org.visitbalance.platform.Patience;
import org.visitbalance.platform.serde.ValueSerdes;
import org.visitbalance.service.FactProducer;
import org.visitbalance.service.TopicProvisioner;
import org.visitbalance.settings.Settings;
import org.visitbalance.topology.Keys;
import org.visitbalance.topology.Topic;
import org.visitbalance.topology.Topics;
import org.visitbalance.topology.TopologyOptions;

/** An installation of its own on the cluster of all these tests, on which a test says what is. */
final class AlertFixtures implements AutoCloseable {
  static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  static final WatchdogLimits CALM = new WatchdogLimits(Duration.ofDays(300), Map.of(), 1_000_000);
  static final RouteFilter ALL =
      new RouteFilter(Set.of(), Set.of(), Set.of(), Set.of(), Duration.ZERO, Duration.ZERO);
  private static final int PARTITIONS = 2;
  private static final AtomicInteger COUNT = new AtomicInteger();
  private static EmbeddedCluster shared;

  final EmbeddedCluster cluster = cluster();
  final String prefix = "t" + COUNT.incrementAndGet() + ".";
  final Map<String, Object> clients = new HashMap<>();
  final TopologyOptions.Serdes serdes;
  final List<String> voices = new CopyOnWriteArrayList<>();
  final StoppableClock clock = new StoppableClock();
  private final KafkaProducer<byte[], byte[]> producer;
  private final List<Runnable> opened = new ArrayList<>();

  private static synchronized EmbeddedCluster cluster() {
    if (shared == null) {
      shared = EmbeddedCluster.temporary();
      Runtime.getRuntime().addShutdownHook(new Thread(shared::close));
    }
    return shared;
  }

  AlertFixtures() {
    clients.put("bootstrap.servers", cluster.bootstrapServers());
    clients.put("schema.registry.url", cluster.registryUrl());
    serdes = ValueSerdes.of(clients)::forClass;
    TopicProvisioner.create(clients, prefix, PARTITIONS);
    producer = new KafkaProducer<>(clients, new ByteArraySerializer(), new ByteArraySerializer());
  }

  Cluster place() {
    return new Cluster(clients, serdes, prefix);
  }

  FactProducer facts() {
    FactProducer facts = new FactProducer(clients, serdes, prefix);
    opened.add(facts::close);
    return facts;
  }

  /** Checks a routes file against the cluster. */
  Program.Ran check(Path routes) {
    return Program.run(
        "alerts",
        "check",
        routes,
        "--bootstrap",
        cluster.bootstrapServers(),
        "--registry",
        cluster.registryUrl(),
        "--prefix",
        prefix);
  }

  /** A tick; the broker says when it came, by its own clock. */
  void tick() {
    FactProducer facts = facts();
    facts.tick(Instant.now(), PARTITIONS);
    facts.flush();
  }

  /** A missing charge, as the service says it. */
  static Discrepancy.Builder missingCharge(String id) {
    return Discrepancy.newBuilder()
        .setId(id)
        .setTenant("T1")
        .setLevel(Level.VISIT)
        .setKind("MISSING_CHARGE")
        .setStatus(DiscrepancyStatus.OPEN)
        .setSeverity(Severity.HIGH)
        .setLocation("DTN")
        .setDate(LocalDate.parse("2026-11-04"))
        .setVisit("TOKEN" + id)
        .setDifference(1)
        .setAction("Look for the visit on the Claims Feed and in billing.")
        .setOpenedAt(Instant.now());
  }

  /** The same, opened at what time it is here. */
  Discrepancy.Builder missing(String id) {
    return missingCharge(id).setOpenedAt(clock.instant());
  }

  void open(Discrepancy.Builder found) {
    put(found.build());
  }

  void open(String id) {
    open(missing(id));
  }

  void resolve(Discrepancy.Builder found) {
    put(found.setStatus(DiscrepancyStatus.RESOLVED).setResolvedAt(clock.instant()).build());
  }

  void put(Discrepancy found) {
    Topic<Discrepancy> topic =
        found.getLevel() == Level.VISIT ? Topics.VISIT_DISCREPANCIES : Topics.PERIOD_DISCREPANCIES;
    String name = prefix + topic.name();
    byte[] value = serdes.of(Discrepancy.class).serializer().serialize(name, found);
    send(new ProducerRecord<>(name, found.getId().getBytes(UTF_8), value));
  }

  void send(ProducerRecord<byte[], byte[]> record) {
    answer(producer.send(record));
  }

  /** Waits until a route to a webhook has read all there is, and told what was due when it had. */
  void awaitRead(String route) {
    try (Admin admin = Admin.create(clients)) {
      Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
      for (Topic<?> topic :
          List.of(
              Topics.PERIOD_DISCREPANCIES,
              Topics.VISIT_DISCREPANCIES,
              Topics.FILES,
              Topics.INSIGHTS)) {
        for (int partition = 0; partition < PARTITIONS; partition++) {
          latest.put(new TopicPartition(prefix + topic.name(), partition), OffsetSpec.latest());
        }
      }
      Map<TopicPartition, Long> ends = new HashMap<>();
      answer(admin.listOffsets(latest).all())
          .forEach((partition, end) -> ends.put(partition, end.offset()));
      Patience.await(
          "the route to read",
          Duration.ofSeconds(30),
          () -> {
            Map<TopicPartition, Long> read = new HashMap<>();
            answer(
                    admin
                        .listConsumerGroupOffsets(WebhookWorker.group(prefix, route))
                        .partitionsToOffsetAndMetadata())
                .forEach((partition, place) -> read.put(partition, place.offset()));
            return read.equals(ends);
          });
    }
  }

  private static <T> T answer(Future<T> future) {
    try {
      return future.get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A file with a name that says too much. */
  static ReceivedFile.Builder file(String sha, FileState state, Instant at) {
    return ReceivedFile.newBuilder()
        .setTenant("T1")
        .setSha256(sha)
        .setPart("")
        .setReceipt(1)
        .setName("Smith_John.csv")
        .setSize(10)
        .setSource(FileSource.FOLDER)
        .setState(state)
        .setReason("Smith_John.csv: no profile fits")
        .setRows(0)
        .setFacts(0)
        .setToSend(0)
        .setSent(0)
        .setUnchanged(0)
        .setDead(0)
        .setSkipped(0)
        .setReceivedAt(at)
        .setChangedAt(at);
  }

  void put(ReceivedFile file) {
    String name = prefix + Topics.FILES.name();
    byte[] value = serdes.of(ReceivedFile.class).serializer().serialize(name, file);
    String key = Keys.of(file.getTenant(), file.getSha256(), file.getPart());
    send(new ProducerRecord<>(name, key.getBytes(UTF_8), value));
  }

  void put(Settings settings) {
    String name = prefix + Topics.SETTINGS.name();
    byte[] value = serdes.of(Settings.class).serializer().serialize(name, settings);
    send(new ProducerRecord<>(name, settings.getTenant().getBytes(UTF_8), value));
  }

  static AlertRoute webhook(String name, URI url, RouteFilter filter) {
    return webhook(name, url, filter, 10, SECRET);
  }

  /** One that does not wait for long. */
  static AlertRoute webhook(
      String name, URI url, RouteFilter filter, int tries, String... secrets) {
    return new AlertRoute(
        name,
        new Destination.Webhook(
            url,
            List.of(secrets),
            Duration.ofMillis(500),
            tries,
            Duration.ofMillis(20),
            Duration.ofMillis(100)),
        filter);
  }

  Alerts start(AlertRoute... routes) {
    return start(CALM, routes);
  }

  Alerts start(WatchdogLimits limits, AlertRoute... routes) {
    return start(limits, null, routes);
  }

  /** Starts morning mails. */
  Alerts start(MailPlan mail) {
    return start(CALM, mail);
  }

  private Alerts start(WatchdogLimits limits, MailPlan mail, AlertRoute... routes) {
    Alerts alerts =
        Alerts.start(
            place(),
            prefix + "service",
            new Alerts.Plan(
                new MessageFormatter(
                    URI.create("https://balance.example.com"), kind -> "what " + kind + " is"),
                limits,
                List.of(routes),
                mail),
            clock,
            new Random(1),
            (who, isWell, what) -> voices.add(who + " " + what));
    opened.add(alerts::close);
    return alerts;
  }

  @Override
  public void close() {
    opened.forEach(Runnable::run);
    producer.close();
  }
}
