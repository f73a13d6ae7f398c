package org.visitbalance.query.lists;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.visitbalance.query.access.Role;
import org.visitbalance.query.model.Column;
import org.visitbalance.query.model.Table;
import org.visitbalance.query.request.Order;
import org.visitbalance.query.request.RequestContext;
import org.visitbalance.query.request.Sql;

/**
 * A list of the API: where its rows come from, what narrows it and how it may be ordered.
 *
 * @param columns what is selected, in the order of the answer
 * @param from tables and conditions after {@code from}, ending in the one question mark of the
 *     tenant
 * @param group what follows the filters where rows are sums
 * @param sorts the orders by name, the usual one first; each ends in what is unique
 * @param first what comes before all others in one of the orders; null for nothing
 * @param constant the columns of which a request has one value only, at the beginning of the
 *     indexes that the orders have
 * @param finish works out what SQL does not know; may change the row
 * @param forWorkers what viewers do not see; null for nothing
 */
public record Listing(
    List<Column> columns,
    String from,
    String group,
    List<Filter> filters,
    Map<String, List<Order>> sorts,
    @Nullable First first,
    Function<RequestContext, String> constant,
    BiConsumer<Map<String, @Nullable Object>, RequestContext> finish,
    @Nullable ForWorkers forWorkers) {
  static final String SORT = "sort";
  private static final Set<String> PAGING =
      Set.of("tenant", "format", "headers", "limit", "cursor");

  /**
   * Rows that come before all others, in an order of their own: those up to a day that depends on
   * today.
   *
   * @param sort the order that they come first in
   * @param until the last of the days
   * @param is the condition that a row is one of them, with a question mark for the day
   * @param isNot the opposite; together the two conditions hold for every row
   */
  record First(
      String sort,
      Function<RequestContext, LocalDate> until,
      List<Order> orders,
      String is,
      String isNot) {}

  /**
   * What is for workers only: in what viewers get, it is blank.
   *
   * @param sentence says so to whoever gets the list as a file
   */
  record ForWorkers(String sentence, List<String> names) {}

  /**
   * Some of the rows, in an order.
   *
   * @param condition narrows the list to them, with its values
   */
  record Part(List<Order> orders, String condition, List<Object> values) {
    static Part all(List<Order> orders) {
      return new Part(orders, "", List.of());
    }
  }

  /** A list of a table's rows; more is said by what follows. */
  static Listing of(Table table, String from) {
    return new Listing(
        columns(table, ""),
        from,
        "",
        List.of(),
        Map.of(),
        null,
        call -> "",
        (row, call) -> {},
        null);
  }

  /** The columns of a table but its tenant, which the caller knows. */
  static List<Column> columns(Table table, String alias) {
    return table.columns().stream()
        .filter(column -> !column.name().equals("tenant"))
        .map(column -> as(column, alias + column.name(), column.path()))
        .toList();
  }

  static Column as(Column column, String sql, String path) {
    return new Column(sql, path, column.type(), column.doc());
  }

  /** A column that {@link #finish} fills. */
  static Column later(String path, Column.Type type) {
    return new Column("null", path, type, "");
  }

  Listing with(Column... more) {
    return with(List.of(more));
  }

  Listing with(List<Column> more) {
    return withColumns(Stream.concat(columns.stream(), more.stream()).toList());
  }

  Listing withColumns(List<Column> all) {
    return new Listing(all, from, group, filters, sorts, first, constant, finish, forWorkers);
  }

  Listing grouped(String by) {
    return new Listing(columns, from, by, filters, sorts, first, constant, finish, forWorkers);
  }

  public Listing narrowed(Filter... by) {
    return new Listing(
        columns, from, group, List.of(by), sorts, first, constant, finish, forWorkers);
  }

  /** Adds an order. */
  Listing sorted(String name, Order... steps) {
    return sorted(name, List.of(steps));
  }

  Listing sorted(String name, List<Order> steps) {
    Map<String, List<Order>> more = new LinkedHashMap<>(sorts);
    more.put(name, steps);
    return new Listing(columns, from, group, filters, more, first, constant, finish, forWorkers);
  }

  Listing first(First rows) {
    return new Listing(columns, from, group, filters, sorts, rows, constant, finish, forWorkers);
  }

  Listing constant(Function<RequestContext, String> by) {
    return new Listing(columns, from, group, filters, sorts, first, by, finish, forWorkers);
  }

  /** The same with another way to finish its rows. */
  public Listing finished(BiConsumer<Map<String, @Nullable Object>, RequestContext> by) {
    return new Listing(columns, from, group, filters, sorts, first, constant, by, forWorkers);
  }

  /** The same, of which viewers do not see all. */
  Listing forWorkers(String sentence, String... names) {
    return new Listing(
        columns,
        from,
        group,
        filters,
        sorts,
        first,
        constant,
        finish,
        new ForWorkers(sentence, List.of(names)));
  }

  /** Works out what SQL does not know, and blanks what the caller may not see. */
  void complete(Map<String, @Nullable Object> row, RequestContext call) {
    finish.accept(row, call);
    if (forWorkers != null && !call.caller().is(Role.WORKER)) {
      forWorkers.names.forEach(name -> row.put(name, null));
    }
  }

  /** The parameters that a request for it may have. */
  public Set<String> params() {
    Set<String> params = new TreeSet<>(PAGING);
    filters.forEach(filter -> params.add(filter.param()));
    if (sorts.size() > 1) {
      params.add(SORT);
    }
    return params;
  }

  /** What a request leaves out without asking for it. */
  List<String> unasked(RequestContext call) {
    Stream<@Nullable String> hidden =
        forWorkers == null || call.caller().is(Role.WORKER)
            ? Stream.of()
            : Stream.of(forWorkers.sentence);
    return Stream.concat(filters.stream().map(filter -> filter.unasked(call)), hidden)
        .filter(Objects::nonNull)
        .toList();
  }

  /** The name of the order that is asked for. */
  String sort(RequestContext call) {
    List<String> names = new ArrayList<>(sorts.keySet());
    String name = sorts.size() > 1 ? call.params().symbol(SORT, names) : null;
    return name == null ? names.get(0) : name;
  }

  /** Whether some rows come before all others in an order. */
  boolean isDivided(String sort) {
    return first != null && first.sort.equals(sort);
  }

  /** The day that divides the rows of an order; null where they are in one part. */
  @Nullable LocalDate until(RequestContext call, String sort) {
    return first != null && isDivided(sort) ? first.until.apply(call) : null;
  }

  /** The rows in an order: one part after the other. */
  List<Part> parts(String sort, @Nullable LocalDate until) {
    List<Order> orders = sorts.getOrDefault(sort, List.of());
    return first == null || until == null
        ? List.of(Part.all(orders))
        : List.of(
            new Part(first.orders, first.is, List.of(until)),
            new Part(orders, first.isNot, List.of(until)));
  }

  /** The rows of a part after a place in it, and what they are ordered by behind them. */
  Sql select(RequestContext call, Part part, @Nullable List<Object> after, int limit) {
    List<Order> orders = part.orders;
    Sql sql = Sql.select(call.scope(), columns).add(", " + joined(orders.stream().map(Order::sql)));
    body(call, sql);
    sql.add(part.condition, part.values.toArray());
    String begin = constant.apply(call);
    if (after != null) {
      Cursor.after(sql, orders, after);
    } else if (!begin.isEmpty()) {
      Cursor.all(sql, orders.get(0));
    }
    sql.add(" order by " + begin + joined(orders.stream().map(Listing::step)));
    return sql.add(" limit " + limit);
  }

  /** The first rows in an order, whole. */
  public List<Map<String, @Nullable Object>> first(
      Handle handle, RequestContext call, List<Order> orders, int limit) {
    List<Map<String, @Nullable Object>> rows =
        select(call, Part.all(orders), null, limit).rows(handle, columns).list();
    rows.forEach(row -> complete(row, call));
    return rows;
  }

  /** How many rows there are, up to a limit. */
  Sql count(RequestContext call, int limit) {
    Sql sql = new Sql(call.scope()).add("select count(*) from (select 1 as one");
    body(call, sql);
    return sql.add(" limit " + limit + ") as counted");
  }

  private void body(RequestContext call, Sql sql) {
    sql.add(" from " + from, call.tenant());
    filters.forEach(filter -> filter.narrow(call, sql));
    if (!group.isEmpty()) {
      sql.add(group);
    }
  }

  private static String step(Order order) {
    return order.sql() + (order.down() ? " desc" : "");
  }

  private static String joined(Stream<String> parts) {
    return parts.collect(Collectors.joining(", "));
  }
}
