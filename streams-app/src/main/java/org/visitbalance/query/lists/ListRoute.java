package org.visitbalance.query.lists;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.visitbalance.query.request.Order;
import org.visitbalance.query.request.Problem;
import org.visitbalance.query.request.RequestContext;
import org.visitbalance.query.request.RequestHandler;
import org.visitbalance.query.request.Rows;

/** Answers with a page of a list, or with all of it as CSV or as a workbook. */
public final class ListRoute implements RequestHandler {
  private static final int PAGE = 100;
  private static final int LARGEST_PAGE = 1_000;
  private static final int MOST_ROWS = 100_000;
  private static final int FETCHED = 1_000;
  private static final List<String> FORMATS = List.of("json", "csv", "xlsx");
  static final List<String> HEADERS = List.of("words", "names");

  private final Jdbi jdbi;
  private final String path;
  private final Listing listing;
  private final List<String> blanks;
  private final @Nullable ShownIds ids;
  private final Listing withIds;

  /**
   * A route of a list.
   *
   * @param path of the list in the API
   */
  public ListRoute(Jdbi jdbi, String path, Listing listing) {
    this(jdbi, path, listing, List.of());
  }

  /**
   * The same with columns in its files that people fill in.
   *
   * @param blanks their names
   */
  public ListRoute(Jdbi jdbi, String path, Listing listing, List<String> blanks) {
    this(jdbi, path, listing, blanks, null, "");
  }

  private ListRoute(
      Jdbi jdbi,
      String path,
      Listing listing,
      List<String> blanks,
      @Nullable ShownIds ids,
      String visits) {
    this.jdbi = jdbi;
    this.path = path;
    this.listing = listing;
    this.blanks = blanks;
    this.ids = ids;
    this.withIds = ids == null ? listing : listing.with(ShownIds.columns(visits));
  }

  /**
   * Returns the same route for a list of visits, whose ids a worker may see.
   *
   * @param visits the name, in the listing's query, of the table that has their tokens
   */
  public ListRoute with(ShownIds shown, String visits) {
    return new ListRoute(jdbi, path, listing, blanks, shown, visits);
  }

  /** Returns the parameters that a request may have. */
  public Set<String> params() {
    Set<String> params = new TreeSet<>(listing.params());
    if (ids != null) {
      params.add(ShownIds.PARAM);
    }
    return params;
  }

  public Listing listing() {
    return listing;
  }

  @Override
  public void answer(RequestContext call) {
    String sort = listing.sort(call);
    List<Order> orders = listing.sorts().getOrDefault(sort, List.of());
    Listing shown = ids != null && ids.areWanted(call, path) ? withIds : listing;
    String format = format(call);
    if (format.equals("json")) {
      page(shown, call, sort, orders);
    } else {
      download(shown, call, format, orders);
    }
  }

  static String format(RequestContext call) {
    String format = call.params().symbol("format", FORMATS);
    String accept = call.http().header("Accept");
    if (format != null) {
      return format;
    } else if (accept != null && accept.contains(ListDownload.XLSX)) {
      return "xlsx";
    }
    return accept != null && accept.contains(ListDownload.CSV) ? "csv" : "json";
  }

  private record Row(Map<String, @Nullable Object> object, List<Object> place) {}

  private void page(Listing shown, RequestContext call, String sort, List<Order> orders) {
    Integer asked = call.params().whole("limit", 1, LARGEST_PAGE);
    int limit = asked == null ? PAGE : asked;
    List<Object> after = Cursor.values(call.params().text("cursor"), sort, orders);
    List<Row> rows =
        jdbi.withHandle(
            handle ->
                shown
                    .select(call, orders, after, limit + 1)
                    .on(handle)
                    .map((row, context) -> row(shown, row, orders, call))
                    .list());
    boolean more = rows.size() > limit;
    List<Row> some = more ? rows.subList(0, limit) : rows;
    Map<String, @Nullable Object> body = new LinkedHashMap<>();
    body.put("rows", some.stream().map(Row::object).toList());
    body.put("next", more ? Cursor.of(sort, some.get(limit - 1).place()) : null);
    call.answerFresh(body);
  }

  private static Row row(Listing shown, ResultSet row, List<Order> orders, RequestContext call)
      throws SQLException {
    Map<String, @Nullable Object> object = Rows.read(row, shown.columns(), 1);
    shown.finish().accept(object, call);
    List<Object> place = new ArrayList<>();
    int at = shown.columns().size() + 1;
    for (Order order : orders) {
      place.add(String.valueOf(Rows.value(row, at++, order.type())));
    }
    return new Row(object, place);
  }

  private void download(Listing shown, RequestContext call, String format, List<Order> orders) {
    String headers = call.params().symbol("headers", HEADERS);
    ListDownload file = new ListDownload(path, shown.columns(), blanks, !"names".equals(headers));
    int rows =
        jdbi.withHandle(
            handle -> shown.count(call, MOST_ROWS + 1).on(handle).mapTo(Integer.class).one());
    if (rows > MOST_ROWS) {
      throw Problem.of(
          422,
          "Unprocessable content",
          "The list has more than 100,000 rows. Narrow it, for example with from and to.");
    }
    String name = "visit-balance-" + path.replace('/', '-');
    ListDownload.Source source =
        each ->
            jdbi.useTransaction(
                handle ->
                    shown
                        .select(call, orders, null, MOST_ROWS)
                        .on(handle)
                        .setFetchSize(FETCHED)
                        .map((row, context) -> row(shown, row, orders, call).object())
                        .forEach(each));
    if (format.equals("xlsx")) {
      file.workbook(call.http(), name, call, source);
    } else {
      file.csv(call.http(), name, call, source);
    }
  }
}
