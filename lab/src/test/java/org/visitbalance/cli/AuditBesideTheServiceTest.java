package org.visitbalance.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.visitbalance.core.TenantSettings;
import org.visitbalance.embedded.EmbeddedCluster;
import org.visitbalance.fact.AcceptanceReason;
import org.visitbalance.fact.Decision;
import org.visitbalance.fact.DecisionAction;
import org.visitbalance.fact.Feed;
import org.visitbalance.fold.Engines;
import org.visitbalance.naive.KnownFact;
import org.visitbalance.naive.MessyFacts;
import org.visitbalance.output.Balance;
import org.visitbalance.output.Close;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.output.DiscrepancyStatus;
import org.visitbalance.output.Level;
import org.visitbalance.output.VisitIds;
import org.visitbalance.platform.Patience;
import org.visitbalance.platform.serde.ValueSerdes;
import org.visitbalance.service.BalancingService;
import org.visitbalance.service.FactProducer;
import org.visitbalance.service.ServiceProperties;
import org.visitbalance.service.TopicProvisioner;
import org.visitbalance.service.TopicReader;
import org.visitbalance.settings.Settings;
import org.visitbalance.topology.Keys;
import org.visitbalance.topology.OutputTables;
import org.visitbalance.topology.Topics;
import org.visitbalance.topology.TopologyOptions;

/**
 * A service runs while facts, settings, decisions and closes come, and is looked at where it
 * happens to be. Later the audit of each of these moments says what the service said then; and the
 * service is verified wherever it is. Each test's name tells its seed.
 */
@Tag("property")
@Timeout(300)
@Tag("slow")
class AuditBesideTheServiceTest {
  private static final String TENANT = MessyFacts.TENANT;
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final int LOOKS = 3;

  private static EmbeddedCluster cluster;
  private static Map<String, Object> clients;

  @TempDir private Path folder;

  static LongStream seeds() {
    Long one = Long.getLong("visitbalance.seed");
    return one != null
        ? LongStream.of(one)
        : LongStream.rangeClosed(1, Math.max(1, Long.getLong("visitbalance.seeds", 75) / 75));
  }

