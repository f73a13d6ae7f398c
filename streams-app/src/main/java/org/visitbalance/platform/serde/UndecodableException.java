package org.visitbalance.platform.serde;

import org.apache.kafka.common.errors.SerializationException;

/**
 * A record's bytes are not valid and never will be: the record goes to the dead letters. The
 * message says what is wrong and what to do, and shows none of the bytes; for that reason there is
 * no cause either.
 */
public final class UndecodableException extends SerializationException {
  private static final long serialVersionUID = 1;

  public UndecodableException(String message) {
    super(message);
  }
}
