package org.visitbalance.ingest;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a file has that no mapping fits, and how it could be read. No cell of a column that
 * identifies somebody is in it.
 *
 * @param nearest the built-in profile that is closest; null if none has a column of it
 * @param fact what its rows most likely are
 * @param match a pattern for the names of such files
 * @param snapshot a regular expression for the date in its name; null if there is none
 * @param kinds what the rows could be, each with the fields that it can have
 */
public record Survey(
    @Nullable String nearest,
    String fact,
    String match,
    @Nullable String snapshot,
    List<Column> columns,
    List<Kind> kinds) {

  /** A column, with a guess of what it has. */
  public record Column(String name, ColumnLook look) {}

  /** What the rows could be. */
  public record Kind(String fact, List<Wanted> fields) {}

  /**
   * A field that such a row can have.
   *
   * @param isRequired whether every row must have it
   * @param fromName whether it can be left out where the date is in the name of the file
   * @param column the column that most likely has it, or that was chosen; null if there is none
   * @param constant what to take where there is no such column; null for nothing
   * @param symbols the values that it can have; empty if it can have any
   * @param words the words of that column, if the field has symbols
   */
  public record Wanted(
      String field,
      boolean isRequired,
      boolean fromName,
      @Nullable String column,
      @Nullable String constant,
      List<String> symbols,
      List<Word> words) {}

  /** A word of a column, and the symbol that it most likely stands for; null if none does. */
  public record Word(String text, @Nullable String symbol) {}
}
