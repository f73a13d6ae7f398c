package org.visitbalance.query.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;

/**
 * A table of the read model. Its first column, {@code record_key}, is the key of the record that a
 * row comes from; tombstones delete rows by it.
 *
 * @param columns the columns after the first one
 * @param restricted whether the table has IDs of patients or of the source systems
 */
public record Table(String name, String doc, boolean restricted, List<Column> columns) {
  /** The name of the first column of each table. */
  public static final String KEY = "record_key";

  /** A table with a row for each record of a topic. */
  static Table of(String name, Class<? extends SpecificRecord> type, Column... more) {
    return of(name, type, false, more);
  }

  static Table restricted(String name, Class<? extends SpecificRecord> type, Column... more) {
    return of(name, type, true, more);
  }

  private static Table of(
      String name, Class<? extends SpecificRecord> type, boolean restricted, Column... more) {
    List<Column> columns = new ArrayList<>(Flat.columns(type));
    Collections.addAll(columns, more);
    return new Table(
        name, String.valueOf(Flat.schema(type).getDoc()), restricted, List.copyOf(columns));
  }

  String insert() {
    return "insert into " + name + names() + " values (?" + ", ?".repeat(columns.size()) + ")";
  }

  /** Inserts rows of PostgreSQL's text format. */
  String copy() {
    return "copy " + name + names() + " from stdin";
  }

  private String names() {
    return Stream.concat(Stream.of(KEY), columns.stream().map(Column::name))
        .collect(Collectors.joining(", ", " (", ")"));
  }

  String delete() {
    return "delete from " + name + " where " + KEY + " = ?";
  }

  /** Deletes the rows of an array of keys, and locks them in their order. */
  String deleteAll() {
    return ("delete from NAME where KEY in"
            + " (select KEY from NAME where KEY = any (?) order by KEY for update)")
        .replace("NAME", name)
        .replace("KEY", KEY);
  }
}
