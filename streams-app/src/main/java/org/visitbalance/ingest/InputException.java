package org.visitbalance.ingest;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Input that cannot be used at all. The message says to a person what is wrong, where, and what to
 * do. Commands exit with status 2.
 */
public final class InputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * A value of a document that cannot be used.
   *
   * @param where its place, such as settings.yaml:3
   * @param field its path, such as payerRules[1].visitCap, counted from 1; empty for the document
   * @param problem the rest of the sentence after the field: must be true or false
   */
  public record Unusable(String where, String field, String problem) {
    private String sentence() {
      String what = field.isEmpty() ? "the document" : "'" + field + "'";
      return where + ": " + what + " " + problem;
    }
  }

  private final transient List<Unusable> values;

  public InputException(String message) {
    super(message);
    this.values = List.of();
  }

  public InputException(String message, Throwable cause) {
    super(message, cause);
    this.values = List.of();
  }

  /** Values of a document that cannot be used; the message names all of them. */
  InputException(List<Unusable> values) {
    super(values.stream().map(Unusable::sentence).collect(Collectors.joining("; ")));
    this.values = List.copyOf(values);
  }

  /** Returns the values that cannot be used, if the problem is with single values. */
  public List<Unusable> values() {
    return values;
  }
}
