package org.visitbalance.intake;

import org.visitbalance.ingest.hl7.Hl7Checked;
import org.visitbalance.ingest.hl7.Hl7Reading;

/**
 * What a sender is told of a message.
 *
 * @param isAccepted false: the sender must send it again, or ask somebody
 * @param text for MSA-3; empty for nothing
 */
public record MessageAnswer(boolean isAccepted, String text, Kind kind) {
  /** What became of the message. */
  public enum Kind {
    USED,
    UNUSED,
    REPEATED,
    BAD
  }

  static MessageAnswer of(Hl7Reading reading, Hl7Checked checked, boolean refusesBad) {
    return switch (reading.use()) {
      case UNUSED -> new MessageAnswer(true, "", Kind.UNUSED);
      case BY_HAND -> new MessageAnswer(!refusesBad, "to be done by hand", Kind.BAD);
      case USED ->
          checked.dead().isEmpty()
              ? new MessageAnswer(true, "", Kind.USED)
              : new MessageAnswer(!refusesBad, checked.says(), Kind.BAD);
    };
  }

  /** Returns the answer to the same message when it comes again. */
  static MessageAnswer again(String text) {
    return new MessageAnswer(true, text, Kind.REPEATED);
  }
}
