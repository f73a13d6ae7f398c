package org.visitbalance.platform.registry;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Opens schema registries. */
public final class SchemaRegistries {
  private static final String MOCK = "mock://";

  private static final Map<String, LocalRegistry> MOCKS = new ConcurrentHashMap<>();

  private SchemaRegistries() {}

  /**
   * Returns the registry of a configuration, without connecting to it yet. Share the result: it has
   * its own cache and connections, and does not need to be closed.
   *
   * @param config see {@link RegistryConfig}; may contain other keys
   * @throws org.apache.kafka.common.config.ConfigException if it cannot be used
   */
  public static SchemaRegistry open(Map<String, ?> config) {
    RegistryConfig registry = new RegistryConfig(config);
    String first = registry.urls().get(0);
    return first.startsWith(MOCK)
        ? MOCKS.computeIfAbsent(first.substring(MOCK.length()), scope -> inMemory())
        : new CachingRegistry(new RegistryClient(new RegistryHttp(registry)), registry.patience());
  }

  /**
   * Deletes the contents of a {@code mock://scope} registry; the next user of the scope finds it
   * empty.
   */
  public static void drop(String scope) {
    MOCKS.remove(scope);
  }

  private static LocalRegistry inMemory() {
    return new LocalRegistry(SchemaLog.inMemory(), CompatibilityLevel.FULL_TRANSITIVE);
  }
}
