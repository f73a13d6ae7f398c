package org.visitbalance.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.visitbalance.fact.Charge;
import org.visitbalance.fact.ChargeStatus;
import org.visitbalance.fact.NoCharge;
import org.visitbalance.fact.Note;
import org.visitbalance.fact.NoteStatus;
import org.visitbalance.fact.NoteType;
import org.visitbalance.fact.Visit;
import org.visitbalance.fact.VisitLine;
import org.visitbalance.fact.VisitStatus;

/** The vendors' Standard Extracts: files.md#profiles. */
class ProfilesTest {
  private static final String CHARGES =
      "record_pointer,visit_id,patient_id,case_id,clinic_id,visit_date,therapist_id,"
          + "cosign_therapist_id,note_type,cpt,cpt_modifier,units,note_finalized_date,"
          + "modified_date,export_flag";
  private static final String BILLING =
      "charge_id,patient_account_number,date_of_service,charge_date,update_date,cpt_code,mod1,"
          + "mod2,units,cur_insurance_code,visit_id,place_of_service_id,treating_therapist_id,"
          + "webpt_treating_therapist_id,billing_therapist_id,original_charge_id,is_active,"
          + "export_flag";

  @TempDir Path folder;
  private Inbox inbox;

  @BeforeEach
  void settings() {
    inbox = new Inbox(folder).with("settings.yaml", "tenant: T1");
  }

  private Visit visit(String... rows) {
    return charges("charges_1.csv", rows).read().only(Visit.class);
  }

  private Inbox charges(String file, String... rows) {
    return inbox.with(file, CHARGES + "\n" + String.join("\n", rows));
  }

  /** A row of visit V1 whose pointer, code, units, finalized and modified dates and flag vary. */
  private static String row(
      String pointer, String code, int units, String finalized, String modified, String flag) {
    return String.join(
        ",",
        pointer,
        "V1,P1,K1,C01,2026-11-04,TH1,,DN",
        code,
        "GP",
        Integer.toString(units),
        finalized,
        modified,
        flag);
  }

  @Test
  void rowsAreTheLinesOfAVisit() {
    Visit visit =
        visit(
            row("1", "97110", 2, "2026-11-04T17:00:00Z", "", "1"),
            row("2", "97140", 1, "2026-11-04T17:00:00Z", "", "1"));

    assertThat(visit.getStatus()).isEqualTo(VisitStatus.FINALIZED);
    assertThat(visit.getRevision()).isZero();
    assertThat(visit.getPatientKey()).as("no patients file: the id is taken").isEqualTo("P1");
    assertThat(visit.getFinalizedOn()).isEqualTo(LocalDate.of(2026, 11, 4));
    assertThat(visit.getNoteType()).isEqualTo(NoteType.DAILY_NOTE);
    assertThat(visit.getNoCharge()).isEqualTo(NoCharge.NONE);
    assertThat(visit.getPayerId()).isNull();
    assertThat(visit.getPosCode()).isNull();
    assertThat(visit.getLines()).extracting(VisitLine::getUnits).containsExactly(2, 1);
  }

  @Test
  void aRowThatWasModifiedLaterStandsWhateverItsFileOrFlag() {
    charges("charges_2.csv", row("1", "97110", 3, "2026-11-04T17:00:00Z", "2026-11-05", "1"));
    charges("charges_3.csv", row("1", "97110", 1, "2026-11-04T17:00:00Z", "2026-11-04", "2"));

    Visit visit = inbox.read().only(Visit.class);

    assertThat(visit.getLines()).extracting(VisitLine::getUnits).containsExactly(3);
    assertThat(visit.getOccurredAt()).isEqualTo(Instant.parse("2026-11-05T23:59:59Z"));
  }

  @Test
  void ofEquallyOldRowsTheLaterFileThenTheLaterLineStands() {
    charges(
        "charges_2.csv",
        row("1", "97110", 2, "2026-11-04T17:00:00Z", "", "2"),
        row("1", "97110", 4, "2026-11-04T17:00:00Z", "", "2"));
    charges("charges_1.csv", row("1", "97110", 3, "2026-11-04T17:00:00Z", "", "1"));

    assertThat(inbox.read().only(Visit.class).getLines())
        .extracting(VisitLine::getUnits)
        .containsExactly(4);
  }

