package org.visitbalance.platform.registry;

/**
 * The registry answered that it does not know an id, and that is not final yet: a node may be
 * behind the one that registered the schema. Ask again later.
 */
public final class SchemaNotYetKnownException extends RegistryException {
  private static final long serialVersionUID = 1;

  private final boolean isLikely;

  SchemaNotYetKnownException(int id, boolean isLikely) {
    super("the schema registry does not know schema " + id + " yet; it is asked again");
    this.isLikely = isLikely;
  }

  /**
   * Whether the schema is likely to come, so that it is better to wait than to go on without it.
   * Ids that no registry would give next, and more unknown ids at once than a registry could be
   * behind by, are not.
   */
  public boolean isLikely() {
    return isLikely;
  }
}
