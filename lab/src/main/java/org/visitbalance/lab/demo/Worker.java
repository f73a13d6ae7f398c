package org.visitbalance.lab.demo;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** A background thread that works until it is stopped. Closing waits for its end, up to a limit. */
final class Worker implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Thread thread;
  private volatile boolean stopped;

  private Worker(String name, Consumer<BooleanSupplier> work) {
    this.thread = new Thread(() -> work.accept(() -> stopped), name);
    thread.setDaemon(true);
  }

  /**
   * Starts a thread.
   *
   * @param work checks its argument again and again, and ends when it returns true
   */
  static Worker start(String name, Consumer<BooleanSupplier> work) {
    Worker worker = new Worker(name, work);
    worker.thread.start();
    return worker;
  }

  @Override
  public void close() {
    stopped = true;
    try {
      thread.join(PATIENCE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