  @Test
  void flagThreeRemovesARow() {
    Visit visit =
        visit(
            row("1", "97110", 2, "2026-11-04T17:00:00Z", "2026-11-04T17:00:00Z", "1"),
            row("2", "97140", 1, "2026-11-04T17:00:00Z", "2026-11-04T17:00:00Z", "1"),
            row("2", "97140", 1, "2026-11-04T17:00:00Z", "2026-11-06T09:00:00Z", "3"));

    assertThat(visit.getStatus()).isEqualTo(VisitStatus.FINALIZED);
    assertThat(visit.getLines()).extracting(VisitLine::getCpt).containsExactly("97110");
    assertThat(visit.getOccurredAt()).isEqualTo(Instant.parse("2026-11-06T09:00:00Z"));
  }

  @Test
  void withAllRowsRemovedAVisitIsRetractedAsItWasLast() {
    Visit visit =
        visit(
            row("1", "97110", 2, "2026-11-04T17:00:00Z", "2026-11-05T09:00:00Z", "3"),
            row("2", "97140", 1, "2026-11-04T17:00:00Z", "2026-11-06T09:00:00Z", "3"),
            row("3", "97530", 1, "2026-11-04T17:00:00Z", "2026-11-06T09:00:00Z", "3"));

    assertThat(visit.getStatus()).isEqualTo(VisitStatus.RETRACTED);
    assertThat(visit.getOccurredAt()).isEqualTo(Instant.parse("2026-11-06T09:00:00Z"));
    assertThat(visit.getLines()).extracting(VisitLine::getCpt).containsExactly("97140", "97530");
    assertThat(visit.getFinalizedOn()).isEqualTo(LocalDate.of(2026, 11, 4));
  }

  @Test
  void aRetractionIsRecordedWhenTheLastRowWasRemovedThoughItsFinalizedDateKnowsNoTime() {
    Visit visit =
        visit(
            row("1", "97110", 2, "11/4/2026", "2026-11-04T10:00:00Z", "3"),
            row("2", "97140", 1, "11/4/2026", "2026-11-04T12:00:00Z", "3"));

    assertThat(visit.getStatus()).isEqualTo(VisitStatus.RETRACTED);
    assertThat(visit.getOccurredAt()).isEqualTo(Instant.parse("2026-11-04T12:00:00Z"));
    assertThat(visit.getLines()).extracting(VisitLine::getCpt).containsExactly("97140");
    assertThat(visit.getFinalizedAt()).isEqualTo(Instant.parse("2026-11-04T23:59:59Z"));
  }

  @Test
  void withoutAFinalizedDateItIsAnOpenNote() {
    charges("charges_1.csv", row("1", "97110", 2, "", "2026-11-04T18:00:00Z", "1"));

    Note note = inbox.read().only(Note.class);

    assertThat(note.getNoteId()).isEqualTo("V1");
    assertThat(note.getStatus()).isEqualTo(NoteStatus.OPEN);
    assertThat(note.getAt()).isEqualTo(Instant.parse("2026-11-04T18:00:00Z"));
    assertThat(note.getTherapistId()).isEqualTo("TH1");
    assertThat(inbox.facts(Visit.class)).isEmpty();
  }

  @Test
  void aNoteWhoseRowsAreAllRemovedIsCancelled() {
    charges("charges_1.csv", row("1", "97110", 2, "", "2026-11-04T18:00:00Z", "3"));

    assertThat(inbox.read().only(Note.class).getStatus()).isEqualTo(NoteStatus.CANCELLED);
  }

