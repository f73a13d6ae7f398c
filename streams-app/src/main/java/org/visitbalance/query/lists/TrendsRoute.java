package org.visitbalance.query.lists;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jdbi.v3.core.Handle;
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

/**
 * How the figures go, week by week or month by month: of all chosen locations together, with what
 * chance does not explain in each of them.
 */
public final class TrendsRoute implements RequestHandler {
  public static final Set<String> PARAMS =
      Set.of("tenant", "by", "from", "to", "location", "format", "headers");
  private static final int USUAL_WEEKS = 26;
  private static final int USUAL_MONTHS = 13;
  private static final int MOST_PERIODS = 160;

  /** On the page; a file has all of them. */
  private static final int MOST_NOTES = 200;

  private static final List<Column> ANNOTATION =
      List.of(
          new Column("location", "location", Column.Type.TEXT, ""),
          new Column("from_date", "from", Column.Type.DAY, ""),
          new Column("text", "text", Column.Type.TEXT, ""),
          new Column("noted_by", "notedBy", Column.Type.TEXT, ""),
          new Column("noted_at", "notedAt", Column.Type.MOMENT, ""));

  private final Jdbi jdbi;
  private final KnownAnswers known;

  public TrendsRoute(Jdbi jdbi) {
    this.jdbi = jdbi;
    this.known =
        new KnownAnswers(
            jdbi,
            Kind.BALANCES,
            Kind.LATE_ARRIVALS,
            Kind.UNIT_VARIANCES,
            Kind.DISCREPANCIES,
            Kind.ANNOTATIONS,
            Kind.SETTINGS);
  }

  @Override
  public void answer(RequestContext call) {
    Params params = call.params();
    boolean isByMonth = "month".equals(params.symbol("by", List.of("week", "month")));
    Granularity by = isByMonth ? Granularity.MONTH : Granularity.WEEK;
    LocalDate asked = params.day("to");
    LocalDate last = asked == null ? call.today() : asked;
    LocalDate begins = params.day("from");
    LocalDate usual =
        isByMonth ? last.minusMonths(USUAL_MONTHS - 1) : last.minusWeeks(USUAL_WEEKS - 1);
    LocalDate first = begins == null ? usual : begins;
    if (first.isAfter(last)) {
      throw Problem.unusable("from", "must not be after 'to'");
    }
    List<LocalDate> periods = periods(by, first, last, call);
    String format = ListRoute.format(call);
    if (format.equals("json")) {
      known.answer(call, () -> body(call, by, periods, MOST_NOTES));
    } else {
      Map<String, @Nullable Object> body = body(call, by, periods, Integer.MAX_VALUE - 1);
      TrendsFile.answer(call, format, rows(body, "periods"), rows(body, "annotations"));
    }
  }

  /** The first days of the periods that hold any day of a span. */
  private static List<LocalDate> periods(
      Granularity by, LocalDate first, LocalDate last, RequestContext call) {
    List<LocalDate> periods = new ArrayList<>();
    for (LocalDate one = call.firstDay(by, first); !one.isAfter(last); one = next(by, one)) {
      periods.add(one);
      if (periods.size() > MOST_PERIODS) {
        throw Problem.unusable(
            "from", "and 'to' are more than " + MOST_PERIODS + " periods apart. Select fewer");
      }
    }
    return periods;
  }

  @SuppressWarnings("unchecked") // What this class has put there.
  private static List<Map<String, @Nullable Object>> rows(
      Map<String, @Nullable Object> body, String name) {
    return (List<Map<String, @Nullable Object>>) Objects.requireNonNull(body.get(name));
  }

  private static LocalDate next(Granularity by, LocalDate period) {
    return by == Granularity.MONTH ? period.plusMonths(1) : period.plusWeeks(1);
  }

  private Map<String, @Nullable Object> body(
      RequestContext call, Granularity by, List<LocalDate> periods, int mostNotes) {
    LocalDate end = next(by, periods.get(periods.size() - 1)).minusDays(1);
    Trends trends = new Trends(periods, day -> call.firstDay(by, day));
    List<Map<String, @Nullable Object>> annotations = new ArrayList<>();
    jdbi.useTransaction(
        handle -> {
          balances(handle, call, by, end, trends);
          late(handle, call, end, trends);
          units(handle, call, end, trends);
          money(handle, call, end, trends);
          annotations.addAll(annotations(handle, call, end, trends, mostNotes));
        });
    Map<String, @Nullable Object> body = new LinkedHashMap<>();
    body.put("by", by.name().toLowerCase(Locale.ROOT));
    body.put("from", periods.get(0).toString());
    body.put("to", end.toString());
    // What is not over yet would look like a fall.
    body.putAll(trends.told(period -> next(by, period).isAfter(call.today())));
    body.put("annotations", annotations.subList(0, Math.min(annotations.size(), mostNotes)));
    body.put("moreAnnotations", annotations.size() > mostNotes);
    return body;
  }

