package org.visitbalance.table;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;

class WorkbookWriterTest {
  private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");
  private static final List<TableColumn> COLUMNS =
      TableColumns.of(
          TableColumns.DISCREPANCIES, List.of("visit", "kind", "date", "amountCents", "openedAt"));

  /** The parts of a workbook; each is as old as any other. */
  private static Map<String, String> parts(byte[] workbook) throws IOException {
    Map<String, String> parts = new TreeMap<>();
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(workbook), UTF_8)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        assertThat(entry.getTimeLocal()).isEqualTo("1980-01-01T00:00:00");
        parts.put(entry.getName(), text(zip));
      }
    }
    return parts;
  }

  private static String text(InputStream in) throws IOException {
    return new String(in.readAllBytes(), UTF_8);
  }

  private static byte[] workbook(int mostRows, int rows) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (WorkbookWriter workbook = new WorkbookWriter(NEW_YORK, mostRows)) {
      TableRows first = workbook.sheet("Discrepancies", COLUMNS);
      for (int i = 0; i < rows; i++) {
        first.add(
            Arrays.asList(
                "=V\u0007" + i,
                "HELD",
                LocalDate.parse("2026-11-03"),
                13_350L,
                Instant.parse("2026-11-04T13:05:59.123456789Z")));
      }
      workbook
          .sheet("Units", TableColumns.of("unit-variances", List.of("cpt", "documented")))
          .add(Arrays.asList("97110", null));
      workbook.writeTo(out, List.of("Visit balance of T1"));
    }
    return out.toByteArray();
  }

  @Test
  void cellsAreRealDatesNumbersAndAmounts() throws IOException {
    Map<String, String> parts = parts(workbook(100, 2));

    assertThat(parts.get("xl/workbook.xml"))
        .contains("name=\"About\"", "name=\"Discrepancies\"", "name=\"Units\"");
    // 2026-11-03 is day 46329; 8:05:59 in the morning is a third of a day and a little.
    assertThat(parts.get("xl/worksheets/sheet2.xml"))
        .contains("<pane xSplit=\"0\" ySplit=\"1\"", "<autoFilter ref=\"A1:E3\"")
        .contains(">46329", ">133.50<", "46330.33748", "=V\ufffd0".replace("\ufffd", "&#xfffd;"))
        .doesNotContain("<f>");
    assertThat(parts.get("xl/styles.xml")).contains("yyyy-mm-dd", "$#,##0.00");
    assertThat(parts.get("xl/sharedStrings.xml"))
        .contains("Discrepancy", "Held by a rejection", "Opened (America/New_York)");
    assertThat(parts.get("xl/worksheets/sheet1.xml"))
        .contains("Visit balance of T1", "Discrepancies: 2 rows", "Units: 1 row");
  }

  @Test
  void equalListsAreEqualBytesAndNothingSaysWhenTheyWereMade() throws IOException {
    byte[] one = workbook(100, 2);

    assertThat(workbook(100, 2)).isEqualTo(one);
    assertThat(parts(one).get("docProps/core.xml"))
        .contains("Visit Balance")
        .doesNotContain("created", "W3CDTF");
  }

  @Test
  void aListThatIsTooLongGoesOnInAnotherSheetAndSaysSo() throws IOException {
    Map<String, String> parts = parts(workbook(2, 5));

    assertThat(parts.get("xl/workbook.xml"))
        .contains(
            "name=\"Discrepancies\"", "name=\"Discrepancies (2)\"", "name=\"Discrepancies (3)\"");
    assertThat(parts.get("xl/worksheets/sheet2.xml"))
        .contains("=V&#xfffd;1")
        .doesNotContain("d;2<");
    assertThat(parts.get("xl/worksheets/sheet4.xml")).contains("=V&#xfffd;4", "ySplit=\"1\"");
    assertThat(parts.get("xl/worksheets/sheet1.xml"))
        .contains(
            "Discrepancies: 5 rows. It is too long for one sheet and goes on in Discrepancies (2),"
                + " Discrepancies (3).");
    assertThat(WorkbookWriter.MOST_ROWS).isEqualTo(1_048_575);
  }

  @Test
  void aTextThatIsTooLongForACellIsCutAndSaysSo() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    List<TableColumn> columns = TableColumns.of("settings/history", List.of("version", "changes"));
    try (WorkbookWriter workbook = new WorkbookWriter(NEW_YORK)) {
      TableRows rows = workbook.sheet("Settings history", columns);
      rows.add(Arrays.asList(1, "\uD83D\uDC69".repeat(20_000)));
      rows.add(Arrays.asList(2, "x".repeat(32_767)));
      workbook.writeTo(out, List.of());
    }

    Map<String, String> parts = parts(out.toByteArray());
    List<String> texts =
        Pattern.compile("<t>([^<]*)</t>")
            .matcher(parts.get("xl/worksheets/sheet2.xml"))
            .results()
            .map(found -> found.group(1).replaceAll("&#x1f469;", "\uD83D\uDC69"))
            .toList();
    assertThat(texts).extracting(String::length).allMatch(length -> length <= 32_767);
    assertThat(texts.get(0)).startsWith("\uD83D\uDC69").endsWith("... (cut)");
    assertThat(texts.get(1)).hasSize(32_767).endsWith("x");
    assertThat(parts.get("xl/worksheets/sheet1.xml"))
        .contains(
            "Settings history: 2 rows. 1 text is longer than a cell can be and is cut. The same list"
                + " as CSV has all of it.");
  }
}
