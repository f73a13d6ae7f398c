package org.visitbalance.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.visitbalance.cli.serve.QueryService;
import org.visitbalance.core.TenantSettings;
import org.visitbalance.embedded.EmbeddedCluster;
import org.visitbalance.fold.Engines;
import org.visitbalance.naive.KnownFact;
import org.visitbalance.platform.CommittedReading;
import org.visitbalance.platform.registry.SchemaRegistries;
import org.visitbalance.platform.serde.ValueSerdes;
import org.visitbalance.query.access.Authenticator;
import org.visitbalance.query.http.ApiServer;
import org.visitbalance.query.model.Database;
import org.visitbalance.query.model.PostgresServer;
import org.visitbalance.scenario.Preset;
import org.visitbalance.scenario.Scenario;
import org.visitbalance.service.BalancingService;
import org.visitbalance.service.FactProducer;
import org.visitbalance.service.TopicProvisioner;
import org.visitbalance.service.TopicReader;
import org.visitbalance.settings.Settings;
import org.visitbalance.topology.OutputTables;
import org.visitbalance.topology.ProgressListener;
import org.visitbalance.topology.Topic;
import org.visitbalance.topology.Topics;
import org.visitbalance.topology.TopologyOptions;

/**
 * Whatever comes on whatever topic and by the API, the service stays up, counts it, and balances
 * the good facts between as the fold does; so does a new start that reads all of it again. Run it
 * with {@code -Dvisitbalance.hostile=100000} for more, and {@code -Dvisitbalance.seed} for others.
 */
@Tag("slow")
@Timeout(3_600)
class HostileInputsTest {
  private static final int PARTITIONS = 2;
  private static final int GOOD = 1_000;
  private static final int HOSTILE = Integer.getInteger("visitbalance.hostile", 1_500);
  private static final long SEED = Long.getLong("visitbalance.seed", 1);
  private static final Duration PATIENCE = Duration.ofMinutes(2).plusMillis(HOSTILE * 10L);

  @TempDir private Path folder;

  private final Queue<Exception> faults = new ConcurrentLinkedQueue<>();
  private final HttpClient http = HttpClient.newHttpClient();
  private Map<String, Object> clients;
  private TopologyOptions.Serdes serdes;

  private BalancingService serve() {
    return BalancingService.startTemporary(
        new TopologyOptions(
            "",
            serdes,
            TestKey.VALUE,
            PARTITIONS,
            Instant.EPOCH,
            null,
            true,
            TopologyOptions.DATES_PER_TICK,
            ProgressListener.NONE),
        clients,
        BalancingService.Problems.SILENT);
  }

  private QueryService query(BalancingService service, Database database) {
    return QueryService.start(
        new QueryService.Plan(
            new ApiServer.Place("127.0.0.1", 0, null, null),
            Authenticator.NONE,
            Duration.ofMinutes(5),
            faults::add),
        new QueryService.Cluster(clients, serdes, ""),
        database,
        service,
        null);
  }

  @Test
  void theServiceStaysUpCountsAllOfItAndBalancesTheGoodFactsBetween() throws Exception {
    Optional<Path> postgres = PostgresServer.installed();
    assumeTrue(postgres.isPresent(), "there is no PostgreSQL here: install Debian's postgresql");
    Random random = new Random(SEED);
    Scenario scenario = new Scenario(Preset.CLINIC.options().with().seed(SEED).build());
    List<Settings> settings = scenario.settings();
    List<KnownFact> facts =
        scenario.facts().limit(GOOD).map(f -> new KnownFact(f.fact(), f.knownAt())).toList();
    Instant last = facts.get(GOOD - 1).knownAt();
    Instant asOf = last.plus(Duration.ofDays(1));

    try (EmbeddedCluster cluster = EmbeddedCluster.temporary();
        PostgresServer server = PostgresServer.start(postgres.get(), folder)) {
      clients =
          Map.of(
              "bootstrap.servers", cluster.bootstrapServers(),
              "schema.registry.url", cluster.registryUrl(),
              "visitbalance.registry.patience", "PT1S");
      serdes = ValueSerdes.of(clients)::forClass;
      TopicProvisioner.create(clients, "", PARTITIONS, Topic.Time.SIMULATION);
      try (FactProducer producer = new FactProducer(clients, serdes, "");
          BalancingService service = serve();
          QueryService embedded = query(service, Database.temporary());
          QueryService shared =
              query(service, Database.open(server.url(), PostgresServer.USER, null))) {
        settings.forEach(producer::settings);
        send(random, producer, facts, last.toEpochMilli(), List.of(embedded, shared));

        settled(service, producer, facts, settings, asOf);
        for (QueryService one : List.of(embedded, shared)) {
          await()
              .atMost(PATIENCE)
              .untilAsserted(
                  () -> {
                    for (JsonNode check :
                        Installation.json(get(one, "/health/ready").body()).path("checks")) {
                      // Its clock is the test's, which has stopped.
                      if (!check.path("name").asText().equals("progress")) {
                        assertThat(check.path("status").asText())
                            .as(check.toString())
                            .isNotEqualTo("DOWN");
                      }
                    }
                    assertThat(
                            get(one, "/api/v1/balances?tenant=" + settings.get(0).getTenant())
                                .headers()
                                .firstValue("Visit-Balance-As-Of"))
                        .hasValue(asOf.toString());
                  });
        }
        await()
            .atMost(PATIENCE)
            .untilAsserted(
                () ->
                    assertThat(get(embedded, balances(settings)).body())
                        .isEqualTo(get(shared, balances(settings)).body()));
        assertThat(faults).isEmpty();
        commandsGoOn(settings.get(0).getTenant());
      }

      // When it starts again with nothing
      try (FactProducer producer = new FactProducer(clients, serdes, "");
          BalancingService service = serve()) {
        settled(service, producer, facts, settings, asOf.plusSeconds(1));
      }
    }
  }

