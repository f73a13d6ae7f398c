package org.visitbalance.cli;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;

/**
 * What a command has opened, in order; closed in the opposite order. It can be closed from any
 * thread at any time: a stop during startup waits for the part that is being opened, and closes it
 * too.
 */
public final class Closeables implements AutoCloseable {
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private boolean closed;

  /**
   * Opens a part.
   *
   * @throws CancellationException if everything was closed in the meantime
   */
  public synchronized <T extends AutoCloseable> T open(Supplier<T> part) {
    if (closed) {
      throw new CancellationException("stopped");
    }
    T opened = part.get();
    parts.push(opened);
    return opened;
  }

  /**
   * Closes everything that is open; goes on if a part fails to close. Closing twice does nothing.
   */
  @Override
  public synchronized void close() {
    closed = true;
    RuntimeException failure = null;
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception e) {
        if (failure == null) {
          failure = new IllegalStateException("a part could not be closed", e);
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
