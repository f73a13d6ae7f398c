package org.visitbalance.lab.demo;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** A thread that works until it is stopped; its end is waited for, though not for ever. */
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
   * @param work asks its argument again and again whether it is stopped
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
