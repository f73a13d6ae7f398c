package org.visitbalance.topology;

import org.jspecify.annotations.Nullable;
import org.visitbalance.output.DeadLetter;

/** What can be done about a dead letter. */
public enum Remedy {
  /** The record may be fine, and could not be read then. */
  RETRY(
      "Correct the cause here, such as a schema that the registry did not have, then retry. If a"
          + " retry does not help, correct the source and send the records again."),
  /** The record is fine, and in the wrong partition. */
  REPARTITION(
      "Change the producer's partitioner, or more records will follow. Then retry; on the command"
          + " line, with --repartition."),
  /** The record is wrong. */
  SEND_AGAIN("Correct the source, and send the records again."),
  /** The record is older than what serve keeps. */
  KEEP_LONGER(
      "Nothing, if dates this old do not matter. Otherwise start serve with a longer --retention,"
          + " then retry by this reason."),
  /** The record is of no use any more. */
  NONE("Nothing: a tick of the clock is not sent again.");

  private final String action;

  Remedy(String action) {
    this.action = action;
  }

  /** What to do, as sentences. */
  public String action() {
    return action;
  }

  /** The remedy for a dead letter. */
  public static Remedy of(DeadLetter letter) {
    return of(letter.getSource(), letter.getField(), letter.getReason());
  }

  /**
   * The same by its parts.
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
