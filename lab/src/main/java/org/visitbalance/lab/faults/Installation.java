package org.visitbalance.lab.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
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
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import org.visitbalance.Main;
import org.visitbalance.embedded.BrokerFolder;
import org.visitbalance.platform.Patience;
import org.visitbalance.service.TopicProvisioner;
import org.visitbalance.topology.Topic;

/**
 * An installation whose parts are processes of their own: three brokers, a schema registry, a
 * PostgreSQL, two instances, and alerts. The last three reach the first three through proxies.
 */
final class Installation implements AutoCloseable {
  private static final int BROKERS = 3;
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  final List<Child> brokers = new ArrayList<>();
  final List<TcpProxy> brokerProxies = new ArrayList<>();
  final Child registry;
  final TcpProxy registryProxy;
  final @Nullable Child postgres;
  final @Nullable TcpProxy postgresProxy;
  final List<Child> instances = new ArrayList<>();
  final Child alerts;
  final AlertReceiver receiver = new AlertReceiver();
  final SmallDisk stateDisk;
  final SmallDisk tableDisk;
  final @Nullable PostgresProgram tables;

  /** For whoever must not be disturbed: past the proxies. */
  final Map<String, Object> clients;

  private final Path folder;
  private final String key;
  private final String outside;

  /**
   * Starts everything but the instances.
   *
   * @param folder for everything
   * @param key of the tokens
   * @param isExactlyOnce whether the instances will be what they are in production
   */
  Installation(Path folder, String key, boolean isExactlyOnce) {
    this.folder = folder;
    this.key = key;
    int[] ports = BrokerFolder.freePorts(4 * BROKERS + 6);
    List<BrokerFolder.Node> nodes = new ArrayList<>();
    for (int i = 0; i < BROKERS; i++) {
      nodes.add(
          new BrokerFolder.Node(
              i + 1, ports[4 * i], ports[4 * i + 1], ports[4 * i + 2], ports[4 * i + 3]));
    }
    int next = 4 * BROKERS;
    int registryPort = ports[next];
    int postgresPort = ports[next + 2];
    this.stateDisk = new SmallDisk(folder.resolve("state-2"), 192);
    this.tableDisk = new SmallDisk(folder.resolve("postgres"), 256);
    for (BrokerFolder.Node node : nodes) {
      brokerProxies.add(new TcpProxy(node.advertised(), node.outside()));
      brokers.add(broker(node, nodes));
    }
    brokers.forEach(Child::start);
    this.outside =
        nodes.stream()
            .map(node -> "127.0.0.1:" + node.advertised())
            .collect(Collectors.joining(","));
    String inside = nodes.stream().map(BrokerFolder.Node::address).collect(Collectors.joining(","));
    this.clients = new HashMap<>();
    clients.put("bootstrap.servers", inside);
    clients.put("schema.registry.url", "http://127.0.0.1:" + registryPort);
    this.registry =
        new Child(
            "registry",
            folder,
            Map.of(),
            java("96m", RegistryProcess.class.getName(), inside, Integer.toString(registryPort)));
    this.registryProxy = new TcpProxy(ports[next + 1], registryPort);
    Optional<Path> bin = PostgresProgram.installed();
    if (bin.isPresent()) {
      this.postgres =
          new Child(
              "postgres",
              folder,
              Map.of(),
              PostgresProgram.prepare(bin.get(), tableDisk.folder(), postgresPort));
      this.postgresProxy = new TcpProxy(ports[next + 3], postgresPort);
      this.tables = PostgresProgram.at(postgresPort);
      postgres.start();
    } else {
      this.postgres = null;
      this.postgresProxy = null;
      this.tables = null;
    }
    Patience.await("the brokers", PATIENCE, Duration.ofMillis(300), this::areBrokersThere);
    registry.start();
    TopicProvisioner.create(clients, "", Story.PARTITIONS, Topic.Time.SIMULATION);
    instances.add(instance("1", state(), ports[next + 4], isExactlyOnce));
    instances.add(instance("2", stateDisk.folder(), ports[next + 5], isExactlyOnce));
    this.alerts = alertsProcess();
    alerts.start();
  }

