package org.visitbalance.ingest;

/**
 * Input that cannot be used at all. Its message is one clear sentence for a person: what, where,
 * and what to do. Exit status 2.
 */
public final class InputException extends RuntimeException {
  public InputException(String message) {
    super(message);
  }

  public InputException(String message, Throwable cause) {
    super(message, cause);
  }
}
