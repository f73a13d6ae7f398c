package org.visitbalance.platform.registry;

/**
 * The registry does not know an id yet: the node that was asked may be behind the one that
 * registered the schema. Ask again later.
 */
public final class SchemaNotYetKnownException extends RegistryException {
  private static final long serialVersionUID = 1;

  private final boolean isLikely;

  SchemaNotYetKnownException(int id, boolean isLikely) {
    super("the schema registry does not know schema " + id + " yet; retrying");
    this.isLikely = isLikely;
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
