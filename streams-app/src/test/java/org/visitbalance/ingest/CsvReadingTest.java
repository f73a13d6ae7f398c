package org.visitbalance.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.visitbalance.fact.Charge;

/** How the rows and cells of a CSV file are read: files.md#reading. */
class CsvReadingTest {
  private static final String HEADER =
      "charge_id,patient_account_number,date_of_service,charge_date,cpt_code,units,"
          + "place_of_service_id,treating_therapist_id";
  private static final String ROW = "501,A1,11/4/2026,2026-11-04T17:09:00Z,97110,2,DTN,TH1";

  @TempDir Path folder;
  private Inbox inbox;

  @BeforeEach
  void settings() {
    inbox = new Inbox(folder).with("settings.yaml", "tenant: T1", "zone: America/New_York");
  }

  private Charge charge(String header, String row) {
    return inbox.with("billing.csv", header, row).read().only(Charge.class);
  }

  private Charge with(String column, String cell) {
    List<String> columns = List.of(HEADER.split(","));
    String[] cells = ROW.split(",");
    cells[columns.indexOf(column)] = cell;
    return charge(HEADER, String.join(",", cells));
  }

  private Long amount(String cell) {
    return charge(HEADER + ",charge_amount", ROW + "," + cell).getAmountCents();
  }

  private String deadCell(String column, String cell) {
    List<String> columns = List.of(HEADER.split(","));
    String[] cells = ROW.split(",");
    cells[columns.indexOf(column)] = cell;
    inbox.with("billing.csv", HEADER, String.join(",", cells)).read();
    assertThat(inbox.facts()).isEmpty();
    assertThat(inbox.deadLetters()).hasSize(1);
    return inbox.deadLetters().get(0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"mapping.yaml", "settings2.yaml", "more.csv", "more.jsonl"})
  @DisabledOnOs(OS.WINDOWS)
  void aPipeOrADeviceIsNeverWaitedFor(String name) throws IOException {
    Files.createSymbolicLink(folder.resolve(name), Path.of("/dev/null"));

    assertThatThrownBy(() -> inbox.with("billing.csv", HEADER, ROW).read())
        .isInstanceOf(InputException.class)
        .hasMessage(
            name + ": is a pipe or a device, which cannot be read; take it out of the folder");
  }

  @Test
  void anErrorOfASpreadsheetIsNoValueOfAnyKind() {
    String emr =
        "record_pointer,visit_id,patient_id,clinic_id,visit_date,therapist_id,note_type,cpt,"
            + "cpt_modifier,units,note_finalized_date,modified_date,export_flag,pos_code";
    String row = "R,V,P,C01,11/4/2026,TH1,DN,97110,%s,2,11/4/2026,11/4/2026,1,%s";
    inbox.with("emr.csv", emr, row.formatted("GP #N/A", "11"), row.formatted("GP", "#REF!")).read();

    assertThat(inbox.facts()).isEmpty();
    assertThat(inbox.deadLetters())
        .containsExactly(
            "emr.csv:2: cpt_modifier is an error of a spreadsheet",
            "emr.csv:3: pos_code is an error of a spreadsheet");
  }

  @Test
  void aRowOfTheVendorsColumnsNeedsNoMapping() {
    assertThat(inbox.with("anything.csv", HEADER, ROW).read().facts())
        .containsExactly(
            "{\"fact\":\"charge\",\"tenant\":\"T1\",\"eventId\":\"charge:501@2026-11-04T17:09:00Z\","
                + "\"occurredAt\":\"2026-11-04T17:09:00Z\",\"chargeId\":\"501\",\"status\":\"ACTIVE\","
                + "\"updatedAt\":\"2026-11-04T17:09:00Z\",\"patientKey\":\"A1\",\"locationId\":\"DTN\","
                + "\"dateOfService\":\"2026-11-04\",\"createdAt\":\"2026-11-04T17:09:00Z\","
                + "\"createdOn\":\"2026-11-04\",\"treatingProviderId\":\"TH1\",\"cpt\":\"97110\","
                + "\"modifiers\":[],\"units\":2}");
  }

