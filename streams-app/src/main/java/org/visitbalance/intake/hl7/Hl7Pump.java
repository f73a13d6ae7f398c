package org.visitbalance.intake.hl7;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.visitbalance.intake.Intake;
import org.visitbalance.intake.MessageAnswer;
import org.visitbalance.intake.MessageListener;
import org.visitbalance.intake.ReceivedMessage;

/**
 * Hands messages of all connections on, those that wait together in one transaction. When the
 * topics are away, all are told so at once for some seconds. Thread-safe.
 */
final class Hl7Pump implements AutoCloseable {
  /** The most messages in a transaction. */
  private static final int MOST = 256;

  private static final String UNWRITABLE =
      "the archive or the state folder cannot be written; is the disk full?";

  private static final String LATE =
      "Kafka does not answer, or a large file is being read; send it again";

  private static final String UNPROCESSED = "a message cannot be processed";

  private static final Duration REST = Duration.ofSeconds(2);
  private static final long PARTING_MS = 5000;

  private final Hl7Sink sink;
  private final InstantSource time;
  private final BlockingQueue<Waiting> queue = new ArrayBlockingQueue<>(2 * MOST);
  private final Thread thread = new Thread(this::run, "hl7-pump");
  private volatile boolean isClosed;
  private volatile @Nullable String trouble;
  private Instant restsUntil = Instant.MIN;

  private record Waiting(
      MessageListener listener, ReceivedMessage message, CompletableFuture<Outcome> outcome) {}

  /**
   * What became of a message.
   *
   * @param answer null if it was not accepted and must come again
   */
  record Outcome(@Nullable MessageAnswer answer, String why) {}

  Hl7Pump(Hl7Sink sink, InstantSource time) {
    this.sink = sink;
    this.time = time;
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** Returns why messages are not accepted at present; null if they are. */
  @Nullable String trouble() {
    return trouble;
  }

  /**
   * Hands a message on. Whatever it waits for, there is an outcome in time: then it is left out,
   * unless it is being accepted right now; so it is known when it comes again.
   *
   * @param mostMs after so long at most
   */
  Future<Outcome> put(MessageListener listener, ReceivedMessage message, long mostMs)
      throws InterruptedException {
    CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    Outcome late = new Outcome(null, LATE);
    CompletableFuture<Void> unused =
        outcome
            .completeOnTimeout(late, mostMs, TimeUnit.MILLISECONDS)
            .thenAccept(
                one -> {
                  if (one.equals(late)) {
                    trouble = LATE;
                  }
                });
    boolean isWaiting =
        queue.offer(new Waiting(listener, message, outcome), mostMs, TimeUnit.MILLISECONDS);
    if (isClosed || !isWaiting) {
      outcome.complete(isClosed ? new Outcome(null, "the intake is stopping") : late);
    }
    return outcome;
  }

  private void run() {
    List<Waiting> all = new ArrayList<>();
    try {
      while (!isClosed) {
        Waiting first =
            isWorthAsking() ? queue.poll(REST.toMillis(), TimeUnit.MILLISECONDS) : queue.take();
        if (first == null) {
          ask();
          continue;
        }
        all.add(first);
        int unused = queue.drainTo(all, MOST - 1);
        Map<MessageListener, List<Waiting>> byListener = new LinkedHashMap<>();
        all.forEach(
            one -> byListener.computeIfAbsent(one.listener, any -> new ArrayList<>()).add(one));
        byListener.forEach(this::hand);
        all.clear();
      }
    } catch (InterruptedException e) {
      // It is being closed.
    } finally {
      int unused = queue.drainTo(all);
      all.forEach(one -> one.outcome.complete(new Outcome(null, "the intake is stopping")));
    }
  }

  private void hand(MessageListener listener, List<Waiting> some) {
    List<Waiting> all = some.stream().filter(one -> !one.outcome.isDone()).toList();
    if (all.isEmpty()) {
      return;
    }
    if (time.instant().isBefore(restsUntil)) {
      tell(all, "Kafka cannot be reached");
      return;
    }
    try {
      List<MessageAnswer> answers =
          sink.accept(listener, all.stream().map(Waiting::message).toList());
      for (int i = 0; i < all.size(); i++) {
        all.get(i).outcome.complete(new Outcome(answers.get(i), ""));
      }
      trouble = null;
    } catch (Intake.Away e) {
      restsUntil = time.instant().plus(REST);
      fail(listener, "Kafka cannot be reached", e);
      tell(all, "Kafka cannot be reached");
    } catch (IOException e) {
      fail(listener, UNWRITABLE, e);
      tell(all, UNWRITABLE);
    } catch (RuntimeException | StackOverflowError e) {
      if (all.size() > 1) {
        // One of them is the reason, and the others must not suffer from it.
        all.forEach(one -> hand(listener, List.of(one)));
        return;
      }
      fail(listener, UNPROCESSED, e);
      tell(all, "the message cannot be processed");
    }
  }

  /** What failed because of the message alone is well again when a message is accepted. */
  private boolean isWorthAsking() {
    String now = trouble;
    return now != null && !now.equals(UNPROCESSED);
  }

  /** A sender may be silent for hours; meanwhile, what failed is asked again. */
  private void ask() {
    String before = trouble;
    try {
      sink.check();
      if (before != null && before.equals(trouble)) {
        trouble = null;
        LoggerFactory.getLogger(Hl7Pump.class).info("HL7 messages can be accepted again");
      }
    } catch (IOException | RuntimeException e) {
      // It is as it was.
    }
  }

  private static void tell(List<Waiting> all, String why) {
    all.forEach(one -> one.outcome.complete(new Outcome(null, why)));
  }

  /** What an exception says may have text of a message; only its kind and place are told. */
  private void fail(MessageListener listener, String what, Throwable problem) {
    if (!what.equals(trouble)) {
      StackTraceElement[] trace = problem.getStackTrace();
      LoggerFactory.getLogger(Hl7Pump.class)
          .atWarn()
          .addKeyValue("listener", listener.name())
          .addKeyValue("kind", problem.getClass().getSimpleName())
          .addKeyValue("place", trace.length == 0 ? "" : trace[0].toString())
          .log("HL7 messages are not accepted: {}", what);
    }
    trouble = what;
  }

  @Override
  public void close() {
    isClosed = true;
    thread.interrupt();
    try {
      thread.join(PARTING_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
