package org.visitbalance.alerts;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A thread that works for one route, whatever becomes of the others. */
abstract class RouteWorker implements AutoCloseable {
  static final Duration POLL = Duration.ofMillis(200);
  private static final long BREATH_MS = 1_000;

  /** How its receiver is. */
  final Condition receiver;

  /** How its work on the cluster goes. */
  final Condition cluster;

  /** Whether there is what it is limited to. */
  private final Condition filter;

  private final String name;
  private final Thread thread;
  private final CountDownLatch closed = new CountDownLatch(1);

  RouteWorker(String name, StatusListener listener) {
    this.name = name;
    this.receiver = new Condition(name, listener);
    this.cluster = new Condition(name, listener);
    this.filter = new Condition(name, listener);
    this.thread = new Thread(this::run, "alerts-" + name);
    thread.setDaemon(true);
  }

  final RouteWorker start() {
    thread.start();
    return this;
  }

  /** Works until it is closed; what it throws is said, and it is called again. */
  abstract void work();

  /** Lets {@link #work} return soon. */
  abstract void wake();

  final boolean isClosed() {
    return closed.getCount() == 0;
  }

  /**
   * Says whether there is what it is limited to.
   *
   * @param unknown what is not there; null if nothing
   */
  final void filter(@Nullable String unknown) {
    if (unknown == null) {
      filter.good();
    } else {
      filter.bad(unknown);
    }
  }

  /** How it is. */
  final Alerts.Standing standing() {
    String trouble =
        Stream.of(cluster, receiver, filter)
            .map(Condition::trouble)
            .filter(Objects::nonNull)
            .findFirst()
            .orElse(null);
    return new Alerts.Standing(name, trouble, receiver.told(), receiver.givenUp());
  }

  private void run() {
    while (!isClosed()) {
      try {
        work();
      } catch (Throwable e) {
        if (!isClosed()) {
          cluster.bad(
              "has a temporary problem ("
                  + e.getClass().getSimpleName()
                  + ": "
                  + e.getMessage()
                  + "); retrying, no message is lost");
          waitFor(BREATH_MS);
        }
      }
    }
  }

  final void waitFor(long millis) {
    try {
      boolean unused = closed.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      closed.countDown();
    }
  }

  /** Lets it end; {@link #close} waits for that. */
  final void stop() {
    closed.countDown();
    wake();
  }

  @Override
  public final void close() {
    stop();
    try {
      thread.join(Duration.ofSeconds(20).toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
