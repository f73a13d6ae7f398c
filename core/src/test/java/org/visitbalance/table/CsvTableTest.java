package org.visitbalance.table;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CsvTableTest {
  private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");

  private static String csv(List<TableColumn> columns, @Nullable Object... values)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (CsvTable table = CsvTable.forPeople(out, columns, NEW_YORK)) {
      table.add(Arrays.asList(values));
    }
    return out.toString(UTF_8);
  }

  @Test
  void headingsAndValuesAreInWords() throws IOException {
    List<TableColumn> columns =
        TableColumns.of(
            TableColumns.DISCREPANCIES,
            List.of(
                "visit", "kind", "severity", "date", "amountCents", "openedAt", "openedByRules"));

    assertThat(
            csv(
                columns,
                "V1",
                "HELD",
                "HIGH",
                LocalDate.parse("2026-11-03"),
                1_234_567L,
                Instant.parse("2026-11-04T13:05:59.123456789Z"),
                true))
        .isEqualTo(
            "\uFEFFVisit,Discrepancy,Severity,Day,Amount,Opened (America/New_York),"
                + "Opened by new rules\r\n"
                + "V1,Held by a rejection,High,2026-11-03,12345.67,2026-11-04 08:05,Yes\r\n");
  }

  @Test
  void valuesMayBeThoseOfJson() throws IOException {
    List<TableColumn> columns =
        TableColumns.of(TableColumns.ITEMS, List.of("kind", "difference", "summary.finalizedOn"));

    assertThat(csv(columns, "WORK", 2, "2026-11-03")).endsWith("\r\nTo do,2,2026-11-03\r\n");
  }

  @Test
  void whatIsAbsentIsAnEmptyCell() throws IOException {
    assertThat(csv(TableColumns.of("x", List.of("visit", "units")), null, null))
        .endsWith("\r\n,\r\n");
  }

  @Test
  void nothingRunsInASpreadsheet() throws IOException {
    assertThat(csv(TableColumns.of("x", List.of("location", "difference")), "=1+1", -1))
        .endsWith("\r\n'=1+1,-1\r\n");
  }
}
