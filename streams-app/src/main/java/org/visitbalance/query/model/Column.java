package org.visitbalance.query.model;

/**
 * A column of the read model.
 *
 * @param name in SQL
 * @param path of the field in JSON: names joined by dots
 */
public record Column(String name, String path, Type type, String doc) {
  /** What a column holds, and how both databases call it. */
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

    /** The type's name in SQL. */
    public String sql() {
      return sql;
    }
  }
}
