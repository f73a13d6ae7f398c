package org.visitbalance.cli.files;

import java.io.PrintWriter;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.visitbalance.cli.CommandErrors;
import org.visitbalance.ingest.Notices;
import org.visitbalance.ingest.RunTime;

/** What the commands that read a folder have in common. */
final class InputReading {
  private InputReading() {}

  /**
   * Returns the time of a run that judges.
   *
   * @param asOf what the user gave; null for the present
   */
  static RunTime time(@Nullable Instant asOf) {
    Instant present = Instant.now();
    return new RunTime(asOf == null ? present : asOf, present);
  }

  /** Says what a person should know, a line each. */
  static void tell(Notices notices, PrintWriter err) {
    notices.sentences().forEach(CommandErrors.notes(err));
  }
}
