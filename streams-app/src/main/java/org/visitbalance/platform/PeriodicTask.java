package org.visitbalance.platform;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work that is done again and again, on a daemon thread of its own. Whatever it throws is logged,
 * and it is done again after the usual pause: nothing ends it but {@link #close}.
 *
 * <p>Of equal failures in a row the first is logged, then the 10th, the 100th, and so on.
 */
public final class PeriodicTask implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int DECADE = 10;

  private final String name;
  private final Duration pause;
  private final Work work;
  private final Runnable ending;
  private final Thread thread;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private volatile Status status;
  private boolean beginsWithPause;
  private long nextToLog;

  /** What is done; it may throw anything. */
  @FunctionalInterface
  public interface Work {
    /** Does it once. */
    void run() throws Exception;
  }

  /**
   * How it goes.
   *
   * @param succeededAt when it last came to its end without a failure; null: never yet
   * @param failures since then
   * @param problem what went wrong the last time; null if nothing did
   */
  public record Status(
      String name, @Nullable Instant succeededAt, long failures, @Nullable String problem) {
    /** The same in a sentence for people. */
    public String sentence() {
      String last =
          succeededAt == null
              ? "it has never succeeded"
              : "its last success was at " + succeededAt.truncatedTo(ChronoUnit.SECONDS);
      if (problem == null) {
        return last;
      }
      return "has failed "
          + failures
          + (failures == 1 ? " time (" : " times (")
          + problem
          + "); "
          + last
          + "; it tries again";
    }
  }

  /**
   * A task that has not begun.
   *
   * @param name of its thread, in the log, and in health
   * @param pause between the end of one run and the beginning of the next
   */
  public PeriodicTask(String name, Duration pause, Work work) {
    this(name, pause, work, () -> {});
  }

  /**
   * The same with something to do at the end, in the thread of the work.
   *
   * @param ending is run once, after the last run
   */
  public PeriodicTask(String name, Duration pause, Work work, Runnable ending) {
    this.name = name;
    this.pause = pause;
    this.work = work;
    this.ending = ending;
    this.status = new Status(name, null, 0, null);
    this.thread = new Thread(this::run, name);
    thread.setDaemon(true);
  }

  /** Begins; the first run is at once. */
  public PeriodicTask start() {
    thread.start();
    return this;
  }

  /** Begins with a pause. */
  public PeriodicTask startLater() {
    beginsWithPause = true;
    return start();
  }

  /** How it goes; may be asked by any thread. */
  public Status status() {
    return status;
  }

  private void run() {
    if (beginsWithPause) {
      rest();
    }
    while (!isStopped()) {
      try {
        work.run();
        succeeded();
      } catch (Throwable problem) {
        failed(problem);
      }
      rest();
    }
    try {
      ending.run();
    } catch (Throwable problem) {
      log()
          .atWarn()
          .addKeyValue("task", name)
          .addKeyValue("problem", FailureText.withPlace(problem))
          .log("{} did not end well", name);
    }
  }

  private boolean isStopped() {
    return stopped.getCount() == 0;
  }

  private void succeeded() {
    Status before = status;
    status = new Status(name, Instant.now(), 0, null);
    if (before.problem != null) {
      log()
          .atInfo()
          .addKeyValue("task", name)
          .addKeyValue("failures", before.failures)
          .log("{} works again", name);
    }
  }

  private void failed(Throwable problem) {
    if (isStopped()) {
      return;
    }
    Status before = status;
    String said = FailureText.withPlace(problem);
    status = new Status(name, before.succeededAt, before.failures + 1, said);
    if (!said.equals(before.problem)) {
      nextToLog = status.failures;
    }
    if (status.failures >= nextToLog) {
      nextToLog = nextToLog(status.failures);
      log()
          .atWarn()
          .addKeyValue("task", name)
          .addKeyValue("problem", said)
          .addKeyValue("failures", status.failures)
          .log("{} has failed; it tries again", name);
    }
  }

  private static long nextToLog(long failures) {
    long next = DECADE;
    while (next <= failures) {
      next *= DECADE;
    }
    return next;
  }

  private void rest() {
    try {
      boolean unused = stopped.await(pause.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      // Only close() ends it; an interrupt of what was done before is over.
    }
  }

  /** Not a constant: where nothing is logged, the log need not be woken. */
  private static Logger log() {
    return LoggerFactory.getLogger(PeriodicTask.class);
  }

  /** Lets it end after what it is doing now; {@link #close} waits for that. */
  public void stop() {
    stopped.countDown();
  }

  /** Ends it: what it is doing is waited for, though not for long, and nothing is done after it. */
  @Override
  public void close() {
    stop();
    try {
      thread.join(PATIENCE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
