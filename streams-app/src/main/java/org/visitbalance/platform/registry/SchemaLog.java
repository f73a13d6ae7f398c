package org.visitbalance.platform.registry;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The storage of a local registry: texts by key, of which the last one written counts. The texts
 * are those of Confluent's {@code _schemas} topic.
 */
public interface SchemaLog extends AutoCloseable {
  /** Returns the current texts, in the order in which each was last written. */
  Map<String, String> read();

  /**
   * Writes one text, and returns when it is safely stored.
   *
   * @param value null to remove the text of the key
   * @throws RuntimeException if it could not be stored
   */
  void write(String key, @Nullable String value);

  @Override
  default void close() {}

  /** Returns a log that is lost when the process ends. */
  static SchemaLog inMemory() {
    return new SchemaLog() {
      @Override
      public Map<String, String> read() {
        return Map.of();
      }

      @Override
      public void write(String key, @Nullable String value) {}
    };
  }
}
