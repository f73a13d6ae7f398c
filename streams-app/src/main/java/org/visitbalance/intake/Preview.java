package org.visitbalance.intake;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;
import org.visitbalance.ingest.Survey;

/**
 * What a file is and what it would change; nothing has been changed. No cell of a column that
 * identifies somebody is in it.
 *
 * @param refused why it cannot be used, as a sentence; null if it can be
 * @param repeats the name under which the same content was received before; null if it was not
 * @param entry the mapping entry or the profile that fits it
 * @param matched the columns that are read
 * @param unused the columns that are not read
 * @param valid the rows that can be used
 * @param reasons the first dead rows: line, column and what was wanted
 * @param changes by kind of fact
 * @param days the business dates that it touches
 * @param survey how the file could be read, if no mapping fits it, or one is being written
 */
public record Preview(
    String sha256,
    String name,
    @Nullable String refused,
    @Nullable String repeats,
    @Nullable String entry,
    @Nullable String note,
    List<String> matched,
    List<String> unused,
    long rows,
    long valid,
    long dead,
    long skipped,
    List<Dead> reasons,
    @Nullable LocalDate first,
    @Nullable LocalDate last,
    Map<String, Changes> changes,
    SortedSet<LocalDate> days,
    @Nullable Survey survey) {

  Preview with(@Nullable Survey seen) {
    return new Preview(
        sha256, name, refused, repeats, entry, note, matched, unused, rows, valid, dead, skipped,
        reasons, first, last, changes, days, seen);
  }

  /** A dead row. */
  public record Dead(@Nullable Long line, @Nullable String column, String reason) {}

  /** How many of a kind of facts come, change and go. */
  public record Changes(long adds, long changes, long removes) {}
}
