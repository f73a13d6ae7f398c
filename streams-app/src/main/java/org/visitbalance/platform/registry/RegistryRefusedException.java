package org.visitbalance.platform.registry;

/** The registry answered, and the answer was no: asking again gives the same one. */
public final class RegistryRefusedException extends RegistryException {
  private static final long serialVersionUID = 1;

  private final int code;

  /**
   * @param code Confluent's error code (a HTTP status, or one with two digits more)
   */
  public RegistryRefusedException(int code, String message) {
    super(message);
    this.code = code;
  }

  /** Returns the error code; see {@link ErrorCodes}. */
  public int code() {
    return code;
  }

  /** Returns the HTTP status that the code belongs to. */
  public int status() {
    return ErrorCodes.status(code);
  }
}
