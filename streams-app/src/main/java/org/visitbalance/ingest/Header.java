package org.visitbalance.ingest;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The first row of a file: the trimmed names of its columns. */
final class Header {
  private final List<String> names;
  private final List<String> folded = new ArrayList<>();

  private Header(List<String> names) {
    this.names = names;
    names.forEach(name -> folded.add(folded(name)));
  }

  /**
   * Checks that no column name is repeated; unnamed columns may be, because no mapping can refer to
   * them.
   */
  static Header of(String fileName, List<String> names) {
    Header header = new Header(names);
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < names.size(); i++) {
      if (!names.get(i).isEmpty() && !seen.add(header.folded.get(i))) {
        throw new InputException(
            fileName
                + ":1: column '"
                + names.get(i)
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

  /** Returns the form in which names are compared, without regard to case. */
  static String folded(String name) {
    return name.strip().toLowerCase(Locale.ROOT);
  }

  List<String> folded() {
    return folded;
  }

  int size() {
    return names.size();
  }

  /** Returns the position of a column, or -1. */
  int indexOf(String name) {
    return folded.indexOf(folded(name));
  }

  String name(int index) {
    return names.get(index);
  }
}
