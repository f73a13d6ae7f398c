package org.visitbalance.table;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes the rows of a table, one after the other. */
@FunctionalInterface
public interface TableRows {
  /**
   * Adds a row.
   *
   * @param values one for each column: values of a record, or the same as JSON has them
   */
  void add(List<@Nullable Object> values) throws IOException;
}
