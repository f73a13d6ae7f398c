package org.visitbalance.intake.sftp;

import java.nio.file.Path;

/** Is told of the files of a server. */
public interface SftpListener {
  /** A file is in its folder. */
  void taken(Path file, long size);

  /**
   * A file was left on the server for now; may be said again at every look.
   *
   * @param why in a clause, without any content
   */
  void left(String name, String why);
}
