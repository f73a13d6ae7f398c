package org.visitbalance.intake.sftp;

import java.nio.file.Path;

/**
 * A version of a file on a server.
 *
 * @param modified when it was last changed, in seconds; 0 if the server does not say
 */
record RemoteFile(String name, long size, long modified) {
  private static final int LONGEST = 200;

  /**
   * Returns whether a name can be given to a file here. A server may send anything, such as a path
   * that leads out of the folder.
   */
  static boolean isSafe(String name) {
    if (name.isBlank() || name.startsWith(".") || name.length() > LONGEST) {
      return false;
    }
    boolean isPlain =
        name.chars().noneMatch(one -> one < ' ' || one == 0x7f || "/\\:".indexOf(one) >= 0);
    return isPlain && Path.of(name).getNameCount() == 1;
  }
}
