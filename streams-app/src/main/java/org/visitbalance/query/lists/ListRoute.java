package org.visitbalance.query.lists;

import com.fasterxml.jackson.databind.util.RawValue;
import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import io.javalin.http.Context;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
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
import org.visitbalance.query.model.Column;
import org.visitbalance.query.request.Order;
import org.visitbalance.query.request.Problem;
import org.visitbalance.query.request.RequestContext;
import org.visitbalance.query.request.RequestHandler;
import org.visitbalance.query.request.Rows;
import org.visitbalance.text.Cells;

/** Answers with a page of a list, or with all of it as CSV. */
public final class ListRoute implements RequestHandler {
  private static final int PAGE = 100;
  private static final int LARGEST_PAGE = 1_000;
  private static final int MOST_ROWS = 100_000;
  private static final int FETCHED = 1_000;
  private static final List<String> FORMATS = List.of("json", "csv");

  private final Jdbi jdbi;
  private final String name;
  private final Listing listing;
  private final List<String> blanks;
  private final @Nullable ShownIds ids;
  private final Listing withIds;

  /**
   * A route of a list.
   *
   * @param name of its CSV file
   */
  public ListRoute(Jdbi jdbi, String name, Listing listing) {
    this(jdbi, name, listing, List.of());
  }

  /**
   * The same with columns in the CSV file that people fill in.
   *
   * @param blanks their names
   */
  public ListRoute(Jdbi jdbi, String name, Listing listing, List<String> blanks) {
    this(jdbi, name, listing, blanks, null, "");
  }

  private ListRoute(
      Jdbi jdbi,
      String name,
      Listing listing,
      List<String> blanks,
      @Nullable ShownIds ids,
      String visits) {
    this.jdbi = jdbi;
    this.name = name;
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
    return new ListRoute(jdbi, name, listing, blanks, shown, visits);
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
    Listing shown = ids != null && ids.areWanted(call, name) ? withIds : listing;
    if (isCsv(call)) {
      csv(shown, call, orders);
    } else {
      page(shown, call, sort, orders);
    }
  }

  private static boolean isCsv(RequestContext call) {
    String format = call.params().symbol("format", FORMATS);
    if (format != null) {
      return format.equals("csv");
    }
    String accept = call.http().header("Accept");
    return accept != null && accept.contains("text/csv");
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

  private void csv(Listing shown, RequestContext call, List<Order> orders) {
    int rows =
        jdbi.withHandle(
            handle -> shown.count(call, MOST_ROWS + 1).on(handle).mapTo(Integer.class).one());
    if (rows > MOST_ROWS) {
      throw Problem.of(
          422,
          "Unprocessable content",
          "The list has more than 100,000 rows. Narrow it, for example with from and to.");
    }
    Context http = call.http();
    http.contentType("text/csv; charset=utf-8");
    http.header("Content-Disposition", "attachment; filename=\"" + name + ".csv\"");
    jdbi.useTransaction(
        handle -> {
          try (Writer out =
                  new BufferedWriter(
                      new OutputStreamWriter(
                          http.outputStream(), java.nio.charset.StandardCharsets.UTF_8));
              CsvWriter csv = CsvWriter.builder().lineDelimiter(LineDelimiter.CRLF).build(out)) {
            List<String> head =
                new ArrayList<>(shown.columns().stream().map(Column::path).toList());
            head.addAll(blanks);
            csv.writeRecord(head);
            shown
                .select(call, orders, null, MOST_ROWS)
                .on(handle)
                .setFetchSize(FETCHED)
                .map((row, context) -> row(shown, row, orders, call).object())
                .forEach(object -> csv.writeRecord(cells(shown, object)));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  private List<String> cells(Listing shown, Map<String, @Nullable Object> object) {
    List<String> cells = new ArrayList<>();
    for (Column column : shown.columns()) {
      Object value = at(object, column.path());
      boolean isText = column.type() == Column.Type.TEXT;
      String text = value instanceof RawValue raw ? String.valueOf(raw.rawValue()) : text(value);
      cells.add(isText ? Cells.safe(text) : text);
    }
    blanks.forEach(blank -> cells.add(""));
    return cells;
  }

  private static String text(@Nullable Object value) {
    return value == null ? "" : value.toString();
  }

  private static @Nullable Object at(Map<?, ?> object, String path) {
    int dot = path.indexOf('.');
    if (dot < 0) {
      return object.get(path);
    }
    return object.get(path.substring(0, dot)) instanceof Map<?, ?> inner
        ? at(inner, path.substring(dot + 1))
        : null;
  }
}
