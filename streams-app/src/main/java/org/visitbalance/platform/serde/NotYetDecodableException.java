package org.visitbalance.platform.serde;

import org.visitbalance.platform.registry.RegistryException;
import org.visitbalance.platform.registry.SchemaNotYetKnownException;

/**
 * The schema of a record cannot be had at present: nothing is known against the record, which is to
 * be looked at again later.
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

  /** Whether the registry answered, and does not know the schema yet; else it did not answer. */
  public boolean isUnknown() {
    return isUnknown;
  }

  /**
   * Whether the schema is likely to come, so that it is better to wait for it than to go on without
   * the record.
   */
  public boolean isLikely() {
    return isLikely;
  }
}
