package org.visitbalance.query.http;

import io.javalin.http.sse.SseClient;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.visitbalance.platform.Deadline;
import org.visitbalance.platform.PeriodicTask;
import org.visitbalance.query.model.Freshness;
import org.visitbalance.query.model.Kind;
import org.visitbalance.query.model.Progress;
import org.visitbalance.query.model.Stopped;
import org.visitbalance.query.request.JsonValues;

/**
 * Tells those who listen which kinds of things have changed. It looks at what was counted in the
 * tables, so that it is told only when it can be read, and whichever instance wrote it.
 */
final class ChangeFeed implements AutoCloseable {
  private static final int MOST = 500;
  private static final int MOST_OF_ONE_USER = 50;
  private static final Duration CHECK = Duration.ofSeconds(5);
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final Duration NOBODY = Duration.ofSeconds(5);
  private static final int LOOKS_A_COMMENT = 150;

  private static final int WRITERS = 4;

  /**
   * Who wants to listen.
   *
   * @param mayListen whether the user's token is still good
   */
  record Guest(String user, String tenant, BooleanSupplier mayListen) {}

  /** Who listens, and what was not told yet. */
  private static final class Listener {
    final Guest guest;
    final SseClient client;
    Deadline nextCheck = Deadline.in(CHECK);
    final Set<String> untold = ConcurrentHashMap.newKeySet();
    final AtomicBoolean isTold = new AtomicBoolean();

    /** How things were at the last look. Of the task's thread only. */
    Standing standing = new Standing(false, false, null);

    /** Whether it is to be told how things are, although no kind has changed. */
    final AtomicBoolean isToHear = new AtomicBoolean();

    Listener(Guest guest, SseClient client) {
      this.guest = guest;
      this.client = client;
      // What was asked for before it listened may have changed since.
      Arrays.stream(Kind.values()).map(Kind::word).forEach(untold::add);
    }
  }

  /** What a listener hears of at once, although no row has changed. */
  private record Standing(boolean isDayKnown, boolean isApplying, @Nullable Stopped stopped) {}

  private final Jdbi jdbi;
  private final Supplier<Freshness> freshness;
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  private final PeriodicTask task;

  /** Ends the wait for the first listener. */
  private final Semaphore arrivals = new Semaphore(0);

  /** A listener that does not read keeps one of these busy until its connection is given up. */
  private final ExecutorService writers =
      Executors.newFixedThreadPool(
          WRITERS,
          work -> {
            Thread thread = new Thread(work, "changes-writer");
            thread.setDaemon(true);
            return thread;
          });

  /** By tenant and kind. Of the task's thread only. */
  private Map<String, Map<String, Long>> seen = new HashMap<>();

  private int looks;

  ChangeFeed(Jdbi jdbi, Supplier<Freshness> freshness) {
    this.jdbi = jdbi;
    this.freshness = freshness;
    this.task = new PeriodicTask("changes", PAUSE, this::look).start();
  }

  /** How its looks go. */
  PeriodicTask task() {
    return task;
  }

  /** Takes in a listener; it hears of its own tenant only, and no user takes all places. */
  void listen(Guest guest, SseClient client) {
    long own = listeners.stream().filter(one -> one.guest.user.equals(guest.user)).count();
    if (listeners.size() >= MOST || own >= MOST_OF_ONE_USER) {
      client.sendEvent("busy", "{}");
      client.close();
      return;
    }
    Listener listener = new Listener(guest, client);
    client.keepAlive();
    client.onClose(() -> listeners.remove(listener));
    client.sendEvent("hello", change(guest.tenant, List.of()));
    listeners.add(listener);
    arrivals.release();
  }

