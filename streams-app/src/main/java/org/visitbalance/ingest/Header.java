package org.visitbalance.ingest;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The row of a table with the names of its columns. */
final class Header {
  private final List<String> names = new ArrayList<>();
  private final List<String> folded = new ArrayList<>();
  private final long line;
  private final int named;

  private Header(HeadRow row) {
    line = row.line();
    for (String cell : row.cells()) {
      names.add(Blanks.single(cell));
      folded.add(folded(cell));
    }
    named = (int) names.stream().filter(name -> !name.isEmpty()).count();
  }

  /**
   * Checks that no column name is repeated; unnamed columns may be, because no mapping can refer to
   * them.
   */
  static Header of(String fileName, HeadRow row) {
    Header header = new Header(row);
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < header.size(); i++) {
      String name = header.name(i);
      if (TextReader.hasBroken(name)) {
        throw new InputException(
            fileName
                + ":"
                + row.line()
                + ": the header has bytes that are not UTF-8; save the file as CSV UTF-8, or add"
                + " encoding: windows-1252 to its mapping entry");
      } else if (!name.isEmpty() && !seen.add(header.folded.get(i))) {
        throw new InputException(
            fileName
                + ":"
                + row.line()
                + ": column '"
                + name
                + "' appears twice in the header; remove or rename one of the two");
      }
    }
    return header;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Header header && names.equals(header.names);
  }

  @Override
  public int hashCode() {
    return names.hashCode();
  }

  /** Returns the form in which names are compared: without regard to case and white space. */
  static String folded(String name) {
    return Blanks.single(name).toLowerCase(Locale.ROOT);
  }

  /** Returns the names of a row's cells as they are compared. */
  static List<String> folded(HeadRow row) {
    return row.cells().stream().map(Header::folded).toList();
  }

  List<String> folded() {
    return folded;
  }

  long line() {
    return line;
  }

  int size() {
    return names.size();
  }

  /** Returns how many columns have names. */
  int named() {
    return named;
  }

  /** Returns the position of a column, or -1. */
  int indexOf(String name) {
    return folded.indexOf(folded(name));
  }

  String name(int index) {
    return names.get(index);
  }

  /** Returns whether a trimmed cell repeats the name of its column. */
  boolean isName(int index, char[] text, int from, int to) {
    if (index >= folded.size()) {
      return false;
    }
    String name = folded.get(index);
    return !name.isEmpty()
        && Character.toLowerCase(text[from]) == name.charAt(0)
        && folded(new String(text, from, to - from)).equals(name);
  }
}
