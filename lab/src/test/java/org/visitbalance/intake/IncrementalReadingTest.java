package org.visitbalance.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.visitbalance.fact.Charge;
import org.visitbalance.fact.ChargeStatus;
import org.visitbalance.fact.Note;
import org.visitbalance.fact.NoteStatus;
import org.visitbalance.fact.Rejection;
import org.visitbalance.fact.RejectionStatus;
import org.visitbalance.fact.Visit;
import org.visitbalance.fact.VisitStatus;
import org.visitbalance.output.FileState;

/** What one file does to facts that other files have told of. */
class IncrementalReadingTest {
  private static final String VISITS =
      "record_pointer,visit_id,patient_id,case_id,clinic_id,visit_date,therapist_id,note_type,cpt,"
          + "units,note_finalized_date,modified_date,export_flag\n";
  private static final String CHARGES =
      "charge_id,patient_account_number,date_of_service,charge_date,update_date,cpt_code,units,"
          + "place_of_service_id,treating_therapist_id\n";
  private static final String MAPPING =
      """
      files:
        - {match: "charges*.csv", profile: webpt-charges}
        - {match: "billing*.csv", profile: revflow-billing-charges}
        - match: "exceptions_*.csv"
          fact: rejection
          snapshot: "exceptions_(\\\\d{4}-\\\\d{2}-\\\\d{2})"
          columns:
            rejectionId: Entry
            type: {value: CASE}
            reasonCode: Reason
            patientKey: Account
            status: {value: OPEN}
      """;

  @TempDir Path temp;
  private IntakeStage stage;

  @BeforeEach
  void open() throws IOException {
    stage = new IntakeStage(temp, "T1", ZoneId.of("America/New_York"), MAPPING);
  }

  @AfterEach
  void close() {
    stage.close();
  }

  private static String line(String pointer, String visit, String patient, String rest) {
    return pointer + "," + visit + "," + patient + ",K1,C01,2026-11-04,TH1," + rest + "\n";
  }

  private <T extends SpecificRecord> List<T> standing(Class<T> type) {
    return stage.standing().values().stream().filter(type::isInstance).map(type::cast).toList();
  }

  private <T extends SpecificRecord> T only(Class<T> type) {
    assertThat(standing(type)).hasSize(1);
    return standing(type).get(0);
  }

  @Test
  void aFileWithOneChangedLineSendsTheWholeVisit() throws IOException {
    stage.deliver(
        "charges_1.csv",
        VISITS
            + line("R1", "V1", "P1", "DN,97110,2,2026-11-04 17:00,2026-11-04 17:00,1")
            + line("R2", "V1", "P1", "DN,97112,1,2026-11-04 17:00,2026-11-04 17:00,1"));
    stage.deliver(
        "charges_2.csv",
        VISITS + line("R2", "V1", "P1", "DN,97112,3,2026-11-04 17:00,2026-11-05 09:00,2"));

    Visit visit = only(Visit.class);
    assertThat(visit.getLines()).extracting(line -> line.getUnits()).containsExactly(2, 3);
    assertThat(stage.file("charges_2.csv").getSent()).isEqualTo(1);
  }

  @Test
  void anotherContentOfTheSameTimeWinsByItsEventId() throws IOException {
    String row = "DN,97110,2,2026-11-04 17:00,2026-11-04 17:00,1";
    stage.deliver("charges_1.csv", VISITS + line("R1", "V1", "P1", row));
    stage.deliver("charges_1.csv", VISITS + line("R1", "V1", "P1", row.replace(",2,", ",4,")));
    stage.deliver("charges_1.csv", VISITS + line("R1", "V1", "P1", row.replace(",2,", ",5,")));

    assertThat(only(Visit.class).getLines().get(0).getUnits()).isEqualTo(5);
    assertThat(stage.topics.facts)
        .extracting(fact -> ((Visit) fact).getEventId())
        .containsExactly(
            "visit:V1@2026-11-04T22:00:00Z",
            "visit:V1@2026-11-04T22:00:00Z+",
            "visit:V1@2026-11-04T22:00:00Z++");
  }

