package org.visitbalance.query.closes;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.visitbalance.core.TenantSettings;
import org.visitbalance.output.Balance;
import org.visitbalance.output.Close;
import org.visitbalance.query.lists.Closings;
import org.visitbalance.query.lists.Listing;
import org.visitbalance.query.lists.Lists;
import org.visitbalance.query.model.Database;
import org.visitbalance.query.model.Freshness;
import org.visitbalance.query.request.CommandPort;
import org.visitbalance.query.request.Sql;
import org.visitbalance.query.request.TenantDirectory;

/**
 * Closes days by themselves: those that ended as long ago as their tenant's settings say (
 * closeAfter) with nothing unexplained or pending, and that nobody has closed. Each instance does
 * so: of two that close one day at once the first stands, so nobody has to be chosen.
 */
public final class ClosingPolicy implements AutoCloseable {
  /** Who closes what nobody did. */
  static final String WHO = "policy";

  private static final long EVERY_MS = 30_000;
  private static final int MOST = 500;

  private final Jdbi jdbi;
  private final Supplier<Freshness> freshness;
  private final Consumer<Close> commands;
  private final InstantSource time;
  private final Consumer<Exception> failures;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "closing-policy");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * A policy that has not begun.
   *
   * @param commands takes what is closed
   * @param failures hears of what could not be closed; it is tried again
   */
  public ClosingPolicy(
      Database database,
      Supplier<Freshness> freshness,
      Consumer<Close> commands,
      InstantSource time,
      Consumer<Exception> failures) {
    this.jdbi = database.jdbi();
    this.freshness = freshness;
    this.commands = commands;
    this.time = time;
    this.failures = failures;
  }

  /** Begins to look, now and then. */
  public void start() {
    ScheduledFuture<?> unused =
        timer.scheduleWithFixedDelay(this::look, EVERY_MS, EVERY_MS, TimeUnit.MILLISECONDS);
  }

  private void look() {
    try {
      closeWhatIsDue();
    } catch (JdbiException | CommandPort.Closed | IllegalStateException e) {
      failures.accept(e);
    }
  }

  /** Closes what is due by the clock of the company; returns how many days. */
  public int closeWhatIsDue() {
    Instant now = freshness.get().asOf();
    if (now == null) {
      return 0;
    }
    TenantDirectory tenants = new TenantDirectory(jdbi);
    int closed = 0;
    for (String tenant : tenants.all()) {
      TenantSettings settings = tenants.settings(tenant);
      Duration after = settings.closeAfter();
      if (after != null) {
        LocalDate last = LocalDate.ofInstant(now.minus(after), settings.zone()).minusDays(1);
        closed += jdbi.withHandle(handle -> close(handle, tenant, last));
      }
    }
    return closed;
  }

  private int close(Handle handle, String tenant, LocalDate last) {
    Listing balances = Lists.BALANCES;
    List<Balance> due =
        Sql.select(balances.columns())
            .add(
                " from balance b where b.tenant = ? and b.granularity = 'DAY' and b.to_date <= ?"
                    + " and b.kinds_unexplained = 0 and b.kinds_pending = 0 and not exists (select 1 from period_close c"
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
    timer.shutdownNow();
  }
}
