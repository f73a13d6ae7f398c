package org.visitbalance.query.model;

/**
 * A column of the read model.
 *
 * @param name the name in SQL
 * @param path the path of the field in JSON: names joined by dots
 */
public record Column(String name, String path, Type type, String doc) {
  /** The type of a column and its name in both databases. */
  public enum Type {
    TEXT("varchar"),
    WHOLE("bigint"),
    TRUTH("boolean"),
    DAY("date"),
    /** To the microsecond, which is as fine as PostgreSQL has it. */
    MOMENT("timestamp with time zone"),
    /** JSON as text. */
    JSON("varchar");

    private final String sql;

    Type(String sql) {
      this.sql = sql;
    }

    /** Returns the name of the type in SQL. */
    public String sql() {
      return sql;
    }
  }
}
