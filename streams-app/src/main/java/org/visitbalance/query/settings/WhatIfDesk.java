package org.visitbalance.query.settings;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.visitbalance.query.request.CommandPort;
import org.visitbalance.query.request.Problem;
import org.visitbalance.query.request.RequestContext;
import org.visitbalance.settings.Settings;

/**
 * Says what a settings document would change: one evaluation at a time, in a thread of its own and
 * not for longer than a limit. The last answers are kept in memory only.
 */
public final class WhatIfDesk implements AutoCloseable {
  public static final Set<String> PARAMS = Set.of("tenant");
  private static final int MOST_KEPT = 16;

  /** One thread evaluates; the other ends what takes too long. */
  private static final int THREADS = 2;

  private enum State {
    RUNNING,
    DONE,
    FAILED,
    CANCELED
  }

  private final WhatIf whatIf;
  private final CommandPort commands;
  private final @Nullable Duration retention;
  private final Duration limit;
  private final Consumer<Exception> failures;
  private final Map<String, Job> jobs = new LinkedHashMap<>();
  private final ScheduledThreadPoolExecutor threads;

  /**
   * Creates a desk at which nobody has asked yet.
   *
   * @param commands reads documents
   * @param retention how long the service keeps business dates; null: forever
   * @param limit how long an evaluation may take
   * @param failures receives errors that occur while evaluating
   */
  public WhatIfDesk(
      WhatIf whatIf,
      CommandPort commands,
      @Nullable Duration retention,
      Duration limit,
      Consumer<Exception> failures) {
    this.whatIf = whatIf;
    this.commands = commands;
    this.retention = retention;
    this.limit = limit;
    this.failures = failures;
    this.threads =
        new ScheduledThreadPoolExecutor(
            THREADS,
            work -> {
              Thread thread = new Thread(work, "what-if");
              thread.setDaemon(true);
              return thread;
            });
    this.threads.setRemoveOnCancelPolicy(true);
  }

  /** A question and what came of it. */
  private final class Job {
    final String id = UUID.randomUUID().toString();
    final String tenant;
    final String by;
    private State state = State.RUNNING;
    private @Nullable String problem;
    private @Nullable Map<String, @Nullable Object> result;
    private LongSupplier read = () -> 0;
    private long all;
    private @Nullable Thread thread;

    Job(String tenant, String by) {
      this.tenant = tenant;
      this.by = by;
    }

    void run(Settings proposed, Instant moment, @Nullable LocalDate from) {
      if (!begins()) {
        return;
      }
      try {
        end(State.DONE, null, whatIf.of(proposed, moment, from, this::reads));
      } catch (WhatIf.Refused e) {
        end(State.FAILED, e.getMessage(), null);
      } catch (RuntimeException e) {
        if (isRunning()) {
          failures.accept(e);
        }
        end(
            State.FAILED,
            "The evaluation failed because of an error in the service. The service log has the"
                + " details; report it to your administrator.",
            null);
      }
    }

    private synchronized boolean begins() {
      thread = Thread.currentThread();
      return state == State.RUNNING;
    }

    private synchronized void reads(LongSupplier soFar, long records) {
      read = soFar;
      all = records;
    }

    synchronized boolean isRunning() {
      return state == State.RUNNING;
    }

    /** The first end counts; whoever comes later has only noticed it. */
    synchronized void end(
        State how, @Nullable String why, @Nullable Map<String, @Nullable Object> answer) {
      if (state == State.RUNNING) {
        state = how;
        problem = why;
        result = answer;
      }
      if (thread == Thread.currentThread()) {
        thread = null;
        boolean unused = Thread.interrupted();
      }
    }

    synchronized void stop(State how, @Nullable String why) {
      end(how, why, null);
      if (thread != null) {
        thread.interrupt();
      }
    }

    synchronized Map<String, @Nullable Object> body() {
      Map<String, @Nullable Object> records = new LinkedHashMap<>();
      records.put("read", read.getAsLong());
      records.put("all", all);
      Map<String, @Nullable Object> body = new LinkedHashMap<>();
      body.put("id", id);
      body.put("state", state.name());
      body.put("records", records);
      body.put("problem", problem);
      body.put("result", result);
      return body;
    }
  }

  /** Takes a document and begins. Whoever asks again gives up the question before. */
  public void ask(RequestContext call) {
    Settings proposed = SettingsRoute.document(call, commands).settings();
    LocalDate from = retention == null ? null : call.today().minusDays(retention.toDays());
    Job job = place(call);
    threads.execute(() -> job.run(proposed, call.now(), from));
    var unused =
        threads.schedule(
            () ->
                job.stop(
                    State.FAILED,
                    "The evaluation took longer than "
                        + limit.toSeconds()
                        + " seconds and was stopped. Run visit-balance audit --what-if-settings"
                        + " FILE, which has no such limit."),
            limit.toMillis(),
            TimeUnit.MILLISECONDS);
    call.http().status(202);
    call.answer(job.body());
  }

  private synchronized Job place(RequestContext call) {
    for (Job other : jobs.values()) {
      if (other.isRunning()) {
        if (!other.by.equals(call.caller().user()) || !other.tenant.equals(call.tenant())) {
          throw Problem.busy(
              "Somebody else is looking at what a change of settings would do, and only one can at"
                  + " a time. Try again in a minute.");
        }
        other.stop(State.CANCELED, null);
      }
    }
    Job job = new Job(call.tenant(), call.caller().user());
    jobs.put(job.id, job);
    while (jobs.size() > MOST_KEPT) {
      jobs.remove(jobs.keySet().iterator().next());
    }
    return job;
  }

  /** Shows how far an evaluation is, or its answer. */
  public void show(RequestContext call) {
    call.answer(job(call).body());
  }

  /** Stops an evaluation. */
  public void cancel(RequestContext call) {
    Job job = job(call);
    job.stop(State.CANCELED, null);
    call.answer(job.body());
  }

  private synchronized Job job(RequestContext call) {
    Job job = jobs.get(call.http().pathParam("id"));
    if (job == null || !job.tenant.equals(call.tenant())) {
      throw Problem.unknown(
          "There is no such question, or its answer is no longer kept. Ask again: send the document"
              + " to POST /api/v1/settings/what-if.");
    }
    return job;
  }

  @Override
  public synchronized void close() {
    jobs.values().forEach(job -> job.stop(State.CANCELED, null));
    threads.shutdownNow();
  }
}
