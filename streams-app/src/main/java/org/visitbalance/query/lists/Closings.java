package org.visitbalance.query.lists;

import static org.visitbalance.query.model.Column.Type.DAY;
import static org.visitbalance.query.model.Column.Type.MOMENT;
import static org.visitbalance.query.model.Column.Type.TEXT;

import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.Closes;
import org.visitbalance.output.Balance;
import org.visitbalance.output.Close;
import org.visitbalance.platform.Sha256;
import org.visitbalance.query.model.Column;
import org.visitbalance.query.request.JsonRecords;
import org.visitbalance.query.request.JsonValues;
import org.visitbalance.query.request.Scope;
import org.visitbalance.query.request.Sql;

/** What the tables know of a period and of its closes. */
public final class Closings {
  /** Of a row of the table period_close: whether its period is no longer what stands closed. */
  static final String HAS_CHANGED =
      "(exists (select 1 from {discrepancy d} where d.tenant = period_close.tenant"
          + " and d.kind = 'CLOSED_PERIOD_CHANGED' and d.status = 'OPEN'"
          + " and d.location = period_close.location and d.on_date = period_close.from_date"
          + " and d.before like period_close.granularity || ':%')"
          + " and version = (select max(c.version) from {period_close c}"
          + " where c.tenant = period_close.tenant and c.location = period_close.location"
          + " and c.granularity = period_close.granularity"
          + " and c.from_date = period_close.from_date))";

  private static final int MOST = 50;
  private static final int SEAL = 16;
  private static final String MOVED_TO = "movedTo";

  private static final List<Column> SINCE =
      List.of(
          new Column("e.kind", "kind", TEXT, ""),
          new Column("e.what", "what", TEXT, ""),
          new Column("e.business_date", "day", DAY, ""),
          new Column("e.known_at", "knownAt", MOMENT, ""),
          new Column("i.visit", "visit", TEXT, ""),
          new Column("v.location", MOVED_TO, TEXT, ""));

  private Closings() {}

  private static final List<Column> PLACE =
      List.of(
          new Column("location", "location", TEXT, ""), new Column("from_date", "from", DAY, ""));

  /** Which periods of a span are closed, and which of these have changed since; a row for each. */
  record Marks(
      Set<Map<String, @Nullable Object>> closed, Set<Map<String, @Nullable Object>> changed) {
    /** Adds to a cell of that span what it is. */
    void mark(Map<String, @Nullable Object> cell) {
      Map<String, @Nullable Object> place = new LinkedHashMap<>();
      PLACE.forEach(column -> place.put(column.path(), cell.get(column.path())));
      cell.put("closed", closed.contains(place));
      cell.put("changed", changed.contains(place));
    }
  }

  /** One question for each mark, where a look for each cell would take seconds. */
  static Marks marks(
      Handle handle,
      Scope scope,
      String tenant,
      String granularity,
      LocalDate first,
      LocalDate last) {
    return new Marks(
        Set.copyOf(
            Sql.select(scope, PLACE)
                .add(
                    " from {period_close} where tenant = ? and granularity = ?"
                        + " and from_date between ? and ? group by location, from_date",
                    tenant,
                    granularity,
                    first,
                    last)
                .rows(handle, PLACE)
                .list()),
        Set.copyOf(
            Sql.select(scope, PLACE)
                .add(
                    " from (select location, on_date as from_date from {discrepancy} where tenant = ?"
                        + " and status = 'OPEN' and on_date between ? and ?"
                        + " and kind = 'CLOSED_PERIOD_CHANGED' and before like ?) as changed",
                    tenant,
                    first,
                    last,
                    granularity + ":%")
                .rows(handle, PLACE)
                .list()));
  }

  /** Names a period. */
  public record Period(String tenant, String location, String granularity, LocalDate from) {
    public static Period of(Balance balance) {
      return new Period(
          balance.getTenant(),
          balance.getLocation(),
          balance.getGranularity().name(),
          balance.getFrom());
    }
  }

  /**
   * A period's row of the list of balances: an empty one if it was closed and has no activity left.
   */
  public static Optional<Map<String, @Nullable Object>> row(
      Handle handle, Scope scope, Period period) {
    List<Column> columns = Lists.BALANCES.columns();
    return Sql.select(scope, columns)
        .add(
            " from {balance} where tenant = ? and location = ? and granularity = ?"
                + " and from_date = ?",
            period.tenant(),
            period.location(),
            period.granularity(),
            period.from())
        .rows(handle, columns)
        .findOne()
        .or(
            () ->
                standing(handle, period)
                    .map(close -> JsonRecords.row(Closes.empty(close.getBalance()))));
  }

