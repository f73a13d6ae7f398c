package org.visitbalance.cli;

/** The exit statuses of the commands. */
public final class ExitStatus {
  /** Everything could be done, and all periods are balanced or explained. */
  public static final int OK = 0;

  /** Some period is out of balance. */
  public static final int OUT_OF_BALANCE = 1;

  /** Something on a cluster is not as it should be. */
  public static final int DIFFERS = 1;

  /** Arguments or input that cannot be used. */
  public static final int UNUSABLE = 2;

  private ExitStatus() {}
}