  @Test
  void anOpenNoteThatIsFinalizedIsTakenBack() throws IOException {
    stage.deliver(
        "charges_1.csv", VISITS + line("R1", "V1", "P1", "DN,97110,2,,2026-11-04 12:00,1"));
    assertThat(only(Note.class).getStatus()).isEqualTo(NoteStatus.OPEN);

    stage.deliver(
        "charges_2.csv",
        VISITS + line("R1", "V1", "P1", "DN,97110,2,2026-11-04 17:00,2026-11-04 17:00,2"));

    assertThat(only(Note.class).getStatus()).isEqualTo(NoteStatus.CANCELLED);
    assertThat(only(Visit.class).getStatus()).isEqualTo(VisitStatus.FINALIZED);
  }

  @Test
  void anEvaluationThatMeetsItsDailyNoteIsRetracted() throws IOException {
    stage.deliver(
        "charges_1.csv",
        VISITS + line("R1", "V1", "P1", "IE,97161,1,2026-11-04 17:00,2026-11-04 17:00,1"));
    stage.deliver(
        "charges_2.csv",
        VISITS + line("R2", "V2", "P1", "DN,97110,2,2026-11-04 18:00,2026-11-04 18:00,1"));

    assertThat(standing(Visit.class))
        .extracting(visit -> visit.getVisitId() + " " + visit.getStatus())
        .containsExactly("V1 RETRACTED", "V2 FINALIZED");
    assertThat(standing(Visit.class).get(1).getLines()).hasSize(2);

    // Without its Daily Note the evaluation is a visit again.
    stage.deliver("charges_2.csv", VISITS);
    assertThat(standing(Visit.class))
        .extracting(visit -> visit.getVisitId() + " " + visit.getStatus())
        .containsExactly("V1 FINALIZED", "V2 RETRACTED");
  }

  @Test
  void aNewRowOfTheCrosswalkMovesThePatientsFacts() throws IOException {
    String row = "DN,97110,2,2026-11-04 17:00,2026-11-04 17:00,1";
    stage.deliver(
        "charges_1.csv", VISITS + line("R1", "V1", "P1", row) + line("R2", "V2", "P2", row));
    stage.deliver("patients.csv", "patient_id,patient_account_number\nP1,A1\n");
    assertThat(standing(Visit.class))
        .extracting(visit -> visit.getPatientKey() + " " + visit.getStatus())
        .containsExactly("A1 FINALIZED", "P1 RETRACTED", "P2 RETRACTED", "emr:P2 FINALIZED");

    int before = stage.topics.facts.size();
    stage.deliver("patients.csv", "patient_id,patient_account_number\nP1,A1\nP2,A2\n");
    assertThat(stage.topics.facts.subList(before, stage.topics.facts.size()))
        .extracting(fact -> ((Visit) fact).getPatientKey() + " " + ((Visit) fact).getStatus())
        .containsExactly("A2 FINALIZED", "emr:P2 RETRACTED");
  }

  @Test
  void aCrosswalkThatComesWithVisitsIsReadBeforeThem() throws IOException {
    String row = "DN,97110,2,2026-11-04 17:00,2026-11-04 17:00,1";
    stage.put("charges_1.csv", VISITS + line("R1", "V1", "P1", row));
    stage.put("patients.csv", "patient_id,patient_account_number\nP1,A1\n");
    stage.intake.look();

    assertThat(stage.topics.facts)
        .extracting(fact -> ((Visit) fact).getPatientKey())
        .containsExactly("A1");
  }

  @Test
  void twoVisitsThatTheCrosswalkJoinsArePartedAgain() throws IOException {
    stage.deliver(
        "charges_1.csv",
        VISITS
            + line("R1", "V1", "P1", "IE,97161,1,2026-11-04 17:00,2026-11-04 17:00,1")
            + line("R2", "V2", "P2", "DN,97110,2,2026-11-04 18:00,2026-11-04 18:00,1"));
    stage.deliver("patients.csv", "patient_id,patient_account_number\nP1,A1\nP2,A1\n");
    assertThat(finalized()).containsExactly("V2 A1 2");

    stage.deliver("patients.csv", "patient_id,patient_account_number\nP1,A3\nP2,A1\n");
    assertThat(finalized()).containsExactly("V2 A1 1", "V1 A3 1");
  }

  private List<String> finalized() {
    return standing(Visit.class).stream()
        .filter(visit -> visit.getStatus() == VisitStatus.FINALIZED)
        .map(one -> one.getVisitId() + " " + one.getPatientKey() + " " + one.getLines().size())
        .toList();
  }

