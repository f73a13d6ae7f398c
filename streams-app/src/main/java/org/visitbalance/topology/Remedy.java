package org.visitbalance.topology;

import org.jspecify.annotations.Nullable;
import org.visitbalance.output.DeadLetter;

/** What can be done about a dead letter. */
public enum Remedy {
  /** The record may be valid, but could not be read at the time. */
  RETRY(
      "Correct the cause, such as a schema that the registry did not have, then retry. If a retry"
          + " does not help, correct the source and send the records again."),
  /** The record is valid, but in the wrong partition. */
  REPARTITION(
      "Change the producer's partitioner, or more records will follow. Then retry; on the command"
          + " line, with --repartition."),
  /** The record is invalid. */
  SEND_AGAIN("Correct the source, and send the records again."),
  /** The record is older than what serve keeps. */
  KEEP_LONGER(
      "Nothing, if dates this old do not matter. Otherwise start serve with a longer --retention,"
          + " then retry with this reason."),
  /** The record is no longer needed. */
  NONE("Nothing: a clock tick is not sent again.");

  private final String action;

  Remedy(String action) {
    this.action = action;
  }

  /** Returns what to do, in sentences. */
  public String action() {
    return action;
  }

  /** Returns the remedy for a dead letter. */
  public static Remedy of(DeadLetter letter) {
    return of(letter.getSource(), letter.getField(), letter.getReason());
  }

  /**
   * Returns the remedy for the parts of a dead letter.
   *
   * @param source the full name of the topic
   */
  public static Remedy of(String source, @Nullable String field, String reason) {
    if (source.endsWith(Topics.CLOCK.name())) {
      return NONE;
    } else if ("key".equals(field)) {
      return reason.contains("partition") ? REPARTITION : SEND_AGAIN;
    }
    if (field == null && reason.startsWith(FactDecoder.TOO_OLD)) {
      return KEEP_LONGER;
    }
    return field == null && !reason.equals(FactDecoder.NO_VALUE) ? RETRY : SEND_AGAIN;
  }
}
