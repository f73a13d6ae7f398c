package org.visitbalance.platform.registry;

import java.util.Map;

/**
 * Where a local registry keeps what it knows: texts by keys, of which the last written stands. The
 * texts are those of Confluent's {@code _schemas} topic.
 */
public interface SchemaLog extends AutoCloseable {
  /** Returns all that stands, in the order in which it was written. */
  Map<String, String> read();

  /**
   * Writes one text, and returns when it is safe.
   *
   * @throws RuntimeException when it is not
   */
  void write(String key, String value);

  @Override
  default void close() {}

  /** Returns a log that forgets everything with the process. */
  static SchemaLog inMemory() {
    return new SchemaLog() {
      @Override
      public Map<String, String> read() {
        return Map.of();
      }

      @Override
      public void write(String key, String value) {}
    };
  }
}
