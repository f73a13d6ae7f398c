package org.visitbalance.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.visitbalance.fact.Charge;

/** HTML pages with tables, which many systems save as .xls: files.md#reading. */
class PagesTest {
  private static final String HEADER =
      "charge_id,patient_account_number,date_of_service,charge_date,cpt_code,units,"
          + "place_of_service_id,treating_therapist_id";
  private static final String ROW = "501,A1,11/4/2026,11/4/2026 5:09 PM,97110,2,DTN,TH1";

  @TempDir Path folder;
  private Inbox inbox;

  @BeforeEach
  void settings() {
    inbox = new Inbox(folder).with("settings.yaml", "tenant: T1", "zone: America/New_York");
  }

  private static String row(String cells, String tag) {
    StringBuilder row = new StringBuilder("<tr>");
    for (String cell : cells.split(",", -1)) {
      row.append('<').append(tag).append('>').append(cell).append("</").append(tag).append('>');
    }
    return row.append("</tr>\n").toString();
  }

  private Inbox page(String... parts) {
    return inbox.with("b.xls", String.join("", parts).getBytes(UTF_8));
  }

  @Test
  void theFirstTableWithTheHeaderIsRead() {
    page(
            "\n<html><body>\n<table><tr><td>menu</td></tr></table>\n",
            "<table border=1><tr><td colspan=8>Billing <b>Charges</b></td></tr>\n",
            row(HEADER, "th"),
            row(ROW, "td"),
            row(ROW.replace("501", "502").replace("DTN", "D &amp; T<br>West&nbsp;"), "td"),
            row(ROW.replace("501", "503").replace("2,", "x,"), "td"),
            row("Total,,,,,4,,", "td"),
            "</table><table>",
            row(HEADER, "th"),
            row(ROW.replace("501", "504"), "td"),
            "</table></body></html>")
        .read();

    assertThat(inbox.facts(Charge.class))
        .extracting(Charge::getLocationId)
        .containsExactly("DTN", "D & T West");
    assertThat(inbox.deadLetters()).hasSize(1);
    assertThat(inbox.deadLetters().get(0)).startsWith("b.xls:8: ");
    assertThat(inbox.notes())
        .contains(
            "b.xls: only the first of 2 tables with these columns was read. To have the rows of all,"
                + " open the file in a spreadsheet and save it as CSV.");
  }

  @Test
  void tablesWithinTablesAreTheirOwn() {
    page(
            "<table><tr><td>frame<table>",
            row(HEADER, "td"),
            row(ROW, "td"),
            "</table></td></tr></table>")
        .read();

    assertThat(inbox.only(Charge.class).getChargeId()).isEqualTo("501");
    assertThat(inbox.deadLetters()).isEmpty();
  }

  @Test
  void aCellOverSeveralRowsLeavesTheOthersInTheirColumns() {
    inbox.with(
        "mapping.yaml",
        "tenant: T1",
        "files:",
        "  - match: \"*.xls\"",
        "    profile: revflow-billing-charges",
        "    fillDown: [patient_account_number]");
    page(
            "<table>",
            row(HEADER, "th"),
            row(ROW, "td").replace("<td>A1", "<td rowspan=2>A1"),
            row(ROW.replace("501", "502").replace(",A1", ""), "td"),
            "</table>")
        .read();

    assertThat(inbox.facts(Charge.class))
        .extracting(Charge::getPatientKey)
        .containsExactly("A1", "A1");
  }

  @Test
  void theEncodingIsWhatThePageSays() {
    String page =
        "<html><meta charset=windows-1252><table>"
            + row(HEADER, "th")
            + row(ROW.replace("DTN", "Süd"), "td")
            + "</table>";
    inbox.with("b.htm", page.getBytes(Charset.forName("windows-1252"))).read();

    assertThat(inbox.only(Charge.class).getLocationId()).isEqualTo("Süd");
  }

  @Test
  void aPageWithoutSuchATableIsRefused() {
    assertThat(page("<table><tr><td>a</td><td>b</td></tr></table>").complaint())
        .startsWith("b.xls: no mapping entry and no profile fits it");
    assertThat(page("<p>nothing</p>").complaint()).startsWith("b.xls: is empty");
  }
}
