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
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.ToLongBiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TaskMetadata;
import org.apache.kafka.streams.ThreadMetadata;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.errors.MissingSourceTopicException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.visitbalance.platform.Deadline;
import org.visitbalance.platform.Folders;
import org.visitbalance.platform.PeriodicTask;
import org.visitbalance.platform.Sentences;
import org.visitbalance.platform.registry.RegistryException;
import org.visitbalance.platform.registry.RegistryRefusedException;
import org.visitbalance.state.CapFigures;
import org.visitbalance.state.PeriodFigures;
import org.visitbalance.topology.AppliedSettings;
import org.visitbalance.topology.BalancingTopology;
import org.visitbalance.topology.InsightEmitter;
import org.visitbalance.topology.ProgressListener;
import org.visitbalance.topology.Topic;
import org.visitbalance.topology.Topics;
import org.visitbalance.topology.TopologyOptions;

/**
 * A running instance of the topology. A thread that fails for a temporary reason is replaced. If
 * the Kafka Streams client ends as a whole, it is started again after a while, whatever the reason.
 * Repeated failures, and failures that no retry fixes, are final.
 */
public final class BalancingService implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BalancingService.class);
  private static final Duration CLOSING = Duration.ofSeconds(20);

  /** How often in a row the client may end early before the failure is final. */
  private static final int MOST_ENDS = 6;

  private static final Duration A_WHILE = Duration.ofMinutes(2);
  private static final int MOST_DOUBLINGS = 5;

  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** How often it is looked whether the topics are those that the state was made of. */
  private static final Duration TOPICS = Duration.ofMinutes(1);

  private final Maker maker;

  /** Not there until instances of an older version have stopped. */
  private volatile @Nullable KafkaStreams streams;

  private final AtomicReference<@Nullable StateRebuild> rebuild = new AtomicReference<>();
  private final AtomicReference<@Nullable String> waiting = new AtomicReference<>();
  private final AtomicReference<@Nullable String> lost = new AtomicReference<>();
  private final AtomicReference<@Nullable String> changed = new AtomicReference<>();
  private final @Nullable PeriodicTask topics;
  private final @Nullable Path temporary;

  /**
   * Whether the instance rejoins under the same name; until it does, no other instance takes its
   * partitions.
   */
  private final boolean isStatic;

  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  /** The last failure of a thread. */
  private final AtomicReference<@Nullable Throwable> lastProblem = new AtomicReference<>();

  private final AtomicInteger replaced = new AtomicInteger();
  private volatile Deadline quiet = Deadline.in(A_WHILE);
  private final Problems problems;
  private final CountDownLatch closing;
  private final Semaphore ended = new Semaphore(0);
  private final Thread keeper = new Thread(this::keepRunning, "balancing-service");
  private volatile boolean isRestarting;

  private final Restoring restoring = new Restoring(Duration.ofMinutes(5));

  /** Whether no client was made yet: what is wrong then is the configuration. */
  private boolean isFirst = true;

  private final PassedOver passedOver;

  /** Asks the cluster what topics take. */
  private final Function<Set<String>, Map<String, Integer>> limits;

  private final Map<AppliedSettings.Place, AppliedSettings> applied;
  private final @Nullable Duration retention;
  private final String tokenKey;
  private final @Nullable String instance;

  /** The full name of the topic of ticks. */
  private final String clock;

  private BalancingService(
      Maker maker,
      String clock,
      @Nullable Duration retention,
      String tokenKey,
      @Nullable Path temporary,
      @Nullable KnownTopics topics,
      @Nullable String instance,
      boolean isStatic,
      Problems problems,
      CountDownLatch closing,
      PassedOver passedOver,
      Function<Set<String>, Map<String, Integer>> limits,
      Map<AppliedSettings.Place, AppliedSettings> applied) {
    this.maker = maker;
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
    this.problems = problems;
    this.closing = closing;
    keeper.setDaemon(true);
    this.passedOver = passedOver;
    this.limits = limits;
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
    return new BalancingService(
        new Maker() {
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
        },
        options.prefix() + Topics.CLOCK.name(),
        options.retention(),
        options.tokenKey(),
        temporary,
        temporary == null
            ? new KnownTopics(clients, options.prefix(), folder.resolve(application))
            : null,
        properties.getProperty(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG),
        clients.containsKey(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG),
        problems,
        closing,
        passedOver,
        topics -> TopicLimits.of(clients, topics),
        applied);
  }

  /** Plans what a client begins with, and makes it; a client runs only once. */
  private interface Maker {
    /** Returns what the state is rebuilt from; null if nothing was reported before. */
    @Nullable StateRebuild plan() throws StateRebuild.OlderRuns;

    /** Returns what to say of facts that are gone from the topics; null if all are there. */
    @Nullable String lost();

    KafkaStreams make(@Nullable StateRebuild from);
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

  /** Starts the client, and starts it again when it ends; runs in its own thread. */
  private void keepRunning() {
    int ends = 0;
    while (closing.getCount() > 0) {
      Deadline soon = Deadline.in(A_WHILE);
      run();
      if (closing.getCount() == 0 || failure.get() != null) {
        return;
      }
      ends = soon.isOver() ? 1 : ends + 1;
      Throwable problem =
          Objects.requireNonNullElseGet(
              lastProblem.getAndSet(null),
              () -> new KafkaException("Kafka Streams ended without giving a reason"));
      if (ends >= MOST_ENDS) {
        fail(problem);
        return;
      }
      isRestarting = true;
      problems.heard(problem, true);
      if (waited(ends)) {
        return;
      }
      synchronized (this) {
        if (closing.getCount() == 0) {
          return;
        }
        KafkaStreams over = streams;
        streams = null;
        if (over != null) {
          over.close(CloseOptions.timeout(CLOSING));
        }
      }
    }
  }

  /** Makes a client, as soon as no older version runs, and runs it until it ends. */
  private void run() {
    ended.drainPermits();
    try {
      KafkaStreams now = made();
      if (now != null) {
        now.start();
        ended.acquire();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      if (isFirst && !mayPass(e)) {
        fail(e);
      }
      lastProblem.compareAndSet(null, e);
    }
  }

  /** Returns a new client; null if the instance was closed meanwhile. */
  private @Nullable KafkaStreams made() throws InterruptedException {
    StateRebuild from = null;
    for (boolean isPlanned = false; !isPlanned; ) {
      try {
        from = maker.plan();
        isPlanned = true;
      } catch (StateRebuild.OlderRuns e) {
        if (!String.valueOf(e.getMessage()).equals(waiting.getAndSet(e.getMessage()))) {
          LOG.atWarn().addKeyValue("reason", e.getMessage()).log("the instance waits");
        }
        if (closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
          return null;
        }
      }
    }
    rebuild.set(from);
    waiting.set(null);
    String gone = maker.lost();
    if (gone != null && !gone.equals(lost.getAndSet(gone))) {
      LOG.warn("{}", gone);
    }
    synchronized (this) {
      if (closing.getCount() == 0) {
        return null;
      }
      KafkaStreams client = maker.make(from);
      client.setUncaughtExceptionHandler(this::failed);
      client.setStateListener(this::changed);
      client.setGlobalStateRestoreListener(restoring);
      restoring.moved();
      streams = client;
      isFirst = false;
      isRestarting = false;
      return client;
    }
  }

  private void changed(KafkaStreams.State now, KafkaStreams.State before) {
    restoring.moved();
    LOG.atInfo()
        .addKeyValue("before", before)
        .addKeyValue("now", now)
        .log("the instance has changed its state");
    if (now == KafkaStreams.State.ERROR || now == KafkaStreams.State.NOT_RUNNING) {
      ended.release();
    }
  }

  /** Waits longer each time; returns whether the instance was closed meanwhile. */
  private boolean waited(int times) {
    try {
      return closing.await(1L << Math.min(times - 1, MOST_DOUBLINGS), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  private void fail(Throwable thrown) {
    Throwable problem = ofTopics(thrown);
    if (failure.compareAndSet(null, problem)) {
      problems.heard(problem, false);
    }
  }

  /** What Kafka says of topics has no name, or advice that would delete the state for nothing. */
  private static Throwable ofTopics(Throwable problem) {
    if (String.valueOf(problem.getMessage()).contains("has invalid partitions")) {
      return new KafkaException(
          "partitions were added to a topic that the service reads; "
              + TopicProvisioner.MORE_PARTITIONS,
          problem);
    } else if (problem instanceof MissingSourceTopicException) {
      return new KafkaException(
          "a topic that the service reads was deleted; the next start says which, and"
              + " docs/operating.md#made-again what to do",
          problem);
    }
    return problem;
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
   * Called by a thread that ends. The thread that reads settings and feeds cannot be replaced
   * (Kafka 4.3.1 fails to do so and leaves a client that only seems to run): the client ends and is
   * started again.
   */
  private StreamThreadExceptionResponse failed(Throwable problem) {
    lastProblem.set(problem);
    if (Thread.currentThread().getName().endsWith("GlobalStreamThread")) {
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    } else if (!mayPass(problem) && !passedOver.isCausedBy(problem)) {
      fail(problem);
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
    problems.heard(problem, true);
    passedOver.ask(limits);
    if (quiet.isOver()) {
      replaced.set(0);
    }
    quiet = Deadline.in(A_WHILE);
    boolean unused = waited(replaced.incrementAndGet());
    return StreamThreadExceptionResponse.REPLACE_THREAD;
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
   * @throws KafkaException if it has failed
   */
  public void check() {
    Throwable problem = failure.get();
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
    Throwable problem = failure.get();
    String why = waiting.get();
    KafkaStreams.State state = state();
    if (problem != null) {
      return "has stopped: " + Sentences.of(problem) + "; check its log and start it again";
    } else if (isRestarting) {
      return "has ended and is restarting by itself; check its log if this continues";
    } else if (why != null) {
      return why;
    } else if (state == KafkaStreams.State.RUNNING) {
      return null;
    }
    return switch (state) {
      case CREATED, REBALANCING -> restoring.sentence();
      default -> "is " + state + " and is restarting by itself; wait";
    };
  }

  /** Returns whether it has failed for good. */
  public boolean hasFailed() {
    return failure.get() != null;
  }

  private KafkaStreams.State state() {
    KafkaStreams client = streams;
    return client == null ? KafkaStreams.State.CREATED : client.state();
  }

  /** Returns the partitions of the clock whose ledgers this instance has. */
  public Set<Integer> partitions() {
    KafkaStreams client = streams;
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
    KafkaStreams client = streams;
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
    StateRebuild under = rebuild.get();
    String found =
        Stream.of(lost.get(), under == null ? null : under.warning())
            .filter(Objects::nonNull)
            .collect(Collectors.joining("; also, "));
    return found.isEmpty() ? null : found;
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
    KafkaStreams client = streams;
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
  public synchronized void close() {
    closing.countDown();
    if (topics != null) {
      topics.stop();
    }
    KafkaStreams client = streams;
    if (client != null) {
      client.close(
          CloseOptions.timeout(CLOSING)
              .withGroupMembershipOperation(
                  isStatic
                      ? GroupMembershipOperation.REMAIN_IN_GROUP
                      : GroupMembershipOperation.LEAVE_GROUP));
    }
    if (temporary != null) {
      Folders.delete(temporary);
    }
  }
}
