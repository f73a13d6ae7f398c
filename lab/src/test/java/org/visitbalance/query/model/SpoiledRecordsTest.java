package org.visitbalance.query.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.visitbalance.embedded.EmbeddedCluster;
import org.visitbalance.fact.Tick;
import org.visitbalance.output.DeadLetter;
import org.visitbalance.output.VisitIds;
import org.visitbalance.output.VisitSummary;
import org.visitbalance.platform.Patience;
import org.visitbalance.platform.serde.ValueSerdes;
import org.visitbalance.service.TopicProvisioner;
import org.visitbalance.topology.Topic;
import org.visitbalance.topology.Topics;

/** Records that cannot be read, or that a database refuses: the tables go on without them. */
@Timeout(180)
class SpoiledRecordsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final AtomicInteger TESTS = new AtomicInteger();
  private static EmbeddedCluster cluster;

  @TempDir private Path folder;
  private final Map<String, Object> clients = new HashMap<>();
  private final String prefix = "t" + TESTS.incrementAndGet() + ".";
  private ValueSerdes serdes;
  private KafkaProducer<byte[], byte[]> producer;

  @BeforeAll
  static void startCluster() {
    cluster = EmbeddedCluster.temporary();
  }

  @AfterAll
  static void stopCluster() {
    cluster.close();
  }

  @BeforeEach
  void prepare() {
    clients.put("bootstrap.servers", cluster.bootstrapServers());
    clients.put("schema.registry.url", cluster.registryUrl());
    TopicProvisioner.create(clients, prefix, 1);
    serdes = ValueSerdes.of(clients);
    producer = new KafkaProducer<>(clients, new ByteArraySerializer(), new ByteArraySerializer());
  }

  @AfterEach
  void stop() {
    producer.close();
  }

  private void put(Topic<?> topic, String key, byte[] value) {
    var unused =
        producer.send(
            new ProducerRecord<>(
                prefix + topic.name(), key == null ? null : key.getBytes(UTF_8), value));
    producer.flush();
  }

  @SuppressWarnings("unchecked")
  private byte[] bytes(Topic<?> topic, SpecificRecord value) {
    return serdes
        .forClass((Class<SpecificRecord>) value.getClass())
        .serializer()
        .serialize(prefix + topic.name(), value);
  }

  private void put(Topic<?> topic, String key, SpecificRecord value) {
    put(topic, key, bytes(topic, value));
  }

  private static VisitSummary visit(String tenant, String token, LocalDate day) {
    return VisitSummary.newBuilder()
        .setTenant(tenant)
        .setVisit(token)
        .setLocation("DTN")
        .setDateOfService(day)
        .setProviderId("TH1")
        .setState("MATCHED")
        .setSuppressed(false)
        .setLate(false)
        .setDocumentedUnits(1)
        .setBilledUnits(1)
        .build();
  }

  private static final LocalDate DAY = LocalDate.parse("2026-11-04");

  private long rows(Database database, String table) {
    return database.rows().get(table);
  }

  @Test
  void whatCannotBeReadIsPassedOverCountedAndNamed() {
    put(Topics.VISIT_SUMMARIES, "T1|A", new byte[] {1, 2, 3});
    put(Topics.VISIT_SUMMARIES, null, visit("T1", "B", DAY));
    put(Topics.VISIT_SUMMARIES, "T1|C", bytes(Topics.DEAD_LETTERS, letter()));
    put(Topics.VISIT_SUMMARIES, "T1|D", visit("T1", "D", DAY));
    put(Topics.DEAD_LETTERS, "x", new byte[] {0, 0, 0, 0, 1, 9});
    try (Database database = Database.temporary();
        Projector projector = new Projector(database, clients, serdes::forClass, prefix)) {
      projector.start();

      Patience.await("the tables", PATIENCE, () -> projector.behind() == 0);

      assertThat(projector.problem()).isNull();
      assertThat(rows(database, "visit")).isEqualTo(1);
      assertThat(projector.passed()).isEqualTo(4);
      assertThat(projector.lastPassed()).contains(prefix + "balancing.").contains("at offset");
    }
  }

  private static DeadLetter letter() {
    return new DeadLetter("T1", "emr.visits", 0, 1L, null, "is none");
  }

  @Test
  void whatPostgresRefusesKeepsNothingElseFromTheTables() {
    Optional<Path> bin = PostgresServer.installed();
    assumeTrue(bin.isPresent(), "no PostgreSQL is installed here");
    put(Topics.VISIT_SUMMARIES, "T1|A", visit("T1", "A", DAY));
    put(Topics.VISIT_SUMMARIES, "T\0|B", visit("T\0", "B", DAY));
    put(
        Topics.VISIT_SUMMARIES,
        "T1|C",
        visit("T1", "C", LocalDate.ofEpochDay(Integer.MAX_VALUE)));
    String longest = "\uD83D\uDE00x".repeat(2_000);
    put(Topics.VISIT_IDS, "T1|" + longest, new VisitIds("T1", longest, "P1", "V1"));
    put(Topics.VISIT_IDS, "T1|" + random(4_000), new VisitIds("T1", "E", random(4_000), "V1"));
    put(Topics.VISIT_IDS, random(4_000), new VisitIds("T1", "F", "P1", "V1"));
    put(Topics.VISIT_SUMMARIES, "T1|D", visit("T1", "D", DAY));
    try (PostgresServer server = PostgresServer.start(bin.orElseThrow(), folder);
        Database database = Database.open(server.url(), PostgresServer.USER, null);
        Projector projector = new Projector(database, clients, serdes::forClass, prefix)) {
      projector.start();

      Patience.await(
          "the tables",
          PATIENCE,
          () -> projector.behind() == 0 && rows(database, "visit") >= 3);

      assertThat(rows(database, "visit")).isEqualTo(3);
      assertThat(rows(database, "visit_ids")).isBetween(1L, 2L);
      assertThat(projector.lastPassed()).contains("SQL state");

      // And so does filling them again
      put(Topics.VISIT_SUMMARIES, "T1|G", visit("T1", "G", DAY));
      Patience.await("the tables", PATIENCE, () -> rows(database, "visit") == 4);
    }
  }

  private static String random(int length) {
    java.util.Random random = new java.util.Random(length);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append((char) ('a' + random.nextInt(26)));
    }
    return text.toString();
  }

  @Test
  void aTombstoneOrGarbageOnTheClockDoesNotStopTheWatch() {
    try (Database database = Database.temporary();
        Watch watch =
            new Watch(
                database,
                clients,
                serdes::forClass,
                prefix,
                prefix + "nobody",
                InstantSource.system())) {
      watch.start();
      put(Topics.CLOCK, null, bytes(Topics.CLOCK, new Tick(Instant.EPOCH)));
      Patience.await("the first tick", PATIENCE, () -> watch.freshness().tickedAt() != null);
      Instant first = watch.freshness().tickedAt();

      put(Topics.CLOCK, null, (byte[]) null);
      put(Topics.CLOCK, null, new byte[] {7});
      put(Topics.CLOCK, null, bytes(Topics.CLOCK, new Tick(Instant.EPOCH.plusSeconds(1))));

      Patience.await(
          "the next tick", PATIENCE, () -> watch.freshness().tickedAt().isAfter(first));
    }
  }
}
