package org.visitbalance.platform.registry;

/** The registry refused the request; asking again would give the same answer. */
public final class RegistryRefusedException extends RegistryException {
  private static final long serialVersionUID = 1;

  private final int code;

  /**
   * @param code Confluent's error code (an HTTP status, or one followed by two more digits)
   */
  public RegistryRefusedException(int code, String message) {
    super(message);
    this.code = code;
  }

  /** Returns the error code; see {@link ErrorCodes}. */
  public int code() {
    return code;
  }

  /** Returns the HTTP status of the code. */
  public int status() {
    return ErrorCodes.status(code);
  }
}
