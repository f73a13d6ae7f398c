package org.visitbalance.platform.registry;

/**
 * The registry does not know an id yet: the node that was asked may be behind the one that
 * registered the schema. Or it was not asked, because too many other ids are unknown. Ask again
 * later.
 */
public final class SchemaNotYetKnownException extends RegistryException {
  private static final long serialVersionUID = 1;

  private final boolean isLikely;
  private final boolean isUnasked;

  private SchemaNotYetKnownException(String message, boolean isLikely, boolean isUnasked) {
    super(message);
    this.isLikely = isLikely;
    this.isUnasked = isUnasked;
  }

  static SchemaNotYetKnownException ofUnknown(int id, boolean isLikely) {
    return new SchemaNotYetKnownException(
        "the schema registry does not know schema " + id + " yet; retrying", isLikely, false);
  }

  static SchemaNotYetKnownException ofUnasked(int id, boolean isLikely) {
    return new SchemaNotYetKnownException(
        "the schema registry was not asked for schema "
            + id
            + " yet, because too many other ids are unknown; retrying",
        isLikely,
        true);
  }

  /**
   * Returns whether the registry was never asked for the id: the schema may well be there, so
   * nobody may do without the record for good.
   */
  public boolean isUnasked() {
    return isUnasked;
  }

  /**
   * Returns whether the schema is likely to become known, so that it is better to wait than to
   * continue without it. This is not so for ids that a registry would not assign next, or if more
   * ids are unknown than a registry could be behind by.
   */
  public boolean isLikely() {
    return isLikely;
  }
}
