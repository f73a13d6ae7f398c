package org.visitbalance.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.visitbalance.core.TenantSettings;
import org.visitbalance.embedded.EmbeddedCluster;
import org.visitbalance.fact.Visit;
import org.visitbalance.fold.Engines;
import org.visitbalance.naive.KnownFact;
import org.visitbalance.platform.CommittedReading;
import org.visitbalance.platform.registry.RegistryConfig;
import org.visitbalance.platform.registry.SchemaRegistries;
import org.visitbalance.platform.registry.SchemaRegistry;
import org.visitbalance.platform.serde.ValueSerdes;
import org.visitbalance.scenario.Preset;
import org.visitbalance.scenario.Scenario;
import org.visitbalance.service.BalancingService;
import org.visitbalance.service.FactProducer;
import org.visitbalance.service.TopicProvisioner;
import org.visitbalance.service.TopicReader;
import org.visitbalance.settings.Settings;
import org.visitbalance.topology.FactDecoder;
import org.visitbalance.topology.Keys;
import org.visitbalance.topology.OutputTables;
import org.visitbalance.topology.ProgressListener;
import org.visitbalance.topology.Topic;
import org.visitbalance.topology.Topics;
import org.visitbalance.topology.TopologyOptions;

/** The command dead-letters beside a running service: docs/operating.md. */
@Timeout(240)
@Tag("slow")
class DeadLettersCommandTest {
  private static final int PARTITIONS = 3;
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static EmbeddedCluster cluster;
  private static Map<String, Object> clients;
  private static TopologyOptions.Serdes serdes;
  private static int installations;

  private String prefix;
  private BalancingService service;
  private FactProducer producer;

  @BeforeAll
  static void startCluster() {
    cluster = EmbeddedCluster.temporary();
    clients =
        Map.of(
            "bootstrap.servers",
            cluster.bootstrapServers(),
            "schema.registry.url",
            cluster.registryUrl(),
            RegistryConfig.PATIENCE,
            "PT1S");
    serdes = ValueSerdes.of(clients)::forClass;
  }

  @AfterAll
  static void stopCluster() {
    cluster.close();
  }

  @BeforeEach
  void start() {
    prefix = "d" + ++installations + ".";
    TopicProvisioner.create(clients, prefix, PARTITIONS, Topic.Time.SIMULATION);
    service = startService();
    producer = new FactProducer(clients, serdes, prefix);
  }

  /** An instance that has asked the registry for nothing yet. */
  private BalancingService startService() {
    return BalancingService.start(
        new TopologyOptions(
            prefix,
            ValueSerdes.of(clients)::forClass,
            "key",
            PARTITIONS,
            Instant.EPOCH,
            null,
            true,
            TopologyOptions.DATES_PER_TICK,
            ProgressListener.NONE),
        clients);
  }

  @AfterEach
  void stop() {
    producer.close();
    service.close();
  }

  private Program.Ran deadLetters(Object... arguments) {
    Stream<Object> first = Stream.of("dead-letters");
    Stream<Object> last =
        Stream.of(
            "--bootstrap",
            cluster.bootstrapServers(),
            "--registry",
            cluster.registryUrl(),
            "--prefix",
            prefix);
    return Program.run(Stream.concat(Stream.concat(first, Stream.of(arguments)), last).toArray());
  }

  private OutputTables outputs() {
    return new TopicReader(clients, serdes, prefix).outputs();
  }

