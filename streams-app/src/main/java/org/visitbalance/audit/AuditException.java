package org.visitbalance.audit;

/** What keeps an audit from being a whole answer: what, where, and what to do. */
public final class AuditException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  AuditException(String message) {
    super(message);
  }
}
