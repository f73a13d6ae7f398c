package org.visitbalance.ingest;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks for the header of a file's table: the first of its first rows that has all required columns
 * of its mapping entry or of a built-in profile. Titles and filters above it are no rows.
 */
class HeaderSearch {
  private final String fileName;
  private final int fixed;
  private final @Nullable MappingEntry entry;
  private @Nullable MappingEntry found;
  private @Nullable HeadRow nearest;
  private int lacking = Integer.MAX_VALUE;

  /**
   * @param entry the file's mapping entry, or null to choose among the built-in profiles
   * @param rules which line the header is, if that is said
   */
  HeaderSearch(String fileName, @Nullable MappingEntry entry, TableRules rules) {
    this(fileName, entry, rules.header());
  }

  private HeaderSearch(String fileName, @Nullable MappingEntry entry, int fixed) {
    this.fileName = fileName;
    this.entry = entry;
    this.fixed = fixed;
  }

  /** Returns the header among the first rows of a table, or null. */
  @Nullable Header in(List<HeadRow> rows) {
    for (HeadRow row : rows) {
      if (row.isEmpty() || (fixed > 0 && row.line() != fixed)) {
        continue;
      }
      List<String> names = Header.folded(row);
      MappingEntry own = entry == null ? Profiles.fitting(fileName, names) : entry;
      int lacks = own == null ? Profiles.lacking(fileName, names) : own.missing(names).size();
      if (own != null && lacks == 0) {
        found = own;
        return Header.of(fileName, row);
      } else if (lacks < lacking) {
        lacking = lacks;
        nearest = row;
      }
    }
    return null;
  }

  /** Returns whether there is a header among the first rows of another table of the file. */
  boolean alsoIn(List<HeadRow> rows) {
    return new HeaderSearch(fileName, entry, fixed).in(rows) != null;
  }

  /** Returns how the table is read whose header was found. */
  MappingEntry found() {
    if (found == null) {
      throw new IllegalStateException("no header was found");
    }
    return found;
  }

  /** Returns what to say of a file in which no table has a header. */
  InputException failure() {
    HeadRow row = nearest;
    if (row == null) {
      return new InputException(
          fileName
              + (fixed > 0
                  ? ": has nothing in line " + fixed + ", which its mapping entry calls the header"
                  : ": is empty; its first row must contain the column names"));
    }
    List<String> names = Header.folded(row);
    if (entry != null) {
      Header unused = Header.of(fileName, row);
      return new InputException(
          fileName
              + ": the header lacks "
              + String.join(", ", entry.missing(names))
              + ", required by "
              + entry.source()
              + "; correct the column names or mark them optional: true");
    }
    return new InputException(
        fileName
            + ": no mapping entry and no profile fits it (the closest is "
            + Profiles.nearest(fileName, names)
            + "); add an entry to mapping.yaml, or one with ignore: true");
  }
}
