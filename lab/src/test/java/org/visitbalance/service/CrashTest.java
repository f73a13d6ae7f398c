package org.visitbalance.service;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.visitbalance.core.TenantSettings;
import org.visitbalance.embedded.EmbeddedCluster;
import org.visitbalance.fold.Engines;
import org.visitbalance.naive.KnownFact;
import org.visitbalance.output.Balance;
import org.visitbalance.output.Close;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.output.DiscrepancyStatus;
import org.visitbalance.platform.serde.ValueSerdes;
import org.visitbalance.scenario.Preset;
import org.visitbalance.scenario.Scenario;
import org.visitbalance.settings.Settings;
import org.visitbalance.topology.Keys;
import org.visitbalance.topology.OutputTables;
import org.visitbalance.topology.Topic;
import org.visitbalance.topology.Topics;
import org.visitbalance.topology.TopologyOptions;

/**
 * The command serve, killed (or stopped) at random moments while facts and ticks come, on one to
 * six partitions: in the end the topics say what the fold of the facts says, and no discrepancy was
 * opened twice. {@code -Dvisitbalance.crashes=N} runs N seeds, {@code -Dvisitbalance.crash=S} runs
 * just that one.
 */
@Tag("crash")
@Execution(ExecutionMode.CONCURRENT)
@Tag("slow")
class CrashTest {
  private static final int LIVES = 4;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir private Path folder;

