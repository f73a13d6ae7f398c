package org.visitbalance.query.signin;

/** The identity provider gives no answer that can be used. The message says what to do. */
public final class Unavailable extends Exception {
  private static final long serialVersionUID = 1L;

  Unavailable(String message, Throwable cause) {
    super(message, cause);
  }

  static Unavailable of(Throwable cause) {
    return new Unavailable(
        "The identity provider cannot be reached, or its answer cannot be used. Try again in a"
            + " moment.",
        cause);
  }
}