  private static Sql begun(RequestContext call, String what, String table, String day) {
    return new Sql(call.scope())
        .add("select " + what + " from {" + table + "} where tenant = ?", call.tenant())
        .in("location", call.params().texts("location"))
        .add(" and " + day);
  }

  private static void balances(
      Handle handle, RequestContext call, Granularity by, LocalDate end, Trends trends) {
    begun(
            call,
            "location, from_date, reported_emr_visits, reported_billing_visits, origin_expected,"
                + " origin_billed, kinds_unexplained, readiness_held_visits",
            "balance",
            "from_date between ? and ? and granularity = ?")
        .add("", trends.first(), end, by.name())
        .on(handle)
        .map(
            (row, context) -> {
              Trends.Figures more = new Trends.Figures();
              more.finalized = row.getLong(3);
              more.billed = row.getLong(4);
              more.expected = row.getLong(5);
              more.billedOfExpected = row.getLong(6);
              more.unexplained = row.getLong(7);
              more.held = row.getLong(8);
              trends.add(row.getString(1), row.getObject(2, LocalDate.class), more);
              return true;
            })
        .forEach(any -> {});
  }

  /** Visits whose charges came after the day on which they were finalized. */
  private static void late(Handle handle, RequestContext call, LocalDate end, Trends trends) {
    begun(
            call,
            "location, finalized_on, count(*), sum(lag_days)",
            "late_arrival",
            "finalized_on between ? and ? and status = 'ARRIVED'"
                + " group by location, finalized_on")
        .add("", trends.first(), end)
        .on(handle)
        .map(
            (row, context) -> {
              Trends.Figures more = new Trends.Figures();
              more.late = row.getLong(3);
              more.lagDays = row.getLong(4);
              trends.add(row.getString(1), row.getObject(2, LocalDate.class), more);
              return true;
            })
        .forEach(any -> {});
  }

  private static void units(Handle handle, RequestContext call, LocalDate end, Trends trends) {
    begun(
            call,
            "location, finalized_on, payer_id, sum(scrubbed), sum(added), sum(unexplained)",
            "unit_variance",
            "finalized_on between ? and ? group by location, finalized_on, payer_id")
        .add("", trends.first(), end)
        .on(handle)
        .map(
            (row, context) -> {
              LocalDate day = row.getObject(2, LocalDate.class);
              Trends.Figures more = new Trends.Figures();
              more.scrubbed = row.getLong(4);
              more.added = row.getLong(5);
              more.unexplainedUnits = row.getLong(6);
              trends.add(row.getString(1), day, more);
              trends.addPayer(row.getString(3), day, more);
              return true;
            })
        .forEach(any -> {});
  }

  private static void money(Handle handle, RequestContext call, LocalDate end, Trends trends) {
    begun(
            call,
            "on_date, visit, kind, amount_cents, file_by",
            "open_amount",
            "on_date between ? and ?")
        .add("", trends.first(), end)
        .on(handle)
        .setFetchSize(5_000)
        .map(
            (row, context) -> {
              long cents = row.getLong(4);
              Long amount = row.wasNull() ? null : Long.valueOf(cents);
              trends.addAmount(
                  row.getObject(1, LocalDate.class), row.getString(2), row.getString(3), amount);
              return true;
            })
        .forEach(any -> {});
  }

  /** What people noted about the weeks that begin in the span, the latest first. */
  private static List<Map<String, @Nullable Object>> annotations(
      Handle handle, RequestContext call, LocalDate end, Trends trends, int most) {
    return Sql.select(call.scope(), ANNOTATION)
        .add(" from {annotation} where tenant = ? and text <> ''", call.tenant())
        .in("location", call.params().texts("location"))
        .add(" and from_date between ? and ?", trends.first(), end)
        .add(" order by from_date desc, location limit ?", most + 1)
        .rows(handle, ANNOTATION)
        .list();
  }
}
