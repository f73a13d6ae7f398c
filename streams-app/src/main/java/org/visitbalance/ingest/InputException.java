package org.visitbalance.ingest;

/**
 * Input that cannot be used at all. The message is one clear sentence for a person: what is wrong,
 * where, and what to do. Commands exit with status 2.
 */
public final class InputException extends RuntimeException {
  public InputException(String message) {
    super(message);
  }

  public InputException(String message, Throwable cause) {
    super(message, cause);
  }
}
