package org.visitbalance.service;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.MissingSourceTopicException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.visitbalance.platform.Deadline;
import org.visitbalance.platform.Sentences;
import org.visitbalance.platform.registry.RegistryException;
import org.visitbalance.platform.registry.RegistryRefusedException;

/**
 * Keeps a client of Kafka Streams running. A thread that fails for a temporary reason is replaced.
 * If the client ends as a whole, another one is made after a while, whatever the reason. Repeated
 * failures, and failures that no retry fixes, are final.
 */
final class ClientKeeper {
  private static final Logger LOG = LoggerFactory.getLogger(ClientKeeper.class);
  private static final Duration CLOSING = Duration.ofSeconds(20);

  /** How often in a row the client may end early before the failure is final. */
  private static final int MOST_ENDS = 6;

  private static final Duration A_WHILE = Duration.ofMinutes(2);
  private static final int MOST_DOUBLINGS = 5;
  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** Plans what a client begins with, and makes it; a client runs only once. */
  interface Maker {
    /** Returns what the state is rebuilt from; null if nothing was reported before. */
    @Nullable StateRebuild plan() throws StateRebuild.OlderRuns;

    /** Returns what to say of facts that are gone from the topics; null if all are there. */
    @Nullable String lost();

    KafkaStreams make(@Nullable StateRebuild from);
  }

  private final Maker maker;

  /** Counted down when the instance closes. */
  private final CountDownLatch closing;

  private final BalancingService.Problems problems;
  private final PassedOver passedOver;

  /** Asks the cluster what topics take. */
  private final Function<Set<String>, Map<String, Integer>> limits;

  /** Not there until instances of an older version have stopped. */
  private volatile @Nullable KafkaStreams client;

  private final AtomicReference<@Nullable StateRebuild> rebuild = new AtomicReference<>();
  private final AtomicReference<@Nullable String> waiting = new AtomicReference<>();
  private final AtomicReference<@Nullable String> lost = new AtomicReference<>();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  /** The last failure of a thread. */
  private final AtomicReference<@Nullable Throwable> lastProblem = new AtomicReference<>();

  private final AtomicInteger replaced = new AtomicInteger();
  private volatile Deadline quiet = Deadline.in(A_WHILE);
  private final Semaphore ended = new Semaphore(0);
  private final Thread thread = new Thread(this::keepRunning, "balancing-service");
  private volatile boolean isRestarting;
  private final Restoring restoring = new Restoring(Duration.ofMinutes(5));

  /** Whether no client was made yet: what is wrong then is the configuration. */
  private boolean isFirst = true;

  /**
   * Keeps nothing yet.
   *
   * @param closing counted down when no other client is to be made
   * @param problems is told what goes wrong
   * @param passedOver what the clients cannot send
   * @param limits asks the cluster what topics take
   */
  ClientKeeper(
      Maker maker,
      CountDownLatch closing,
      BalancingService.Problems problems,
      PassedOver passedOver,
      Function<Set<String>, Map<String, Integer>> limits) {
    this.maker = maker;
    this.closing = closing;
    this.problems = problems;
    this.passedOver = passedOver;
    this.limits = limits;
    thread.setDaemon(true);
  }

  /** Begins, in a thread of its own. */
  void start() {
    thread.start();
  }

  /** Returns the client of this moment; null while there is none. */
  @Nullable KafkaStreams client() {
    return client;
  }

  /** Returns why it has ended for good; null if it has not. */
  @Nullable Throwable failure() {
    return failure.get();
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
        KafkaStreams over = client;
        client = null;
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
      KafkaStreams made = maker.make(from);
      made.setUncaughtExceptionHandler(this::failed);
      made.setStateListener(this::changed);
      made.setGlobalStateRestoreListener(restoring);
      restoring.moved();
      client = made;
      isFirst = false;
      isRestarting = false;
      return made;
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
   * Returns what keeps this instance from working at the moment, and what to do; null while it
   * works.
   *
   * <p>While it restores its state or partitions are being reassigned, the problem passes by
   * itself.
   */
  @Nullable String trouble() {
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

  private KafkaStreams.State state() {
    KafkaStreams now = client;
    return now == null ? KafkaStreams.State.CREATED : now.state();
  }

  /** Returns what a start or a rebuild found that somebody should know; null if nothing. */
  @Nullable String warning() {
    StateRebuild under = rebuild.get();
    String found =
        Stream.of(lost.get(), under == null ? null : under.warning())
            .filter(Objects::nonNull)
            .collect(Collectors.joining("; also, "));
    return found.isEmpty() ? null : found;
  }

  /** Closes the client of this moment; no other one is made. */
  void close(CloseOptions.GroupMembershipOperation membership) {
    closing.countDown();
    synchronized (this) {
      KafkaStreams last = client;
      if (last != null) {
        last.close(CloseOptions.timeout(CLOSING).withGroupMembershipOperation(membership));
      }
    }
  }
}