  @Test
  void oneStandingRowWithAFinalizedDateFinalizesTheVisitOnTheSmallest() {
    Visit visit =
        visit(
            row("1", "97110", 2, "", "", "1"),
            row("2", "97140", 1, "11/6/2026", "", "1"),
            row("3", "97530", 1, "11/5/2026", "", "1"));

    assertThat(visit.getFinalizedOn()).isEqualTo(LocalDate.of(2026, 11, 5));
    assertThat(visit.getFinalizedAt()).isEqualTo(Instant.parse("2026-11-05T23:59:59Z"));
    assertThat(visit.getLines()).hasSize(3);
  }

  @Test
  void theCosignerIsTheTherapist() {
    Visit visit =
        visit(row("1", "97110", 2, "2026-11-04T17:00:00Z", "", "1").replace("TH1,,", "TH1,TH7,"));

    assertThat(visit.getTherapistId()).isEqualTo("TH7");
    assertThat(visit.getDocumentingTherapistId()).isEqualTo("TH1");
  }

  @ParameterizedTest
  @CsvSource({
    "IE, INITIAL_EVALUATION",
    "DN, DAILY_NOTE",
    "pn, PROGRESS_NOTE",
    "DS, DISCHARGE",
    "Addendum, OTHER",
    "'', OTHER"
  })
  void noteTypesHaveShortNames(String name, NoteType type) {
    assertThat(
            visit(
                    row("1", "97110", 2, "2026-11-04T17:00:00Z", "", "1")
                        .replace(",DN,", "," + name + ","))
                .getNoteType())
        .isEqualTo(type);
  }

  @Test
  void anEvaluationAndItsDailyNoteAreOneVisit() {
    String daily = row("1", "97110", 2, "2026-11-05T17:00:00Z", "", "1");
    String evaluation =
        row("2", "97161", 1, "2026-11-04T17:00:00Z", "2026-11-06T08:00:00Z", "1")
            .replace("V1", "V0")
            .replace(",DN,", ",IE,");

    Visit visit = visit(daily, evaluation);

    assertThat(visit.getVisitId()).isEqualTo("V1");
    assertThat(visit.getNoteType()).isEqualTo(NoteType.INITIAL_EVALUATION);
    assertThat(visit.getLines())
        .extracting(VisitLine::getCpt)
        .containsExactlyInAnyOrder("97110", "97161");
    assertThat(visit.getFinalizedOn()).isEqualTo(LocalDate.of(2026, 11, 4));
    assertThat(visit.getOccurredAt()).isEqualTo(Instant.parse("2026-11-06T08:00:00Z"));
  }

  @ParameterizedTest
  @CsvSource({"K1, K2", "2026-11-04, 2026-11-05", "TH1, TH2", "P1, P2", "',DN,', ',OT,'"})
  void notesOfAnotherCaseDateTherapistOrPatientAreVisitsOfTheirOwn(String one, String other) {
    charges(
        "charges_1.csv",
        row("1", "97110", 2, "2026-11-06T17:00:00Z", "", "1").replace(one, other),
        row("2", "97161", 1, "2026-11-06T17:00:00Z", "", "1")
            .replace("V1", "V0")
            .replace(",DN,", ",IE,"));

    assertThat(inbox.read().facts(Visit.class)).hasSize(2);
  }

  @Test
  void withTwoDailyNotesNobodyKnowsWhichBelongs() {
    charges(
        "charges_1.csv",
        row("1", "97110", 2, "2026-11-06T17:00:00Z", "", "1"),
        row("3", "97110", 2, "2026-11-06T17:00:00Z", "", "1").replace("V1", "V2"),
        row("2", "97161", 1, "2026-11-06T17:00:00Z", "", "1")
            .replace("V1", "V0")
            .replace(",DN,", ",IE,"));

    assertThat(inbox.read().facts(Visit.class)).hasSize(3);
  }

  @Test
  void thePatientsFileTranslatesTheEmrsIdsAndTheRunSaysWhoIsMissing() {
    charges(
        "charges_1.csv",
        row("1", "97110", 2, "2026-11-06T17:00:00Z", "", "1"),
        row("2", "97110", 2, "2026-11-06T17:00:00Z", "", "1")
            .replace("V1", "V2")
            .replace("P1", "P2"));
    inbox.with("patients_all.csv", "Patient_ID,Patient_Account_Number,Name", "P1,A1,Somebody");

    assertThat(inbox.read().facts(Visit.class))
        .extracting(Visit::getPatientKey)
        .containsExactly("A1", "emr:P2");
    assertThat(inbox.notes())
        .contains(
            "Patients of tenant T1 without an account number in the patients file: 1. They are"
                + " balanced under emr:<patient_id>, separately from their charges.");
  }

