package org.visitbalance.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.visitbalance.fact.Charge;

/** Workbooks: files.md#reading. */
class WorkbooksTest {
  private static final String[] NAMES = {
    "charge_id",
    "patient_account_number",
    "date_of_service",
    "charge_date",
    "cpt_code",
    "units",
    "place_of_service_id",
    "treating_therapist_id",
    "charge_amount"
  };

  @TempDir Path folder;
  private Inbox inbox;

  @BeforeEach
  void settings() {
    inbox = new Inbox(folder).with("settings.yaml", "tenant: T1", "zone: America/New_York");
  }

  /** A sheet of a workbook, its cells written as they are in the file. */
  private static final class Sheet {
    private final StringBuilder rows = new StringBuilder();
    private int row;

    Sheet row(String... cells) {
      rows.append("<row r=\"").append(++row).append("\">");
      for (int i = 0; i < cells.length; i++) {
        if (!cells[i].isEmpty()) {
          rows.append(cells[i].replaceFirst("<c", "<c r=\"" + (char) ('A' + i) + row + "\""));
        }
      }
      rows.append("</row>");
      return this;
    }

    Sheet skip(int rows) {
      row += rows;
      return this;
    }

    Sheet header() {
      String[] cells = new String[NAMES.length];
      for (int i = 0; i < cells.length; i++) {
        cells[i] = text(NAMES[i]);
      }
      return row(cells);
    }

    /** A charge as a spreadsheet keeps it: November 4, 2026 is 46330. */
    Sheet charge(String id) {
      return row(
          number("501"),
          text("A1"),
          number("46330"),
          number("46330.714583333334"),
          number("97110"),
          number("2"),
          text("DTN"),
          text("TH1"),
          id);
    }
  }

  private static String text(String text) {
    return "<c t=\"inlineStr\"><is><t>" + text + "</t></is></c>";
  }

  private static String number(String number) {
    return "<c><v>" + number + "</v></c>";
  }

  private static byte[] workbook(boolean from1904, Map<String, Sheet> sheets) {
    String types = "http://schemas.openxmlformats.org/";
    StringBuilder names = new StringBuilder();
    StringBuilder relations = new StringBuilder();
    Map<String, String> parts = new LinkedHashMap<>();
    int number = 0;
    for (Map.Entry<String, Sheet> sheet : sheets.entrySet()) {
      number++;
      names.append(
          String.format(
              "<sheet name=\"%s\" sheetId=\"%d\" r:id=\"rId%d\"/>",
              sheet.getKey(), number, number));
      relations.append(
          String.format(
              "<Relationship Id=\"rId%d\" Type=\"%sofficeDocument/2006/relationships/worksheet\""
                  + " Target=\"worksheets/sheet%d.xml\"/>",
              number, types, number));
      parts.put(
          "xl/worksheets/sheet" + number + ".xml",
          "<worksheet xmlns=\""
              + types
              + "spreadsheetml/2006/main\"><sheetData>"
              + sheet.getValue().rows
              + "</sheetData></worksheet>");
    }
    parts.put(
        "xl/workbook.xml",
        "<workbook xmlns=\""
            + types
            + "spreadsheetml/2006/main\" xmlns:r=\""
            + types
            + "officeDocument/2006/relationships\"><workbookPr"
            + (from1904 ? " date1904=\"1\"" : "")
            + "/><sheets>"
            + names
            + "</sheets></workbook>");
    parts.put(
        "xl/_rels/workbook.xml.rels",
        "<Relationships xmlns=\""
            + types
            + "package/2006/relationships\">"
            + relations
            + "</Relationships>");
    parts.put(
        "[Content_Types].xml",
        "<Types xmlns=\""
            + types
            + "package/2006/content-types\"><Override"
            + " PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/></Types>");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, String> part : parts.entrySet()) {
        zip.putNextEntry(new ZipEntry(part.getKey()));
        zip.write(
            ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + part.getValue()).getBytes(UTF_8));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private Inbox sheet(Sheet sheet) {
    return inbox.with("b.xlsx", workbook(false, Map.of("Charges", sheet)));
  }

