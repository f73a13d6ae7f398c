package org.visitbalance.report;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.visitbalance.core.Outputs;
import org.visitbalance.fact.Feed;
import org.visitbalance.output.DeadLetter;
import org.visitbalance.settings.Settings;

/**
 * Everything that a run writes.
 *
 * @param deadLetters the invalid records
 * @param feeds where the data of each source ends
 * @param reveal whether visits are identified by their IDs instead of their tokens
 * @param account how the input was counted
 * @param notices what a person should know before reading anything else, a sentence each
 */
public record Result(
    Outputs outputs,
    List<DeadLetter> deadLetters,
    Map<String, Settings> settings,
    Collection<Feed> feeds,
    boolean reveal,
    Account account,
    List<String> notices) {

  /**
   * What was read and how it was counted.
   *
   * @param asOf the time of the evaluation, in ISO format
   * @param read the number of facts and invalid records
   */
  public record Account(
      String asOf, long read, long standing, long superseded, long notYetKnown, long deadLetters) {}
}
