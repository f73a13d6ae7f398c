package org.visitbalance.query.closes;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.List;
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
import org.visitbalance.query.request.Sql;
import org.visitbalance.query.request.TenantDirectory;

/**
 * Closes days by themselves: those that ended as long ago as their tenant's settings say (
 * closeAfter) with nothing unexplained, and that nobody has closed. Each instance does so: of two
 * that close one day at once the first stands, so nobody has to be chosen.
 */
public final class ClosingPolicy implements AutoCloseable {
  /** Who closes what nobody did. */
  static final String WHO = "policy";

  private static final Duration PAUSE = Duration.ofSeconds(30);
  private static final int MOST = 500;

  private final Jdbi jdbi;
  private final Supplier<Freshness> freshness;
  private final Consumer<Close> commands;
  private final InstantSource time;
  private final PeriodicTask task = new PeriodicTask("closing-policy", PAUSE, this::closeWhatIsDue);

  /**
   * A policy that has not begun.
   *
   * @param commands takes what is closed; what it does not take is tried again
   */
  public ClosingPolicy(
      Database database,
      Supplier<Freshness> freshness,
      Consumer<Close> commands,
      InstantSource time) {
    this.jdbi = database.jdbi();
    this.freshness = freshness;
    this.commands = commands;
    this.time = time;
  }

  /** Begins to look, now and then. */
  public void start() {
    task.startLater();
  }

  /** How its looks go. */
  public PeriodicTask task() {
    return task;
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
                    + " and b.kinds_unexplained = 0 and not exists (select 1 from period_close c"
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