  @Test
  void aSheetIsReadLikeAnyOtherTable() {
    Charge charge = sheet(new Sheet().header().charge(number("90.5"))).read().only(Charge.class);

    assertThat(charge.getChargeId()).as("an id without decimals").isEqualTo("501");
    assertThat(charge.getCpt()).isEqualTo("97110");
    assertThat(charge.getDateOfService()).isEqualTo(LocalDate.of(2026, 11, 4));
    assertThat(charge.getCreatedAt()).isEqualTo(Instant.parse("2026-11-04T22:09:00Z"));
    assertThat(charge.getUnits()).isEqualTo(2);
    assertThat(charge.getAmountCents()).isEqualTo(9050);
  }

  @Test
  void titlesAboveTheHeaderAndRowsThatAreNotThereCount() {
    Sheet sheet = new Sheet().row(text("Charge Audit")).skip(2).header().charge(number("1"));
    sheet.skip(3).row(number("7"), text("A1"));

    assertThat(sheet(sheet).read().facts(Charge.class)).hasSize(1);
    assertThat(inbox.deadLetters())
        .as("the row of the sheet, and its name")
        .containsExactly("b.xlsx!Charges:9: date_of_service is missing");
  }

  @ParameterizedTest
  @CsvSource({
    "46330, false, 2026-11-05T04:59:59Z",
    "46330.0, false, 2026-11-05T04:59:59Z",
    "46330.5, false, 2026-11-04T17:00:00Z",
    // To the nearest millisecond: what arithmetic leaves is no time of its own.
    "46329.99999999999, false, 2026-11-05T04:59:59Z",
    "46330.708333333001, false, 2026-11-04T22:00:00Z",
    "44868, true, 2026-11-05T04:59:59Z",
    "44868.25, true, 2026-11-04T11:00:00Z",
  })
  void datesAreOfBothCalendars(String number, boolean from1904, Instant instant) {
    String serial = from1904 ? "44868" : "46330";
    Sheet sheet =
        new Sheet()
            .header()
            .row(
                number("1"),
                text("A1"),
                number(serial),
                number(number),
                text("97110"),
                number("2"),
                text("DTN"),
                text("TH1"));
    Charge charge =
        inbox
            .with("b.xlsx", workbook(from1904, Map.of("Charges", sheet)))
            .read()
            .only(Charge.class);

    assertThat(charge.getCreatedAt()).isEqualTo(instant);
    assertThat(charge.getDateOfService()).isEqualTo(LocalDate.of(2026, 11, 4));
  }

  @ParameterizedTest
  @CsvSource({
    "<c><f>A1*2</f></c>, has a formula without a value; open the file in a spreadsheet and save it",
    "<c><f>A1*2</f><v></v></c>, has a formula without a value; open the file in a spreadsheet and"
        + " save it",
    "<c t=\"e\"><v>#N/A</v></c>, is an error of a spreadsheet",
    "<c t=\"e\"><f>A1/0</f><v>#DIV/0!</v></c>, is an error of a spreadsheet",
    "<c><v>2.5</v></c>, is not a whole number >= 0",
    "<c t=\"b\"><v>1</v></c>, is not a whole number >= 0",
  })
  void whatIsNoValueIsSaid(String cell, String reason) {
    Sheet sheet =
        new Sheet()
            .header()
            .row(
                number("1"),
                text("A1"),
                number("46330"),
                number("46330.7"),
                text("97110"),
                cell,
                text("DTN"),
                text("TH1"));

    assertThat(sheet(sheet).read().deadLetters())
        .containsExactly("b.xlsx!Charges:2: units " + reason);
  }

  @ParameterizedTest
  @CsvSource({
    "<c><f>A1*2</f><v>4</v></c>, 4",
    "<c t=\"str\"><f>TEXT(4)</f><v>4</v></c>, 4",
    "<c t=\"n\"><v>4.000000000000001</v></c>, 4",
    "<c t=\"str\"><v> 1_x000D_</v></c>, 1",
  })
  void formulasHaveTheirLastValue(String cell, int units) {
    Sheet sheet =
        new Sheet()
            .header()
            .row(
                number("1"),
                text("A1"),
                number("46330"),
                number("46330.7"),
                text("97110"),
                cell,
                text("DTN"),
                text("TH1"));

    assertThat(sheet(sheet).read().only(Charge.class).getUnits()).isEqualTo(units);
  }