  private boolean areBrokersThere() {
    try (Admin admin = Admin.create(clients)) {
      return admin.describeCluster().nodes().get().size() == BROKERS;
    } catch (ExecutionException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private Child broker(BrokerFolder.Node node, List<BrokerFolder.Node> nodes) {
    String name = "broker-" + node.node();
    Path config = BrokerFolder.prepare(folder.resolve(name), node, nodes);
    return new Child(name, folder, Map.of(), java("256m", "kafka.Kafka", config.toString()));
  }

  /**
   * Lets an instance run an older version from its next start on, or this one again.
   *
   * @param presentFrom before which ticks are history
   */
  void version(int instance, @Nullable Path older, Instant presentFrom) {
    Path state = instance == 0 ? state() : stateDisk.folder();
    String[] arguments = serve(state, presentFrom);
    instances
        .get(instance)
        .run(
            older == null
                ? java("256m", Main.class.getName(), arguments)
                : OlderProgram.command(older, arguments));
  }

  private Child instance(String number, Path state, int port, boolean isExactlyOnce) {
    Map<String, String> environment = new HashMap<>();
    environment.put("VISIT_BALANCE_TOKEN_KEY", key);
    environment.put("VISIT_BALANCE_HTTP_PORT", postgresProxy == null ? "off" : "" + port);
    environment.put("VISIT_BALANCE_LOG_FORMAT", "text");
    environment.put("MALLOC_ARENA_MAX", "2");
    if (postgresProxy != null) {
      environment.put("VISIT_BALANCE_READ_MODEL_URL", PostgresProgram.url(postgresProxy.port()));
      environment.put("VISIT_BALANCE_READ_MODEL_USER", PostgresProgram.USER);
    }
    return new Child(
        "instance-" + number,
        folder,
        environment,
        isExactlyOnce
            ? java("256m", Main.class.getName(), serve(state, Instant.EPOCH))
            : java("256m", LaxInstance.class.getName(), lax(state)));
  }

  private String[] lax(Path state) {
    return new String[] {outside, registryUrl(), state.toString(), key};
  }

  /** The arguments of the command serve, which older versions know too. */
  private String[] serve(Path state, Instant presentFrom) {
    return new String[] {
      "serve",
      "--bootstrap",
      outside,
      "--registry",
      registryUrl(),
      "--config",
      config("serve.properties", "producer.transaction.timeout.ms=10000\n"),
      "--state",
      state.toString(),
      "--no-clock",
      "--present-from",
      presentFrom.toString(),
      "--retention",
      "100000"
    };
  }

  private String registryUrl() {
    return "http://127.0.0.1:" + registryProxy.port();
  }

  /** What is gone is missed after ten seconds, by the topology and by the read model. */
  private String config(String file, String more) {
    try {
      Path config = folder.resolve(file);
      Files.writeString(config, "session.timeout.ms=10000\nheartbeat.interval.ms=3000\n" + more);
      return config.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Child alertsProcess() {
    try {
      Path routes = folder.resolve("routes.yaml");
      Files.writeString(
          routes,
          """
          routes:
            - name: desk
              settle: PT0S
              webhook:
                url: %s
                secrets: [{secretEnv: DESK_SECRET}]
                tries: 100
                backoff: PT0.1S
                longestBackoff: PT1S
          """
              .formatted(receiver.url()));
      return new Child(
          "alerts",
          folder,
          Map.of("DESK_SECRET", AlertReceiver.SECRET, "VISIT_BALANCE_LOG_FORMAT", "text"),
          java(
              "128m",
              Main.class.getName(),
              "alerts",
              "--bootstrap",
              outside,
              "--registry",
              registryUrl(),
              "--config",
              config("alerts.properties", ""),
              "--routes",
              routes.toString(),
              "--health-port",
              Integer.toString(BrokerFolder.freePorts(1)[0])));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A command for Java that shares what this process has archived, if it has. */
  private static List<String> java(String heap, String main, String... arguments) {
    List<String> command = Child.java(heap, main, List.of(arguments));
    for (String option : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (option.startsWith("-XX:SharedArchiveFile=")) {
        command.add(1, option);
      }
    }
    return command;
  }

  /** The folder of the first instance's state. */
  Path state() {
    return folder.resolve("state-1");
  }

  /** All processes. */
  List<Child> children() {
    List<Child> all = new ArrayList<>(brokers);
    all.add(registry);
    if (postgres != null) {
      all.add(postgres);
    }
    all.addAll(instances);
    all.add(alerts);
    return all;
  }

  @Override
  public void close() {
    List<Child> all = new ArrayList<>(children());
    Collections.reverse(all);
    all.forEach(Child::close);
    brokerProxies.forEach(TcpProxy::close);
    registryProxy.close();
    if (postgresProxy != null) {
      postgresProxy.close();
    }
    receiver.close();
    stateDisk.close();
    tableDisk.close();
  }
}
