package org.visitbalance.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.visitbalance.Main;
import org.visitbalance.core.TenantSettings;
import org.visitbalance.embedded.RegistryServer;
import org.visitbalance.embedded.TopicSchemaLog;
import org.visitbalance.fold.Engines;
import org.visitbalance.naive.KnownFact;
import org.visitbalance.operations.ComposeFile;
import org.visitbalance.platform.registry.CompatibilityLevel;
import org.visitbalance.platform.registry.LocalRegistry;
import org.visitbalance.platform.serde.ValueSerdes;
import org.visitbalance.scenario.LivingCompany;
import org.visitbalance.scenario.TimedFact;
import org.visitbalance.topology.OutputTables;
import org.visitbalance.topology.TopologyOptions;

/**
 * What docker-compose.yml runs, run without Docker: its three Kafka nodes, its one-shot commands
 * and its two instances, with its own settings and options; our own registry stands for
 * Confluent's. A node and an instance are killed while facts come.
 */
@Tag("cluster")
@Tag("slow")
class ComposedClusterTest {
  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final int DAYS = 12;

  /** Metrics that have no series while all is well. */
  private static final Set<String> ONLY_IN_TROUBLE =
      Set.of("visit_balance_dead_letters", "visit_balance_wrong_clock_seconds");

  /** The database of {@code database}, with its user and the password "secret"; else H2. */
  private static final String DATABASE = "visitbalance.database";

  @TempDir private Path folder;

  private final ComposeFile compose = ComposeFile.read();

  @Test
  void aKilledNodeAndAKilledInstanceLoseAndDoubleNothing()
      throws IOException, InterruptedException {
    Files.createDirectories(folder.resolve("1"));
    Files.createDirectories(folder.resolve("2"));
    try (ComposedCluster cluster = ComposedCluster.start(folder, compose)) {
      String bootstrap = cluster.here("kafka-1:9092,kafka-2:9092,kafka-3:9092");
      awaitNodes(bootstrap);
      try (TopicSchemaLog log = new TopicSchemaLog(bootstrap);
          RegistryServer registry =
              RegistryServer.start(new LocalRegistry(log, CompatibilityLevel.FULL_TRANSITIVE))) {
        assertThat(Main.run(command(cluster, registry, "topics"))).isZero();
        assertThat(Main.run(command(cluster, registry, "schemas"))).isZero();
        Map<String, Object> clients =
            Map.of("bootstrap.servers", bootstrap, "schema.registry.url", registry.url());
        killWhileFactsCome(cluster, registry, clients);
      }
    }
  }

  private void killWhileFactsCome(
      ComposedCluster cluster, RegistryServer registry, Map<String, Object> clients) {
    TopologyOptions.Serdes serdes = ValueSerdes.of(clients)::forClass;
    int partitions = TopicProvisioner.partitions(clients, "", Access.SERVE);
    LivingCompany company = new LivingCompany(LivingCompany.options(1, 2));
    Instant asOf = company.begins().plus(Duration.ofDays(DAYS));
    ServiceProcess first = serve(cluster, registry, "service-1", "1");
    ServiceProcess second = serve(cluster, registry, "service-2", "2");
    try (FactProducer producer = new FactProducer(clients, serdes, "")) {
      company.settings().forEach(producer::settings);
      for (int day = 0; day <= DAYS; day++) {
        if (day == 3) {
          cluster.kill("kafka-2");
        } else if (day == 6) {
          first.kill();
        } else if (day == 9) {
          cluster.start("kafka-2");
        }
        Instant now = company.begins().plus(Duration.ofDays(day));
        company.until(now).forEach(timed -> producer.fact(timed.fact()));
        producer.flush();
        producer.tick(now, partitions);
        second.run(1_500);
      }
      TopicReader reader = new TopicReader(clients, serdes, "");
      Map<String, List<String>> expected = expected(asOf);
      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofSeconds(1))
          .untilAsserted(
              () -> {
                producer.tick(asOf, partitions);
                producer.flush();
                assertThat(lines(reader.outputs(), company, asOf)).isEqualTo(expected);
              });
      assertWatched(second);
    } finally {
      first.kill();
      second.kill();
    }
  }

  private static void awaitNodes(String bootstrap) {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
      await()
          .atMost(PATIENCE)
          .ignoreExceptions()
          .until(
              () -> admin.describeCluster().nodes().get().size() == ComposedCluster.NODES.size());
    }
  }

  private String[] command(ComposedCluster cluster, RegistryServer registry, String service) {
    return compose.command(service).stream()
        .map(word -> here(cluster, registry, word))
        .toArray(String[]::new);
  }

  private static String here(ComposedCluster cluster, RegistryServer registry, String word) {
    return cluster.here(word).replace("http://registry:8081", registry.url());
  }

  /** Its own options; but the time is that of the facts, and its folder one of ours. */
  private ServiceProcess serve(
      ComposedCluster cluster, RegistryServer registry, String service, String name) {
    Stream<String> options =
        compose.command(service).stream()
            .skip(1)
            .filter(word -> !word.startsWith("--state"))
            .map(word -> here(cluster, registry, word));
    Stream<String> time = Stream.of("--no-clock", "--present-from", "2000-01-01T00:00:00Z");
    return ServiceProcess.start(
        folder.resolve(name),
        environment(service),
        Stream.concat(options, time).toArray(String[]::new));
  }

  /** Its own; but secrets and the database are ours, and any port will do. */
  private Map<String, String> environment(String service) {
    Map<String, String> environment = compose.environment(service);
    environment.put("VISIT_BALANCE_TOKEN_KEY", ServiceProcess.TOKEN_KEY);
    environment.put("VISIT_BALANCE_HTTP_PORT", "0");
    environment.put("VISIT_BALANCE_AUTH_TOKENS", tokens().toString());
    environment.put("VISIT_BALANCE_READ_MODEL_PASSWORD", "secret");
    String database = System.getProperty(DATABASE);
    if (database == null) {
      environment.remove("VISIT_BALANCE_READ_MODEL_URL");
    } else {
      environment.put("VISIT_BALANCE_READ_MODEL_URL", database);
    }
    return environment;
  }

  private Path tokens() {
    Path file = folder.resolve("tokens");
    try {
      return Files.writeString(file, "0".repeat(64) + " nobody viewer *\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Each metric that an alert or the dashboard asks for is there, and the instance is ready. */
  private static void assertWatched(ServiceProcess service) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              String metrics = service.get("/metrics");
              assertThat(ComposeFile.metrics())
                  .filteredOn(name -> !name.matches("visit_balance_(alerts|intake)_.*"))
                  .filteredOn(name -> !ONLY_IN_TROUBLE.contains(name))
                  .allSatisfy(name -> assertThat(metrics).contains("\n" + name));
              assertThat(service.get("/health/live")).contains("UP");
            });
  }

  private static Map<String, List<String>> expected(Instant asOf) {
    LivingCompany again = new LivingCompany(LivingCompany.options(1, 2));
    List<TimedFact> facts = again.until(asOf);
    return Engines.fold(
        facts.stream().map(fact -> new KnownFact(fact.fact(), fact.knownAt())).toList(),
        again.settings(),
        asOf);
  }

  private static Map<String, List<String>> lines(
      OutputTables tables, LivingCompany company, Instant asOf) {
    TenantSettings settings = new TenantSettings(company.settings().get(0));
    return Engines.lines(tables.outputs(asOf, tenant -> settings));
  }
}
