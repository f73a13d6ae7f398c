package org.visitbalance.platform.serde;

import org.visitbalance.platform.registry.RegistryException;
import org.visitbalance.platform.registry.SchemaNotYetKnownException;

/**
 * The schema of a record is not available at the moment. The record may be valid; try again later.
 */
public final class NotYetDecodableException extends RegistryException {
  private static final long serialVersionUID = 1;

  private final boolean isUnknown;
  private final boolean isLikely;

  NotYetDecodableException(RegistryException cause) {
    super(String.valueOf(cause.getMessage()), cause);
    this.isUnknown = cause instanceof SchemaNotYetKnownException;
    this.isLikely = !(cause instanceof SchemaNotYetKnownException one) || one.isLikely();
  }

  /**
   * Returns whether the registry answered that it does not know the schema; else it did not answer.
   */
  public boolean isUnknown() {
    return isUnknown;
  }

  /**
   * Returns whether the schema is likely to become available, so that it is better to wait than to
   * continue without the record.
   */
  public boolean isLikely() {
    return isLikely;
  }
}
