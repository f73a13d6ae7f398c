package org.visitbalance.embedded;

import java.nio.file.Path;
import java.util.Map;
import org.visitbalance.platform.registry.CompatibilityLevel;
import org.visitbalance.platform.registry.LocalRegistry;
import org.visitbalance.platform.registry.SchemaLog;

/**
 * Everything the service needs from outside, in this process: a broker, and a schema registry that
 * stores its schemas on it. New versions of a schema must be compatible with all earlier ones in
 * both directions (FULL_TRANSITIVE).
 *
 * <p>Close it after its clients, and from one place only: a shutdown hook of its own would take the
 * broker away from a service that is still shutting down.
 */
public final class EmbeddedCluster implements Broker {
  private final EmbeddedBroker broker;
  private final SchemaLog log;
  private final RegistryServer registry;

  private EmbeddedCluster(EmbeddedBroker broker, int registryPort) {
    this.broker = broker;
    SchemaLog opened = null;
    try {
      opened = new TopicSchemaLog(broker.bootstrapServers());
      this.log = opened;
      this.registry =
          RegistryServer.start(
              new LocalRegistry(opened, CompatibilityLevel.FULL_TRANSITIVE), registryPort);
    } catch (RuntimeException e) {
      if (opened != null) {
        opened.close();
      }
      broker.close();
      throw e;
    }
  }

  /** Starts a cluster whose data is deleted when it is closed; see {@link EmbeddedBroker}. */
  public static EmbeddedCluster temporary() {
    return temporary(EmbeddedPorts.FREE);
  }

  /** Starts a cluster whose data is deleted when it is closed; see {@link EmbeddedBroker}. */
  public static EmbeddedCluster temporary(EmbeddedPorts ports) {
    return new EmbeddedCluster(EmbeddedBroker.temporary(ports.broker()), ports.registry());
  }

  /** Starts a cluster on a folder that is kept; see {@link EmbeddedBroker#kept}. */
  public static EmbeddedCluster kept(Path folder) {
    return kept(folder, EmbeddedPorts.FREE);
  }

  /** Starts a cluster on a folder that is kept; see {@link EmbeddedBroker#kept}. */
  public static EmbeddedCluster kept(Path folder, EmbeddedPorts ports) {
    return new EmbeddedCluster(EmbeddedBroker.kept(folder, ports.broker()), ports.registry());
  }

  @Override
  public String bootstrapServers() {
    return broker.bootstrapServers();
  }

  /** Returns {@code schema.registry.url} for its clients. */
  public String registryUrl() {
    return registry.url();
  }

  /** Returns what a client has to know of it. */
  public Map<String, Object> clients() {
    return Map.of("bootstrap.servers", bootstrapServers(), "schema.registry.url", registryUrl());
  }

  @Override
  public void close() {
    registry.close();
    log.close();
    broker.close();
  }
}