  private Charge charge(String row) {
    return inbox.with("bills.csv", BILLING, row).read().only(Charge.class);
  }

  @Test
  void aChargeIsARow() {
    Charge charge =
        charge("7,A1,11/4/2026,11/4/2026,11/5/2026,97110,GP,KX,2,BCBS,B7,DTN,9,TH1,8,5,1,2");

    assertThat(charge.getUpdatedAt()).isEqualTo(Instant.parse("2026-11-05T23:59:59Z"));
    assertThat(charge.getOccurredAt()).isEqualTo(charge.getUpdatedAt());
    assertThat(charge.getCreatedAt()).isEqualTo(Instant.parse("2026-11-04T23:59:59Z"));
    assertThat(charge.getModifiers()).containsExactly("GP", "KX");
    assertThat(charge.getTreatingProviderId()).as("the EMR's id first").isEqualTo("TH1");
    assertThat(charge.getBillingProviderId()).isEqualTo("8");
    assertThat(charge.getOriginalChargeId()).isEqualTo("5");
    assertThat(charge.getPayerId()).isEqualTo("BCBS");
    assertThat(charge.getBillingVisitId()).isEqualTo("B7");
    assertThat(charge.getStatus()).isEqualTo(ChargeStatus.ACTIVE);
  }

  @ParameterizedTest
  @CsvSource({"1,1,ACTIVE", "0,1,INACTIVE", "1,3,REMOVED", "0,3,REMOVED", "'','',ACTIVE"})
  void itsStatusFollowsFromActiveAndTheFlag(String active, String flag, ChargeStatus status) {
    assertThat(
            charge("7,A1,11/4/2026,11/4/2026,,97110,,,2,,,DTN,9,,,," + active + "," + flag)
                .getStatus())
        .isEqualTo(status);
  }

  @Test
  void anUpdateBeforeTheCreationDoesNotCount() {
    assertThat(charge("7,A1,11/4/2026,11/4/2026,11/3/2026,97110,,,2,,,DTN,9,,,,1,1").getUpdatedAt())
        .isEqualTo(Instant.parse("2026-11-04T23:59:59Z"));
  }

  @Test
  void ofTwoFilesThatTellOfAChargeAtOneTimeTheLaterStands() {
    String before = "7,A1,11/4/2026,11/4/2026,,97110,,,3,,,DTN,9,,,,1,1";
    inbox
        .with("bills_1.csv", BILLING, before)
        .with("bills_2.csv", BILLING, before.replace(",3,", ",2,"))
        .with("bills_3.csv", BILLING, before.replace(",3,", ",2,"))
        .read();

    assertThat(inbox.facts(Charge.class))
        .as("the greater event id stands, and it is the later file's")
        .extracting(charge -> charge.getEventId() + " " + charge.getUnits())
        .containsExactly(
            "charge:7@2026-11-04T23:59:59Z 3",
            "charge:7@2026-11-04T23:59:59Z+ 2",
            "charge:7@2026-11-04T23:59:59Z+ 2");
  }

  @Test
  void oneOfTheTwoProviderColumnsIsEnoughButOneMustBeThere() {
    assertThat(charge("7,A1,11/4/2026,11/4/2026,,97110,,,2,,,DTN,9,,,,1,1").getTreatingProviderId())
        .isEqualTo("9");
    inbox.with("bills.csv", BILLING, "7,A1,11/4/2026,11/4/2026,,97110,,,2,,,DTN,,,,,1,1").read();
    assertThat(inbox.deadLetters())
        .containsExactly(
            "bills.csv:2: webpt_treating_therapist_id or treating_therapist_id is missing");
  }
}
