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
    this.jdbi = jdbi;
    this.name = name;
    this.listing = listing;
    this.blanks = blanks;
  }

  public Listing listing() {
    return listing;
  }

  @Override
  public void answer(RequestContext call) {
    String sort = listing.sort(call);
    List<Order> orders = listing.sorts().getOrDefault(sort, List.of());
    if (isCsv(call)) {
      csv(call, orders);
    } else {
      page(call, sort, orders);
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

  private void page(RequestContext call, String sort, List<Order> orders) {
    Integer asked = call.params().whole("limit", 1, LARGEST_PAGE);
    int limit = asked == null ? PAGE : asked;
    List<Object> after = Cursor.values(call.params().text("cursor"), sort, orders);
    List<Row> rows =
        jdbi.withHandle(
            handle ->
                listing
                    .select(call, orders, after, limit + 1)
                    .on(handle)
                    .map((row, context) -> row(row, orders, call))
                    .list());
    boolean more = rows.size() > limit;
    List<Row> shown = more ? rows.subList(0, limit) : rows;
    Map<String, @Nullable Object> body = new LinkedHashMap<>();
    body.put("rows", shown.stream().map(Row::object).toList());
    body.put("next", more ? Cursor.of(sort, shown.get(limit - 1).place()) : null);
    call.answerFresh(body);
  }

  private Row row(ResultSet row, List<Order> orders, RequestContext call) throws SQLException {
    Map<String, @Nullable Object> object = Rows.read(row, listing.columns(), 1);
    listing.finish().accept(object, call);
    List<Object> place = new ArrayList<>();
    int at = listing.columns().size() + 1;
    for (Order order : orders) {
      place.add(String.valueOf(Rows.value(row, at++, order.type())));
    }
    return new Row(object, place);
  }

  private void csv(RequestContext call, List<Order> orders) {
    int rows =
        jdbi.withHandle(
            handle -> listing.count(call, MOST_ROWS + 1).on(handle).mapTo(Integer.class).one());
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
                new ArrayList<>(listing.columns().stream().map(Column::path).toList());
            head.addAll(blanks);
            csv.writeRecord(head);
            listing
                .select(call, orders, null, MOST_ROWS)
                .on(handle)
                .setFetchSize(FETCHED)
                .map((row, context) -> row(row, orders, call).object())
                .forEach(object -> csv.writeRecord(cells(object)));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  private List<String> cells(Map<String, @Nullable Object> object) {
    List<String> cells = new ArrayList<>();
    for (Column column : listing.columns()) {
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
