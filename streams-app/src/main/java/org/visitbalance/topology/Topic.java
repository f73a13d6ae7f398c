package org.visitbalance.topology;

import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;

/**
 * A topic: its name, what its values are, and how it is kept.
 *
 * @param name without the prefix of an installation
 */
public record Topic<T extends SpecificRecord>(String name, Class<T> type, Keeping keeping) {
  /** How long what is on a topic stays there. */
  public enum Keeping {
    /** Facts: for ever, and with the time at which the broker got them. */
    FACTS("delete", "-1", "LogAppendTime"),
    /** Ticks of the clock: one hour. */
    CLOCK("delete", "3600000", "LogAppendTime"),
    /** The latest value of each key. */
    LATEST("compact", "-1", "CreateTime"),
    /** What could not be a fact: for ever. */
    LETTERS("delete", "-1", "CreateTime"),
    /** What people did: for ever, and with the broker's time, which no client can choose. */
    ACCESS("delete", "-1", "LogAppendTime"),
    /** Between two parts of the topology; Kafka Streams makes and keeps it. */
    INTERNAL("delete", "-1", "CreateTime");

    private final String cleanup;
    private final String retentionMillis;
    private final String timestamps;

    Keeping(String cleanup, String retentionMillis, String timestamps) {
      this.cleanup = cleanup;
      this.retentionMillis = retentionMillis;
      this.timestamps = timestamps;
    }

    /** The topic's configuration under Kafka's own names. Nothing is lost for its size. */
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