  private void look() throws InterruptedException {
    looks++;
    if (listeners.isEmpty() && !arrivals.tryAcquire(NOBODY.toMillis(), TimeUnit.MILLISECONDS)) {
      return;
    }
    int unused = arrivals.drainPermits();
    // Before anything is asked of the tables: that they do not answer may be what is to be told.
    listeners.forEach(this::look);
    // Where this fails, what was seen last stands, and the next look tells what has changed since.
    Map<String, Map<String, Long>> now = read();
    for (Listener listener : listeners) {
      if (listener.untold.addAll(kinds(listener.guest.tenant, now))) {
        tell(listener);
      }
    }
    seen = now;
  }

  private Set<String> kinds(String tenant, Map<String, Map<String, Long>> now) {
    Set<String> kinds = new TreeSet<>();
    for (String one : List.of(tenant, "")) {
      Map<String, Long> before = seen.getOrDefault(one, Map.of());
      now.getOrDefault(one, Map.of())
          .forEach(
              (kind, count) -> {
                if (!count.equals(before.get(kind))) {
                  kinds.add(kind);
                }
              });
    }
    return kinds;
  }

  /** Sees how things stand for a listener. */
  private void look(Listener listener) {
    Freshness fresh = freshness.get();
    Standing standing =
        new Standing(
            fresh.asOf() != null,
            fresh.applying().containsKey(listener.guest.tenant),
            fresh.stopped());
    if (!standing.equals(listener.standing)) {
      listener.isToHear.set(true);
    }
    listener.standing = standing;
    tell(listener);
  }

  private void tell(Listener listener) {
    boolean due =
        !listener.untold.isEmpty() || listener.isToHear.get() || looks % LOOKS_A_COMMENT == 0;
    if (due && listener.isTold.compareAndSet(false, true)) {
      writers.execute(() -> write(listener));
    }
  }

  private void write(Listener listener) {
    Set<String> kinds = new TreeSet<>(listener.untold);
    listener.untold.removeAll(kinds);
    boolean hears = listener.isToHear.getAndSet(false);
    try {
      if (listener.client.terminated()) {
        listeners.remove(listener);
      } else if (!mayListen(listener)) {
        listeners.remove(listener);
        listener.client.close();
      } else if (kinds.isEmpty() && !hears) {
        listener.client.sendComment("still here");
      } else {
        listener.client.sendEvent("changed", change(listener.guest.tenant, new ArrayList<>(kinds)));
      }
    } finally {
      // It is told at the next look whatever came of this.
      listener.isTold.set(false);
    }
  }

  /** A token that has expired, or was taken back, hears nothing more. Of one writer at a time. */
  private static boolean mayListen(Listener listener) {
    if (!listener.nextCheck.isOver()) {
      return true;
    }
    listener.nextCheck = Deadline.in(CHECK);
    return listener.guest.mayListen.getAsBoolean();
  }

  private String change(String tenant, List<String> kinds) {
    Freshness fresh = freshness.get();
    Map<String, @Nullable Object> change = new LinkedHashMap<>();
    Stopped stopped = fresh.stopped();
    change.put("stopped", stopped == null ? null : stopped.shown());
    change.put("kinds", kinds);
    Instant asOf = fresh.asOf();
    change.put("asOf", asOf == null ? null : asOf.toString());
    change.put("lag", fresh.lag());
    Progress progress = fresh.progress(tenant);
    change.put("progress", progress == null ? null : progress.shown());
    return JsonValues.text(change);
  }

  private Map<String, Map<String, Long>> read() {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery("select tenant, kind, changes from change_count")
                .reduceRows(
                    new HashMap<>(),
                    (counts, row) -> {
                      counts
                          .computeIfAbsent(
                              row.getColumn("tenant", String.class), any -> new HashMap<>())
                          .put(
                              row.getColumn("kind", String.class),
                              row.getColumn("changes", Long.class));
                      return counts;
                    }));
  }

  @Override
  public void close() {
    task.stop();
    arrivals.release();
    task.close();
    writers.shutdownNow();
    listeners.forEach(listener -> listener.client.close());
  }
}
