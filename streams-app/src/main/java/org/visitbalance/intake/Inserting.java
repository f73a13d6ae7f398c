package org.visitbalance.intake;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Inserts rows of a table, some of them with one statement. Not thread-safe. */
final class Inserting {
  private static final int SOME = 50;

  private final Sql sql;
  private final int columns;
  private final String one;
  private final String many;
  private final List<@Nullable Object> waiting = new ArrayList<>();

  /**
   * Inserts into a table.
   *
   * @param table its name, and its columns if they are not all in their order
   */
  Inserting(Sql sql, String table, int columns) {
    this.sql = sql;
    this.columns = columns;
    String row = "(" + String.join(", ", Collections.nCopies(columns, "?")) + ")";
    one = "insert into " + table + " values " + row;
    many = one + (", " + row).repeat(SOME - 1);
  }

  /** Inserts a row, at the latest with {@link #flush}. */
  void add(@Nullable Object... row) {
    Collections.addAll(waiting, row);
    if (waiting.size() == SOME * columns) {
      sql.update(many, waiting.toArray());
      waiting.clear();
    }
  }

  /** Inserts what waits for more rows. */
  void flush() {
    for (int from = 0; from < waiting.size(); from += columns) {
      sql.update(one, waiting.subList(from, from + columns).toArray());
    }
    waiting.clear();
  }
}
