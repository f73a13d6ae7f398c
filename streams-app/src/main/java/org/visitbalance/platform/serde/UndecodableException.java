package org.visitbalance.platform.serde;

import org.apache.kafka.common.errors.SerializationException;
import org.visitbalance.platform.registry.RegistryException;

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

  /** Of a record whose schema the registry does not know, and will not. */
  static UndecodableException ofUnknown(int id, RegistryException refused) {
    return new UndecodableException(
        "a record names schema "
            + id
            + ", which the schema registry does not know ("
            + refused.getMessage()
            + "); its producer used another registry, or no Avro serializer");
  }
}