  @ParameterizedTest
  @CsvSource({"';'", "'\t'"})
  void theDelimiterIsTheOneOfTheHeader(String delimiter) {
    Charge charge = charge(HEADER.replace(",", delimiter), ROW.replace(",", delimiter));

    assertThat(charge.getLocationId()).isEqualTo("DTN");
  }

  @Test
  void byteOrderMarkAndCarriageReturnsAreNoPartOfIt() {
    inbox.with("billing.csv", ("\uFEFF" + HEADER + "\r\n" + ROW + "\r\n").getBytes(UTF_8));

    assertThat(inbox.read().only(Charge.class).getChargeId()).isEqualTo("501");
    assertThat(inbox.only(Charge.class).getTreatingProviderId()).isEqualTo("TH1");
  }

  @Test
  void columnNamesAreComparedTrimmedAndWithoutRegardToCase() {
    assertThat(charge(HEADER.toUpperCase(Locale.ROOT).replace(",", " , "), ROW).getUnits())
        .isEqualTo(2);
  }

  @Test
  void cellsAreTrimmedAndBlankOnesAbsent() {
    Charge charge =
        charge(HEADER + ",cur_insurance_code,visit_id", " 501 ," + ROW.substring(4) + ",  , B7 ");

    assertThat(charge.getChargeId()).isEqualTo("501");
    assertThat(charge.getPayerId()).isNull();
    assertThat(charge.getBillingVisitId()).isEqualTo("B7");
  }

  @Test
  void quotedCellsHoldDelimitersQuotesAndLineBreaks() {
    inbox
        .with(
            "billing.csv",
            HEADER + ",note",
            ROW + ",\"a, \"\"b\"\"\nand c\"",
            ROW.replace("501", "502").replace("DTN", "\"D,T\"") + ",",
            ROW.replace("501", "503").replace("11/4/2026", "never") + ",")
        .read();

    assertThat(inbox.facts(Charge.class))
        .extracting(Charge::getLocationId)
        .containsExactly("DTN", "D,T");
    assertThat(inbox.deadLetters())
        .as("the line is the row's first, line breaks inside of cells counted")
        .containsExactly(
            "billing.csv:5: date_of_service is not a date such as 2026-11-04 or 11/4/2026");
  }

  @Test
  void aColumnTwiceIsAnInputError() {
    assertThat(inbox.with("b.csv", HEADER + ",Units", ROW + ",3").complaint())
        .isEqualTo(
            "b.csv:1: column 'Units' appears twice in the header; remove or rename one of the two");
  }

  @Test
  void rowsOfAnotherWidthAreDeadLettersAndEmptyRowsNothing() {
    inbox
        .with("b.csv", HEADER, ROW + ",more", "", " ", ",,,,,,,", "501,A1", ROW.replace("501", "7"))
        .read();

    assertThat(inbox.facts(Charge.class)).hasSize(1);
    assertThat(inbox.deadLetters())
        .containsExactly(
            "b.csv:2: has 9 cells, but the header has 8", "b.csv:6: date_of_service is missing");
  }

  @Test
  void bytesThatAreNotUtf8MakeTheirRowDeadAndNoOther() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write((HEADER + "\n501,").getBytes(UTF_8));
    bytes.write(0xE9);
    bytes.write((ROW.substring(3) + "\n").replace(",A1,", ",").getBytes(UTF_8));
    bytes.write((ROW.replace("501", "502").replace("DTN", "Süd") + "\n").getBytes(UTF_8));
    inbox.with("b.csv", bytes.toByteArray()).read();

