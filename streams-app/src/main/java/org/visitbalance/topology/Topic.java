package org.visitbalance.topology;

import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;

/**
 * A topic: its name, the type of its values, and how it is retained.
 *
 * @param name the name without the installation's prefix
 */
public record Topic<T extends SpecificRecord>(String name, Class<T> type, Keeping keeping) {
  /** How long records stay on a topic. */
  public enum Keeping {
    /** Facts: forever, with the time at which the broker received them. */
    FACTS("delete", "-1", "LogAppendTime"),
    /** Clock ticks: one hour. */
    CLOCK("delete", "3600000", "LogAppendTime"),
    /** The latest value of each key. */
    LATEST("compact", "-1", "CreateTime"),
    /** Dead letters: forever. */
    LETTERS("delete", "-1", "CreateTime"),
    /** What people did: forever, with the broker's time, which no client can choose. */
    ACCESS("delete", "-1", "LogAppendTime"),
    /** Between two parts of the topology; created and retained by Kafka Streams. */
    INTERNAL("delete", "-1", "CreateTime");

    private final String cleanup;
    private final String retentionMillis;
    private final String timestamps;

    Keeping(String cleanup, String retentionMillis, String timestamps) {
      this.cleanup = cleanup;
      this.retentionMillis = retentionMillis;
      this.timestamps = timestamps;
    }

    /**
     * Returns the topic's configuration with Kafka's own names. No record is deleted because of
     * size.
     */
    public Map<String, String> configs() {
      return new TreeMap<>(
          Map.of(
              "cleanup.policy", cleanup,
              "retention.ms", retentionMillis,
              "retention.bytes", "-1",
              "message.timestamp.type", timestamps));
    }
  }
}
