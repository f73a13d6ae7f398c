package org.visitbalance.ingest.hl7;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a message says.
 *
 * @param kind such as DFT^P03
 * @param use what became of it
 * @param sender MSH-4, or MSH-3 where that is blank
 * @param control MSH-10; empty without one
 * @param at when it was written
 * @param lines how many parts of it should give something
 * @param ignored how many parts are of no use, such as payments
 * @param assumed how many lines have the units that the profile says for a blank
 * @param dead the parts that cannot be used
 */
public record Hl7Reading(
    String kind,
    Use use,
    String sender,
    String control,
    Instant at,
    List<Hl7Row> rows,
    List<Hl7Merge> merges,
    int lines,
    int ignored,
    int assumed,
    List<Dead> dead) {

  /** What becomes of a message. */
  public enum Use {
    /** It gives facts, or changes patients. */
    USED,
    /** It has nothing that is wanted here. */
    UNUSED,
    /** A person has to do what it says. */
    BY_HAND
  }

  /**
   * A part of a message that cannot be used.
   *
   * @param segment which one of its kind, from 1 on; 0 for the whole message
   * @param field what is wrong; null for the part as a whole
   * @param reason shows nothing of the message
   */
  public record Dead(int segment, @Nullable String field, String reason) {}
}
