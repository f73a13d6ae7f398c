package org.visitbalance.query.lists;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
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
 * @param finish works out what SQL does not know; may change the row
 */
public record Listing(
    List<Column> columns,
    String from,
    String group,
    List<Filter> filters,
    Map<String, List<Order>> sorts,
    BiConsumer<Map<String, @Nullable Object>, RequestContext> finish) {
  static final String SORT = "sort";
  private static final Set<String> PAGING =
      Set.of("tenant", "format", "headers", "limit", "cursor");

  /** A list of a table's rows; more is said by what follows. */
  static Listing of(Table table, String from) {
    return new Listing(columns(table, ""), from, "", List.of(), Map.of(), (row, call) -> {});
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
    return new Listing(all, from, group, filters, sorts, finish);
  }

  Listing grouped(String by) {
    return new Listing(columns, from, by, filters, sorts, finish);
  }

  public Listing narrowed(Filter... by) {
    return new Listing(columns, from, group, List.of(by), sorts, finish);
  }

  /** Adds an order. */
  Listing sorted(String name, Order... steps) {
    Map<String, List<Order>> more = new LinkedHashMap<>(sorts);
    more.put(name, List.of(steps));
    return new Listing(columns, from, group, filters, more, finish);
  }

  /** The same with another way to finish its rows. */
  public Listing finished(BiConsumer<Map<String, @Nullable Object>, RequestContext> by) {
    return new Listing(columns, from, group, filters, sorts, by);
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

  /** The name of the order that is asked for. */
  String sort(RequestContext call) {
    List<String> names = new ArrayList<>(sorts.keySet());
    String name = sorts.size() > 1 ? call.params().symbol(SORT, names) : null;
    return name == null ? names.get(0) : name;
  }

  /** The rows after a place in an order, and what they are ordered by behind them. */
  Sql select(RequestContext call, List<Order> orders, @Nullable List<Object> after, int limit) {
    Sql sql = Sql.select(call.scope(), columns).add(", " + joined(orders.stream().map(Order::sql)));
    body(call, sql);
    if (after != null) {
      Cursor.after(sql, orders, after);
    }
    sql.add(" order by " + joined(orders.stream().map(Listing::step)));
    return sql.add(" limit " + limit);
  }

  /** The first rows in an order, whole. */
  public List<Map<String, @Nullable Object>> first(
      Handle handle, RequestContext call, List<Order> orders, int limit) {
    List<Map<String, @Nullable Object>> rows =
        select(call, orders, null, limit).rows(handle, columns).list();
    rows.forEach(row -> finish.accept(row, call));
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
