package org.visitbalance.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.ZoneId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.visitbalance.fact.Visit;
import org.visitbalance.ingest.InputException;
import org.visitbalance.ingest.TenantMapping;
import org.visitbalance.output.FileState;
import org.visitbalance.output.ReceivedFile;

/** The mapping that a company has on its topic, and the one of its folder. */
class CompanyMappingTest {
  private static final String NOTES = "Encounter,Chart,Site,Seen,Signed,By,Code,Qty\n";
  private static final String ROW = "E%s,P1,C01,11/4/2026,11/4/2026,TH1,97110,%s\n";
  private static final String CHARGES =
      "charge_id,patient_account_number,date_of_service,charge_date,update_date,cpt_code,units,"
          + "place_of_service_id,treating_therapist_id\n";
  private static final String CHARGE = "C1,P1,11/4/2026,11/4/2026,,97110,2,DTN,TH1\n";
  private static final String MAPPING =
      """
      files:
        - match: "ehr_*.csv"
          fact: visit
          columns: {visitId: Encounter, patientKey: Chart, clinicId: Site, dateOfService: Seen,
            finalizedAt: Signed, finalizedOn: Signed, therapistId: By, noteType: {value: %s},
            cpt: Code, units: Qty}
      """;

  @TempDir Path temp;
  private IntakeStage stage;

  @BeforeEach
  void open() throws IOException {
    stage = new IntakeStage(temp, "T1", ZoneId.of("America/New_York"), "");
  }

  @AfterEach
  void close() {
    stage.close();
  }

  /** Stores a mapping as the API does. */
  private void store(String text) {
    stage.now = stage.now.plusSeconds(60);
    String stored = TenantMapping.document("mapping", text, "T1");
    stage.company = new CompanyMapping(TenantMapping.of("company mapping", stored), stage.now);
  }

  @Test
  void aRefusedFileThatFitsNowIsOfferedAndTheNextOneIsReadByItself() throws IOException {
    stage.deliver("ehr_1.csv", NOTES + ROW.formatted(1, 2));
    stage.deliver("other.csv", "a,b\n1,2\n");
    assertThat(stage.state("ehr_1.csv")).isEqualTo(FileState.QUARANTINED);
    assertThat(stage.intake.readable("T1")).isEmpty();

    store(MAPPING.formatted("DAILY_NOTE"));

    assertThat(stage.intake.readable("T1"))
        .extracting(ReceivedFile::getName)
        .containsExactly("ehr_1.csv");
    ReceivedFile again =
        stage.intake.again("T1", stage.intake.readable("T1").get(0).getSha256(), "rosa");
    assertThat(again.getState()).isEqualTo(FileState.RECEIVED);
    stage.intake.look();
    stage.deliver("ehr_2.csv", NOTES + ROW.formatted(2, 3));

    assertThat(stage.state("ehr_1.csv")).isEqualTo(FileState.DONE);
    assertThat(stage.state("ehr_2.csv")).isEqualTo(FileState.DONE);
    assertThat(stage.file("ehr_2.csv").getEntry()).startsWith("company mapping:");
    assertThat(stage.standing()).hasSize(2);
    assertThat(stage.intake.readable("T1")).isEmpty();
  }

  @Test
  void whatTheMappingRefusedIsOfferedOnlyOnceItHasChanged() throws IOException {
    String checked = MAPPING.formatted("DAILY_NOTE") + "    totals: {check: units}\n";
    store(checked);
    stage.deliver("ehr_1.csv", NOTES + ROW.formatted(1, 2) + "Total,,,,,,,9\n");
    assertThat(stage.state("ehr_1.csv")).isEqualTo(FileState.QUARANTINED);
    assertThat(stage.intake.readable("T1")).isEmpty();

    store(MAPPING.formatted("DAILY_NOTE"));

    assertThat(stage.intake.readable("T1")).hasSize(1);
  }

  @Test
  void aFileThatTheCompanyDoesNotNameIsReadAsBefore() throws IOException {
    store(MAPPING.formatted("DAILY_NOTE"));
    stage.deliver("billing_1.csv", CHARGES + CHARGE);
    assertThat(stage.file("billing_1.csv").getEntry()).isEqualTo("profile revflow-billing-charges");

    // The folder's own entry for the same name does not count.
    stage.mapping("files: [{match: \"ehr_*.csv\", ignore: true}]");
    stage.deliver("ehr_1.csv", NOTES + ROW.formatted(1, 2));

    assertThat(stage.file("ehr_1.csv").getEntry()).startsWith("company mapping:");
    assertThat(stage.standing()).hasSize(2);
  }

  @Test
  void aRebuildReadsEachFileByTheMappingThatItWasReadBy() throws IOException {
    store(MAPPING.formatted("DAILY_NOTE"));
    stage.deliver("ehr_1.csv", NOTES + ROW.formatted(1, 2));
    store(MAPPING.formatted("PROGRESS_NOTE"));
    stage.deliver("ehr_2.csv", NOTES + ROW.formatted(2, 2));
    stage.deliver("billing_1.csv", CHARGES + CHARGE);
    stage.company = null;

    assertThat(stage.intake.rebuild()).isEqualTo(3);
    // This touches all visits, so they are made anew.
    stage.deliver("patients.csv", "patient_id,patient_account_number\nP1,A1\n");

    assertThat(stage.standing().values())
        .filteredOn(fact -> fact instanceof Visit visit && visit.getPatientKey().equals("A1"))
        .extracting(fact -> ((Visit) fact).getVisitId() + " " + ((Visit) fact).getNoteType())
        .containsExactlyInAnyOrder("E1 DAILY_NOTE", "E2 PROGRESS_NOTE");
  }

  @Test
  void filesWaitWhileTheMappingCannotBeReadOrUsed() throws IOException {
    stage.company =
        new CompanyMapping(TenantMapping.of("company mapping", "tenant: T2"), stage.now);
    stage.put("ehr_1.csv", NOTES + ROW.formatted(1, 2));
    assertThatThrownBy(() -> stage.intake.look()).isInstanceOf(InputException.class);
    assertThat(stage.state("ehr_1.csv")).isEqualTo(FileState.RECEIVED);

    store(MAPPING.formatted("DAILY_NOTE"));
    stage.intake.look();

    assertThat(stage.state("ehr_1.csv")).isEqualTo(FileState.DONE);
  }
}
