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
  /** The largest record of a topic, in bytes: docs/sizing.md#records. */
  public static final int MOST_BYTES = 8 << 20;

  private static final String FOREVER = "-1";
  private static final String HOUR = "3600000";

  /** Whose time it is. */
  public enum Time {
    /** The broker's: no client can choose when a fact became known or how late it is. */
    LIVE,
    /**
     * A simulation's: ticks carry its time and facts their known time, which may be any. Its broker
     * accepts every timestamp and deletes no tick because of its age.
     */
    SIMULATION
  }

  /** How long records stay on a topic. */
  public enum Keeping {
    /** Facts: forever, with the time at which the broker received them. */
    FACTS("delete", FOREVER, "LogAppendTime"),
    /** Clock ticks: one hour; Kafka deletes whole segments, so these are no longer. */
    CLOCK("delete", HOUR, "LogAppendTime"),
    /** The latest value of each key. */
    LATEST("compact", FOREVER, "CreateTime"),
    /** Dead letters: forever. */
    LETTERS("delete", FOREVER, "CreateTime"),
    /** What people did: forever, with the broker's time, which no client can choose. */
    ACCESS("delete", FOREVER, "LogAppendTime"),
    /** Between two parts of the topology; created and retained by Kafka Streams. */
    INTERNAL("delete", FOREVER, "CreateTime");

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
      return configs(Time.LIVE);
    }

    /** Returns the same for an installation whose time is a simulation's. */
    public Map<String, String> configs(Time time) {
      boolean isSimulated = time == Time.SIMULATION && (this == FACTS || this == CLOCK);
      Map<String, String> configs = new TreeMap<>();
      configs.put("cleanup.policy", cleanup);
      configs.put("retention.ms", isSimulated ? FOREVER : retentionMillis);
      configs.put("retention.bytes", "-1");
      configs.put("max.message.bytes", Integer.toString(MOST_BYTES));
      configs.put("message.timestamp.type", isSimulated ? "CreateTime" : timestamps);
      if (this == CLOCK && !isSimulated) {
        configs.put("segment.ms", HOUR);
      }
      return configs;
    }
  }
}
