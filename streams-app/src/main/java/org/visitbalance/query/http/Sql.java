package org.visitbalance.query.http;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/** A query that grows. Whatever comes from outside is a value, never a part of the text. */
final class Sql {
  private final StringBuilder text = new StringBuilder();
  private final List<Object> values = new ArrayList<>();

  /** Goes on with a piece of text, and the values of its question marks. */
  Sql add(String piece, Object... more) {
    text.append(piece);
    Collections.addAll(values, more);
    return this;
  }

  /**
   * Goes on with a condition that a column has one of some values; nothing where there are none.
   */
  Sql in(String column, Collection<String> some) {
    if (!some.isEmpty()) {
      text.append(" and ").append(column).append(" in (?").append(", ?".repeat(some.size() - 1));
      text.append(')');
      values.addAll(some);
    }
    return this;
  }

  /** The query on a connection. */
  Query on(Handle handle) {
    Query query = handle.createQuery(text);
    for (int i = 0; i < values.size(); i++) {
      query.bind(i, values.get(i));
    }
    return query;
  }
}
