package org.visitbalance.query.request;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.result.ResultIterable;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;
import org.visitbalance.query.model.Column;

/**
 * A query that grows. Whatever comes from outside is a value, never a part of the text, and of a
 * table in braces it has only the rows of its scope.
 */
public final class Sql {
  private final Scope scope;
  private final StringBuilder text = new StringBuilder();
  private final List<Object> values = new ArrayList<>();

  /** Begins a query that sees the rows of a scope. */
  public Sql(Scope scope) {
    this.scope = scope;
  }

  /** Begins a query for some columns, with the values of their question marks. */
  public static Sql select(Scope scope, List<Column> columns, Object... values) {
    return new Sql(scope)
        .add("select " + String.join(", ", columns.stream().map(Column::name).toList()), values);
  }

  /** Goes on with a piece of text, and the values of its question marks. */
  public Sql add(String piece, Object... more) {
    Scope.check(piece);
    int given = 0;
    for (int i = 0; i < piece.length(); i++) {
      char one = piece.charAt(i);
      if (one == '{') {
        int end = piece.indexOf('}', i);
        scope.table(piece.substring(i + 1, end), text, values);
        i = end;
        continue;
      } else if (one == '?' && given < more.length) {
        values.add(more[given++]);
      }
      text.append(one);
    }
    Collections.addAll(values, Arrays.copyOfRange(more, given, more.length));
    return this;
  }

  /**
   * Goes on with a condition that a column has one of some values; nothing where there are none.
   */
  public Sql in(String column, Collection<String> some) {
    if (!some.isEmpty()) {
      add(" and " + column + " in (?" + ", ?".repeat(some.size() - 1) + ")", some.toArray());
    }
    return this;
  }

  /** Its rows on a connection, as JSON objects; they begin with those columns. */
  public ResultIterable<Map<String, @Nullable Object>> rows(Handle handle, List<Column> columns) {
    return on(handle).map((row, context) -> Rows.read(row, columns, 1));
  }

  /** The query on a connection. */
  public Query on(Handle handle) {
    Query query = handle.createQuery(text);
    for (int i = 0; i < values.size(); i++) {
      query.bind(i, values.get(i));
    }
    return query;
  }

  /** Returns the text of the query, without its values. */
  @Override
  public String toString() {
    return text.toString();
  }
}
