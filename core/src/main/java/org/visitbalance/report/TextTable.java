package org.visitbalance.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.visitbalance.text.Printable;

/**
 * Rows of cells, numbers to the right, texts to the left. A row that is too wide goes on in the
 * next line.
 */
final class TextTable {
  private static final String INDENT = "  ";

  private final String columns;
  private final String indent;
  private final List<List<String>> rows = new ArrayList<>();

  /**
   * A table without rows.
   *
   * @param columns one letter a column: r for one that is aligned to the right, l for the left
   */
  TextTable(String columns) {
    this(columns, INDENT);
  }

  /** The same with its own indentation. */
  TextTable(String columns, String indent) {
    this.columns = columns;
    this.indent = indent;
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
      append(text, row, widths);
    }
  }

  private void append(StringBuilder text, List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder(indent);
    int begin = indent.length();
    for (int i = 0; i < row.size(); i++) {
      String cell = row.get(i);
      if (widths[i] == 0) {
        continue;
      }
      if (line.length() + cell.length() > TextLines.WIDTH
          && line.length() > begin
          && !cell.isEmpty()) {
        text.append(line.toString().stripTrailing()).append('\n');
        line = new StringBuilder(indent).append(INDENT).append(INDENT);
        begin = line.length();
      }
      String padding = " ".repeat(widths[i] - cell.length());
      boolean right = columns.charAt(i) == 'r';
      line.append(right ? padding : "").append(cell).append(right ? "" : padding).append(INDENT);
    }
    text.append(line.toString().stripTrailing()).append('\n');
  }
}
