package org.visitbalance.service;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.visitbalance.embedded.EmbeddedCluster;
import org.visitbalance.fact.Charge;
import org.visitbalance.fact.ChargeStatus;
import org.visitbalance.fact.NoCharge;
import org.visitbalance.fact.NoteType;
import org.visitbalance.fact.Visit;
import org.visitbalance.fact.VisitLine;
import org.visitbalance.fact.VisitStatus;
import org.visitbalance.output.DeadLetter;
import org.visitbalance.output.VisitIds;
import org.visitbalance.output.VisitSummary;
import org.visitbalance.platform.registry.PortableSchemas;
import org.visitbalance.platform.registry.SchemaRegistries;
import org.visitbalance.platform.registry.SchemaRegistry;
import org.visitbalance.platform.serde.ValueSerdes;
import org.visitbalance.settings.Settings;
import org.visitbalance.topology.OutputTables;
import org.visitbalance.topology.ProgressListener;
import org.visitbalance.topology.Topics;
import org.visitbalance.topology.TopologyOptions;

/**
 * The service and its schema registry: one that is behind or down costs no fact, and whatever a
 * producer registers stops nothing.
 */
@Timeout(180)
@Tag("slow")
class RegistryStoryTest {
  private static final Instant NOW = Instant.parse("2026-11-04T19:00:00Z");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final AtomicInteger TESTS = new AtomicInteger();
  private static EmbeddedCluster cluster;

