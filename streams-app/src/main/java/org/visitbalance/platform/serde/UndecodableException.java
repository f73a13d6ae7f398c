package org.visitbalance.platform.serde;

import org.apache.kafka.common.errors.SerializationException;
import org.visitbalance.platform.registry.RegistryException;

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

  /** Returns the exception for a record whose schema the registry does not know. */
  static UndecodableException ofUnknown(int id, RegistryException refused) {
    return new UndecodableException(
        "a record names schema "
            + id
            + ", which the schema registry does not know ("
            + refused.getMessage()
            + "); its producer used another registry or no Avro serializer");
  }
}
