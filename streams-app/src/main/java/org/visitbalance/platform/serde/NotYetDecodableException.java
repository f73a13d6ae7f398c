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
  private final boolean isUnasked;

  NotYetDecodableException(RegistryException cause) {
    super(String.valueOf(cause.getMessage()), cause);
    this.isUnknown = cause instanceof SchemaNotYetKnownException;
    this.isLikely = !(cause instanceof SchemaNotYetKnownException one) || one.isLikely();
    this.isUnasked = cause instanceof SchemaNotYetKnownException one && one.isUnasked();
  }

  /**
   * Returns whether the registry does not know the schema, or was not asked for it yet; else it did
   * not answer.
   */
  public boolean isUnknown() {
    return isUnknown;
  }

  /**
   * Returns whether the registry was not asked yet, because too many other schemas are unknown:
   * then the record must not be passed over.
   */
  public boolean isUnasked() {
    return isUnasked;
  }

  /**
   * Returns whether the schema is likely to become available, so that it is better to wait than to
   * continue without the record.
   */
  public boolean isLikely() {
    return isLikely;
  }

  /**
   * Returns whether to continue without the record: the registry was asked, and is not likely to
   * know the schema soon.
   */
  public boolean isToBePassedOver() {
    return isUnknown && !isLikely && !isUnasked;
  }
}
