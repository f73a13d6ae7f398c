package org.visitbalance.ingest;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks for the row that is most likely the header of a table for which nothing says what it is:
 * all of its cells could be names, and most of them sound like columns of an export. A row of
 * values is never taken: it has dates, ids or numbers.
 */
final class LikelyHeader extends HeaderSearch {
  private static final int LONGEST_NAME = 60;
  private static final int WORTH_OF_A_KNOWN_NAME = 3;

  private final String fileName;

  LikelyHeader(String fileName) {
    super(fileName, null, TableRules.NONE);
    this.fileName = fileName;
  }

  @Override
  @Nullable Header in(List<HeadRow> rows) {
    HeadRow best = null;
    int most = 0;
    for (HeadRow row : rows) {
      int worth = worth(row);
      if (worth > most) {
        most = worth;
        best = row;
      }
    }
    return best == null ? null : Header.of(fileName, best);
  }

  private static int worth(HeadRow row) {
    Set<String> names = new HashSet<>();
    int known = 0;
    for (String cell : row.cells()) {
      String name = Blanks.single(cell);
      if (name.isEmpty()) {
        continue;
      } else if (!couldBeName(name) || !names.add(Header.folded(name))) {
        return 0;
      }
      known += ColumnWords.isKnown(name) ? 1 : 0;
    }
    return names.size() < 2 ? 0 : names.size() + known * WORTH_OF_A_KNOWN_NAME;
  }

  private static boolean couldBeName(String name) {
    return name.length() <= LONGEST_NAME
        && Character.isLetter(name.charAt(0))
        && name.chars().noneMatch(one -> one == ';' || one == '|' || one == ',' || one == '@')
        && name.chars().filter(Character::isDigit).count() <= 2;
  }
}
