package org.visitbalance.platform.registry;

import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * The schema registry gave no usable answer: it is down, slow, answers nonsense, wants other
 * credentials, or refuses a schema of ours. Never the fault of a record: whoever meets this must
 * stop and try again later, and must not take the record for a bad one.
 *
 * <p>The message says which registry, which subject and what to do.
 */
public class RegistryException extends KafkaException {
  private static final long serialVersionUID = 1;

  public RegistryException(String message) {
    super(message);
  }

  public RegistryException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