  @Test
  void aChargeThatACorrectedFileLacksIsRemovedAndMayComeBack() throws IOException {
    String rows =
        CHARGES
            + "501,A1,2026-11-04,2026-11-04 12:00,,97110,2,L01,TH1\n"
            + "502,A1,2026-11-04,2026-11-04 12:00,,97112,1,L01,TH1\n";
    stage.deliver("billing_1.csv", rows);
    stage.deliver("billing_1.csv", rows.substring(0, rows.indexOf("502")));
    assertThat(standing(Charge.class))
        .extracting(Charge::getStatus)
        .containsExactly(ChargeStatus.ACTIVE, ChargeStatus.REMOVED);

    stage.deliver("billing_2.csv", rows);
    assertThat(standing(Charge.class))
        .extracting(Charge::getStatus)
        .containsExactly(ChargeStatus.ACTIVE, ChargeStatus.ACTIVE);
  }

  @Test
  void snapshotsMayComeLate() throws IOException {
    String header = "Entry,Reason,Account\n";
    stage.deliver("exceptions_2026-11-02.csv", header + "E1,BAD,A1\n");
    stage.deliver("exceptions_2026-11-04.csv", header + "E1,BAD,A1\n");
    assertThat(only(Rejection.class).getStatus()).isEqualTo(RejectionStatus.OPEN);

    stage.deliver("exceptions_2026-11-03.csv", header);
    assertThat(standing(Rejection.class))
        .extracting(one -> one.getRejectionId() + " " + one.getStatus())
        .containsExactly("E1 CLEARED", "E1#2 OPEN");
    assertThat(stage.file("exceptions_2026-11-03.csv").getReason())
        .isEqualTo("It has no rows: nothing is open at that moment.");
  }

  @Test
  void whatIsNotReadOfAFileIsSaid() throws IOException {
    String header = "<tr><td>" + VISITS.strip().replace(",", "<td>") + "</tr>\n";
    String rest = "DN,97110,2,2026-11-04 17:00,2026-11-04 17:00,1";
    String row = "<tr><td>" + line("R1", "V1", "P1", rest).strip().replace(",", "<td>") + "</tr>\n";
    String table = "<table>" + header + row + "</table>\n";
    stage.deliver("charges_1.csv", table + table.replace("V1", "V2"));

    assertThat(only(Visit.class).getVisitId()).isEqualTo("V1");
    assertThat(stage.file("charges_1.csv").getReason())
        .startsWith("charges_1.csv: only the first of 2 tables with these columns was read.");
  }

  private static final String ENTRIES = "Entry,Reason,Account\n";

  private List<String> rejections() {
    return standing(Rejection.class).stream()
        .map(one -> one.getRejectionId() + " " + one.getStatus() + " " + one.getOccurredAt())
        .map(text -> text.replaceAll("T.*", ""))
        .toList();
  }

  @Test
  void aRefusedSnapshotClearsNothingUntilAnotherTakesItsPlace() throws IOException {
    stage.deliver("exceptions_2026-11-02.csv", ENTRIES + "E1,BAD,A1\nE2,BAD,A2\n");
    List<String> open = List.of("E1 OPEN 2026-11-03", "E2 OPEN 2026-11-03");
    assertThat(rejections()).isEqualTo(open);

    // Neither one with a column missing nor one that is broken clears an entry
    stage.deliver("exceptions_2026-11-03.csv", "Entry,Reason\nE1,BAD\n");
    stage.deliver("exceptions_2026-11-04.csv", "");
    assertThat(stage.state("exceptions_2026-11-03.csv")).isEqualTo(FileState.QUARANTINED);
    assertThat(stage.state("exceptions_2026-11-04.csv")).isEqualTo(FileState.QUARANTINED);
    assertThat(rejections()).isEqualTo(open);
    stage.intake.rebuild();

    // One that is given up is as if it had not come
    stage.intake.giveUp("T1", stage.file("exceptions_2026-11-04.csv").getSha256(), "ann");
    assertThat(rejections()).isEqualTo(open);

    // The one that takes its place clears, at its own moment
    stage.deliver("exceptions_2026-11-03.csv", ENTRIES + "E1,BAD,A1\n");
    assertThat(rejections()).containsExactly("E1 OPEN 2026-11-03", "E2 CLEARED 2026-11-04");
  }

