package org.visitbalance.table;

import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.dhatim.fastexcel.Workbook;
import org.dhatim.fastexcel.Worksheet;
import org.jspecify.annotations.Nullable;
import org.visitbalance.text.Printable;
import org.visitbalance.text.Words;

/** The sheet of a list, or its sheets: one holds a little more than a million rows. */
final class WorkbookSheet implements TableRows {
  private static final int FLUSHED = 1_000;
  private static final int MOST_WIDTH = 60;

  /** A spreadsheet repairs a workbook with a longer text, and loses the text. */
  private static final int MOST_LETTERS = 32_767;

  private static final String CUT = "... (cut)";

  /** Room for the button of the filter. */
  private static final int BUTTON = 4;

  private final Workbook workbook;
  private final String title;
  private final List<TableColumn> columns;
  private final ZoneId zone;
  private final int mostRows;
  private final List<String> names = new ArrayList<>();
  private Worksheet sheet;
  private int row;
  private long rows;
  private long cut;

  WorkbookSheet(
      Workbook workbook, String title, List<TableColumn> columns, ZoneId zone, int mostRows) {
    this.workbook = workbook;
    this.title = title;
    this.columns = columns;
    this.zone = zone;
    this.mostRows = mostRows;
    this.sheet = begin();
  }

  private Worksheet begin() {
    String name = names.isEmpty() ? title : title + " (" + (names.size() + 1) + ")";
    names.add(name);
    Worksheet begun = workbook.newWorksheet(name);
    begun.freezePane(0, 1);
    begun.repeatRows(0);
    begun.pageOrientation("landscape");
    begun.setFitToPage(true);
    begun.fitToWidth((short) 1);
    begun.fitToHeight((short) 0);
    for (int i = 0; i < columns.size(); i++) {
      TableColumn column = columns.get(i);
      String heading = column.heading(zone);
      begun.value(0, i, heading);
      begun.style(0, i).bold().wrapText(true).verticalAlignment("top").set();
      int word = longestWord(heading) + BUTTON;
      begun.width(i, Math.min(MOST_WIDTH, Math.max(column.type().width(), word)));
    }
    row = 1;
    return begun;
  }

  private static int longestWord(String heading) {
    int longest = 0;
    for (String word : heading.split(" ", -1)) {
      longest = Math.max(longest, word.length());
    }
    return longest;
  }

  @Override
  public void add(List<@Nullable Object> values) throws IOException {
    if (row > mostRows) {
      end();
      sheet = begin();
    }
    for (int i = 0; i < columns.size(); i++) {
      CellType type = columns.get(i).type();
      Object shown = type.shown(values.get(i));
      if (shown != null) {
        cell(i, type, shown);
      }
    }
    row++;
    rows++;
    if (row % FLUSHED == 0) {
      sheet.flush();
    }
  }

  private void cell(int column, CellType type, Object shown) {
    if (type == CellType.MONEY) {
      sheet.value(row, column, BigDecimal.valueOf(((Number) shown).longValue(), 2));
      sheet.style(row, column).format("$#,##0.00").set();
    } else if (shown instanceof Number number) {
      sheet.value(row, column, number);
    } else if (shown instanceof LocalDate day) {
      sheet.value(row, column, day);
      sheet.style(row, column).format("yyyy-mm-dd").set();
    } else if (shown instanceof Instant at) {
      sheet.value(row, column, at.atZone(zone).toLocalDateTime().truncatedTo(ChronoUnit.SECONDS));
      sheet.style(row, column).format("yyyy-mm-dd hh:mm").set();
    } else if (type == CellType.TEXT || type == CellType.TOKEN) {
      // Shared strings stay in memory, and these hardly repeat.
      sheet.inlineString(row, column, fitting(shown.toString()));
    } else {
      sheet.value(row, column, fitting(shown.toString()));
    }
  }

  private String fitting(String text) {
    String line = Printable.line(text);
    if (line.length() <= MOST_LETTERS) {
      return line;
    }
    cut++;
    return Printable.begin(line, MOST_LETTERS - CUT.length()) + CUT;
  }

  /** Completes the sheet. */
  void end() throws IOException {
    sheet.setAutoFilter(0, 0, Math.max(1, row - 1), columns.size() - 1);
    sheet.finish();
  }

  /** Returns what the first sheet of the workbook says of this list. */
  String contents() {
    return names.get(0)
        + ": "
        + Words.count(rows, "row", "rows")
        + (names.size() > 1
            ? ". It is too long for one sheet and goes on in "
                + String.join(", ", names.subList(1, names.size()))
                + "."
            : "")
        + (cut == 0
            ? ""
            : (names.size() > 1 ? " " : ". ")
                + Words.count(cut, "text is", "texts are")
                + " longer than a cell can be and "
                + (cut == 1 ? "is" : "are")
                + " cut. The same list as CSV has all of it.");
  }
}
