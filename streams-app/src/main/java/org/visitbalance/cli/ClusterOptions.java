package org.visitbalance.cli;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.visitbalance.ingest.InputException;
import org.visitbalance.platform.registry.RegistryConfig;
import picocli.CommandLine.Option;

/** The options that say which cluster and registry a command uses; the same for every command. */
public final class ClusterOptions {
  private static final String BOOTSTRAP = "bootstrap.servers";
  private static final String REGISTRY = "schema.registry.url";
  private static final Map<String, String> SOON =
      Map.of(
          "request.timeout.ms", "10000",
          "default.api.timeout.ms", "15000",
          "max.block.ms", "15000",
          "delivery.timeout.ms", "20000");

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "Properties file with Kafka's and Confluent's own names: bootstrap.servers, security.*,"
              + " schema.registry.*, and any other client or Kafka Streams setting")
  private @Nullable Path config;

  @Option(
      names = "--bootstrap",
      paramLabel = "HOST:PORT,...",
      description = "Brokers of the cluster; overrides bootstrap.servers in --config")
  private @Nullable String bootstrap;

  @Option(
      names = "--registry",
      paramLabel = "URL,...",
      description = "Schema registry; overrides schema.registry.url in --config")
  private @Nullable String registry;

  @Option(
      names = "--prefix",
      paramLabel = "TEXT",
      defaultValue = "",
      description = "Prefix of every topic name of this installation (default: none)")
  private String prefix;

  @SuppressWarnings("NullAway.Init")
  ClusterOptions() {}

  public String prefix() {
    return prefix;
  }

  /** Returns whether a cluster is given. */
  public boolean isGiven() {
    return given().containsKey(BOOTSTRAP);
  }

  /** Returns the settings of the service itself, from the environment and the file. */
  public Environment environment() {
    Map<String, String> file = new HashMap<>();
    if (config != null) {
      read(config).forEach((name, value) -> file.put(name.toString(), value.toString()));
    }
    return new Environment(System.getenv(), file);
  }

  /**
   * Returns the client configuration of a service, which waits as long as it takes for its cluster.
   *
   * @throws InputException if no cluster or no registry is given
   */
  public Map<String, Object> clients() {
    Map<String, Object> clients = given();
    require(clients, BOOTSTRAP, "--bootstrap HOST:PORT");
    require(clients, REGISTRY, "--registry URL");
    return clients;
  }

  /**
   * Returns the same for an interactive command, which fails quickly when the cluster does not
   * answer.
   */
  public Map<String, Object> clientsSoon() {
    return soon(clients());
  }

  /** Returns the same for an interactive command that needs no registry. */
  public Map<String, Object> brokerSoon() {
    Map<String, Object> clients = given();
    require(clients, BOOTSTRAP, "--bootstrap HOST:PORT");
    return soon(clients);
  }

  /** Returns the same for an interactive command that needs no broker. */
  public Map<String, Object> registrySoon() {
    Map<String, Object> clients = given();
    require(clients, REGISTRY, "--registry URL");
    return soon(clients);
  }

  /**
   * Sets shorter timeouts than the clients' defaults, unless one of them is given: they depend on
   * each other.
   */
  private static Map<String, Object> soon(Map<String, Object> clients) {
    if (SOON.keySet().stream().noneMatch(clients::containsKey)) {
      clients.putAll(SOON);
    }
    clients.putIfAbsent("max.retries", "4");
    return clients;
  }

  private Map<String, Object> given() {
    Map<String, Object> clients = new HashMap<>();
    if (config != null) {
      read(config).forEach((name, value) -> clients.put(name.toString(), value));
    }
    Environment.clients(System.getenv(), clients);
    clients.put(
        RegistryConfig.PATIENCE,
        environment().need(Setting.REGISTRY_PATIENCE, Setting.REGISTRY_PATIENCE.doc()));
    FixedSettings.check(clients);
    if (bootstrap != null) {
      clients.put(BOOTSTRAP, bootstrap);
    }
    if (registry != null) {
      clients.put(REGISTRY, registry);
    }
    return clients;
  }

  private static void require(Map<String, Object> clients, String name, String option) {
    if (!clients.containsKey(name)) {
      throw new InputException(
          name + " is not set; use " + option + " or set it in the --config file");
    }
  }

  private static Properties read(Path file) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (NoSuchFileException e) {
      throw new InputException("--config " + file + " does not exist", e);
    } catch (IOException | IllegalArgumentException e) {
      throw new InputException("--config " + file + " cannot be read: " + e.getMessage(), e);
    }
    return properties;
  }
}