  @Test
  void aSnapshotThatIsRefusedWhenItIsReadAgainStandsAsItWasReadBefore() throws IOException {
    stage.deliver("exceptions_2026-11-02.csv", ENTRIES + "E1,BAD,A1\nE2,BAD,A2\n");
    stage.deliver("exceptions_2026-11-03.csv", ENTRIES + "E1,BAD,A1\n");
    List<String> before = rejections();
    int facts = stage.topics.facts.size();

    stage.mapping(MAPPING.replace("rejectionId: Entry", "rejectionId: Number"));
    stage.intake.again("T1", stage.file("exceptions_2026-11-03.csv").getSha256(), "ann");
    stage.intake.look();
    assertThat(stage.state("exceptions_2026-11-03.csv")).isEqualTo(FileState.QUARANTINED);
    assertThat(rejections()).isEqualTo(before);

    stage.mapping(MAPPING);
    stage.intake.rebuild();
    stage.deliver("exceptions_2026-11-04.csv", ENTRIES + "E1,BAD,A1\n");
    assertThat(stage.topics.facts).hasSize(facts);
    assertThat(rejections()).isEqualTo(before);
  }

  @Test
  void theSameContentAgainIsNothingNew() throws IOException {
    String rows = CHARGES + "501,A1,2026-11-04,2026-11-04 12:00,,97110,2,L01,TH1\n";
    stage.deliver("billing_1.csv", rows);
    stage.deliver("billing_1_copy.csv", rows);

    assertThat(stage.topics.facts).hasSize(1);
    assertThat(stage.file("billing_1_copy.csv").getReason())
        .isEqualTo("The same content was received before as billing_1.csv; nothing has changed.");
    assertThat(stage.inbox).isEmptyDirectory();
  }

  @Test
  void twoQuietSnapshotsOfOneContentAreTwo() throws IOException {
    stage.deliver("exceptions_2026-11-02.csv", "Entry,Reason,Account\nE1,BAD,A1\n");
    stage.deliver("exceptions_2026-11-03.csv", "Entry,Reason,Account\n");
    stage.deliver("exceptions_2026-11-04.csv", "Entry,Reason,Account\n");

    assertThat(stage.topics.files.keySet()).hasSize(3);
    assertThat(stage.file("exceptions_2026-11-04.csv").getPart()).isEqualTo("2026-11-05T04:59:59Z");
  }

  @Test
  void whatCannotBeReadIsRefusedAndTheOthersGoOn() throws IOException {
    stage.put("a.docx", "text");
    stage.put("billing_0.csv", "charge_id,secret\n1,PATIENT\n");
    stage.put("charges_2.csv", "x,y\n");
    stage.put("settings.yaml", "tenant: T1\n");
    stage.put("billing_1.csv", CHARGES + "501,A1,2026-11-04,2026-11-04,,97110,two,L01,TH1\n");
    stage.intake.look();

    assertThat(stage.state("a.docx")).isEqualTo(FileState.QUARANTINED);
    assertThat(stage.state("billing_0.csv")).isEqualTo(FileState.QUARANTINED);
    assertThat(stage.file("billing_0.csv").getReason())
        .startsWith("billing_0.csv: the header lacks")
        .doesNotContain("PATIENT");
    assertThat(stage.state("charges_2.csv")).isEqualTo(FileState.QUARANTINED);
    assertThat(stage.file("settings.yaml").getReason())
        .isEqualTo("settings.yaml: is settings, not an export; change them in the view Settings");
    assertThat(stage.state("billing_1.csv")).isEqualTo(FileState.DONE);
    assertThat(stage.file("billing_1.csv").getDead()).isEqualTo(1);
    try (var all = Files.walk(stage.quarantine)) {
      assertThat(all.filter(file -> file.toString().endsWith(".reason.txt"))).hasSize(4);
    }
  }

