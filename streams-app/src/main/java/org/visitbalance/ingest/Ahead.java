package org.visitbalance.ingest;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Elements that are made in a thread of its own, some ahead of those who use them: to unpack and
 * parse a file takes as long as to make facts of its rows.
 */
final class Ahead<T> implements AutoCloseable {
  private static final int SOME = 256;
  private static final int PARTS = 8;

  private record Part<T>(List<T> elements, @Nullable Throwable failure) {}

  private final BlockingQueue<Part<T>> parts = new ArrayBlockingQueue<>(PARTS);
  private final Thread thread;
  private List<T> some = new ArrayList<>(SOME);

  /**
   * @param maker gives all elements, one after another
   */
  Ahead(Consumer<Consumer<T>> maker) {
    thread = new Thread(() -> make(maker), "reader");
    thread.setDaemon(true);
    thread.start();
  }

  private void make(Consumer<Consumer<T>> maker) {
    try {
      Throwable failure = failureOf(maker);
      if (failure == null && !some.isEmpty()) {
        pass(some, null);
      }
      pass(List.of(), failure);
    } catch (CancellationException e) {
      // Nobody wants the rest.
    }
  }

  private @Nullable Throwable failureOf(Consumer<Consumer<T>> maker) {
    try {
      maker.accept(this::add);
      return null;
    } catch (CancellationException e) {
      throw e;
    } catch (RuntimeException | Error e) {
      // Whoever waits for the next elements has to know, even that the memory is full.
      return e;
    }
  }

  private void add(T element) {
    some.add(element);
    if (some.size() == SOME) {
      pass(some, null);
      some = new ArrayList<>(SOME);
    }
  }

  private void pass(List<T> elements, @Nullable Throwable failure) {
    try {
      parts.put(new Part<>(elements, failure));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException();
    }
  }

  /** Returns the next elements; none at the end. Throws what the maker threw. */
  List<T> next() {
    try {
      Part<T> part = parts.take();
      if (part.failure instanceof Error error) {
        throw error;
      } else if (part.failure instanceof RuntimeException problem) {
        throw problem;
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