    assertThat(inbox.only(Charge.class).getLocationId()).isEqualTo("Süd");
    assertThat(inbox.deadLetters())
        .containsExactly(
            "b.csv:2: has bytes that are not UTF-8; save the file as CSV UTF-8, or add encoding:"
                + " windows-1252 to its mapping entry");
  }

  @Test
  void brokenBytesCountInColumnsThatNobodyAskedForToo() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write((HEADER + ",note\n" + ROW + ",").getBytes(UTF_8));
    bytes.write(new byte[] {(byte) 0xC3, '(', '\n'});
    inbox.with("b.csv", bytes.toByteArray()).read();

    assertThat(inbox.deadLetters())
        .containsExactly(
            "b.csv:2: has bytes that are not UTF-8; save the file as CSV UTF-8, or add encoding:"
                + " windows-1252 to its mapping entry");
  }

  @Test
  void emptyRowsBeforeTheHeaderAreNothing() {
    inbox.with("b.csv", "", ",,", HEADER, ROW, ROW.replace(",2,", ",x,")).read();

    assertThat(inbox.only(Charge.class).getChargeId()).isEqualTo("501");
    assertThat(inbox.deadLetters()).containsExactly("b.csv:5: units is not a whole number >= 0");
  }

  @Test
  void noLetterOfUtf8IsTakenForBrokenBytes() {
    // Its second half as UTF-16 is the very character that stands for a broken byte.
    inbox.with("b.csv", HEADER + ",note 💀", ROW + ",done 💀", ROW + ",💀").read();

    assertThat(inbox.deadLetters()).isEmpty();
    assertThat(inbox.facts(Charge.class)).hasSize(2);
  }

  @Test
  void filesLongerThanAnyBufferAreReadToTheirEnd() {
    StringBuilder rows = new StringBuilder(HEADER + ",note");
    for (int i = 1; i <= 3_000; i++) {
      rows.append('\n').append(ROW.replace("501", "c" + i)).append(",\uD83D\uDE00 ä ".repeat(1));
      rows.append("é😀".repeat(i % 50));
    }
    inbox.with("b.csv", rows.toString()).read();

    assertThat(inbox.facts(Charge.class)).hasSize(3_000);
    assertThat(inbox.deadLetters()).isEmpty();
  }

  @Test
  void aQuoteThatNeverEndsCostsItsRowAndNoOther() {
    inbox.with("b.csv", HEADER, "\"" + ROW, ROW).read();

    assertThat(inbox.only(Charge.class).getChargeId()).isEqualTo("501");
    assertThat(inbox.deadLetters())
        .containsExactly("b.csv:2: has a quotation mark that does not end where its cell does");
  }

  @Test
  void anEmptyFileHasNoColumns() {
    assertThat(inbox.with("b.csv", new byte[0]).complaint())
        .isEqualTo("b.csv: is empty; its first row must contain the column names");
  }

  @ParameterizedTest
  @CsvSource({"2026-11-04", "11/4/2026", "11/04/26", "2026-11-04T23:59:00Z", "11/4/2026 5:05 PM"})
  void datesAreReadInAllForms(String cell) {
    assertThat(with("date_of_service", cell).getDateOfService())
        .isEqualTo(LocalDate.of(2026, 11, 4));
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-04T17:05:00, 2026-11-04T22:05:00Z",
    "2026-11-04 17:05, 2026-11-04T22:05:00Z",
    "2026-11-04 17:05:09, 2026-11-04T22:05:09Z",
    "2026-11-04 17:05:09.250, 2026-11-04T22:05:09.250Z",
    "11/4/2026 5:05 PM, 2026-11-04T22:05:00Z",
    "11/4/2026 5:05:30 pm, 2026-11-04T22:05:30Z",
    "11/4/2026 12:05 AM, 2026-11-04T05:05:00Z",
    "11/4/2026 12:05 PM, 2026-11-04T17:05:00Z",
    "2026-11-04T17:05:00Z, 2026-11-04T17:05:00Z",
    "2026-11-04T17:05:00-08:00, 2026-11-05T01:05:00Z",
    "2026-11-04 17:05 +0100, 2026-11-04T16:05:00Z",
    // Only a date: the last second of that day in the zone.
    "11/4/2026, 2026-11-05T04:59:59Z",
    // On November 1 the hour from 1 to 2 comes twice: the earlier one is meant.
    "2026-11-01 01:30, 2026-11-01T05:30:00Z",
    // On March 8 the hour from 2 to 3 is skipped: moved on by the gap.
    "2026-03-08 02:30, 2026-03-08T07:30:00Z",
    "10/31/2026, 2026-11-01T03:59:59Z",
    "11/1/2026, 2026-11-02T04:59:59Z",
  })
  void instantsAreThoseOfTheZoneUnlessTheySayOtherwise(String cell, Instant instant) {
    assertThat(with("charge_date", cell).getCreatedAt()).isEqualTo(instant);
  }

  @Test
  void whereADateIsWantedFromATimeItIsItsOwnDatePart() {
    assertThat(with("charge_date", "2026-11-04T23:30:00-05:00").getCreatedOn())
        .isEqualTo(LocalDate.of(2026, 11, 4));
  }

  @ParameterizedTest
  @CsvSource({"2, 2", "2.0, 2", "02, 2", "0, 0", "2.000, 2"})
  void wholeNumbersAsSpreadsheetsWriteThem(String cell, int units) {
    assertThat(with("units", cell).getUnits()).isEqualTo(units);
  }

  @Test
  void thousandsAreSeparated() {
    assertThat(with("units", "\"1,200\"").getUnits()).isEqualTo(1200);
  }

  @ParameterizedTest
  @CsvSource({
    "units, 2.5, units is not a whole number >= 0",
    "units, -1, units is not a whole number >= 0",
    "units, two, units is not a whole number >= 0",
    "units, '', units is missing",
    "date_of_service, 13/4/2026, date_of_service is not a date such as 2026-11-04 or 11/4/2026",
    "date_of_service, 2/30/2026, date_of_service is not a date such as 2026-11-04 or 11/4/2026",
    "charge_date, soon, charge_date is not a date or a date and time such as 2026-11-04 17:05 or"
        + " 11/4/2026 5:05 PM",
    "charge_date, 2026-11-04 25:00, charge_date is not a date or a date and time such as"
        + " 2026-11-04 17:05 or 11/4/2026 5:05 PM",
    "charge_id, ' ', charge_id is missing",
    "patient_account_number, '', patient_account_number is missing",
  })
  void aBadCellIsADeadLetterThatNamesTheColumnAndNeverTheValue(
      String column, String cell, String reason) {
    assertThat(deadCell(column, cell)).isEqualTo("billing.csv:2: " + reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "45 | 4500",
        "1998.5 | 199850",
        "$45.10 | 4510",
        "$ 45.10 | 4510",
        "\"1,998.50\" | 199850",
        "\"$1,234,567.00\" | 123456700",
        ".50 | 50",
        "7. | 700",
        "3.1000 | 310",
        "999999999.99 | 99999999999",
        "0 | 0",
        "'' | ",
      })
  void anAmountOfMoneyIsReadAsCents(String cell, Long cents) {
    assertThat(amount(cell)).isEqualTo(cents);
    assertThat(inbox.notes()).noneMatch(note -> note.contains("money"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-3.00",
        "(3.00)",
        "$-3",
        "3.001",
        "\"1,99\"",
        "\"19,98.00\"",
        "$",
        ".",
        "n/a",
        "1000000000.00",
        "99999999999999999999",
      })
  void anAmountThatCannotBeUsedIsAbsentAndKillsNoRow(String cell) {
    assertThat(amount(cell)).isNull();
    assertThat(inbox.notes())
        .contains(
            "1 amount of money cannot be used, unreadable or negative. Their rows count without them.");
  }

  @Test
  void aLineBreakInsideACellIsABlank() {
    assertThat(with("place_of_service_id", "\"DTN\n\tWEST\"").getLocationId())
        .isEqualTo("DTN WEST");
  }
}
