package org.visitbalance.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.visitbalance.text.Printable;

/** Rows of cells, numbers to the right, texts to the left. */
final class TextTable {
  private static final String INDENT = "  ";

  private final String columns;
  private final List<List<String>> rows = new ArrayList<>();

  /**
   * A table without rows.
   *
   * @param columns one letter a column: r for one that is aligned to the right, l for the left
   */
  TextTable(String columns) {
    this.columns = columns;
  }

  TextTable row(String... cells) {
    rows.add(Arrays.stream(cells).map(Printable::line).toList());
    return this;
  }

  void appendTo(StringBuilder text) {
    int[] widths = new int[columns.length()];
    for (List<String> row : rows) {
      for (int i = 0; i < row.size(); i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder(INDENT);
      for (int i = 0; i < row.size(); i++) {
        String padding = " ".repeat(widths[i] - row.get(i).length());
        boolean right = columns.charAt(i) == 'r';
        line.append(right ? padding : "").append(row.get(i)).append(right ? "" : padding);
        line.append(INDENT);
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
  }
}
