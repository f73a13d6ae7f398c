package org.visitbalance.audit;

/**
 * An audit cannot give a complete answer. The message says what is wrong, where, and what to do.
 */
public final class AuditException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  AuditException(String message) {
    super(message);
  }
}
