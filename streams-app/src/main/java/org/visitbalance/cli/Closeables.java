package org.visitbalance.cli;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;

/**
 * What a command has opened, one thing upon another; closed in the opposite order, whichever thread
 * that comes from and whenever: a stop in the middle of the start waits for the part that is being
 * opened, and closes it too.
 */
final class Closeables implements AutoCloseable {
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private boolean closed;

  /**
   * Opens a part.
   *
   * @throws CancellationException if all was closed meanwhile
   */
  synchronized <T extends AutoCloseable> T open(Supplier<T> part) {
    if (closed) {
      throw new CancellationException("stopped");
    }
    T opened = part.get();
    parts.push(opened);
    return opened;
  }

  /** Closes all that is open, each part although another one fails. Idempotent. */
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