  @Test
  void numbersOfMoreDigitsThanASpreadsheetKeepsAreNoIds() {
    Sheet sheet = new Sheet().header();
    for (String account : new String[] {"123457000000", "1.23457E+11", "1234567890123456"}) {
      sheet.row(
          number("1"),
          number(account),
          number("46330"),
          number("46330.7"),
          text("97110"),
          number("1"),
          text("DTN"),
          text("TH1"));
    }

    assertThat(sheet(sheet).read().facts(Charge.class))
        .extracting(Charge::getPatientKey)
        .containsOnly("123457000000")
        .hasSize(2);
    assertThat(inbox.deadLetters())
        .containsExactly(
            "b.xlsx!Charges:4: patient_account_number has been shortened by a spreadsheet; export it"
                + " as text");
  }

  @Test
  void theSheetIsTheFirstWithTheHeaderOrTheOneThatIsNamed() {
    Map<String, Sheet> sheets = new LinkedHashMap<>();
    sheets.put("Cover", new Sheet().row(text("November")));
    sheets.put("Old", new Sheet().header().charge(number("1")));
    sheets.put("New", new Sheet().header().charge(number("2")));
    inbox.with("b.xlsx", workbook(false, sheets));

    assertThat(inbox.read().only(Charge.class).getAmountCents()).isEqualTo(100);
    assertThat(inbox.notes())
        .contains(
            "b.xlsx: only the first of 2 sheets with a known header was read. Save each sheet that is"
                + " meant as a file of its own.");

    String entry =
        "tenant: T1\nfiles:\n  - {match: b.xlsx, profile: revflow-billing-charges, sheet: ";
    inbox.with("mapping.yaml", entry + "new}");
    assertThat(inbox.read().only(Charge.class).getAmountCents()).isEqualTo(200);
    assertThat(inbox.notes()).as("the sheet was chosen").noneMatch(note -> note.contains("sheets"));

    inbox.with("mapping.yaml", entry + "Newer}");
    assertThat(inbox.complaint())
        .isEqualTo("b.xlsx: has no sheet 'Newer' among its 3; correct sheet in the mapping");
  }

  @Test
  void totalsAndGroupsAreThoseOfAnyTable() {
    inbox.with(
        "mapping.yaml",
        "tenant: T1",
        "files:",
        "  - match: \"*.xlsx\"",
        "    profile: revflow-billing-charges",
        "    header: 2",
        "    fillDown: [patient_account_number]",
        "    totals: {check: units}");
    Sheet sheet = new Sheet().row(text("title")).header().charge(number("1"));
    sheet.row(
        number("502"),
        "",
        number("46330"),
        number("46330.8"),
        text("97110"),
        number("3"),
        text("DTN"),
        text("TH1"));
    sheet.row("", text("Grand Total"), "", "", "", number("5"));

    assertThat(sheet(sheet).read().facts(Charge.class))
        .extracting(Charge::getPatientKey)
        .containsExactly("A1", "A1");

    sheet.row("", text("Grand Total"), "", "", "", number("6"));
    assertThat(sheet(sheet).complaint()).contains("says 6, has 5");
  }

  /** A spreadsheet opens it, so it would not look damaged to anybody. */
  @Test
  void aWorkbookWithDatesAsTextsIsCalledThat() {
    String date = "<c t=\"d\"><v>2026-11-04</v></c>";
    Sheet below = new Sheet().header().charge(number("1"));
    Sheet above = new Sheet().row(date).header().charge(number("1"));
    for (Sheet sheet : new Sheet[] {below.row(text("1"), text("A1"), date), above}) {
      assertThat(inbox.with("b.xlsx", workbook(false, Map.of("Charges", sheet))).complaint())
          .isEqualTo(
              "b.xlsx: has dates as texts (cells of the type d), which cannot be read; open it in a"
                  + " spreadsheet and save it as .xlsx or CSV");
    }
  }

  @Test
  void aWorkbookThatIsDamagedIsRefused() {
    byte[] whole = workbook(false, Map.of("Charges", new Sheet().header().charge(number("1"))));

    assertThat(inbox.with("b.xlsx", Arrays.copyOf(whole, whole.length / 2)).complaint())
        .isEqualTo("b.xlsx: is damaged or no workbook; open it and save it as .xlsx or CSV");
  }
}