  /** How many records there are on each input topic. */
  private Map<TopicPartition, Long> ends() {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            CommittedReading.config(clients),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> all = new ArrayList<>();
      for (Topic<?> topic : Topics.ALL) {
        if (topic.keeping() == Topic.Keeping.FACTS || topic.equals(Topics.DEAD_LETTER_RETRIES)) {
          all.addAll(CommittedReading.partitions(consumer, prefix + topic.name()));
        }
      }
      return consumer.endOffsets(all);
    }
  }

  private static void send(List<ProducerRecord<byte[], byte[]>> records) {
    try (KafkaProducer<byte[], byte[]> raw =
        new KafkaProducer<>(clients, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (ProducerRecord<byte[], byte[]> one : records) {
        var unused = raw.send(one);
      }
      raw.flush();
    }
  }

  private ProducerRecord<byte[], byte[]> record(SpecificRecord fact) {
    Topic<?> topic = Topics.ofFact(fact);
    byte[] key = Keys.ofFact(fact).getBytes(UTF_8);
    @SuppressWarnings("unchecked")
    Serializer<SpecificRecord> serializer =
        (Serializer<SpecificRecord>) (Serializer<?>) serdes.of(topic.type()).serializer();
    String name = prefix + topic.name();
    return new ProducerRecord<>(name, key, serializer.serialize(name, fact));
  }

  /** The same where the partitioner "consistent" of librdkafka, and so of Python, puts it. */
  private static ProducerRecord<byte[], byte[]> byCrc32(ProducerRecord<byte[], byte[]> record) {
    CRC32 crc = new CRC32();
    crc.update(record.key());
    int partition = (int) (crc.getValue() % PARTITIONS);
    return new ProducerRecord<>(record.topic(), partition, record.key(), record.value());
  }

  @Test
  void whatAPythonProducerPutIntoWrongPartitionsIsBalancedAfterARetry() {
    // Given a thousand facts of a producer with another partitioner than Kafka's
    Scenario scenario = new Scenario(Preset.CLINIC.options().with().seed(7).tenants(2).build());
    List<Settings> settings = scenario.settings();
    List<KnownFact> facts =
        scenario.facts().limit(1_000).map(f -> new KnownFact(f.fact(), f.knownAt())).toList();
    Instant asOf = facts.get(facts.size() - 1).knownAt().plus(Duration.ofDays(365));
    assertThat(facts).hasSize(1_000);
    List<ProducerRecord<byte[], byte[]>> records =
        facts.stream().map(one -> byCrc32(record(one.fact()))).toList();
    settings.forEach(producer::settings);
    producer.flush();
    send(records);
    long wrong =
        records.stream()
            .filter(one -> !one.topic().equals(prefix + Topics.FEEDS.name()))
            .filter(one -> FactDecoder.partition(one.key(), PARTITIONS) != one.partition())
            .count();
    assertThat(wrong).isBetween(500L, 800L);
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(outputs().deadLetters()).hasSize((int) wrong));

    // When they are listed, then one sees what to set
    Program.Ran listed = deadLetters();
    assertThat(listed.exit()).as(listed.err()).isZero();
    assertThat(listed.out())
        .startsWith("%,d dead letters in ".formatted(wrong))
        .contains("records on " + prefix + "emr.visits, company ", "key is in the wrong partition")
        .contains("partitioner=murmur2_random");
    assertThat(deadLetters("--all").out().lines()).hasSize((int) wrong);

    // When they are retried where they are, or only looked at, then nothing is sent
    Map<TopicPartition, Long> before = ends();
    Program.Ran plain = deadLetters("retry");
    assertThat(plain.exit()).isOne();
    assertThat(plain.out())
        .startsWith("sent again: 0 records\n")
        .contains("still invalid: %,d records".formatted(wrong));
    Program.Ran dry = deadLetters("retry", "--repartition", "--dry-run");
    assertThat(dry.exit()).isZero();
    assertThat(dry.out())
        .startsWith(
            "would be sent again (dry run): %1$,d records, %1$,d of them to another partition"
                .formatted(wrong));
    assertThat(ends()).isEqualTo(before);

    // When they are sent to the partitions of their keys
    Program.Ran sent = deadLetters("retry", "--repartition");
    assertThat(sent.exit()).as(sent.err()).isZero();
    assertThat(sent.out()).startsWith("sent again: %,d records".formatted(wrong));

    // Then the balance is what the fold says of all the facts, and none is left
    Map<String, List<String>> expected = Engines.fold(facts, settings, List.of(), asOf);
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              producer.tick(asOf, PARTITIONS);
              producer.flush();
              assertThat(lines(outputs(), settings, asOf)).isEqualTo(expected);
            });
    assertThat(outputs().deadLetters()).hasSize((int) wrong);
    assertThat(deadLetters().out()).startsWith("0 dead letters in 0 groups");

    // And a second retry sends nothing
    Map<TopicPartition, Long> after = ends();
    assertThat(deadLetters("retry", "--repartition").out()).startsWith("sent again: 0 records\n");
    assertThat(ends()).isEqualTo(after);
  }

  private static Map<String, List<String>> lines(
      OutputTables tables, List<Settings> settings, Instant asOf) {
    Map<String, TenantSettings> worked = new HashMap<>();
    settings.forEach(one -> worked.put(one.getTenant(), new TenantSettings(one)));
    return Engines.lines(
        tables.outputs(asOf, tenant -> worked.computeIfAbsent(tenant, TenantSettings::defaults)));
  }

  @Test
  void whatCameBeforeItsSchemaIsSentAgainWhenTheSchemaIsThere() throws Exception {
    // Given visits whose schema the registry does not have yet
    registerAllSchemas();
    SchemaRegistry registry = SchemaRegistries.open(clients);
    int next = registry.register("probe" + prefix, Schema.create(Schema.Type.LONG)) + 1;
    List<ProducerRecord<byte[], byte[]>> early = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      ProducerRecord<byte[], byte[]> visit = record(visit("V" + i));
      ByteBuffer.wrap(visit.value()).putInt(1, next);
      early.add(visit);
    }
    send(early);
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(outputs().deadLetters()).hasSize(5));

    // When they are retried too soon, then they say why they still are no facts
    Program.Ran soon = deadLetters("retry", "--reason", "SCHEMA " + next, "--format", "json");
    assertThat(soon.exit()).isOne();
    JsonNode told = Installation.json(soon.out());
    assertThat(told.path("sent").asInt()).isZero();
    assertThat(told.path("failed").asInt()).isEqualTo(5);
    assertThat(told.path("failing").path(0).path("reason").asText()).contains("schema " + next);

    // When the schema is there
    Schema later = new Schema.Parser().parse(withAnotherDoc());
    assertThat(registry.register("late" + prefix, later)).isEqualTo(next);
    String groups = deadLetters("--format", "json").out();
    JsonNode group = Installation.json(groups);
    assertThat(group.path("records").asInt()).as(groups).isEqualTo(5);
    assertThat(group.path("remedy").asText()).isEqualTo("RETRY");
    assertThat(group.path("tenant").isNull()).isTrue();
    assertThat(deadLetters("retry", "--source", "billing.charges").out())
        .startsWith("sent again: 0 records");
    // An instance remembers for a minute that a schema was unknown.
    service.close();
    service = startService();
    Program.Ran sent = deadLetters("retry", "--source", "emr.visits");
    assertThat(sent.exit()).as(sent.out() + sent.err()).isZero();
    assertThat(sent.out()).startsWith("sent again: 5 records\n");

    // Then they are facts, and no dead letter is open
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              producer.tick(Instant.parse("2026-11-05T00:00:00Z"), PARTITIONS);
              producer.flush();
              assertThat(outputs().values(Topics.VISIT_SUMMARIES)).hasSize(5);
            });
    assertThat(deadLetters("--format", "json").out()).isEmpty();
  }

  /** So that nobody else gets the next id. */
  private void registerAllSchemas() {
    Program.Ran ran =
        Program.run("schemas", "--registry", cluster.registryUrl(), "--prefix", prefix);
    assertThat(ran.exit()).as(ran.err()).isZero();
  }

  private static Visit visit(String id) {
    Instant at = Instant.parse("2026-11-04T17:05:00Z");
    return Visit.newBuilder()
        .setTenant("T1")
        .setEventId("e-" + id)
        .setOccurredAt(at)
        .setVisitId(id)
        .setRevision(0)
        .setStatus(org.visitbalance.fact.VisitStatus.FINALIZED)
        .setPatientKey("P-" + id)
        .setClinicId("C01")
        .setDateOfService(LocalDate.parse("2026-11-04"))
        .setFinalizedAt(at)
        .setFinalizedOn(LocalDate.parse("2026-11-04"))
        .setTherapistId("TH1")
        .setNoteType(org.visitbalance.fact.NoteType.DAILY_NOTE)
        .setNoCharge(org.visitbalance.fact.NoCharge.NONE)
        .setLines(List.of())
        .build();
  }

  /** Another version of the schema of visits. */
  private static String withAnotherDoc() {
    return Visit.getClassSchema()
        .toString()
        .replaceFirst("\"doc\":\"", "\"doc\":\"Of another producer. ");
  }

  @Test
  void aFilterBeforeTheWordRetryIsRefused() {
    Program.Ran ran = Program.run("dead-letters", "--tenant", "T1", "retry", "--dry-run");

    assertThat(ran.exit()).isEqualTo(2);
    assertThat(ran.err()).contains("options must come after 'retry'");
  }

  @Test
  void aFilterThatCanSelectNothingIsRefused() {
    for (String command : List.of("dead-letters", "dead-letters retry")) {
      for (String filter :
          List.of(
              "--source emr.vists", "--since 2026-11-05T00:00:00Z --until 2026-11-04T00:00:00Z")) {
        Program.Ran ran = Program.run((Object[]) (command + " " + filter).split(" "));

        assertThat(ran.exit()).as(command + " " + filter).isEqualTo(2);
        assertThat(ran.err())
            .containsAnyOf(
                "--source emr.vists is no topic of the installation",
                "--since 2026-11-05T00:00:00Z is after --until");
      }
    }
  }
}
