package org.visitbalance.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.dhatim.fastexcel.Workbook;
import org.dhatim.fastexcel.Worksheet;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The files of a made-up company give the same facts in whatever form people save them. */
class RoundTripTest {
  private static final Path NOVEMBER = Path.of("..", "examples", "november");
  private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("M/d/uuuu", Locale.US);
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("M/d/uuuu h:mm:ss a", Locale.US);

  @TempDir Path folder;

  /** The forms; each writes the rows of a table, the header first. */
  enum Form {
    SEMICOLONS_OF_EXCEL {
      @Override
      byte[] write(List<List<String>> rows) {
        return ("\uFEFFsep=;\r\n" + text(rows, ";", "\r\n", false)).getBytes(UTF_8);
      }
    },
    TABS_IN_UTF_16 {
      @Override
      byte[] write(List<List<String>> rows) {
        return ("\uFEFF" + text(rows, "\t", "\r\n", false)).getBytes(StandardCharsets.UTF_16LE);
      }
    },
    BARS_AND_MEMOS_OF_SEVERAL_LINES {
      @Override
      byte[] write(List<List<String>> rows) {
        List<List<String>> more = new ArrayList<>();
        for (List<String> row : rows) {
          List<String> cells = new ArrayList<>(row);
          cells.add(more.isEmpty() ? "memo" : "said \"no\" | then\n\nyes | 5\" wide");
          more.add(cells);
        }
        return text(more, "|", "\n", true).getBytes(UTF_8);
      }
    },
    A_REPORT_WITH_TITLES_PAGES_AND_TOTALS {
      @Override
      byte[] write(List<List<String>> rows) {
        StringBuilder report = new StringBuilder("November,\n\"Printed, by: \"\"me\"\"\"\n,,\n\n");
        for (int i = 0; i < rows.size(); i++) {
          List<String> row = new ArrayList<>(rows.get(i));
          while (i % 2 == 1 && row.get(row.size() - 1).isEmpty()) {
            row.remove(row.size() - 1);
          }
          report.append(text(List.of(row), ",", "\n", false));
          if (i % 7 == 6) {
            report.append("Subtotal:,7\n\n\u00a0\n");
            report.append(text(rows.subList(0, 1), ",", "\n", true).toUpperCase(Locale.ROOT));
          }
        }
        return report.append("Grand Total,").append(rows.size() - 1).toString().getBytes(UTF_8);
      }
    },
    A_WORKBOOK_OF_TEXTS {
      @Override
      byte[] write(List<List<String>> rows) {
        return workbook(rows, false);
      }
    },
    A_WORKBOOK_OF_NUMBERS_AND_DATES {
      @Override
      byte[] write(List<List<String>> rows) {
        return workbook(rows, true);
      }
    },
    AN_HTML_PAGE {
      @Override
      byte[] write(List<List<String>> rows) {
        StringBuilder page =
            new StringBuilder("<html><table><tr><td>November<td>2026</table><table>");
        for (List<String> row : rows) {
          page.append("<tr>");
          for (String cell : row) {
            page.append("<td style='x'>\n  ")
                .append(cell.replace("&", "&amp;").replace("<", "&lt;"));
            page.append("&nbsp;</td>");
          }
          page.append("\n");
        }
        return page.append("</table></html>").toString().getBytes(UTF_8);
      }
    };

    abstract byte[] write(List<List<String>> rows);
  }

  private static String text(
      List<List<String>> rows, String delimiter, String end, boolean allQuoted) {
    return rows.stream()
        .map(
            row ->
                row.stream()
                    .map(
                        cell ->
                            allQuoted || cell.contains(delimiter) || cell.contains("\"")
                                ? "\"" + cell.replace("\"", "\"\"") + "\""
                                : cell)
                    .collect(Collectors.joining(delimiter)))
        .collect(Collectors.joining(end, "", end));
  }

  private static byte[] workbook(List<List<String>> rows, boolean typed) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (Workbook workbook = new Workbook(bytes, "test", "1.0")) {
      workbook.newWorksheet("Cover").value(0, 0, "November");
      Worksheet sheet = workbook.newWorksheet("Rows");
      sheet.value(0, 0, "November 2026");
      sheet.range(0, 0, 0, 3).merge();
      for (int i = 0; i < rows.size(); i++) {
        for (int j = 0; j < rows.get(i).size(); j++) {
          String cell = rows.get(i).get(j);
          if (!cell.isEmpty()) {
            value(sheet, i + 2, j, typed && i > 0 ? typed(cell) : cell);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void value(Worksheet sheet, int row, int column, Object value) {
    if (value instanceof Number number) {
      sheet.value(row, column, number);
    } else if (value instanceof LocalDate date) {
      sheet.value(row, column, date);
    } else if (value instanceof LocalDateTime time) {
      sheet.value(row, column, time);
    } else {
      sheet.value(row, column, value.toString());
    }
  }

  /** What a spreadsheet makes of a text. */
  private static Object typed(String cell) {
    if (cell.matches("[1-9][0-9]{0,9}|0|[0-9]+\\.[0-9]{2}")) {
      return Double.valueOf(cell);
    }
    try {
      return cell.endsWith("M") ? LocalDateTime.parse(cell, TIME) : LocalDate.parse(cell, DATE);
    } catch (DateTimeParseException e) {
      return cell;
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyFormGivesTheSameFacts(Form form) throws IOException {
    List<String> expected = new Inbox(NOVEMBER).read().facts();
    Inbox inbox = new Inbox(folder);
    try (Stream<Path> files = Files.list(NOVEMBER)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        inbox.with(name, name.endsWith(".csv") ? form.write(rows(file)) : Files.readAllBytes(file));
      }
    }

    assertThat(inbox.read().deadLetters()).isEmpty();
    assertThat(inbox.facts()).isEqualTo(expected).hasSizeGreaterThan(500);
  }

  private static List<List<String>> rows(Path file) throws IOException {
    try (CsvReader<CsvRecord> rows = CsvReader.builder().ofCsvRecord(file)) {
      return rows.stream().map(CsvRecord::getFields).toList();
    }
  }
}
