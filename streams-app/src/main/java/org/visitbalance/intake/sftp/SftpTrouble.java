package org.visitbalance.intake.sftp;

import java.io.IOException;

/** A server that cannot be used now. The message says why, in a sentence without the end. */
final class SftpTrouble extends IOException {
  private static final long serialVersionUID = 1L;

  SftpTrouble(String message, Throwable cause) {
    super(message, cause);
  }

  SftpTrouble(String message) {
    super(message);
  }
}
