package org.visitbalance.query.lists;

import static org.visitbalance.query.model.Column.Type.DAY;
import static org.visitbalance.query.model.Column.Type.TEXT;
import static org.visitbalance.query.model.Column.Type.TRUTH;
import static org.visitbalance.query.model.Column.Type.WHOLE;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.visitbalance.output.Granularity;
import org.visitbalance.query.model.Column;
import org.visitbalance.query.model.Kind;
import org.visitbalance.query.request.Params;
import org.visitbalance.query.request.Problem;
import org.visitbalance.query.request.RequestContext;
import org.visitbalance.query.request.RequestHandler;
import org.visitbalance.query.request.Sql;

/** Locations by periods, a cell for each balance. */
public final class MatrixRoute implements RequestHandler {
  public static final Set<String> PARAMS =
      Set.of("tenant", "granularity", "from", "to", "location");
  private static final int MOST_CELLS = 50_000;
  private static final int MOST_PERIODS = 1_000;

  private static final List<Column> COLUMNS =
      List.of(
          new Column("location", "location", TEXT, ""),
          new Column("from_date", "from", DAY, ""),
          new Column("verdict", "verdict", TEXT, ""),
          Listing.later("worst", TEXT),
          new Column("kinds_unexplained", "unexplained", WHOLE, ""),
          new Column("kinds_work", "work", WHOLE, ""),
          new Column("kinds_pending", "pending", WHOLE, ""),
          new Column("kinds_expected", "expected", WHOLE, ""),
          new Column("reported_difference", "difference", WHOLE, ""),
          new Column("origin_outstanding", "outstanding", WHOLE, ""),
          new Column("offsetting", "offsetting", TRUTH, ""),
          new Column("readiness_ready", "ready", TRUTH, ""),
          new Column("readiness_open_notes", "openNotes", WHOLE, ""),
          new Column("readiness_held_visits", "heldVisits", WHOLE, ""),
          Listing.later("closed", TRUTH),
          Listing.later("changed", TRUTH));

  private final Jdbi jdbi;
  private final KnownAnswers known;

  public MatrixRoute(Jdbi jdbi) {
    this.jdbi = jdbi;
    this.known =
        new KnownAnswers(jdbi, Kind.BALANCES, Kind.CLOSES, Kind.DISCREPANCIES, Kind.SETTINGS);
  }

  @Override
  public void answer(RequestContext call) {
    Params params = call.params();
    String asked = params.symbol("granularity", List.of("DAY", "WEEK", "MONTH"));
    String granularity = asked == null ? "DAY" : asked;
    LocalDate last = params.day("to");
    LocalDate to = last == null ? call.today() : last;
    LocalDate first = params.day("from");
    LocalDate from = first == null ? usual(granularity, to) : first;
    if (from.isAfter(to)) {
      throw Problem.unusable("from", "must not be after 'to'");
    }
    List<LocalDate> periods = periods(granularity, from, to, call);
    known.answer(call, () -> body(call, granularity, from, to, periods));
  }

  private Map<String, @Nullable Object> body(
      RequestContext call,
      String granularity,
      LocalDate from,
      LocalDate to,
      List<LocalDate> periods) {
    List<Map<String, @Nullable Object>> cells = cells(call, granularity, periods.get(0), to);
    Map<String, @Nullable Object> body = new LinkedHashMap<>();
    body.put("granularity", granularity);
    body.put("from", from.toString());
    body.put("to", to.toString());
    body.put("periods", periods.stream().map(LocalDate::toString).toList());
    body.put(
        "locations", cells.stream().map(cell -> cell.get("location")).distinct().sorted().toList());
    body.put("cells", cells);
    return body;
  }

  /** In the order of their locations. */
  private List<Map<String, @Nullable Object>> cells(
      RequestContext call, String granularity, LocalDate first, LocalDate to) {
    Sql sql =
        Sql.select(call.scope(), COLUMNS)
            .add(
                " from {balance} where tenant = ? and granularity = ? and from_date between ? and ?",
                call.tenant(),
                granularity,
                first,
                to);
    sql.in("location", call.params().texts("location"));
    sql.add(" order by location, from_date limit " + (MOST_CELLS + 1));
    List<Map<String, @Nullable Object>> cells =
        jdbi.inTransaction(
            handle -> {
              List<Map<String, @Nullable Object>> rows = sql.rows(handle, COLUMNS).list();
              Closings.Marks marks =
                  Closings.marks(handle, call.scope(), call.tenant(), granularity, first, to);
              rows.forEach(marks::mark);
              return rows;
            });
    if (cells.size() > MOST_CELLS) {
      throw Problem.of(
          422,
          "Unprocessable content",
          "The result has more than 50,000 cells. Select fewer days or locations.");
    }
    cells.forEach(cell -> cell.put("worst", worst(cell)));
    return cells;
  }

  private static LocalDate usual(String granularity, LocalDate to) {
    return switch (granularity) {
      case "WEEK" -> to.minusWeeks(13);
      case "MONTH" -> to.minusMonths(12);
      default -> to.minusDays(30);
    };
  }

  /** The first days of the periods that hold any day of a span. */
  private static List<LocalDate> periods(
      String granularity, LocalDate from, LocalDate to, RequestContext call) {
    List<LocalDate> periods = new ArrayList<>();
    LocalDate period = call.firstDay(Granularity.valueOf(granularity), from);
    while (!period.isAfter(to)) {
      periods.add(period);
      if (periods.size() > MOST_PERIODS) {
        throw Problem.unusable("from", "and 'to' are more than 1,000 periods apart. Select fewer");
      }
      period =
          switch (granularity) {
            case "WEEK" -> period.plusWeeks(1);
            case "MONTH" -> period.plusMonths(1);
            default -> period.plusDays(1);
          };
    }
    return periods;
  }

  private static @Nullable String worst(Map<String, @Nullable Object> cell) {
    for (String kind : List.of("unexplained", "work", "pending", "expected")) {
      if (cell.get(kind) instanceof Long number && number > 0) {
        return kind.toUpperCase(Locale.ROOT);
      }
    }
    return null;
  }
}
