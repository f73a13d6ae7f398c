package org.visitbalance.service;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.visitbalance.embedded.EmbeddedCluster;
import org.visitbalance.fact.NoCharge;
import org.visitbalance.fact.NoteType;
import org.visitbalance.fact.Visit;
import org.visitbalance.fact.VisitLine;
import org.visitbalance.fact.VisitStatus;
import org.visitbalance.output.Balance;
import org.visitbalance.output.DeadLetter;
import org.visitbalance.platform.Patience;
import org.visitbalance.platform.serde.ValueSerdes;
import org.visitbalance.topology.OutputTables;
import org.visitbalance.topology.ProgressListener;
import org.visitbalance.topology.Topic;
import org.visitbalance.topology.Topics;
import org.visitbalance.topology.TopologyOptions;

/** A record that its topic does not take costs that record and nothing else. */
@Timeout(180)
@Tag("slow")
class PassedOverTest {
  private static final Instant AS_OF = Instant.parse("2026-11-09T12:00:00Z");
  private static final int PROVIDERS = 100;
  private static final int SMALL = 16_384;
  private static final String LONG = "p".repeat(250);

  private static EmbeddedCluster cluster;

  @BeforeAll
  static void start() {
    cluster = EmbeddedCluster.temporary();
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  private static Map<String, Object> clients() {
    Map<String, Object> clients = new HashMap<>();
    clients.put("bootstrap.servers", cluster.bootstrapServers());
    clients.put("schema.registry.url", cluster.registryUrl());
    return clients;
  }

  @Test
  void whatAProducerWouldNotSendIsLeftOut() {
    Map<String, Object> clients = clients();
    clients.put("producer.max.request.size", Integer.toString(SMALL));
    assertEverythingElseIsSaid("small.", clients);
  }

  @Test
  void whatABrokerRefusesIsLeftOutTheNextTime() throws ExecutionException, InterruptedException {
    TopicProvisioner.create(clients(), "strict.", 1, Topic.Time.SIMULATION);
    try (Admin admin = Admin.create(clients())) {
      admin
          .incrementalAlterConfigs(
              Map.of(
                  new ConfigResource(ConfigResource.Type.TOPIC, "strict." + Topics.BALANCES.name()),
                  List.of(
                      new AlterConfigOp(
                          new ConfigEntry("max.message.bytes", Integer.toString(SMALL)),
                          AlterConfigOp.OpType.SET))))
          .all()
          .get();
    }
    Map<String, Object> clients = clients();
    // Until it times out, nobody reads beyond the transaction that the broker has refused.
    clients.put("producer.transaction.timeout.ms", "5000");
    // The thread that the refusal ended is missed soon, and another takes over.
    clients.put("main.consumer.session.timeout.ms", "6000");
    clients.put("main.consumer.heartbeat.interval.ms", "1500");
    assertEverythingElseIsSaid("strict.", clients);
  }

  @Test
  void fiveThousandProvidersAreAllSaid() {
    OutputTables tables = run("wide.", clients(), 5_000, 0);

    assertThat(tables.values(Topics.BALANCES))
        .filteredOn(balance -> balance.getLocation().equals("BIG"))
        .hasSize(3)
        .allSatisfy(balance -> assertThat(balance.getProviders()).hasSize(5_000));
    assertThat(tables.deadLetters()).isEmpty();
  }

  @Test
  void aLetterOfATransactionThatIsLostIsSentAgain() {
    TopicProvisioner.create(clients(), "again.", 1, Topic.Time.SIMULATION);
    TopologyOptions.Serdes serdes = ValueSerdes.of(clients())::forClass;
    Map<String, Object> config = clients();
    config.put("transactional.id", "again");
    config.put("max.request.size", SMALL);
    ProducerRecord<byte[], byte[]> large =
        new ProducerRecord<>(
            "again." + Topics.BALANCES.name(), 0, LONG.getBytes(UTF_8), new byte[2 * SMALL]);
    try (Producer<byte[], byte[]> producer =
        new LimitedClients(new PassedOver(options("again.", serdes)), true).getProducer(config)) {
      producer.initTransactions();
      for (boolean isKept : List.of(false, true, true)) {
        producer.beginTransaction();
        Future<RecordMetadata> unused = producer.send(large);
        if (isKept) {
          producer.commitTransaction();
        } else {
          producer.abortTransaction();
        }
      }
    }
    assertThat(new TopicReader(clients(), serdes, "again.").outputs().deadLetters()).hasSize(1);
  }

  private static void assertEverythingElseIsSaid(String prefix, Map<String, Object> clients) {
    OutputTables tables = run(prefix, clients, PROVIDERS, 1);

    // What was said before it grew too large is still there.
    assertThat(tables.values(Topics.BALANCES))
        .filteredOn(balance -> balance.getLocation().equals("BIG"))
        .allSatisfy(balance -> assertThat(balance.getProviders()).hasSizeLessThan(PROVIDERS));
    assertThat(tables.values(Topics.BALANCES)).extracting(Balance::getLocation).contains("SMALL");
    assertThat(tables.values(Topics.VISIT_SUMMARIES)).hasSize(PROVIDERS + 1);
    assertThat(tables.deadLetters())
        .isNotEmpty()
        .allSatisfy(letter -> assertThat(letter.getReason()).contains("bytes; its topic takes"))
        .allSatisfy(letter -> assertThat(letter.getReason()).doesNotContain("BIG", "ppp"))
        .extracting(DeadLetter::getReason)
        .doesNotHaveDuplicates();
  }

  private static TopologyOptions options(String prefix, TopologyOptions.Serdes serdes) {
    return new TopologyOptions(
        prefix,
        serdes,
        "key",
        1,
        AS_OF,
        null,
        true,
        TopologyOptions.DATES_PER_TICK,
        ProgressListener.NONE);
  }

  /** Runs the service on visits at one place by many providers, and one visit at another place. */
  private static OutputTables run(
      String prefix, Map<String, Object> clients, int providers, long passedOver) {
    TopologyOptions.Serdes serdes = ValueSerdes.of(clients())::forClass;
    TopicProvisioner.create(clients(), prefix, 1, Topic.Time.SIMULATION);
    TopologyOptions options = options(prefix, serdes);
    try (FactProducer producer = new FactProducer(clients(), serdes, prefix, () -> AS_OF);
        BalancingService service = BalancingService.start(options, clients)) {
      for (int i = 0; i < providers; i++) {
        producer.fact(visit("V" + i, "BIG", LONG + i), AS_OF);
      }
      producer.fact(visit("W", "SMALL", "p"), AS_OF);
      producer.tick(AS_OF, 1);
      producer.flush();
      TopicReader reader = new TopicReader(clients(), serdes, prefix);
      Patience.await(
          "everything to be said",
          Duration.ofMinutes(2),
          Duration.ofMillis(250),
          () -> {
            service.check();
            // What a restarted thread reads is judged at the next tick, as in the service.
            producer.tick(AS_OF, 1);
            producer.flush();
            if (service.counts().ofPatientFacts("facts-read") <= providers
                || (passedOver == 0 && !service.isBooked())) {
              return false;
            }
            OutputTables now = reader.outputs();
            return now.values(Topics.VISIT_SUMMARIES).size() == providers + 1
                && now.values(Topics.BALANCES).stream()
                    .anyMatch(balance -> balance.getLocation().equals("SMALL"))
                && (passedOver == 0
                    ? now.values(Topics.BALANCES).size() == 6
                    : service.passedOver() >= passedOver && !now.deadLetters().isEmpty());
          });
      return reader.outputs();
    }
  }

  private static Visit visit(String visitId, String clinic, String therapist) {
    Instant finalized = Instant.parse("2026-11-04T17:00:00Z");
    LocalDate date = LocalDate.parse("2026-11-04");
    return Visit.newBuilder()
        .setTenant("T1")
        .setEventId("visit-" + visitId)
        .setOccurredAt(finalized)
        .setVisitId(visitId)
        .setRevision(0)
        .setStatus(VisitStatus.FINALIZED)
        .setPatientKey("P-" + visitId)
        .setClinicId(clinic)
        .setDateOfService(date)
        .setFinalizedAt(finalized)
        .setFinalizedOn(date)
        .setTherapistId(therapist)
        .setNoteType(NoteType.DAILY_NOTE)
        .setNoCharge(NoCharge.NONE)
        .setLines(List.of(new VisitLine("97110", List.of("GP"), 2, true, null)))
        .build();
  }
}