  @Test
  void aRowOfWhichNoFactCanBeMadeCountsLikeOneThatCannotBeRead() throws IOException {
    String rows =
        CHARGES
            + "501,A1,2026-11-04,2026-11-04,,97110,2,L01,TH1\n"
            + "502,A1,2026-11-04,2026-11-04,,97112,10000,L01,TH1\n"
            + "503,A1,2026-11-04,2026-11-04,,97140,two,L01,TH1\n";

    Preview seen = stage.intake.preview("T1", "billing_1.csv", rows.getBytes(UTF_8), null);
    assertThat(List.of(seen.rows(), seen.valid(), seen.dead())).containsExactly(3L, 1L, 2L);
    assertThat(seen.reasons()).extracting(Preview.Dead::line).containsExactlyInAnyOrder(3L, 4L);

    stage.deliver("billing_1.csv", rows);
    assertThat(stage.file("billing_1.csv").getDead()).isEqualTo(2);
    assertThat(stage.file("billing_1.csv").getFacts()).isEqualTo(1);
  }

  @Test
  void aFileWhoseTotalDisagreesIsRefusedAndNothingOfItCounts() throws IOException {
    stage.mapping(
        """
        files:
          - {match: "billing_*.csv", profile: revflow-billing-charges, totals: {check: units}}
        """);
    String rows = CHARGES + "501,A1,2026-11-04,2026-11-04 12:00,,97110,2,L01,TH1\n";

    stage.deliver("billing_1.csv", rows + "Total,,,,,,3,,\n");

    assertThat(stage.state("billing_1.csv")).isEqualTo(FileState.QUARANTINED);
    assertThat(stage.file("billing_1.csv").getReason()).contains("units says 3, has 2 above it");
    assertThat(stage.topics.facts).isEmpty();

    stage.deliver("billing_1.csv", rows + "Total,,,,,,2,,\n");

    assertThat(stage.state("billing_1.csv")).isEqualTo(FileState.DONE);
    assertThat(stage.topics.facts).hasSize(1);
  }

  @Test
  void aFileIsReadAgainAfterItsMappingHasChanged() throws IOException {
    String rows = CHARGES + "501,A1,2026-11-04,2026-11-04 12:00,,97110,2,L01,TH1\n";
    stage.deliver("billing_1.csv", rows);
    stage.mapping(
        MAPPING.replace(
            "profile: revflow-billing-charges}",
            "profile: revflow-billing-charges, columns: {payerId: {value: BCBS}}}"));
    stage.intake.again("T1", stage.file("billing_1.csv").getSha256(), "ann");
    stage.intake.look();

    assertThat(only(Charge.class).getPayerId()).isEqualTo("BCBS");
    assertThat(stage.file("billing_1.csv").getBy()).isEqualTo("ann");

    // A rebuild reads each time by the mapping of that time, and so knows what was sent.
    stage.intake.rebuild();
    int sent = stage.topics.facts.size();
    stage.intake.again("T1", stage.file("billing_1.csv").getSha256(), "ann");
    stage.intake.look();
    assertThat(stage.topics.facts).hasSize(sent);
  }

  @Test
  void aPreviewSaysWhatWouldChangeAndChangesNothing() throws IOException {
    String rows =
        CHARGES
            + "501,A1,2026-11-04,2026-11-04 12:00,,97110,2,L01,TH1\n"
            + "502,A1,2026-11-04,2026-11-04 12:00,,97112,1,L01,TH1\n";
    stage.deliver("billing_1.csv", rows);
    String corrected =
        CHARGES
            + "501,A1,2026-11-04,2026-11-04 12:00,,97110,3,L01,TH1\n"
            + "503,A1,2026-11-05,2026-11-05 12:00,,97112,1,L01,TH1\n"
            + "504,A1,2026-11-05,2026-11-05 12:00,,97112,one,L01,TH1\n";
    byte[] bytes = corrected.getBytes(StandardCharsets.UTF_8);

    Preview preview = stage.intake.preview("T1", "billing_1.csv", bytes, null);

    assertThat(preview.changes()).containsEntry("charge", new Preview.Changes(1, 1, 1));
    assertThat(preview.days()).hasToString("[2026-11-04, 2026-11-05]");
    assertThat(preview.reasons()).hasSize(1);
    assertThat(preview.valid()).isEqualTo(2);
    assertThat(stage.topics.facts).hasSize(2);

    stage.intake.submit("T1", "billing_1.csv", bytes, "ann");
    stage.intake.look();
    assertThat(stage.topics.facts).hasSize(5);
    assertThat(stage.intake.preview("T1", "x.csv", bytes, null).refused()).contains("no entry");
  }
}
