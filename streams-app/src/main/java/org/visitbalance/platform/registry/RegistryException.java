package org.visitbalance.platform.registry;

import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * The schema registry gave no usable answer: it is down, slow, answers nonsense, requires other
 * credentials, or rejects one of the program's schemas. A record is never to blame: stop and try
 * again later, and do not treat the record as a bad one.
 *
 * <p>The message names the registry and the subject, and says what to do.
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
