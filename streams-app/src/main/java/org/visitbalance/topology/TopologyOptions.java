package org.visitbalance.topology;

import java.time.Duration;
import java.time.Instant;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serde;
import org.jspecify.annotations.Nullable;

/**
 * What the topology has to be told.
 *
 * @param prefix before the name of every topic; may be empty
 * @param serdes of the values on topics
 * @param tokenKey key of the tokens
 * @param partitions how many the topics of facts about patients and the clock have
 * @param presentFrom ticks before this moment are history: facts are folded, nothing is judged, so
 *     that catching up pages nobody; the moment at which the service started
 * @param retention how long business dates are kept in state; null: for ever
 * @param inMemory whether state is kept in memory instead of RocksDB
 * @param datesPerTick how many dates of service are judged at most before the next record is read:
 *     a bound for the time between two commits
 * @param listener is told how far the topology has come
 */
public record TopologyOptions(
    String prefix,
    Serdes serdes,
    String tokenKey,
    int partitions,
    Instant presentFrom,
    @Nullable Duration retention,
    boolean inMemory,
    int datesPerTick,
    ProgressListener listener) {
  /** How long state is kept unless it is said: rules.md#retention. */
  public static final Duration RETENTION = Duration.ofDays(400);

  /** A second's work, about. */
  public static final int DATES_PER_TICK = 20_000;

  /** Makes the serdes of the values on topics. */
  @FunctionalInterface
  public interface Serdes {
    /**
     * The serde of a type. Of what is no such record its deserializer throws a {@link
     * org.apache.kafka.common.errors.SerializationException}; any other exception means that the
     * record could not be looked at, and stops the thread before it is lost.
     */
    <T extends SpecificRecord> Serde<T> of(Class<T> type);
  }

  /** The same with another listener. */
  public TopologyOptions with(ProgressListener other) {
    return new TopologyOptions(
        prefix,
        serdes,
        tokenKey,
        partitions,
        presentFrom,
        retention,
        inMemory,
        datesPerTick,
        other);
  }

  /** The full name of a topic in this installation. */
  String name(Topic<?> topic) {
    return prefix + topic.name();
  }
}
