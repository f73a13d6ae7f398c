package org.visitbalance.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is guessed of a file that no mapping fits. */
class SurveyorTest {
  @TempDir Path folder;

  private Survey survey(String name, String draft, String... rows) throws IOException {
    Path file = Files.writeString(folder.resolve(name), String.join("\n", rows) + "\n");
    return Surveyor.of(file, draft);
  }

  /** The columns of the fields of a kind; of those without, what is taken instead. */
  private static Map<String, String> guessed(Survey survey, String fact) {
    Map<String, String> guessed = new TreeMap<>();
    for (Survey.Kind kind : survey.kinds()) {
      if (kind.fact().equals(fact)) {
        for (Survey.Wanted field : kind.fields()) {
          String value = field.column() == null ? field.constant() : field.column();
          if (value != null) {
            guessed.put(field.field(), field.column() == null ? "= " + value : value);
          }
        }
      }
    }
    return guessed;
  }

  private static final String[] VISITS = {
    "Daily report,,,,,,,,",
    "",
    "Encounter #,Patient Name,Chart No,Office,DOS,Signed On,Clinician,Kind of Note,CPT Code,Qty",
    "E1,\"Doe, Jane\",881,C01,11/4/2026,11/4/2026 5:05 PM,TH1,Daily,97110,2",
    "E2,\"Roe, Max\",882,C01,11/4/2026,,TH2,Initial Eval,97161,1"
  };

  @Test
  void columnsAreGuessedByTheirNamesAndTheirCells() throws IOException {
    Survey survey = survey("ehr_visits_2026-11-05.csv", null, VISITS);

    assertThat(survey.fact()).isEqualTo("visit");
    assertThat(survey.match()).isEqualTo("ehr_visits_*.csv");
    assertThat(guessed(survey, "visit"))
        .containsEntry("visitId", "Encounter #")
        .containsEntry("patientKey", "Chart No")
        .containsEntry("clinicId", "Office")
        .containsEntry("dateOfService", "DOS")
        .containsEntry("finalizedAt", "Signed On")
        .containsEntry("finalizedOn", "Signed On")
        .containsEntry("therapistId", "Clinician")
        .containsEntry("noteType", "Kind of Note")
        .containsEntry("cpt", "CPT Code")
        .containsEntry("units", "Qty");
    assertThat(survey.columns())
        .extracting(one -> one.name() + " " + one.look())
        .contains("DOS DATE", "Signed On DATE_AND_TIME", "CPT Code CODE", "Qty NUMBER");
    assertThat(survey.toString())
        .contains("Word[text=Daily, symbol=DAILY_NOTE]")
        .contains("Word[text=Initial Eval, symbol=INITIAL_EVALUATION]")
        .doesNotContain("Doe", "Roe", "881", "TH1");
  }

  @Test
  void cellsOfColumnsThatIdentifySomebodyAreNeverTold() throws IOException {
    String draft =
        "{\"columns\": {\"noteType\": \"Patient Name\", \"noCharge\": {\"column\": \"Chart No\"}}}";

    Survey survey = survey("visits.csv", draft, VISITS);

    assertThat(survey.toString()).doesNotContain("Doe", "Roe", "881");
    String byName = "{\"columns\": {\"noteType\": \"Last Name\"}}";
    String[] rows = {"Visit,Last Name,Flavor", "E1,Doe,Daily"};
    assertThat(survey("visits.csv", byName, rows).toString()).doesNotContain("Doe");
    assertThat(survey("visits.csv", byName.replace("Last Name", "Flavor"), rows).toString())
        .contains("Daily");
  }

  @Test
  void billingsFilesAreCharges() throws IOException {
    Survey survey =
        survey(
            "posted_charges_11-05-2026.txt",
            null,
            "Transaction ID;Account Number;Service Date;Post Date;Rendering Provider;Facility;"
                + "Procedure Code;Units;Amount;Insurance",
            "8001;A1;11/4/2026;11/5/2026;TH1;DTN;97110;2;$90.00;BCBS");

    assertThat(survey.fact()).isEqualTo("charge");
    assertThat(survey.match()).isEqualTo("posted_charges_*.txt");
    assertThat(guessed(survey, "charge"))
        .containsEntry("chargeId", "Transaction ID")
        .containsEntry("patientKey", "Account Number")
        .containsEntry("dateOfService", "Service Date")
        .containsEntry("createdOn", "Post Date")
        .containsEntry("createdAt", "Post Date")
        .containsEntry("treatingProviderId", "Rendering Provider")
        .containsEntry("locationId", "Facility")
        .containsEntry("cpt", "Procedure Code")
        .containsEntry("units", "Units")
        .containsEntry("amountCents", "Amount")
        .containsEntry("status", "= ACTIVE");
  }

  @Test
  void aFileWithoutNamesOfColumnsHasNoSurvey() throws IOException {
    assertThat(survey("visits.csv", null, "E1,Doe,11/4/2026", "E2,Roe,11/5/2026")).isNull();
    assertThat(survey("visits.csv", null, "")).isNull();
  }

  @Test
  void aPatternIsForSuchFilesOnly() throws IOException {
    String[] rows = {"Visit,Patient", "1,2"};
    assertThat(survey("20261105.csv", null, rows).match()).isEqualTo("20261105.csv");
    assertThat(survey("note[1] 2026-11-05 0430.csv", null, rows).match())
        .isEqualTo("note?*? *.csv");
    assertThat(survey("open notes 2026-11-05.csv", null, rows).snapshot()).isNotNull();
    assertThat(survey("visits.csv", null, rows).snapshot()).isNull();
  }
}
