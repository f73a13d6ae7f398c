package org.visitbalance.ingest;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Takes elements from an iterator in a thread of its own, some ahead of those who use them: to
 * unpack and parse a workbook takes as long as to make facts of its rows.
 */
final class Ahead<T> implements AutoCloseable {
  private static final int SOME = 256;
  private static final int PARTS = 8;

  private record Part<T>(List<T> elements, @Nullable RuntimeException failure) {}

  private final BlockingQueue<Part<T>> parts = new ArrayBlockingQueue<>(PARTS);
  private final Thread thread;

  Ahead(Iterator<T> elements) {
    thread = new Thread(() -> take(elements), "reader");
    thread.setDaemon(true);
    thread.start();
  }

  private void take(Iterator<T> elements) {
    try {
      try {
        while (elements.hasNext()) {
          List<T> some = new ArrayList<>(SOME);
          while (some.size() < SOME && elements.hasNext()) {
            some.add(elements.next());
          }
          parts.put(new Part<>(some, null));
        }
        parts.put(new Part<>(List.of(), null));
      } catch (RuntimeException e) {
        parts.put(new Part<>(List.of(), e));
      }
    } catch (InterruptedException e) {
      // Nobody wants the rest.
    }
  }

  /** Returns the next elements; none at the end. Throws what the iterator threw. */
  List<T> next() {
    try {
      Part<T> part = parts.take();
      if (part.failure != null) {
        throw part.failure;
      }
      return part.elements;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while reading", e);
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
