package org.visitbalance.query.closes;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.visitbalance.core.TenantSettings;
import org.visitbalance.output.Balance;
import org.visitbalance.output.Close;
import org.visitbalance.platform.PeriodicTask;
import org.visitbalance.query.lists.Closings;
import org.visitbalance.query.lists.Listing;
import org.visitbalance.query.lists.Lists;
import org.visitbalance.query.model.Database;
import org.visitbalance.query.model.Freshness;
import org.visitbalance.query.request.Scope;
import org.visitbalance.query.request.Sql;
import org.visitbalance.query.request.TenantDirectory;

/**
 * Closes days automatically: those that ended at least {@code closeAfter} ago, have nothing
 * unexplained or pending, and are not closed yet. Every instance does this; if two close the same
 * day, the first close applies, so no instance has to be elected.
 */
public final class ClosingPolicy implements AutoCloseable {
  /** The name under which days are closed automatically. */
  static final String WHO = "policy";

  private static final Duration PAUSE = Duration.ofSeconds(30);
  private static final int MOST = 500;

  private final Jdbi jdbi;
  private final TenantDirectory tenants;
  private final Supplier<Freshness> freshness;
  private final Consumer<Close> commands;
  private final InstantSource time;
  private final PeriodicTask task = new PeriodicTask("closing-policy", PAUSE, this::closeWhatIsDue);

  /**
   * Creates a policy that has not started.
   *
   * @param commands receives the closes; a close that fails is retried
   */
  public ClosingPolicy(
      Database database,
      Supplier<Freshness> freshness,
      Consumer<Close> commands,
      InstantSource time) {
    this.jdbi = database.jdbi();
    this.tenants = new TenantDirectory(jdbi);
    this.freshness = freshness;
    this.commands = commands;
    this.time = time;
  }

  /** Starts looking for days to close, at intervals. */
  public void start() {
    task.startLater();
  }

  /** How its looks go. */
  public PeriodicTask task() {
    return task;
  }

  /**
   * Closes the days that are due by the service's clock and returns their number. A company whose
   * days cannot be closed does not keep the others from theirs; its problem is thrown at the end.
   */
  public int closeWhatIsDue() {
    Instant now = freshness.get().asOf();
    if (now == null) {
      return 0;
    }
    int closed = 0;
    RuntimeException problem = null;
    for (Map.Entry<String, String> one : tenants.documents().entrySet()) {
      try {
        TenantSettings settings = tenants.settings(one.getKey(), one.getValue());
        closed += closeWhatIsDue(one.getKey(), settings, now);
      } catch (RuntimeException e) {
        problem = problem == null ? e : problem;
      }
    }
    if (problem != null) {
      throw problem;
    }
    return closed;
  }

  private int closeWhatIsDue(String tenant, TenantSettings settings, Instant now) {
    Duration after = settings.closeAfter();
    if (after == null) {
      return 0;
    }
    LocalDate last = LocalDate.ofInstant(now.minus(after), settings.zone()).minusDays(1);
    return jdbi.withHandle(handle -> close(handle, tenant, last));
  }

  private int close(Handle handle, String tenant, LocalDate last) {
    Listing balances = Lists.BALANCES;
    List<Balance> due =
        Sql.select(Scope.ALL, balances.columns())
            .add(
                " from {balance b} where b.tenant = ? and b.granularity = 'DAY' and b.to_date <= ?"
                    + " and b.kinds_unexplained = 0 and b.kinds_pending = 0 and not exists (select 1 from {period_close c}"
                    + " where c.tenant = b.tenant and c.location = b.location"
                    + " and c.granularity = b.granularity and c.from_date = b.from_date)"
                    + " order by b.from_date, b.location limit "
                    + MOST,
                tenant,
                last)
            .rows(handle, balances.columns())
            .map(row -> Closings.balance(tenant, row))
            .list();
    // The first version, and no later one: what is closed by now stays as it was closed.
    due.forEach(balance -> commands.accept(new Close(1, time.instant(), WHO, balance)));
    return due.size();
  }

  @Override
  public void close() {
    task.close();
  }
}
