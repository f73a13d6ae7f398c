package org.visitbalance.cli;

import java.io.PrintWriter;
import java.util.concurrent.atomic.LongAdder;

/** Says on a terminal how many facts were read, while a long input is being read. */
final class Progress implements AutoCloseable {
  /** Set by bin/visit-balance where standard error is a terminal. */
  private static final String TERMINAL = "visitbalance.terminal";

  private static final long INTERVAL_MILLIS = 500;

  private final LongAdder facts = new LongAdder();
  private final PrintWriter err;
  private final Thread thread = new Thread(this::run, "progress");
  private boolean said;

  Progress(PrintWriter err) {
    this.err = err;
    if (Boolean.getBoolean(TERMINAL)) {
      thread.setDaemon(true);
      thread.start();
    }
  }

  void count() {
    facts.increment();
  }

  private void run() {
    try {
      while (true) {
        Thread.sleep(INTERVAL_MILLIS);
        said = true;
        err.printf("\r%,d facts read", facts.sum());
        err.flush();
      }
    } catch (InterruptedException closed) {
      if (said) {
        err.print("\r\u001b[K");
        err.flush();
      }
    }
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