  private final String prefix = "t" + TESTS.incrementAndGet() + ".";
  private final Map<String, Object> clients = new HashMap<>();
  private RegistryProxy proxy;
  private SchemaRegistry registry;
  private KafkaProducer<byte[], byte[]> raw;
  private FactProducer producer;
  private ValueSerdes serdes;
  private BalancingService service;
  private int ticks;

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
    Map<String, Object> direct = cluster.clients();
    proxy = new RegistryProxy(cluster.registryUrl());
    clients.putAll(direct);
    clients.put("schema.registry.url", proxy.url());
    // A client that has ended is missed soon, so that the next one need not wait for its
    // partitions.
    clients.put("main.consumer.session.timeout.ms", "6000");
    clients.put("main.consumer.heartbeat.interval.ms", "1500");
    registry = SchemaRegistries.open(direct);
    TopicProvisioner.create(clients, prefix, 1);
    raw = new KafkaProducer<>(direct, new ByteArraySerializer(), new ByteArraySerializer());
    producer = new FactProducer(direct, ValueSerdes.of(direct)::forClass, prefix);
  }

  @AfterEach
  void stop() {
    if (service != null) {
      service.close();
    }
    producer.close();
    raw.close();
    proxy.close();
  }

  private void start() {
    serdes = ValueSerdes.of(clients);
    service =
        BalancingService.start(
            new TopologyOptions(
                prefix,
                serdes::forClass,
                "key",
                1,
                Instant.EPOCH,
                null,
                true,
                TopologyOptions.DATES_PER_TICK,
                ProgressListener.NONE),
            clients);
  }

  @Test
  void aNodeThatIsBehindCostsNoFact() {
    // Given a service that runs, and a node of the registry that has not heard of a new schema
    int id = newVersion("room");
    proxy.hide(id);
    start();
    visit("before");
    settle();

    // When twenty facts of that schema come, and the node learns of it later
    for (int i = 0; i < 20; i++) {
      raw(visitOf("late" + i), id, new byte[] {0});
    }
    pause(4_000);
    tick();
    assertThat(letters()).isEmpty();
    assertThat(serdes.trouble()).contains("schema " + id);
    assertThat(service.counts().of("records-held", Topics.VISITS)).isEqualTo(20);
    visit("meanwhile");
    proxy.showAll();

    // Then none of them is lost
    await().atMost(Duration.ofSeconds(60)).until(() -> settle().size() == 22);
    assertThat(letters()).isEmpty();
    assertThat(serdes.trouble()).isNull();
    assertThat(service.counts().of("records-held", Topics.VISITS)).isZero();
  }

  @Test
  void whatWaitsSurvivesARestart() {
    int id = newVersion("room");
    proxy.hide(id);
    start();
    visit("before");
    settle();
    raw(visitOf("late"), id, new byte[] {0});
    await().until(() -> service.counts().of("records-held", Topics.VISITS) == 1);
    pause(1_000);
    service.close();

    start();
    pause(1_000);
    proxy.showAll();

    await().atMost(Duration.ofSeconds(60)).until(() -> settle().size() == 2);
    assertThat(letters()).isEmpty();
  }

  @Test
  void aSchemaThatNeverComesIsADeadLetterWhenThePatienceIsOver() {
    clients.put("visitbalance.registry.patience", "PT4S");
    int id = newVersion("room");
    proxy.hide(id);
    start();
    visit("before");
    settle();

    raw(visitOf("lost"), id, new byte[] {0});
    pause(2_000);
    tick();
    assertThat(letters()).isEmpty();

    await().atMost(Duration.ofSeconds(60)).until(() -> tick() && letters().size() == 1);
    assertThat(letters().get(0).getReason()).contains("schema " + id).contains("4 s");
    visit("after");
    await().atMost(Duration.ofSeconds(60)).until(() -> settle().size() == 2);
    assertThat(settle()).containsExactlyInAnyOrder("before", "after");
  }

  @Test
  void thousandsOfUnknownIdsHoldNothingElse() {
    start();
    visit("before");
    settle();

    // When three thousand records come, each of a schema that nobody knows
    for (int i = 0; i < 3_000; i++) {
      raw(visitOf("garbage" + i), 5_000 + i, new byte[0]);
    }
    raw.flush();
    visit("after");

    // Then what comes after them is judged in seconds, and the registry is not flooded
    await().atMost(Duration.ofSeconds(30)).until(() -> settle().contains("after"));
    assertThat(proxy.asked("/schemas/ids/")).isLessThan(6_000);
  }

  @Test
  void theClockWaitsForWhatTheRegistryMayYetLearnOf() {
    // Given charges of a new schema, which a node of the registry does not know
    int id = newVersion(Topics.CHARGES.name(), Charge.getClassSchema(), "room");
    proxy.hide(id);
    Instant old = NOW.minus(Duration.ofDays(3));
    Visit visit =
        Visit.newBuilder(visitOf("V1"))
            .setFinalizedAt(old)
            .setOccurredAt(old)
            .setFinalizedOn(LocalDate.parse("2026-11-01"))
            .build();
    raw(Topics.CHARGES.name(), "T1|P1", chargeOf("V1"), id, new byte[] {0});
    raw.flush();
    producer.fact(visit);
    producer.flush();

    // When a service starts, long after the visit was to be billed
    start();
    await().until(() -> service.counts().of("records-held", Topics.CHARGES) == 1);
    for (int i = 0; i < 5; i++) {
      tick();
      pause(500);
    }
    assertThat(outputs().values(Topics.VISIT_DISCREPANCIES)).isEmpty();
    proxy.showAll();

    // Then nobody has ever missed the charge
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> tick() && !outputs().values(Topics.VISIT_SUMMARIES).isEmpty());
    assertThat(outputs().values(Topics.VISIT_SUMMARIES))
        .extracting(VisitSummary::getState)
        .containsExactly("POSTED_LATER");
    assertThat(outputs().values(Topics.VISIT_DISCREPANCIES)).isEmpty();
  }

  @Test
  void theThreadOfTheSettingsMayDieOfAnythingAndTheServiceGoesOn() throws Exception {
    // Given settings that have been replaced some times
    String topic = prefix + Topics.SETTINGS.name();
    for (int i = 0; i < 5; i++) {
      producer.settings(Settings.newBuilder().setTenant("T1").build());
    }
    start();
    visit("before");
    settle();
    await().until(() -> service.counts().of("facts-valid", Topics.SETTINGS) == 5);

    // When their topic is made anew, so that nothing is where the thread reads on
    try (Admin admin = Admin.create(clients)) {
      admin.deleteTopics(List.of(topic)).all().get();
      await()
          .ignoreExceptions()
          .until(
              () -> {
                admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
                return true;
              });
    }
    producer.settings(Settings.newBuilder().setTenant("T1").build());
    producer.flush();

    // Then the instance starts itself again
    await()
        .atMost(Duration.ofSeconds(90))
        .until(() -> service.counts().of("facts-valid", Topics.SETTINGS) == 1);
    visit("after");
    await().atMost(Duration.ofSeconds(60)).until(() -> settle().contains("after"));
    assertThat(service.trouble()).isNull();
    assertThat(service.hasFailed()).isFalse();
  }

  @Test
  void settingsThatComeWhileTheRegistryIsDownAreTakenWhenItIsBack() {
    clients.put("max.retries", "1");
    int id = newVersion(Topics.SETTINGS.name(), Settings.getClassSchema(), "color");
    start();
    visit("before");
    settle();

    proxy.isDown(true);
    Settings document = Settings.newBuilder().setTenant("T1").setZone("America/New_York").build();
    raw(Topics.SETTINGS.name(), "T1", document, id, new byte[] {0});
    pause(4_000);
    assertThat(service.trouble()).isNull();
    proxy.isDown(false);

    visit("after");
    await().atMost(Duration.ofSeconds(60)).until(() -> settle().contains("after"));
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> service.counts().of("facts-valid", Topics.SETTINGS) == 1);
    assertThat(service.trouble()).isNull();
    assertThat(letters()).isEmpty();
  }

  @Test
  void settingsOfASchemaThatNobodyKnowsAreADeadLetterAndTheServiceLivesOn() {
    clients.put("visitbalance.registry.patience", "PT3S");
    start();
    visit("before");
    settle();

    raw(
        Topics.SETTINGS.name(),
        "T1",
        Settings.newBuilder().setTenant("T1").build(),
        7_777,
        new byte[0]);

    await().atMost(Duration.ofSeconds(60)).until(() -> tick() && letters().size() == 1);
    assertThat(letters().get(0).getSource()).isEqualTo(prefix + Topics.SETTINGS.name());
    visit("after");
    await().atMost(Duration.ofSeconds(60)).until(() -> settle().contains("after"));
    assertThat(service.trouble()).isNull();
  }

  @Test
  void whateverAProducerRegistersStopsNothing() throws Exception {
    clients.put("visitbalance.registry.patience", "PT3S");
    start();
    visit("before");
    settle();

    // Given schemas with references, one of which leads to another
    String line = VisitLine.getClassSchema().toString();
    proxy.says("/subjects/line/versions/1", version("line", 9_001, line, ""));
    proxy.says("/schemas/ids/9000", "{" + schema(withoutLines()) + references("line") + "}");
    // ... with a default that does not fit, a namespace that is none, no type that is known,
    // a reference that leads nowhere, one that leads to itself, and nested too deeply
    ObjectNode bad = visitSchema();
    addField(bad, "{\"name\":\"x\",\"type\":\"int\",\"default\":\"abc\"}");
    proxy.says("/schemas/ids/9002", "{" + schema(bad.toString()) + "}");
    ObjectNode named = visitSchema();
    addField(
        named,
        "{\"name\":\"x\",\"type\":{\"type\":\"record\",\"name\":\"y\",\"namespace\":\"my-company\","
            + "\"fields\":[]}}");
    proxy.says("/schemas/ids/9003", "{" + schema(named.toString()) + "}");
    ObjectNode unknown = visitSchema();
    addField(unknown, "{\"name\":\"x\",\"type\":\"Nowhere\"}");
    proxy.says("/schemas/ids/9004", "{" + schema(unknown.toString()) + "}");
    proxy.says("/schemas/ids/9005", "{" + schema(withoutLines()) + references("nowhere") + "}");
    proxy.says(
        "/subjects/self/versions/1", version("self", 9_007, withoutLines(), references("self")));
    proxy.says("/schemas/ids/9006", "{" + schema(withoutLines()) + references("self") + "}");
    String deep = "{\"type\":\"array\",\"items\":".repeat(900) + "\"int\"" + "}".repeat(900);
    ObjectNode nested = visitSchema();
    addField(nested, "{\"name\":\"x\",\"type\":" + deep + "}");
    proxy.says("/schemas/ids/9008", "{" + schema(nested.toString()) + "}");
    // ... and one that may be nested as deeply as its record is
    ObjectNode recursive = visitSchema();
    addField(
        recursive,
        "{\"name\":\"x\",\"type\":{\"type\":\"record\",\"name\":\"Node\",\"fields\":"
            + "[{\"name\":\"next\",\"type\":[\"null\",\"Node\"]}]}}");
    proxy.says("/schemas/ids/9009", "{" + schema(recursive.toString()) + "}");

    // When records of them come
    raw(visitOf("referring"), 9_000, new byte[0]);
    raw(visitOf("default"), 9_002, new byte[] {0});
    raw(visitOf("namespace"), 9_003, new byte[0]);
    raw(visitOf("type"), 9_004, new byte[0]);
    raw(visitOf("nowhere"), 9_005, new byte[0]);
    raw(visitOf("self"), 9_006, new byte[0]);
    raw(visitOf("deep schema"), 9_008, new byte[] {0});
    raw(visitOf("shallow"), 9_009, new byte[] {0});
    byte[] nesting = new byte[900_001];
    Arrays.fill(nesting, 0, 900_000, (byte) 2);
    raw(visitOf("deep"), 9_009, nesting);
    visit("after");

    // Then those that can be read are facts, and the others dead letters
    await().atMost(Duration.ofSeconds(60)).until(() -> settle().contains("after"));
    await().atMost(Duration.ofSeconds(60)).until(() -> tick() && letters().size() == 6);
    assertThat(settle())
        .containsExactlyInAnyOrder("before", "referring", "deep schema", "shallow", "after");
    assertThat(service.trouble()).isNull();
  }

  private static String withoutLines() throws Exception {
    ObjectNode schema = visitSchema();
    for (var field : schema.withArray("fields")) {
      if (field.path("name").asText().equals("lines")) {
        ((ObjectNode) field.path("type")).put("items", VisitLine.getClassSchema().getFullName());
      }
    }
    return schema.toString();
  }

  private static ObjectNode visitSchema() throws Exception {
    return (ObjectNode) JSON.readTree(PortableSchemas.of(Visit.getClassSchema()).toString());
  }

  private static void addField(ObjectNode schema, String field) throws Exception {
    schema.withArray("fields").add(JSON.readTree(field));
  }

  private static String schema(String text) {
    return "\"schema\":" + JSON.getNodeFactory().textNode(text);
  }

  private static String references(String subject) {
    return ",\"references\":[{\"name\":\""
        + VisitLine.getClassSchema().getFullName()
        + "\",\"subject\":\""
        + subject
        + "\",\"version\":1}]";
  }

  private static String version(String subject, int id, String text, String more) {
    return "{\"subject\":\""
        + subject
        + "\",\"version\":1,\"id\":"
        + id
        + ","
        + schema(text)
        + more
        + "}";
  }

  /** A new version of the visits' schema, with another field that may be absent. */
  private int newVersion(String field) {
    return newVersion(Topics.VISITS.name(), Visit.getClassSchema(), field);
  }

  private int newVersion(String topic, Schema of, String field) {
    Schema own = PortableSchemas.of(of);
    registry.register(prefix + topic + "-value", own);
    try {
      ObjectNode schema = (ObjectNode) JSON.readTree(own.toString());
      addField(
          schema,
          "{\"name\":\""
              + field
              + prefix.replace(".", "")
              + "\",\"type\":[\"null\",\"string\"],\"default\":null}");
      return registry.register(
          prefix + topic + "-value", new Schema.Parser().parse(schema.toString()));
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static Visit visitOf(String id) {
    return Visit.newBuilder()
        .setTenant("T1")
        .setEventId("e-" + id)
        .setOccurredAt(NOW.minusSeconds(3600))
        .setVisitId(id)
        .setRevision(0)
        .setStatus(VisitStatus.FINALIZED)
        .setPatientKey("P1")
        .setClinicId("C01")
        .setDateOfService(LocalDate.parse("2026-11-04"))
        .setFinalizedAt(NOW.minusSeconds(3600))
        .setFinalizedOn(LocalDate.parse("2026-11-04"))
        .setTherapistId("TH1")
        .setNoteType(NoteType.DAILY_NOTE)
        .setNoCharge(NoCharge.NONE)
        .setLines(List.of(new VisitLine("97110", List.of("GP"), 2, true, null)))
        .build();
  }

  private static Charge chargeOf(String visit) {
    return Charge.newBuilder()
        .setTenant("T1")
        .setEventId("c-" + visit)
        .setOccurredAt(NOW.minusSeconds(3600))
        .setChargeId("c-" + visit)
        .setStatus(ChargeStatus.ACTIVE)
        .setUpdatedAt(NOW.minusSeconds(3600))
        .setPatientKey("P1")
        .setEmrVisitId(visit)
        .setLocationId("C01")
        .setDateOfService(LocalDate.parse("2026-11-04"))
        .setCreatedAt(NOW.minusSeconds(3600))
        .setCreatedOn(LocalDate.parse("2026-11-04"))
        .setTreatingProviderId("TH1")
        .setCpt("97110")
        .setModifiers(List.of())
        .setUnits(2)
        .build();
  }

  private void visit(String id) {
    producer.fact(visitOf(id));
    producer.flush();
  }

  private void raw(Visit visit, int id, byte[] more) {
    raw(Topics.VISITS.name(), "T1|P1", visit, id, more);
  }

  /** A record that says to be of some schema: that of its class, with more bytes behind it. */
  private void raw(String topic, String key, SpecificRecord value, int id, byte[] more) {
    byte[] datum = new org.visitbalance.platform.serde.Codec<>(type(value)).encode(value);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(0);
    bytes.writeBytes(ByteBuffer.allocate(4).putInt(id).array());
    bytes.writeBytes(datum);
    bytes.writeBytes(more);
    var unused =
        raw.send(new ProducerRecord<>(prefix + topic, key.getBytes(UTF_8), bytes.toByteArray()));
  }

  @SuppressWarnings("unchecked")
  private static Class<SpecificRecord> type(SpecificRecord value) {
    return (Class<SpecificRecord>) value.getClass();
  }

  private boolean tick() {
    producer.tick(NOW.plusSeconds(++ticks), 1);
    producer.flush();
    return true;
  }

  /** Lets the clock tick, waits a moment, and says which visits are known then. */
  private List<String> settle() {
    raw.flush();
    List<String> known = List.of();
    for (int i = 0; i < 150 && known.isEmpty(); i++) {
      tick();
      pause(200);
      known = outputs().values(Topics.VISIT_IDS).stream().map(VisitIds::getName).toList();
    }
    return known;
  }

  private List<DeadLetter> letters() {
    return new ArrayList<>(outputs().deadLetters());
  }

  private OutputTables outputs() {
    return new TopicReader(
            cluster.clients(),
            ValueSerdes.of(Map.of("schema.registry.url", cluster.registryUrl()))::forClass,
            prefix)
        .outputs();
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
