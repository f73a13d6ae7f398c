package org.visitbalance.service;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.ToLongBiFunction;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TaskMetadata;
import org.apache.kafka.streams.ThreadMetadata;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.visitbalance.platform.Folders;
import org.visitbalance.platform.PeriodicTask;
import org.visitbalance.platform.Sentences;
import org.visitbalance.state.CapFigures;
import org.visitbalance.state.PeriodFigures;
import org.visitbalance.topology.AppliedSettings;
import org.visitbalance.topology.BalancingTopology;
import org.visitbalance.topology.InsightEmitter;
import org.visitbalance.topology.ProgressListener;
import org.visitbalance.topology.Topic;
import org.visitbalance.topology.Topics;
import org.visitbalance.topology.TopologyOptions;

/** A running instance of the topology, and what may be asked of it: {@link ClientKeeper}. */
public final class BalancingService implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BalancingService.class);

  /** How often it is looked whether the topics are those that the state was made of. */
  private static final Duration TOPICS = Duration.ofMinutes(1);

  private final ClientKeeper keeper;
  private final AtomicReference<@Nullable String> changed = new AtomicReference<>();
  private final @Nullable PeriodicTask topics;
  private final @Nullable Path temporary;

  /**
   * Whether the instance rejoins under the same name; until it does, no other instance takes its
   * partitions.
   */
  private final boolean isStatic;

  private final PassedOver passedOver;
  private final Map<AppliedSettings.Place, AppliedSettings> applied;
  private final @Nullable Duration retention;
  private final String tokenKey;
  private final @Nullable String instance;

  /** The full name of the topic of ticks. */
  private final String clock;

  private BalancingService(
      ClientKeeper keeper,
      String clock,
      @Nullable Duration retention,
      String tokenKey,
      @Nullable Path temporary,
      @Nullable KnownTopics topics,
      @Nullable String instance,
      boolean isStatic,
      PassedOver passedOver,
      Map<AppliedSettings.Place, AppliedSettings> applied) {
    this.keeper = keeper;
    this.clock = clock;
    this.retention = retention;
    this.tokenKey = tokenKey;
    this.temporary = temporary;
    this.topics =
        topics == null
            ? null
            : new PeriodicTask("known-topics", TOPICS, () -> compare(topics.changes()));
    this.instance = instance;
    this.isStatic = isStatic;
    this.passedOver = passedOver;
    this.applied = applied;
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
      return prepare(options, clients, folder, folder, problems).begin();
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
    return prepare(options, clients, stateFolder, problems).begin();
  }

  /** Prepares an instance; it does not join its group before {@link #begin}. */
  public static BalancingService prepare(
      TopologyOptions options, Map<String, ?> clients, Path stateFolder, Problems problems) {
    return prepare(options, clients, stateFolder, null, problems);
  }

  private static BalancingService prepare(
      TopologyOptions options,
      Map<String, ?> clients,
      Path folder,
      @Nullable Path temporary,
      Problems problems) {
    CountDownLatch closing = new CountDownLatch(1);
    Map<AppliedSettings.Place, AppliedSettings> applied = new ConcurrentHashMap<>();
    TopologyOptions heard = options.with(new EndingListener(options.listener(), closing, applied));
    PassedOver passedOver = new PassedOver(options);
    Properties properties = ServiceProperties.of(options.prefix(), clients, folder);
    properties.put(
        StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG, PassOver.class.getName());
    properties.put(PassOver.PASSED_OVER, passedOver);
    String application = properties.getProperty(StreamsConfig.APPLICATION_ID_CONFIG);
    ClientKeeper.Maker maker =
        new ClientKeeper.Maker() {
          @Override
          public @Nullable StateRebuild plan() throws StateRebuild.OlderRuns {
            return StateRebuild.find(clients, heard, application);
          }

          @Override
          public @Nullable String lost() {
            return LostFacts.warning(clients, options.prefix());
          }

          @Override
          public KafkaStreams make(@Nullable StateRebuild from) {
            return new KafkaStreams(
                BalancingTopology.of(heard.from(from)),
                properties,
                new LimitedClients(passedOver, ServiceProperties.isOrdered(properties)));
          }
        };
    return new BalancingService(
        new ClientKeeper(
            maker, closing, problems, passedOver, topics -> TopicLimits.of(clients, topics)),
        options.prefix() + Topics.CLOCK.name(),
        options.retention(),
        options.tokenKey(),
        temporary,
        temporary == null
            ? new KnownTopics(clients, options.prefix(), folder.resolve(application))
            : null,
        properties.getProperty(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG),
        clients.containsKey(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG),
        passedOver,
        applied);
  }

  /** Tells whatever waits in the topology that the instance is closing. */
  private record EndingListener(
      ProgressListener listener,
      CountDownLatch closing,
      Map<AppliedSettings.Place, AppliedSettings> applied)
      implements ProgressListener {
    @Override
    public void ticked(int partition, Instant now, boolean settled) {
      listener.ticked(partition, now, settled);
    }

    @Override
    public void applied(AppliedSettings.Place place, AppliedSettings settings) {
      applied.put(place, settings);
      listener.applied(place, settings);
    }

    @Override
    public boolean isEnding() {
      return closing.getCount() == 0;
    }
  }

  /** Starts balancing. */
  public BalancingService begin() {
    keeper.start();
    if (topics != null) {
      topics.start();
    }
    return this;
  }

  private void compare(@Nullable String says) {
    if (!Objects.equals(says, changed.getAndSet(says)) && says != null) {
      LOG.error("{}; do what docs/operating.md#made-again says", says);
    }
  }

  /**
   * Returns that topics are others than those that the state was made of, are gone, or have more
   * partitions; null if they are as they were.
   */
  public @Nullable String changedTopics() {
    return changed.get();
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

  /**
   * Checks that the instance is still running.
   *
   * @throws KafkaException if it has failed
   */
  public void check() {
    Throwable problem = keeper.failure();
    if (problem != null) {
      throw new KafkaException("the service has stopped: " + Sentences.of(problem), problem);
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
    return keeper.trouble();
  }

  /** Returns whether it has failed for good. */
  public boolean hasFailed() {
    return keeper.failure() != null;
  }

  /** Returns the partitions of the clock whose ledgers this instance has. */
  public Set<Integer> partitions() {
    KafkaStreams client = keeper.client();
    Set<Integer> own = new TreeSet<>();
    if (client != null) {
      for (ThreadMetadata thread : client.metadataForLocalThreads()) {
        for (TaskMetadata task : thread.activeTasks()) {
          for (TopicPartition one : task.topicPartitions()) {
            if (one.topic().equals(clock)) {
              own.add(one.partition());
            }
          }
        }
      }
    }
    return own;
  }

  /** Returns Kafka Streams' own metrics of this instance. */
  public Map<MetricName, ? extends Metric> metrics() {
    KafkaStreams client = keeper.client();
    return client == null ? Map.of() : client.metrics();
  }

  /** Returns what this instance's tasks have counted; correct even after a crash. */
  public Counts counts() {
    Map<String, Double> values = new HashMap<>();
    metrics()
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

  /** Returns what a start or a rebuild found that somebody should know; null if nothing. */
  public @Nullable String warning() {
    return keeper.warning();
  }

  /** Returns what the instance is called in consumer groups; null if it has no lasting name. */
  public @Nullable String instance() {
    return instance;
  }

  /** Returns how far the partitions of this instance have applied the settings of companies. */
  public Map<AppliedSettings.Place, AppliedSettings> applied() {
    return Map.copyOf(applied);
  }

  /** Returns the key of the tokens of visits. */
  public String tokenKey() {
    return tokenKey;
  }

  /** Returns how long business dates are kept; null: forever. */
  public @Nullable Duration retention() {
    return retention;
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
      return this.<PeriodFigures>sum(
              BalancingTopology.PERIOD_BOOKS, (key, book) -> book.getPostings())
          + this.<CapFigures>sum(BalancingTopology.CAP_BOOKS, (key, book) -> book.getPostings())
          + this.<byte[]>sum(BalancingTopology.INSIGHTS_SAID, InsightEmitter::postings);
    } catch (InvalidStateStoreException e) {
      return -1;
    }
  }

  private <V> long sum(String store, ToLongBiFunction<String, V> of) {
    long sum = 0;
    KafkaStreams client = keeper.client();
    if (client == null) {
      throw new InvalidStateStoreException("the client has not started yet");
    }
    try (KeyValueIterator<String, V> all =
        client
            .store(
                StoreQueryParameters.fromNameAndType(
                    store, QueryableStoreTypes.<String, V>keyValueStore()))
            .all()) {
      while (all.hasNext()) {
        KeyValue<String, V> next = all.next();
        sum += of.applyAsLong(next.key, next.value);
      }
    }
    return sum;
  }

  @Override
  public void close() {
    if (topics != null) {
      topics.stop();
    }
    keeper.close(
        isStatic ? GroupMembershipOperation.REMAIN_IN_GROUP : GroupMembershipOperation.LEAVE_GROUP);
    if (temporary != null) {
      Folders.delete(temporary);
    }
  }
}
