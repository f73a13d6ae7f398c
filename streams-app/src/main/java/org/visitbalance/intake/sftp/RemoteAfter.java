package org.visitbalance.intake.sftp;

import org.jspecify.annotations.Nullable;

/**
 * What happens on the server to a file that has been fetched.
 *
 * @param folder the folder that it is moved to; null unless it is moved
 */
public record RemoteAfter(Kind kind, @Nullable String folder) {
  /** What can happen to it. */
  public enum Kind {
    KEEP,
    DELETE,
    MOVE
  }

  public static final RemoteAfter KEEP = new RemoteAfter(Kind.KEEP, null);
  public static final RemoteAfter DELETE = new RemoteAfter(Kind.DELETE, null);

  private static final String MOVE = "MOVE:";

  /**
   * Returns what a text says.
   *
   * @throws IllegalArgumentException if it says nothing of the kind
   */
  static RemoteAfter of(String text) {
    if (text.equals("KEEP")) {
      return KEEP;
    } else if (text.equals("DELETE")) {
      return DELETE;
    } else if (text.startsWith(MOVE) && !text.substring(MOVE.length()).isBlank()) {
      return new RemoteAfter(Kind.MOVE, text.substring(MOVE.length()).strip());
    }
    throw new IllegalArgumentException("remoteAfter must be KEEP, DELETE, or MOVE:folder");
  }
}
