package org.visitbalance.ingest;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.dhatim.fastexcel.reader.Cell;
import org.dhatim.fastexcel.reader.ReadableWorkbook;
import org.dhatim.fastexcel.reader.ReadingOptions;
import org.dhatim.fastexcel.reader.Row;
import org.dhatim.fastexcel.reader.Sheet;
import org.jspecify.annotations.Nullable;

/** A workbook (.xlsx), read row by row. */
final class WorkbookFile {
  private static final String NO_VALUE =
      "has a formula without a value; open the file in a spreadsheet and save it";
  private static final String ERROR = "is an error of a spreadsheet";

  /** What the library says of a cell that has a date of ISO 8601. */
  private static final String DATE_CELL = "Unknown cell type : d";

  /** How a workbook writes line breaks and tabs inside a text. */
  private static final Pattern ESCAPED = Pattern.compile("_x00(0[9ADad]|1[0-9A-Fa-f])_");

  private final Path path;
  private final String name;
  private final @Nullable String wanted;

  /**
   * @param wanted the name of the sheet; null for the first that has the header
   */
  WorkbookFile(Path path, @Nullable String wanted) {
    this.path = path;
    this.name = String.valueOf(path.getFileName());
    this.wanted = wanted;
  }

  private interface Work {
    void on(ReadableWorkbook workbook) throws IOException;
  }

  /** Returns the table of the first sheet with a header, or null. */
  @Nullable Table find(HeaderSearch search) {
    Table[] found = new Table[1];
    with(
        workbook -> {
          List<String> names = new ArrayList<>();
          List<Sheet> sheets;
          try (Stream<Sheet> all = workbook.getSheets()) {
            sheets = all.toList();
          }
          for (Sheet sheet : sheets) {
            names.add(sheet.getName());
            if (wanted == null || Header.folded(wanted).equals(Header.folded(sheet.getName()))) {
              Header header = search.in(head(sheet));
              if (header != null) {
                int index = sheet.getIndex();
                String unread = unread(sheet, sheets, search);
                found[0] =
                    new Table(
                        name + "!" + sheet.getName(),
                        name,
                        header,
                        sink -> read(index, header, sink),
                        () -> unread);
                return;
              }
            }
          }
          if (wanted != null
              && names.stream().noneMatch(n -> Header.folded(n).equals(Header.folded(wanted)))) {
            throw new InputException(
                name
                    + ": has no sheet '"
                    + wanted
                    + "' among its "
                    + names.size()
                    + "; correct sheet in the mapping");
          }
        });
    return found[0];
  }

  /**
   * Returns what to say of later sheets that have a header too; those before have none. It does not
   * name them: a sheet may have the name of a patient.
   */
  private @Nullable String unread(Sheet read, List<Sheet> sheets, HeaderSearch search) {
    if (wanted != null) {
      return null;
    }
    long others =
        sheets.subList(sheets.indexOf(read) + 1, sheets.size()).stream()
            .filter(sheet -> isTable(sheet, search))
            .count();
    return others == 0
        ? null
        : name
            + ": only the first of "
            + Notices.count(others + 1, "sheet", "sheets")
            + " with a known header was read. Save each sheet that is meant as a file of its own.";
  }

  private static boolean isTable(Sheet sheet, HeaderSearch search) {
    try {
      return search.alsoIn(head(sheet));
    } catch (InputException e) {
      // It has the header, and something else is wrong with it.
      return true;
    } catch (IOException | RuntimeException e) {
      // A chart, or whatever else has no rows: nobody needs it.
      return false;
    }
  }

  private static List<HeadRow> head(Sheet sheet) throws IOException {
    List<HeadRow> rows = new ArrayList<>();
    try (Stream<Row> stream = sheet.openStream()) {
      Iterator<Row> each = stream.iterator();
      while (rows.size() < HeadRow.MOST && each.hasNext()) {
        Row row = each.next();
        List<String> cells = new ArrayList<>();
        for (Cell cell : row) {
          cells.add(cell == null ? "" : text(cell));
        }
        rows.add(new HeadRow(row.getRowNum(), cells));
      }
    }
    return rows;
  }

  private static String text(Cell cell) {
    Object value = cell.getValue();
    String text = value instanceof String said ? said : cell.getRawValue();
    if (text == null) {
      return "";
    }
    return text.contains("_x00") ? ESCAPED.matcher(text).replaceAll(" ") : text;
  }

  private void with(Work work) {
    try (ReadableWorkbook workbook =
        new ReadableWorkbook(path.toFile(), new ReadingOptions(false, true))) {
      work.on(workbook);
    } catch (InputException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // Whatever the library throws: a part of the workbook is not what it should be.
      throw unusable(e);
    }
  }

  private InputException unusable(Exception cause) {
    for (Throwable one = cause; one != null; one = one.getCause()) {
      if (DATE_CELL.equals(one.getMessage())) {
        return new InputException(
            name
                + ": has dates as texts (cells of the type d), which cannot be read; open it in a"
                + " spreadsheet and save it as .xlsx or CSV",
            cause);
      }
    }
    return new InputException(
        name + ": is damaged or no workbook; open it and save it as .xlsx or CSV", cause);
  }

  private void read(int sheet, Header header, CellSink sink) {
    with(
        workbook -> {
          try (Stream<Row> rows = workbook.getSheet(sheet).orElseThrow().openStream();
              Ahead<Row> ahead = new Ahead<>(rows::forEachOrdered)) {
            Cells cells = new Cells(sink, workbook.isDate1904());
            for (List<Row> some = ahead.next(); !some.isEmpty(); some = ahead.next()) {
              for (Row row : some) {
                if (row.getRowNum() > header.line()) {
                  cells.row(row);
                }
              }
            }
          }
        });
  }

  /** Passes on the cells of rows. */
  private static final class Cells {
    private final CellSink sink;
    private final boolean from1904;
    private char[] letters = new char[256];

    Cells(CellSink sink, boolean from1904) {
      this.sink = sink;
      this.from1904 = from1904;
    }

    void row(Row row) {
      sink.begin(row.getRowNum());
      int count = row.getCellCount();
      for (int i = 0; i < count; i++) {
        Cell cell = row.getCell(i);
        if (cell != null) {
          cell(i, cell);
        }
      }
      sink.end();
    }

    private void cell(int index, Cell cell) {
      switch (cell.getType()) {
        case NUMBER -> sink.number(index, cell.getRawValue(), from1904);
        case STRING -> text(index, WorkbookFile.text(cell));
        case BOOLEAN -> text(index, String.valueOf(cell.getValue()));
        case ERROR -> sink.bad(index, ERROR);
        case FORMULA -> {
          String raw = cell.getRawValue();
          if (raw == null || raw.isEmpty()) {
            sink.bad(index, NO_VALUE);
          } else if (cell.getValue() instanceof Number) {
            sink.number(index, raw, from1904);
          } else if (CellReader.isError(raw)) {
            sink.bad(index, ERROR);
          } else {
            text(index, WorkbookFile.text(cell));
          }
        }
        case EMPTY -> {
          // Only its format is there.
        }
      }
    }

    private void text(int index, String text) {
      int length = text.length();
      if (length > letters.length) {
        letters = new char[length * 2];
      }
      text.getChars(0, length, letters, 0);
      sink.text(index, letters, 0, length);
    }
  }
}
