package org.visitbalance.topology;

import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serde;
import org.jspecify.annotations.Nullable;

/**
 * The options of the topology.
 *
 * @param prefix the prefix of every topic name; may be empty
 * @param serdes the serdes of the values on topics
 * @param tokenKey the key of the tokens
 * @param partitions the number of partitions of the clock and of the topics with facts about
 *     patients
 * @param presentFrom gives the moment before which ticks are history, at which facts are stored but
 *     not evaluated, so that catching up alerts nobody; the moment at which the service started
 * @param retention how long business dates are kept in state; null for forever
 * @param inMemory whether state is kept in memory instead of RocksDB
 * @param datesPerTick the most dates of service to evaluate before the next record is read, which
 *     bounds the time between two commits
 * @param listener is told how far the topology has come
 * @param rebuild what the state is rebuilt from; null if nothing was reported before
 */
public record TopologyOptions(
    String prefix,
    Serdes serdes,
    String tokenKey,
    int partitions,
    Supplier<Instant> presentFrom,
    @Nullable Duration retention,
    boolean inMemory,
    int datesPerTick,
    ProgressListener listener,
    @Nullable Rebuild rebuild) {
  /** How long state is kept by default: rules.md#retention. */
  public static final Duration RETENTION = Duration.ofDays(400);

  /** About one second's work. */
  public static final int DATES_PER_TICK = 20_000;

  /**
   * The options of an installation of which nothing was reported before, and whose present is
   * known.
   */
  public TopologyOptions(
      String prefix,
      Serdes serdes,
      String tokenKey,
      int partitions,
      Instant presentFrom,
      @Nullable Duration retention,
      boolean inMemory,
      int datesPerTick,
      ProgressListener listener) {
    this(
        prefix,
        serdes,
        tokenKey,
        partitions,
        () -> presentFrom,
        retention,
        inMemory,
        datesPerTick,
        listener,
        null);
  }

  /** Returns the same options for a rebuild. */
  public TopologyOptions from(@Nullable Rebuild start) {
    return new TopologyOptions(
        prefix,
        serdes,
        tokenKey,
        partitions,
        presentFrom,
        retention,
        inMemory,
        datesPerTick,
        listener,
        start);
  }

  /** Creates the serdes of the values on topics. */
  @FunctionalInterface
  public interface Serdes {
    /**
     * Returns the serde of a type. Its deserializer throws a {@link
     * org.apache.kafka.common.errors.SerializationException} for an invalid record; any other
     * exception means that the record could not be examined, and stops the thread before the record
     * is lost.
     */
    <T extends SpecificRecord> Serde<T> of(Class<T> type);
  }

  /** Returns these options with another listener. */
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
        other,
        rebuild);
  }

  /** Returns the full name of a topic in this installation. */
  String name(Topic<?> topic) {
    return prefix + topic.name();
  }
}
