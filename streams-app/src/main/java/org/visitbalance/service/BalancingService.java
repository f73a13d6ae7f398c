package org.visitbalance.service;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.visitbalance.platform.Folders;
import org.visitbalance.platform.registry.RegistryException;
import org.visitbalance.platform.registry.RegistryRefusedException;
import org.visitbalance.state.CapFigures;
import org.visitbalance.state.PeriodFigures;
import org.visitbalance.topology.BalancingTopology;
import org.visitbalance.topology.Topic;
import org.visitbalance.topology.Topics;
import org.visitbalance.topology.TopologyOptions;

/** A running instance of the topology. */
public final class BalancingService implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BalancingService.class);
  private static final Duration CLOSING = Duration.ofSeconds(20);

  private final KafkaStreams streams;
  private final @Nullable Path temporary;

  /**
   * Whether the instance rejoins under the same name; until it does, no other instance takes its
   * partitions.
   */
  private final boolean isStatic;

  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  private final Problems problems;

  private final PassedOver passedOver;

  private BalancingService(
      KafkaStreams streams,
      @Nullable Path temporary,
      boolean isStatic,
      Problems problems,
      PassedOver passedOver) {
    this.streams = streams;
    this.temporary = temporary;
    this.isStatic = isStatic;
    this.problems = problems;
    this.passedOver = passedOver;
  }

  /** Starts an instance that keeps nothing on this machine after it is closed. */
  public static BalancingService start(TopologyOptions options, Map<String, ?> clients) {
    return startTemporary(options, clients, Problems.SILENT);
  }

  /**
   * Starts a temporary instance.
   *
   * @param problems is told what goes wrong
   */
  public static BalancingService startTemporary(
      TopologyOptions options, Map<String, ?> clients, Problems problems) {
    try {
      Path folder = Files.createTempDirectory("visit-balance-state");
      return start(options, clients, folder, folder, problems);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Starts an instance.
   *
   * @param clients Kafka's client configuration, and any Kafka Streams settings
   * @param stateFolder the folder for its state
   * @param problems is told what goes wrong
   */
  public static BalancingService start(
      TopologyOptions options, Map<String, ?> clients, Path stateFolder, Problems problems) {
    return start(options, clients, stateFolder, null, problems);
  }

  private static BalancingService start(
      TopologyOptions options,
      Map<String, ?> clients,
      Path folder,
      @Nullable Path temporary,
      Problems problems) {
    PassedOver passedOver = new PassedOver(options);
    Properties properties = ServiceProperties.of(options.prefix(), clients, folder);
    properties.put(
        StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG, PassOver.class.getName());
    properties.put(PassOver.PASSED_OVER, passedOver);
    KafkaStreams streams =
        new KafkaStreams(BalancingTopology.of(options), properties, new LimitedClients(passedOver));
    boolean isStatic = clients.containsKey(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
    BalancingService service =
        new BalancingService(streams, temporary, isStatic, problems, passedOver);
    streams.setUncaughtExceptionHandler(service::failed);
    streams.setStateListener(
        (now, before) ->
            LOG.atInfo()
                .addKeyValue("before", before)
                .addKeyValue("now", now)
                .log("the instance has changed its state"));
    streams.start();
    return service;
  }

  /** Is told what goes wrong in a thread of the topology; called from that thread. */
  @FunctionalInterface
  public interface Problems {
    /** Ignores all problems. */
    Problems SILENT = (problem, goesOn) -> {};

    /**
     * Reports a problem.
     *
     * @param goesOn whether the problem may pass: another thread takes over and reads again what
     *     was not committed; otherwise the instance stops
     */
    void heard(Throwable problem, boolean goesOn);
  }

  private StreamThreadExceptionResponse failed(Throwable problem) {
    boolean passing = mayPass(problem) || passedOver.isCausedBy(problem);
    if (!passing) {
      failure.set(problem);
    }
    problems.heard(problem, passing);
    return passing
        ? StreamThreadExceptionResponse.REPLACE_THREAD
        : StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
  }

  private static boolean mayPass(Throwable problem) {
    for (Throwable cause = problem; cause != null; cause = cause.getCause()) {
      if (cause instanceof RegistryException || cause instanceof RetriableException) {
        return !(cause instanceof RegistryRefusedException);
      }
    }
    return false;
  }

  /**
   * Checks that the instance is still running.
   *
   * @throws IllegalStateException if it has failed
   */
  public void check() {
    Throwable problem = failure.get();
    if (problem != null) {
      throw new IllegalStateException("the service has stopped: " + problem.getMessage(), problem);
    }
  }

  /**
   * The metrics of the group {@code visit-balance}, summed over this instance's tasks.
   *
   * @param values the metrics by name and source
   */
  public record Counts(Map<String, Double> values) {
    /** Returns a metric of a source; 0 if there is none. */
    public long of(String name, Topic<?> source) {
      return values.getOrDefault(key(name, source.name()), 0.0).longValue();
    }

    /** Returns a metric summed over the sources of facts about patients. */
    public long ofPatientFacts(String name) {
      return Topics.PATIENT_FACTS.stream().mapToLong(topic -> of(name, topic)).sum();
    }

    private static String key(String name, String source) {
      return name + "|" + source;
    }
  }

  /**
   * Returns what keeps this instance from working at the moment, and what to do; null while it
   * works.
   *
   * <p>While it restores its state or partitions are being reassigned, the problem passes by
   * itself.
   */
  public @Nullable String trouble() {
    Throwable problem = failure.get();
    KafkaStreams.State state = streams.state();
    if (problem != null) {
      return "has stopped: " + problem.getMessage() + "; check its log and start it again";
    } else if (state == KafkaStreams.State.RUNNING) {
      return null;
    }
    return switch (state) {
      case CREATED, REBALANCING -> "is restoring its state or being assigned partitions; wait";
      default -> "is " + state + "; start it again";
    };
  }

  /** Returns whether it has failed for good. */
  public boolean hasFailed() {
    return failure.get() != null || streams.state() == KafkaStreams.State.ERROR;
  }

  /** Returns Kafka Streams' own metrics of this instance. */
  public Map<MetricName, ? extends Metric> metrics() {
    return streams.metrics();
  }

  /** Returns what this instance's tasks have counted; correct even after a crash. */
  public Counts counts() {
    Map<String, Double> values = new HashMap<>();
    streams
        .metrics()
        .forEach(
            (metric, value) -> {
              if (metric.group().equals("visit-balance")) {
                values.merge(
                    Counts.key(metric.name(), String.valueOf(metric.tags().get("source"))),
                    ((Number) value.metricValue()).doubleValue(),
                    Double::sum);
              }
            });
    return new Counts(values);
  }

  /** Returns how many records this instance could not send since it was started. */
  public long passedOver() {
    return passedOver.count();
  }

  /** Returns which record could not be sent last, and what to do; null if none. */
  public @Nullable String lastPassedOver() {
    return passedOver.last();
  }

  /** Returns whether everything that this instance's ledgers have posted is in its books. */
  public boolean isBooked() {
    return counts().of("postings", Topics.PERIOD_POSTINGS) == booked();
  }

  /** Returns the number of postings in this instance's books; -1 while they cannot be read. */
  private long booked() {
    try {
      return this.<PeriodFigures>sum(BalancingTopology.PERIOD_BOOKS, PeriodFigures::getPostings)
          + this.<CapFigures>sum(BalancingTopology.CAP_BOOKS, CapFigures::getPostings);
    } catch (InvalidStateStoreException e) {
      return -1;
    }
  }

  private <V> long sum(String store, java.util.function.ToLongFunction<V> of) {
    long sum = 0;
    try (KeyValueIterator<String, V> all =
        streams
            .store(
                StoreQueryParameters.fromNameAndType(
                    store, QueryableStoreTypes.<String, V>keyValueStore()))
            .all()) {
      while (all.hasNext()) {
        sum += of.applyAsLong(all.next().value);
      }
    }
    return sum;
  }

  @Override
  public void close() {
    streams.close(
        CloseOptions.timeout(CLOSING)
            .withGroupMembershipOperation(
                isStatic
                    ? GroupMembershipOperation.REMAIN_IN_GROUP
                    : GroupMembershipOperation.LEAVE_GROUP));
    if (temporary != null) {
      Folders.delete(temporary);
    }
  }
}
