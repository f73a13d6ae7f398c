package org.visitbalance.cli.intake;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.visitbalance.ingest.InputException;
import org.visitbalance.ingest.hl7.Hl7Batch;
import org.visitbalance.intake.hl7.Hl7Tls;
import org.visitbalance.intake.hl7.MllpClient;

/** Sends the messages of files over some connections. */
final class Hl7Sending {
  private static final byte[] END = {};
  private static final int AHEAD = 1024;
  private static final long WAIT_MS = 200;
  private static final double NANOS = 1e9;

  private final String host;
  private final int port;
  private final @Nullable Hl7Tls tls;
  private final int window;
  private final double rate;
  private final Duration patience;
  private final @Nullable PrintWriter shows;
  private final BlockingQueue<byte[]> queue = new ArrayBlockingQueue<>(AHEAD);
  private final Map<String, AtomicLong> codes = new ConcurrentSkipListMap<>();
  private final AtomicReference<@Nullable IOException> problem = new AtomicReference<>();
  private final long began = System.nanoTime();
  private final AtomicLong sent = new AtomicLong();

  /**
   * Prepares to send.
   *
   * @param window how many messages of a connection may be without an answer
   * @param rate the most messages in a second; 0 for as many as possible
   * @param patience how long to wait for an answer
   * @param shows where each answer is shown; null for nowhere
   */
  Hl7Sending(
      String host,
      int port,
      @Nullable Hl7Tls tls,
      int window,
      double rate,
      Duration patience,
      @Nullable PrintWriter shows) {
    this.host = host;
    this.port = port;
    this.tls = tls;
    this.window = window;
    this.rate = rate;
    this.patience = patience;
    this.shows = shows;
  }

  /** Sends all; returns how many answers there were by their codes. */
  Map<String, AtomicLong> send(List<Path> files, int connections)
      throws IOException, InterruptedException {
    Thread[] threads = new Thread[connections];
    for (int i = 0; i < connections; i++) {
      threads[i] = new Thread(this::connection, "hl7-send-" + i);
      threads[i].setDaemon(true);
      threads[i].start();
    }
    try {
      for (Path file : files) {
        long unused = Hl7Batch.read(file, (bytes, line) -> put(bytes));
      }
    } finally {
      for (int i = 0; i < connections && problem.get() == null; i++) {
        put(END);
      }
    }
    for (Thread one : threads) {
      one.join();
    }
    IOException failed = problem.get();
    if (failed != null) {
      throw new InputException(
          host + ":" + port + " cannot be used: " + failed.getMessage(), failed);
    }
    return codes;
  }

  private void put(byte[] bytes) throws IOException {
    try {
      while (!queue.offer(bytes, WAIT_MS, TimeUnit.MILLISECONDS)) {
        IOException failed = problem.get();
        if (failed != null) {
          throw new InputException(
              host + ":" + port + " cannot be used: " + failed.getMessage(), failed);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private void connection() {
    try (MllpClient client = MllpClient.connect(host, port, tls).patience(patience)) {
      int open = 0;
      for (byte[] next = queue.take(); next != END; next = queue.take()) {
        pace();
        client.send(next);
        open++;
        while (open >= window) {
          show(client.answer());
          open--;
        }
      }
      for (; open > 0; open--) {
        show(client.answer());
      }
    } catch (IOException e) {
      problem.compareAndSet(null, e);
    } catch (IllegalArgumentException e) {
      problem.compareAndSet(null, new IOException(e.getMessage(), e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void pace() throws InterruptedException {
    long number = sent.getAndIncrement();
    if (rate > 0) {
      long due = began + (long) (number / rate * NANOS);
      long left = due - System.nanoTime();
      if (left > 0) {
        TimeUnit.NANOSECONDS.sleep(left);
      }
    }
  }

  private void show(MllpClient.Answer answer) {
    codes.computeIfAbsent(answer.code(), any -> new AtomicLong()).incrementAndGet();
    PrintWriter to = shows;
    if (to != null) {
      to.printf("%s %s %s%n", answer.code(), answer.control(), answer.text());
    }
  }

  /** Returns the seconds since it was made. */
  double seconds() {
    return (System.nanoTime() - began) / NANOS;
  }
}
