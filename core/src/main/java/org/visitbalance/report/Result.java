package org.visitbalance.report;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.visitbalance.core.Outputs;
import org.visitbalance.fact.Feed;
import org.visitbalance.output.DeadLetter;
import org.visitbalance.settings.Settings;

/**
 * All that a run has to write.
 *
 * @param deadLetters of the input files
 * @param feeds how far each source has told everything
 * @param reveal whether visits are called by their ids instead of their tokens
 * @param account what became of the input, in the words of the summary
 */
public record Result(
    Outputs outputs,
    List<DeadLetter> deadLetters,
    Map<String, Settings> settings,
    Collection<Feed> feeds,
    boolean reveal,
    Account account) {

  /**
   * What was read, and what became of it.
   *
   * @param asOf ISO text of the moment that the run judges at
   * @param read facts and dead letters
   */
  public record Account(
      String asOf, long read, long standing, long superseded, long notYetKnown, long deadLetters) {}
}