  @BeforeAll
  static void start() {
    cluster = EmbeddedCluster.temporary();
    clients = cluster.clients();
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void theAuditSaysWhatTheServiceSaidAndVerifiesIt(long seed) throws Exception {
    Random random = new Random(seed);
    List<KnownFact> facts = MessyFacts.of(seed, 300);
    Map<Instant, Map<String, List<String>>> said = new LinkedHashMap<>();
    List<Integer> closed = new ArrayList<>();
    try (Live live = new Live("s" + seed + ".", 1 + random.nextInt(4))) {
      int sent = 0;
      for (int look = 0; look < LOOKS; look++) {
        int more = 1 + random.nextInt((facts.size() - sent) / (LOOKS - look));
        facts.subList(sent, sent + more).forEach(one -> live.tell(one.fact()));
        sent += more;

        Instant now = live.lookedAt();
        OutputTables tables = live.reader.outputs();
        said.put(now, live.lines(tables, now));
        closed.add(live.closes);
        assertThat(audit(live, "--verify").out())
            .as("look %d", look)
            .isEqualTo("The live outputs match the replay.\n");
        live.decide(tables, random);
        live.closeSome(tables, look + 1, random);
        live.judgeBy(settings("P" + (1 + random.nextInt(9)) + "D"));
      }
    }

    int look = -1;
    for (Map.Entry<Instant, Map<String, List<String>>> one : said.entrySet()) {
      Path output = folder.resolve("look" + ++look);
      Program.Ran ran =
          audit(
              "s" + seed + ".", "--as-of", one.getKey().toString(), "--output", output.toString());
      assertThat(ran.exit()).as(ran.err()).isLessThan(2);
      assertThat(Files.readAllLines(output.resolve("closes.jsonl"))).hasSize(closed.get(look));
      for (Map.Entry<String, List<String>> file : one.getValue().entrySet()) {
        assertThat(Files.readAllLines(output.resolve(file.getKey())))
            .as("%s of look %d", file.getKey(), look)
            .containsExactlyElementsOf(file.getValue());
      }
    }
    assertThat(said.values().stream().skip(1))
        .as("what was closed has changed in some look")
        .anyMatch(
            lines ->
                lines.get("discrepancies.jsonl").stream()
                    .anyMatch(line -> line.contains("CLOSED_PERIOD_CHANGED")));
  }

  private static Settings settings(String missingAfter) {
    return Settings.newBuilder().setTenant(TENANT).setMissingAfter(missingAfter).build();
  }

  private Program.Ran audit(Live live, String... options) throws IOException {
    return audit(live.prefix, options);
  }

  private Program.Ran audit(String prefix, String... options) throws IOException {
    Path config =
        Files.writeString(
            folder.resolve("cluster.properties"),
            "bootstrap.servers=%s%nschema.registry.url=%s%nvisitbalance.token.key=%s%n"
                .formatted(cluster.bootstrapServers(), cluster.registryUrl(), TestKey.VALUE));
    return Program.run(
        Stream.concat(
                Stream.of(
                    "audit",
                    "--config",
                    config,
                    "--prefix",
                    prefix,
                    "--tenant",
                    TENANT,
                    "--from=2000-01-01",
                    "--to=2100-12-31"),
                Stream.of(options))
            .toArray());
  }

  /** A service on an installation of its own. */
  private static final class Live implements AutoCloseable {
    final String prefix;
    final FactProducer producer;
    final TopicReader reader;
    private final int partitions;
    private final TopologyOptions.Serdes serdes = ValueSerdes.of(clients)::forClass;
    private final Map<Integer, Instant> settled = new ConcurrentHashMap<>();
    private final BalancingService service;
    private int closes;
    private int feeds;
    private int documents;
    private Settings settings = Settings.newBuilder().setTenant(TENANT).build();

    Live(String prefix, int partitions) {
      this.prefix = prefix;
      this.partitions = partitions;
      TopicProvisioner.create(clients, prefix, partitions);
      this.producer = new FactProducer(clients, serdes, prefix);
      this.reader = new TopicReader(clients, serdes, prefix);
      this.service =
          BalancingService.startTemporary(
              new TopologyOptions(
                  prefix,
                  serdes,
                  TestKey.VALUE,
                  partitions,
                  Instant.EPOCH,
                  null,
                  true,
                  TopologyOptions.DATES_PER_TICK,
                  (partition, now, isSettled) -> {
                    if (isSettled) {
                      settled.put(partition, now);
                    }
                  }),
              clients,
              BalancingService.Problems.SILENT);
    }

    void tell(SpecificRecord fact) {
      producer.fact(fact);
      feeds += fact instanceof Feed ? 1 : 0;
    }

    /** Lets it judge all that it was told, at a moment after which more becomes known. */
    Instant lookedAt() {
      producer.flush();
      Instant now = AuditCommandTest.aMoment();
      // A tick does not wait for facts that were appended before it, so they are waited for here.
      Patience.await(
          "all to be read",
          PATIENCE,
          () ->
              service.counts().of("facts-read", Topics.FEEDS) == feeds
                  && service.counts().of("facts-read", Topics.SETTINGS) == documents
                  && hasTold());
      Patience.await(
          "the service to judge as of " + now,
          PATIENCE,
          () -> {
            boolean judged =
                settled.size() == partitions && settled.values().stream().allMatch(now::equals);
            if (!judged) {
              producer.tick(now, partitions);
              producer.flush();
            }
            return judged && hasTold();
          });
      return now;
    }

    /** Whether it has committed all that lies on its topics, and on those within it. */
    private boolean hasTold() {
      String group = ServiceProperties.applicationId(prefix);
      try (Admin admin = Admin.create(clients)) {
        Map<TopicPartition, Long> committed = new HashMap<>();
        admin
            .listConsumerGroupOffsets(group)
            .partitionsToOffsetAndMetadata()
            .get()
            .forEach((place, offset) -> committed.put(place, offset.offset()));
        Map<TopicPartition, OffsetSpec> places = new HashMap<>();
        for (String topic : admin.listTopics().names().get()) {
          if (topic.startsWith(prefix) && isRead(topic)) {
            for (int i = 0; i < partitions; i++) {
              places.put(new TopicPartition(topic, i), OffsetSpec.latest());
            }
          }
        }
        return admin.listOffsets(places).all().get().entrySet().stream()
            .allMatch(
                end ->
                    committed.getOrDefault(end.getKey(), 0L) + markers(end.getKey(), group)
                        >= end.getValue().offset());
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }

    private boolean isRead(String topic) {
      return topic.endsWith("-repartition")
          || topic.equals(prefix + Topics.CLOCK.name())
          || topic.equals(prefix + Topics.CLOSES.name())
          || Topics.PATIENT_FACTS.stream().anyMatch(one -> topic.equals(prefix + one.name()));
    }

    /** What lies within it ends with the mark of a transaction. */
    private static int markers(TopicPartition place, String group) {
      return place.topic().startsWith(group) ? 1 : 0;
    }

    Map<String, List<String>> lines(OutputTables tables, Instant now) {
      return Engines.lines(tables.outputs(now, any -> new TenantSettings(settings)));
    }

    /** People accept and assign some of what is open. */
    void decide(OutputTables tables, Random random) {
      Map<String, VisitIds> ids = new HashMap<>();
      tables.values(Topics.VISIT_IDS).forEach(one -> ids.put(one.getVisit(), one));
      for (Discrepancy one : tables.values(Topics.VISIT_DISCREPANCIES)) {
        if (one.getLevel() == Level.VISIT
            && one.getStatus() == DiscrepancyStatus.OPEN
            && random.nextInt(3) == 0) {
          boolean accepts = random.nextBoolean();
          VisitIds visit = ids.get(one.getVisit());
          producer.fact(
              Decision.newBuilder()
                  .setTenant(TENANT)
                  .setEventId("d" + random.nextLong())
                  .setOccurredAt(Instant.now())
                  .setPatientKey(visit.getPatientKey())
                  .setVisit(visit.getName())
                  .setKind(one.getKind())
                  .setLocation(one.getLocation())
                  .setDate(one.getDate())
                  .setAction(accepts ? DecisionAction.ACCEPTED : DecisionAction.ASSIGNED)
                  .setReason(accepts ? AcceptanceReason.WRITTEN_OFF : null)
                  .setAssignee(accepts ? null : "anna")
                  .setDecidedBy("anna")
                  .build());
        }
      }
    }

    /** Some periods are closed, as they stand. */
    void closeSome(OutputTables tables, int version, Random random) throws Exception {
      String topic = prefix + Topics.CLOSES.name();
      List<Balance> balances = new ArrayList<>(tables.values(Topics.BALANCES));
      balances.sort(Comparator.comparing(Keys::ofPeriod));
      try (KafkaProducer<byte[], byte[]> sender =
          new KafkaProducer<>(clients, new ByteArraySerializer(), new ByteArraySerializer())) {
        for (Balance one : balances) {
          if (random.nextInt(3) == 0) {
            closes++;
            sender
                .send(
                    new ProducerRecord<>(
                        topic,
                        Keys.ofPeriod(one).getBytes(UTF_8),
                        serdes
                            .of(Close.class)
                            .serializer()
                            .serialize(topic, new Close(version, Instant.now(), "anna", one))))
                .get();
          }
        }
      }
    }

    void judgeBy(Settings document) {
      settings = document;
      producer.settings(document);
      documents++;
    }

    @Override
    public void close() {
      producer.close();
      service.close();
    }
  }
}
