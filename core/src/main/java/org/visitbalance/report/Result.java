package org.visitbalance.report;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.visitbalance.core.Outputs;
import org.visitbalance.fact.Feed;
import org.visitbalance.output.DeadLetter;
import org.visitbalance.settings.Settings;
import org.visitbalance.text.Words;

/**
 * Everything that a run writes.
 *
 * @param deadLetters the invalid records
 * @param feeds where the data of each source ends
 * @param reveal whether visits are identified by their IDs instead of their tokens
 * @param account how the input was counted
 * @param sources what was read, file by file; empty where nothing was read from files
 * @param notices what a person should know before reading anything else, a sentence each
 */
public record Result(
    Outputs outputs,
    List<DeadLetter> deadLetters,
    Map<String, Settings> settings,
    Collection<Feed> feeds,
    boolean reveal,
    Account account,
    List<Source> sources,
    List<String> notices) {

  /**
   * What was read and how it was counted.
   *
   * @param asOf the time of the evaluation, in ISO format
   * @param read the number of facts and invalid records
   */
  public record Account(
      String asOf, long read, long standing, long superseded, long notYetKnown, long deadLetters) {
    /** Returns the counts in words. */
    public String sentence() {
      return Words.count(read, "record", "records")
          + " read: "
          + Words.count(standing)
          + " current, "
          + Words.count(superseded)
          + " replaced or duplicate, "
          + Words.count(notYetKnown)
          + " received after that time, "
          + Words.count(deadLetters)
          + " invalid.";
    }
  }

  /**
   * A file that was read.
   *
   * @param name its name, with the sheet of a workbook
   * @param rows its rows or lines with anything in them
   * @param skipped those that are totals or that the mapping leaves out
   * @param invalid those that could not be used
   */
  public record Source(String name, long rows, long skipped, long invalid) {}
}