  /** What reads the same topics says its figures, and does not stop at what it cannot read. */
  private void commandsGoOn(String tenant) {
    Program.Ran letters = run("dead-letters", "--format", "json");
    assertThat(letters.exit()).as(letters.err()).isZero();
    assertThat(letters.out()).contains(HostileRecords.TENANT);
    Program.Ran retry = run("dead-letters", "retry", "--dry-run");
    assertThat(retry.exit()).as(retry.err()).isLessThan(2);
    Program.Ran verify =
        run("audit", "--tenant", tenant, "--from=2000-01-01", "--to=2100-12-31", "--verify");
    assertThat(verify.out()).as(verify.err()).isEqualTo("The live outputs match the replay.\n");
  }

  private Program.Ran run(String... arguments) {
    Path config = folder.resolve("cluster.properties");
    try {
      Files.writeString(
          config,
          clients.entrySet().stream()
              .map(one -> one.getKey() + "=" + one.getValue() + "\n")
              .collect(
                  Collectors.joining("", "visitbalance.token.key=" + TestKey.VALUE + "\n", "")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Program.run(
        Stream.concat(Stream.of(arguments), Stream.of("--config", config.toString())).toArray());
  }

  private static String balances(List<Settings> settings) {
    return "/api/v1/balances?granularity=DAY&sort=from&tenant=" + settings.get(0).getTenant();
  }

  /** Sends the good facts, in no order, with many hostile records and some requests between. */
  private void send(
      Random random,
      FactProducer producer,
      List<KnownFact> facts,
      long now,
      List<QueryService> apis)
      throws Exception {
    List<KnownFact> shuffled = new ArrayList<>(facts);
    Collections.shuffle(shuffled, random);
    HostileRecords hostile = new HostileRecords(random, "", now, SchemaRegistries.open(clients));
    try (KafkaProducer<byte[], byte[]> raw =
        new KafkaProducer<>(clients, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (int i = 0; i < Math.max(HOSTILE, GOOD); i++) {
        for (int good = i * GOOD / HOSTILE;
            good < Math.min(GOOD, (i + 1L) * GOOD / HOSTILE);
            good++) {
          producer.fact(shuffled.get(good).fact(), shuffled.get(good).knownAt());
        }
        var unused = raw.send(hostile.next());
        if (i % 100 == 0) {
          for (QueryService api : apis) {
            assertThat(request(api, random)).isLessThan(500);
          }
        }
      }
    }
    producer.flush();
  }

  private int request(QueryService api, Random random) throws Exception {
    byte[] body = new byte[random.nextInt(300)];
    random.nextBytes(body);
    String path = List.of("facts", "decisions", "closes", "settings").get(random.nextInt(4));
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + api.port() + "/api/v1/" + path))
            .method(
                path.equals("settings") ? "PUT" : "POST",
                HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
    return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
  }

  private HttpResponse<String> get(QueryService api, String path) {
    try {
      return http.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + api.port() + path)).build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Lets it tick until the good companies are balanced, and everything is counted. */
  private void settled(
      BalancingService service,
      FactProducer producer,
      List<KnownFact> facts,
      List<Settings> settings,
      Instant asOf) {
    Map<String, List<String>> expected =
        Engines.fold(facts, settings, List.of(), asOf, TestKey.VALUE);
    expected.remove("dead-letters.jsonl");
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(
            () -> {
              assertThat(service.hasFailed()).isFalse();
              producer.tick(asOf, PARTITIONS);
              producer.flush();
              for (Topic<?> topic : counted()) {
                long read = service.counts().of("facts-read", topic);
                assertThat(read).as("read of " + topic.name()).isEqualTo(records(topic));
                assertThat(
                        service.counts().of("facts-valid", topic)
                            + service.counts().of("facts-dead-lettered", topic))
                    .as("counted of " + topic.name())
                    .isEqualTo(read);
              }
              assertThat(lines(settings, asOf)).isEqualTo(expected);
            });
  }

  private static List<Topic<?>> counted() {
    return Stream.concat(Topics.PATIENT_FACTS.stream(), Stream.of(Topics.FEEDS, Topics.SETTINGS))
        .toList();
  }

  private long records(Topic<?> topic) {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            CommittedReading.config(clients),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      return consumer
          .endOffsets(CommittedReading.partitions(consumer, topic.name()))
          .values()
          .stream()
          .mapToLong(Long::longValue)
          .sum();
    }
  }

  /** What the outputs say of the good companies. */
  private Map<String, List<String>> lines(List<Settings> settings, Instant asOf) {
    Map<String, TenantSettings> worked = new HashMap<>();
    settings.forEach(one -> worked.put(one.getTenant(), new TenantSettings(one)));
    OutputTables all = new TopicReader(clients, serdes, "").outputs();
    OutputTables good = new OutputTables();
    for (Topic<?> topic : Topics.OUTPUTS) {
      int row = 0;
      for (SpecificRecord value : all.values(topic)) {
        String tenant = String.valueOf(value.get(value.getSchema().getField("tenant").pos()));
        if (worked.containsKey(tenant)) {
          good.put(topic, String.valueOf(row++), value);
        }
      }
    }
    Map<String, List<String>> lines =
        new TreeMap<>(
            Engines.lines(
                good.outputs(
                    asOf, tenant -> worked.computeIfAbsent(tenant, TenantSettings::defaults))));
    lines.remove("dead-letters.jsonl");
    return lines;
  }
}
