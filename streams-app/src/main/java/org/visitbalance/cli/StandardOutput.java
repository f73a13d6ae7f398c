package org.visitbalance.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.Locale;

/**
 * What a command has printed, which may go to a file. Java's streams keep a failure to themselves:
 * a list that ends on a full disk would look whole, and so would its exit status.
 */
public final class StandardOutput {
  private StandardOutput() {}

  /**
   * Returns the exit status of a command that has ended; says so if not all was written that it has
   * printed.
   *
   * @param raw the same place as of the stream; says why it takes nothing
   */
  public static int checked(int status, PrintStream out, OutputStream raw, PrintWriter err) {
    if (!out.checkError()) {
      return status;
    }
    String why = why(raw);
    if (why.toLowerCase(Locale.ROOT).contains("pipe")) {
      // Whoever reads has enough, as "head" has.
      return status;
    }
    return CommandErrors.say(
        new IOException(
            "the output could not be written ("
                + why
                + "): what is there is not whole; make room, or choose another place, and run the"
                + " command again"),
        err);
  }

  private static String why(OutputStream raw) {
    try {
      raw.write(System.lineSeparator().getBytes(US_ASCII));
      return "for a while";
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }
}
