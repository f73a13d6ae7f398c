package org.visitbalance.query.lists;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;
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
    Listing shown = ids != null && ids.areWanted(call, path) ? withIds : listing;
    String format = format(call);
    if (format.equals("json")) {
      call.answerFresh(page(shown, call, sort));
    } else {
      download(shown, call, format, sort);
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

  private record Row(Map<String, @Nullable Object> object, int part, List<Object> place) {
    String cursor(String sort, @Nullable LocalDate until) {
      return Cursor.of(sort, part, until, place);
    }
  }

  /** A page of the rows, with where the next one begins. */
  Map<String, @Nullable Object> page(Listing shown, RequestContext call, String sort) {
    Integer asked = call.params().whole("limit", 1, LARGEST_PAGE);
    int limit = asked == null ? PAGE : asked;
    String text = call.params().text("cursor");
    Cursor after = text == null ? null : Cursor.read(text, sort, shown);
    LocalDate until = after == null ? shown.until(call, sort) : after.until();
    List<Row> rows = rows(shown, call, shown.parts(sort, until), after, limit + 1);
    boolean more = rows.size() > limit;
    List<Row> some = more ? rows.subList(0, limit) : rows;
    Map<String, @Nullable Object> body = new LinkedHashMap<>();
    body.put("rows", some.stream().map(Row::object).toList());
    body.put("next", more ? some.get(limit - 1).cursor(sort, until) : null);
    return body;
  }

  /** The first rows after a place, of as many parts as it takes. */
  private List<Row> rows(
      Listing shown,
      RequestContext call,
      List<Listing.Part> parts,
      @Nullable Cursor after,
      int most) {
    return jdbi.withHandle(
        handle -> {
          List<Row> rows = new ArrayList<>();
          int from = after == null ? 0 : after.part();
          for (int i = from; i < parts.size() && rows.size() < most; i++) {
            int part = i;
            List<Object> place = after != null && i == from ? after.values() : null;
            shown
                .select(call, parts.get(i), place, most - rows.size())
                .on(handle)
                .map((row, context) -> row(shown, row, parts.get(part).orders(), part, call))
                .forEach(rows::add);
          }
          return rows;
        });
  }

  private static Row row(
      Listing shown, ResultSet row, List<Order> orders, int part, RequestContext call)
      throws SQLException {
    Map<String, @Nullable Object> object = Rows.read(row, shown.columns(), 1);
    shown.complete(object, call);
    List<Object> place = new ArrayList<>();
    int at = shown.columns().size() + 1;
    for (Order order : orders) {
      place.add(String.valueOf(Rows.value(row, at++, order.type())));
    }
    return new Row(object, part, place);
  }

  private void download(Listing shown, RequestContext call, String format, String sort) {
    ListDownload file =
        new ListDownload(path, shown.columns(), blanks, ListDownload.isForPeople(call));
    int rows =
        jdbi.withHandle(
            handle -> shown.count(call, MOST_ROWS + 1).on(handle).mapTo(Integer.class).one());
    if (rows > MOST_ROWS) {
      throw Problem.of(
          422,
          "Unprocessable content",
          "The list has more than 100,000 rows. Narrow it, for example with from and to.");
    }
    List<Listing.Part> parts = shown.parts(sort, shown.until(call, sort));
    ListDownload.Source source =
        each ->
            jdbi.useTransaction(
                TransactionIsolationLevel.REPEATABLE_READ,
                handle -> {
                  for (Listing.Part part : parts) {
                    shown
                        .select(call, part, null, MOST_ROWS)
                        .on(handle)
                        .setFetchSize(FETCHED)
                        .map((row, context) -> row(shown, row, part.orders(), 0, call).object())
                        .forEach(each);
                  }
                });
    file.answer(call, format, source, shown.unasked(call));
  }
}