  /** The close that stands. */
  public static Optional<Close> standing(Handle handle, Period of) {
    return handle
        .createQuery(
            "select version, closed_at, closed_by, balance from period_close where tenant = ?"
                + " and location = ? and granularity = ? and from_date = ?"
                + " order by version desc, position_no limit 1")
        .bind(0, of.tenant())
        .bind(1, of.location())
        .bind(2, of.granularity())
        .bind(3, of.from())
        .map(
            (row, context) ->
                new Close(
                    row.getInt(1),
                    row.getObject(2, OffsetDateTime.class).toInstant(),
                    row.getString(3),
                    JsonRecords.balance(row.getString(4))))
        .findOne();
  }

  /** A row of the balances, as the record that it was made from; its providers are elsewhere. */
  public static Balance balance(String tenant, Map<String, @Nullable Object> row) {
    Map<String, @Nullable Object> whole = new LinkedHashMap<>(row);
    whole.put("tenant", tenant);
    return JsonRecords.balance(JsonValues.text(whole));
  }

  /** What names the figures of a balance: whoever closes a period shows that he has seen them. */
  public static String seal(Balance balance) {
    return Sha256.hex(balance.toString()).substring(0, SEAL);
  }

  /** What an answer about a period says of its close. */
  static Map<String, @Nullable Object> told(Handle handle, Scope scope, Balance now) {
    Map<String, @Nullable Object> told = new LinkedHashMap<>();
    told.put("seal", seal(now));
    Close close = standing(handle, Period.of(now)).orElse(null);
    told.put("version", close == null ? 0 : close.getVersion());
    told.put("closedAt", close == null ? null : close.getClosedAt().toString());
    told.put("closedBy", close == null ? null : close.getClosedBy());
    if (close != null && Closes.isChanged(close, now)) {
      told.put("changed", true);
      told.put("before", Closes.words(close.getBalance(), now));
      told.put("after", Closes.words(now, close.getBalance()));
      told.put("changedBy", since(handle, scope, now, close.getVersion()));
    } else {
      told.put("changed", false);
      told.put("before", null);
      told.put("after", null);
      told.put("changedBy", List.of());
    }
    return told;
  }

  /**
   * The facts that became known since: about visits that stand in the period, on whatever day they
   * happened, and those about its days of which it is not known yet, or no more, where they belong.
   */
  private static List<Map<String, @Nullable Object>> since(
      Handle handle, Scope scope, Balance period, int version) {
    LocalDate from = period.getFrom();
    List<Map<String, @Nullable Object>> rows =
        Sql.select(scope, SINCE)
            .add(
                " from event e left join visit_ids i on i.tenant = e.tenant"
                    + " and i.patient_key = e.patient_key and i.name = e.visit_name"
                    + " left join {*visit v} on v.tenant = e.tenant and v.visit = i.visit"
                    + " where e.tenant = ? and e.known_at > (select min(coalesce(known_at, closed_at))"
                    + " from {period_close} where tenant = ? and location = ? and granularity = ?"
                    + " and from_date = ? and version = ?)",
                period.getTenant(),
                period.getTenant(),
                period.getLocation(),
                period.getGranularity().name(),
                from,
                version)
            .add(
                " and ((e.location = ? or e.location is null and (v.location = ? or v.location is null"
                    + (scope.isLimited() ? " and 1 = 0" : "")
                    + "))"
                    + " and e.business_date between ? and ?",
                period.getLocation(),
                period.getLocation(),
                from,
                period.getTo())
            .add(
                " or v.location = ? and (v.finalized_on between ? and ? or v.created_on between ? and ?))"
                    + " order by e.known_at, e.record_key limit "
                    + MOST,
                period.getLocation(),
                from,
                period.getTo(),
                from,
                period.getTo())
            .rows(handle, SINCE)
            .list();
    for (Map<String, @Nullable Object> row : rows) {
      // A visit may have moved to another location since.
      row.put("visit", scope.sees(row.remove(MOVED_TO)) ? row.get("visit") : null);
    }
    return rows;
  }
}
