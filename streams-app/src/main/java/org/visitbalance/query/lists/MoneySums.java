package org.visitbalance.query.lists;

import static org.visitbalance.query.model.Column.Type.DAY;
import static org.visitbalance.query.model.Column.Type.TEXT;
import static org.visitbalance.query.model.Column.Type.WHOLE;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.MoneyTally;
import org.visitbalance.core.Reasons;
import org.visitbalance.query.model.Column;
import org.visitbalance.query.request.RequestContext;
import org.visitbalance.query.request.Scope;
import org.visitbalance.query.request.Sql;

/**
 * What open discrepancies are worth (rules.md#money-totals): at risk, exposed, and by when to file.
 * Each sum says how many visits it has and of how many of them something has no known price.
 *
 * <p>A visit counts once a side, so that sums do not add up and none is stored: the narrow rows of
 * {@code open_amount} are read and added up here, which takes a tenth of what it takes in SQL.
 */
public final class MoneySums {
  /** The days from today within which a claim is to be filed soon. */
  static final int SOON = Reasons.DAYS_TO_FILE;

  private static final int FETCHED = 5_000;

  /** What sums are told by. */
  public enum By {
    DAY("d.on_date", "day", Column.Type.DAY),
    LOCATION("d.location", "location", TEXT),
    PAYER("x.payer_id", "payerId", TEXT),
    REASON("d.kind", "kind", TEXT);

    private final String sql;
    private final String path;
    private final Column.Type type;

    By(String sql, String path, Column.Type type) {
      this.sql = sql;
      this.path = path;
      this.type = type;
    }

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** Returns the one with a name of the API. */
    static By of(String word) {
      return valueOf(word.toUpperCase(Locale.ROOT));
    }
  }

  /**
   * Which discrepancies are added up.
   *
   * @param locations none: all that the scope sees
   * @param from the first day of discrepancies; null: from the beginning
   * @param to the last one; null: to the end
   * @param payers none: all
   */
  public record Which(
      Scope scope,
      String tenant,
      LocalDate today,
      List<String> locations,
      @Nullable LocalDate from,
      @Nullable LocalDate to,
      List<String> payers) {
    /** Those of a request, narrowed by its locations only. */
    static Which of(RequestContext call) {
      return new Which(
          call.scope(),
          call.tenant(),
          call.today(),
          call.params().texts("location"),
          null,
          null,
          List.of());
    }

    /** Those of some days. */
    Which between(LocalDate first, LocalDate last) {
      return new Which(scope, tenant, today, locations, first, last, payers);
    }
  }

  private MoneySums() {}

  /** Returns the columns of a table of sums. */
  static List<Column> columns(By by) {
    List<Column> columns = new ArrayList<>();
    columns.add(new Column(by.sql, by.path, by.type, ""));
    for (String sum : List.of("atRisk", "exposed", "pastDeadline", "fileSoon")) {
      for (String part : List.of("cents", "visits", "unpriced")) {
        columns.add(new Column("", sum + "." + part, WHOLE, ""));
      }
    }
    columns.add(new Column("", "nextDeadline", DAY, ""));
    return columns;
  }

  /** Returns all sums of some discrepancies. */
  public static Map<String, @Nullable Object> total(Handle handle, Which which) {
    MoneyTally tally = tallies(handle, which, null).getOrDefault("", new MoneyTally());
    Map<String, @Nullable Object> total = new LinkedHashMap<>();
    total.put("unbilled", told(tally.unbilled()));
    total.put("held", told(tally.held()));
    total.put("missing", told(tally.missing()));
    sides(total, tally, which.today());
    return total;
  }

  /** Returns the sums by day, the latest first, or by something else, the most at risk first. */
  public static List<Map<String, @Nullable Object>> rows(Handle handle, Which which, By by) {
    List<Map<String, @Nullable Object>> rows = new ArrayList<>();
    tallies(handle, which, by)
        .forEach(
            (group, tally) -> {
              Map<String, @Nullable Object> row = new LinkedHashMap<>();
              row.put(by.path, group.isEmpty() ? null : group);
              sides(row, tally, which.today());
              rows.add(row);
            });
    Comparator<Map<String, @Nullable Object>> byGroup =
        Comparator.comparing(row -> String.valueOf(row.get(by.path)));
    rows.sort(
        by == By.DAY
            ? byGroup.reversed()
            : Comparator.<Map<String, @Nullable Object>>comparingLong(row -> cents(row, "atRisk"))
                .thenComparing(row -> cents(row, "exposed"))
                .reversed()
                .thenComparing(byGroup));
    return rows;
  }

  private static long cents(Map<String, @Nullable Object> row, String sum) {
    return row.get(sum) instanceof Map<?, ?> told && told.get("cents") instanceof Long cents
        ? cents
        : 0;
  }

  private static void sides(Map<String, @Nullable Object> row, MoneyTally tally, LocalDate today) {
    row.put("atRisk", told(tally.atRisk()));
    row.put("exposed", told(tally.exposed()));
    row.put("pastDeadline", told(tally.pastDeadline(today)));
    row.put("fileSoon", told(tally.fileSoon(today)));
    LocalDate next = tally.nextDeadline(today);
    row.put("nextDeadline", next == null ? null : next.toString());
  }

  private static Map<String, @Nullable Object> told(MoneyTally.Sum sum) {
    Map<String, @Nullable Object> told = new LinkedHashMap<>();
    told.put("cents", sum.cents());
    told.put("visits", sum.visits());
    told.put("unpriced", sum.unpriced());
    return told;
  }

  /** Adds up by the values of what sums are told by; "" is none. */
  private static Map<String, MoneyTally> tallies(Handle handle, Which which, @Nullable By by) {
    Map<String, MoneyTally> tallies = new HashMap<>();
    sql(which, by)
        .on(handle)
        .setFetchSize(FETCHED)
        .map(
            (row, context) -> {
              long cents = row.getLong(4);
              Long amount = row.wasNull() ? null : Long.valueOf(cents);
              String group = row.getString(1);
              tallies
                  .computeIfAbsent(group == null ? "" : group, any -> new MoneyTally())
                  .add(
                      row.getString(2),
                      row.getString(3),
                      amount,
                      row.getObject(5, LocalDate.class));
              return true;
            })
        .forEach(any -> {});
    return tallies;
  }

  private static Sql sql(Which which, @Nullable By by) {
    Sql sql = new Sql(which.scope()).add("select " + (by == null ? "''" : by.sql));
    sql.add(", d.visit, d.kind, d.amount_cents, d.file_by from {open_amount d}");
    if (by == By.PAYER || !which.payers().isEmpty()) {
      sql.add(" left join {visit_ids x} on x.tenant = d.tenant and x.visit = d.visit");
    }
    sql.add(" where d.tenant = ?", which.tenant());
    sql.in("d.location", which.locations());
    if (which.from() != null) {
      sql.add(" and d.on_date >= ?", which.from());
    }
    if (which.to() != null) {
      sql.add(" and d.on_date <= ?", which.to());
    }
    return sql.in("x.payer_id", which.payers());
  }
}
