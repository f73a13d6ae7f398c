package org.visitbalance.platform.registry;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The way to a registry. */
public final class SchemaRegistries {
  private static final String MOCK = "mock://";

  private static final Map<String, LocalRegistry> MOCKS = new ConcurrentHashMap<>();

  private SchemaRegistries() {}

  /**
   * Returns the registry that a configuration names; nothing is asked of it yet. Share it: it has a
   * cache and connections of its own, and needs no closing.
   *
   * @param config see {@link RegistryConfig}; other keys may be in it
   * @throws org.apache.kafka.common.config.ConfigException when it cannot be used
   */
  public static SchemaRegistry open(Map<String, ?> config) {
    RegistryConfig registry = new RegistryConfig(config);
    String first = registry.urls().get(0);
    return first.startsWith(MOCK)
        ? MOCKS.computeIfAbsent(first.substring(MOCK.length()), scope -> inMemory())
        : new CachingRegistry(new RegistryClient(new RegistryHttp(registry)), registry.patience());
  }

  /**
   * Forgets what a {@code mock://scope} registry has; the next to name the scope finds it empty.
   */
  public static void drop(String scope) {
    MOCKS.remove(scope);
  }

  private static LocalRegistry inMemory() {
    return new LocalRegistry(SchemaLog.inMemory(), CompatibilityLevel.FULL_TRANSITIVE);
  }
}
