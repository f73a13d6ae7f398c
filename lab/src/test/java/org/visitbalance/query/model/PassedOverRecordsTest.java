package org.visitbalance.query.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.visitbalance.embedded.EmbeddedCluster;
import org.visitbalance.fact.Decision;
import org.visitbalance.fact.DecisionAction;
import org.visitbalance.output.CapProposal;
import org.visitbalance.output.DeadLetter;
import org.visitbalance.output.Granularity;
import org.visitbalance.output.Item;
import org.visitbalance.output.ItemList;
import org.visitbalance.output.Reason;
import org.visitbalance.platform.Patience;
import org.visitbalance.platform.serde.ValueSerdes;
import org.visitbalance.service.TopicProvisioner;
import org.visitbalance.topology.Keys;
import org.visitbalance.topology.Topic;
import org.visitbalance.topology.Topics;
import org.visitbalance.topology.TopologyOptions;

/** Whatever is on a topic, the tables have everything else. */
@Timeout(180)
@Tag("slow")
class PassedOverRecordsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Instant NOW = Instant.parse("2026-11-04T17:00:00Z");
  private static EmbeddedCluster cluster;
  private static Map<String, Object> clients;
  private static TopologyOptions.Serdes serdes;

  @TempDir private Path folder;

  @BeforeAll
  static void start() {
    cluster = EmbeddedCluster.temporary();
    clients = cluster.clients();
    serdes = ValueSerdes.of(clients)::forClass;
    TopicProvisioner.create(clients, "", 1, Topic.Time.SIMULATION);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(clients, new ByteArraySerializer(), new ByteArraySerializer())) {
      send(producer, Topics.ITEMS, "T1|a", bytes(Topics.ITEMS, item("C01", "before")));
      // No Avro; a long text; no text of PostgreSQL; no date of PostgreSQL
      send(producer, Topics.ITEMS, "T1|b", "hello".getBytes(UTF_8));
      send(producer, Topics.ITEMS, "T1|c", bytes(Topics.ITEMS, item(text(4_000), "long")));
      send(producer, Topics.ITEMS, "T1|d", bytes(Topics.ITEMS, item("C\0" + "1", "nul")));
      Item far =
          Item.newBuilder(item("C01", "far"))
              .setFrom(LocalDate.ofEpochDay(Integer.MAX_VALUE))
              .build();
      send(producer, Topics.ITEMS, "T1|f", bytes(Topics.ITEMS, far));
      send(producer, Topics.ITEMS, "T1|e", bytes(Topics.ITEMS, item("C01", "after")));
      // All that the bounds allow
      CapProposal cap = new CapProposal(text(256), text(256), text(256), "2026-11", 4L, 30L);
      send(
          producer,
          Topics.CAP_PROPOSALS,
          Keys.of(cap.getTenant(), cap.getPayerId(), cap.getCpt(), cap.getMonth()),
          bytes(Topics.CAP_PROPOSALS, cap));
      Decision decision = decision(text(1_024));
      send(
          producer,
          Topics.DECISIONS,
          Keys.of(decision.getTenant(), decision.getPatientKey()),
          bytes(Topics.DECISIONS, decision));
      send(
          producer,
          Topics.DEAD_LETTERS,
          null,
          bytes(
              Topics.DEAD_LETTERS,
              new DeadLetter(text(5_000), "emr.visits", 0, 7L, "tenant", "is too long")));
      producer.flush();
    }
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  /** A text that neither compresses nor has fewer than four bytes for each character. */
  private static String text(int characters) {
    return new Random(characters)
        .ints(characters, 0x20000, 0x2A000)
        .mapToObj(Character::toString)
        .collect(Collectors.joining());
  }

  private static Item item(String location, String visit) {
    return Item.newBuilder()
        .setTenant("T1")
        .setLocation(location)
        .setGranularity(Granularity.DAY)
        .setFrom(LocalDate.parse("2026-11-04"))
        .setVisit(visit)
        .setList(ItemList.BRIDGE)
        .setReason(Reason.MISSING_CHARGE)
        .setDifference(1)
        .build();
  }

  private static Decision decision(String name) {
    return Decision.newBuilder()
        .setTenant(text(256))
        .setEventId(name)
        .setOccurredAt(NOW)
        .setPatientKey(text(256))
        .setVisit(name)
        .setKind("MISSING_CHARGE")
        .setLocation("C01")
        .setDate(LocalDate.parse("2026-11-04"))
        .setAction(DecisionAction.ASSIGNED)
        .setAssignee("ann")
        .setDecidedBy("bob")
        .build();
  }

  @SuppressWarnings("unchecked")
  private static byte[] bytes(Topic<?> topic, SpecificRecord value) {
    return serdes
        .of((Class<SpecificRecord>) value.getClass())
        .serializer()
        .serialize(topic.name(), value);
  }

  private static void send(
      KafkaProducer<byte[], byte[]> producer, Topic<?> topic, @Nullable String key, byte[] value) {
    var unused =
        producer.send(
            new ProducerRecord<>(
                topic.name(),
                0,
                NOW.toEpochMilli(),
                key == null ? null : key.getBytes(UTF_8),
                value));
  }

  @Test
  void h2HasEverythingThatCanBeRead() {
    try (Database database = Database.temporary()) {
      assertRest(database, List.of("after", "before", "far", "long", "nul"), 1);
    }
  }

  @Test
  void postgresHasEverythingThatItTakes() {
    Optional<Path> installed = PostgresServer.installed();
    assumeTrue(installed.isPresent(), "there is no PostgreSQL here: install Debian's postgresql");
    try (PostgresServer server = PostgresServer.start(installed.get(), folder);
        Database database = Database.open(server.url(), PostgresServer.USER, null)) {
      assertRest(database, List.of("after", "before", "long", "nul"), 2);
    }
  }

  /** A reader that begins again has nothing to write at first, as from a broker that is slow. */
  @Test
  void tablesThatTakeNoRowsAreAProblemUntilTheyDo() throws InterruptedException {
    Map<String, Object> slow = new HashMap<>(clients);
    slow.put("fetch.min.bytes", "1000000");
    slow.put("fetch.max.wait.ms", "1000");
    try (Database database = Database.temporary();
        Projector projector = new Projector(database, slow, serdes, "")) {
      change(database, "alter table item add constraint no_more check (record_key is null)");
      projector.start();
      Patience.await("the problem", PATIENCE, () -> projector.problem() != null);
      for (int i = 0; i < 80; i++) {
        assertThat(projector.problem()).as("look %s", i).contains("23513");
        Thread.sleep(100);
      }

      change(database, "alter table item drop constraint no_more");
      Patience.await("rows", PATIENCE, () -> projector.behind() == 0);
      Patience.await("no problem", PATIENCE, () -> projector.problem() == null);
    }
  }

  private static void change(Database database, String sql) {
    database.jdbi().useHandle(handle -> handle.execute(sql));
  }

  private static void assertRest(Database database, List<String> items, long passedOver) {
    try (Projector projector = new Projector(database, clients, serdes, "")) {
      projector.start();
      Patience.await("the tables to be filled", PATIENCE, () -> projector.behind() == 0);
      assertThat(projector.problem()).isNull();
      assertThat(projector.passedOver()).isEqualTo(passedOver);
      assertThat(projector.lastPassedOver()).startsWith("balancing.items-0 at offset ");
    }
    assertThat(column(database, "select visit from item order by visit")).isEqualTo(items);
    assertThat(column(database, "select in_month from cap_proposal")).containsExactly("2026-11");
    assertThat(column(database, "select what from event")).hasSize(1);
    assertThat(column(database, "select reason from dead_letter")).containsExactly("is too long");
  }

  private static List<String> column(Database database, String sql) {
    return database.jdbi().withHandle(handle -> handle.createQuery(sql).mapTo(String.class).list());
  }
}
