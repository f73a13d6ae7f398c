package org.visitbalance.platform.serde;

import org.apache.kafka.common.errors.SerializationException;

/**
 * The bytes of a record cannot be what they should be, now or ever: the record is to be
 * dead-lettered. The message says what is wrong and what to do, and shows none of the bytes; for
 * that reason it has no cause either.
 */
public final class UndecodableException extends SerializationException {
  private static final long serialVersionUID = 1;

  public UndecodableException(String message) {
    super(message);
  }
}
