package org.visitbalance.cli;

/** The exit statuses of the commands. */
public final class ExitStatus {
  /** Everything was done, and no period is out of balance. */
  public static final int OK = 0;

  /** A period is out of balance. */
  public static final int OUT_OF_BALANCE = 1;

  /** Something on the cluster is not as it should be. */
  public static final int DIFFERS = 1;

  /** The arguments or the input cannot be used. */
  public static final int UNUSABLE = 2;

  private ExitStatus() {}
}