  static LongStream seeds() {
    Long one = Long.getLong("visitbalance.crash");
    return one != null
        ? LongStream.of(one)
        : LongStream.rangeClosed(1, Long.getLong("visitbalance.crashes", 2));
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void killedAtRandomMomentsItSaysWhatTheFoldSays(long seed) {
    Random random = new Random(seed);
    Company company = new Company(seed, random);
    int partitions = 1 + random.nextInt(6);
    try (EmbeddedCluster cluster = EmbeddedCluster.temporary()) {
      Map<String, Object> clients = cluster.clients();
      TopologyOptions.Serdes serdes = ValueSerdes.of(clients)::forClass;
      TopicProvisioner.create(clients, "", partitions, Topic.Time.SIMULATION);
      try (FactProducer producer = new FactProducer(clients, serdes, "")) {
        company.settings.forEach(producer::settings);
        ServiceProcess service = null;
        for (int life = 0; life < LIVES; life++) {
          service = start(cluster);
          produce(company, life, producer, partitions, service, random);
          if (life < LIVES - 1) {
            closeSome(company, life + 1, serdes, clients, random);
            if (random.nextInt(4) == 0) {
              service.stop();
            } else {
              service.kill();
            }
            if (random.nextInt(3) == 0) {
              ServiceProcess.delete(folder.resolve("state"));
            }
          }
        }
        TopicReader reader = new TopicReader(clients, serdes, "");
        Map<String, List<String>> expected =
            Engines.fold(
                company.facts,
                company.settings,
                company.closes.values(),
                company.asOf,
                ServiceProcess.TOKEN_KEY);
        try {
          await()
              .atMost(PATIENCE)
              .pollInterval(Duration.ofMillis(500))
              .untilAsserted(
                  () -> {
                    producer.tick(company.asOf, partitions);
                    producer.flush();
                    assertThat(lines(reader.outputs(), company)).isEqualTo(expected);
                  });
          assertOpenedOnce(reader);
        } finally {
          service.kill();
        }
      }
    }
  }

  /** What is killed is missed soon, so that a test does not wait for what a service would. */
  private ServiceProcess start(EmbeddedCluster cluster) {
    Path config = folder.resolve("serve.properties");
    try {
      Files.writeString(
          config,
          """
          main.consumer.session.timeout.ms=6000
          main.consumer.heartbeat.interval.ms=1500
          producer.transaction.timeout.ms=10000
          """);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return ServiceProcess.start(
        folder,
        "--bootstrap",
        cluster.bootstrapServers(),
        "--registry",
        cluster.registryUrl(),
        "--config",
        config.toString(),
        "--no-clock",
        "--present-from",
        "2000-01-01T00:00:00Z",
        "--retention",
        "100000");
  }

  /** A part of the facts, in no order, some twice; ticks between them; a while for the service. */
  private static void produce(
      Company company,
      int life,
      FactProducer producer,
      int partitions,
      ServiceProcess service,
      Random random) {
    int size = company.shuffled.size();
    List<KnownFact> part = company.shuffled.subList(size * life / LIVES, size * (life + 1) / LIVES);
    int pauses = 10 + random.nextInt(100);
    for (int i = 0; i < part.size(); i++) {
      tell(part.get(i), producer);
      if (random.nextInt(5) == 0) {
        tell(company.shuffled.get(random.nextInt(size)), producer);
      }
      if (random.nextInt(4) == 0) {
        company.now = company.now.plusSeconds(random.nextInt(60_000));
        producer.tick(company.now, partitions);
      }
      if (i % Math.max(1, part.size() / pauses) == 0) {
        service.run(random.nextInt(120));
      }
    }
    producer.flush();
    service.run(random.nextInt(3_000));
  }

  private static void tell(KnownFact one, FactProducer producer) {
    producer.fact(one.fact(), one.knownAt());
  }

  /** Some periods are closed, as they are said to stand. */
  private static void closeSome(
      Company company,
      int version,
      TopologyOptions.Serdes serdes,
      Map<String, Object> clients,
      Random random) {
    List<Balance> balances =
        new ArrayList<>(new TopicReader(clients, serdes, "").outputs().values(Topics.BALANCES));
    Collections.shuffle(balances, random);
    String topic = Topics.CLOSES.name();
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(clients, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (Balance one : balances.subList(0, balances.size() / 4)) {
        Close close = new Close(version, company.now, "anna", one);
        String key = Keys.ofPeriod(one);
        company.closes.put(key, close);
        var unused =
            producer.send(
                new ProducerRecord<>(
                    topic,
                    key.getBytes(UTF_8),
                    serdes.of(Close.class).serializer().serialize(topic, close)));
      }
    }
  }

  private static Map<String, List<String>> lines(OutputTables tables, Company company) {
    Map<String, TenantSettings> settings = new HashMap<>();
    company.settings.forEach(one -> settings.put(one.getTenant(), new TenantSettings(one)));
    return Engines.lines(
        tables.outputs(
            company.asOf, tenant -> settings.computeIfAbsent(tenant, TenantSettings::defaults)));
  }

  private static void assertOpenedOnce(TopicReader reader) {
    Map<String, Discrepancy> last = new HashMap<>();
    reader.read(
        List.of(Topics.PERIOD_DISCREPANCIES, Topics.VISIT_DISCREPANCIES),
        (topic, key, value) -> {
          Discrepancy now = (Discrepancy) value;
          Discrepancy before = last.put(key, now);
          assertThat(now).as("said twice").isNotEqualTo(before);
          if (before != null && before.getStatus() == DiscrepancyStatus.OPEN) {
            assertThat(now.getOpenedAt()).as("opened twice").isEqualTo(before.getOpenedAt());
          }
        });
    assertThat(last).isNotEmpty();
  }

  private static final class Company {
    final List<KnownFact> facts;
    final List<Settings> settings;
    final List<KnownFact> shuffled = new ArrayList<>();
    final Map<String, Close> closes = new HashMap<>();
    final Instant asOf;
    Instant now;

    Company(long seed, Random random) {
      Scenario scenario = new Scenario(Preset.CHAOS.options().with().seed(seed).build());
      facts = scenario.facts().map(f -> new KnownFact(f.fact(), f.knownAt())).toList();
      settings = scenario.settings();
      shuffled.addAll(facts);
      Collections.shuffle(shuffled, random);
      now = facts.get(0).knownAt();
      asOf = facts.get(facts.size() - 1).knownAt().plus(Duration.ofDays(365));
    }
  }
}
