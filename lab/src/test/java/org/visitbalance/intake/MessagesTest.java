package org.visitbalance.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.visitbalance.fact.Charge;
import org.visitbalance.fact.ChargeStatus;
import org.visitbalance.fact.Visit;
import org.visitbalance.fact.VisitStatus;
import org.visitbalance.fold.Engines;
import org.visitbalance.ingest.hl7.Hl7Profile;
import org.visitbalance.ingest.hl7.Hl7Source;
import org.visitbalance.ingest.hl7.Hl7Text;
import org.visitbalance.ingest.hl7.Hl7Translator;
import org.visitbalance.naive.KnownFact;
import org.visitbalance.output.AccessAction;
import org.visitbalance.output.AccessEntry;
import org.visitbalance.output.FileState;
import org.visitbalance.output.ReceivedFile;

/** Messages that an intake accepts, in the index, the archive, and on the topics. */
class MessagesTest {
  private static final ZoneId ZONE = ZoneId.of("America/New_York");

  @TempDir Path temp;
  private IntakeStage stage;
  private String profile = "";
  private int control;

  @BeforeEach
  void open() throws IOException {
    stage = new IntakeStage(temp, IntakeStage.TENANT, ZONE, "");
  }

  @AfterEach
  void close() {
    stage.close();
  }

  private static String head(String type, String control, String second, String account) {
    return "MSH|^~\\&|EMR|HARBOR|RF|B|202701150830"
        + second
        + "-0500||"
        + type
        + "|"
        + control
        + "|P|2.5.1\rPID|1||E"
        + account
        + "^^^X^MR~"
        + account
        + "^^^X^AN\r"
        + "PV1|1|O|C01^^^C01||||T7||||||||||||V"
        + account
        + "\r";
  }

  private String next() {
    control++;
    return "M" + control;
  }

  private static String ft1(String id, String type, String code, int units) {
    return "FT1|1|" + id + "||20270115||" + type + "|" + code + "|||" + units + "||||||C01||||T7\r";
  }

  private MessageAnswer accept(Hl7Source source, String text) throws IOException {
    return accept(source, List.of(text)).get(0);
  }

  private List<MessageAnswer> accept(Hl7Source source, List<String> texts) throws IOException {
    Hl7Profile read = Hl7Profile.of("test.yaml", profile);
    List<ReceivedMessage> all = new ArrayList<>();
    for (String text : texts) {
      byte[] bytes = text.getBytes(UTF_8);
      all.add(
          new ReceivedMessage(
              bytes,
              stage.now,
              new Hl7Translator(read, source, ZONE)
                  .read(String.valueOf(Hl7Text.of(bytes, UTF_8)), stage.now, "x"),
              "192.0.2.7"));
    }
    String name = source == Hl7Source.EMR ? "emr" : "billing";
    return stage.intake.accept(
        new MessageListener(name, IntakeStage.TENANT, source, read, ZONE, false), all);
  }

  private List<Visit> visits() {
    return stage.standing().values().stream()
        .filter(Visit.class::isInstance)
        .map(Visit.class::cast)
        .toList();
  }

  private List<Charge> charges() {
    return stage.standing().values().stream()
        .filter(Charge.class::isInstance)
        .map(Charge.class::cast)
        .toList();
  }

  @Test
  void aVisitOfSeveralMessagesIsMadeOfAllOfThem() throws IOException {
    MessageAnswer first =
        accept(Hl7Source.EMR, head("DFT^P03", next(), "00", "1") + ft1("A", "CG", "97110", 2));
    accept(Hl7Source.EMR, head("DFT^P03", next(), "10", "1") + ft1("B", "CG", "97140", 1));

    assertThat(first.isAccepted()).isTrue();
    assertThat(visits()).hasSize(1);
    assertThat(visits().get(0).getLines()).hasSize(2);
    assertThat(visits().get(0).getFinalizedAt()).isEqualTo(Instant.parse("2027-01-15T13:30:00Z"));

    accept(Hl7Source.EMR, head("DFT^P03", next(), "20", "1") + ft1("A", "CD", "97110", 2));
    assertThat(visits().get(0).getLines()).hasSize(1);
    accept(Hl7Source.EMR, head("DFT^P03", next(), "30", "1") + ft1("", "CD", "97140", 1));
    assertThat(visits().get(0).getStatus()).isEqualTo(VisitStatus.RETRACTED);
  }

  @Test
  void aCreditThatComesFirstTakesItsChargeBack() throws IOException {
    accept(Hl7Source.BILLING, head("DFT^P03", next(), "00", "1") + ft1("A", "CD", "97110", 2));
    accept(Hl7Source.BILLING, head("DFT^P03", next(), "00", "1") + ft1("A", "CG", "97110", 2));

    assertThat(charges()).extracting(Charge::getStatus).containsExactly(ChargeStatus.REMOVED);

    accept(Hl7Source.BILLING, head("DFT^P03", next(), "20", "1") + ft1("A", "CG", "97110", 3));
    assertThat(charges()).extracting(Charge::getStatus).containsExactly(ChargeStatus.ACTIVE);
    assertThat(charges()).extracting(Charge::getUnits).containsExactly(3);
  }

  @Test
  void theSameMessageIsAnsweredTheSameAndGivesNothingNewAlsoAfterARestart() throws IOException {
    String text =
        head("DFT^P03", next(), "00", "1")
            + ft1("A", "CG", "97110", 2)
            + ft1("B", "XX", "97140", 2);

    List<MessageAnswer> both = accept(Hl7Source.EMR, List.of(text, text));
    stage.restart();
    MessageAnswer later = accept(Hl7Source.EMR, text);

    assertThat(both).extracting(MessageAnswer::text).containsOnly("1 of 2 lines used");
    assertThat(later.text()).isEqualTo("1 of 2 lines used");
    assertThat(later.kind()).isEqualTo(MessageAnswer.Kind.REPEATED);
    assertThat(stage.topics.facts).hasSize(2);
  }

  @Test
  void aNumberThatBeginsAnewIsAnotherMessage() throws IOException {
    accept(Hl7Source.EMR, head("DFT^P03", "1", "00", "1") + ft1("A", "CG", "97110", 2));
    MessageAnswer other =
        accept(Hl7Source.EMR, head("DFT^P03", "1", "10", "2") + ft1("A", "CG", "97110", 2));

    assertThat(other.kind()).isEqualTo(MessageAnswer.Kind.USED);
    assertThat(visits()).hasSize(2);
  }

  @Test
  void theIndexIsMadeAgainFromTheArchive() throws IOException {
    for (int i = 1; i < 6; i++) {
      String account = Integer.toString(i);
      accept(Hl7Source.EMR, head("DFT^P03", next(), "00", account) + ft1("A", "CG", "97110", i));
    }
    stage.deliver("patients.csv", "patient_id,patient_account_number\nE1,1\n");
    accept(Hl7Source.EMR, head("ADT^A40", next(), "10", "2") + "MRG|1^^^X^AN\r");
    Map<String, SpecificRecord> before = stage.standing();
    int sent = stage.topics.facts.size();

    assertThat(stage.intake.rebuild()).isEqualTo(1);
    stage.restart();
    stage.intake.look();
    String again = head("DFT^P03", "M3", "00", "3") + ft1("A", "CG", "97110", 3);
    assertThat(accept(Hl7Source.EMR, again).kind()).isEqualTo(MessageAnswer.Kind.REPEATED);
    accept(Hl7Source.EMR, head("DFT^P03", next(), "20", "3") + ft1("B", "CG", "97140", 3));

    // The visit that has got a line, and its transmission.
    assertThat(stage.topics.facts).hasSize(sent + 2);
    assertThat(stage.standing().keySet()).isEqualTo(before.keySet());
  }

  @Test
  void aKilledProcessFindsInTheLogWhatItsIndexHasLost() throws IOException {
    for (int i = 1; i < 6; i++) {
      accept(Hl7Source.EMR, head("DFT^P03", next(), "00", "1") + ft1("A" + i, "CG", "97110", i));
    }
    stage.kill();
    String again = head("DFT^P03", "M3", "00", "1") + ft1("A3", "CG", "97110", 3);
    assertThat(accept(Hl7Source.EMR, again).kind()).isEqualTo(MessageAnswer.Kind.REPEATED);
    accept(Hl7Source.EMR, head("DFT^P03", next(), "20", "1") + ft1("A6", "CG", "97110", 6));

    assertThat(visits()).hasSize(1);
    assertThat(visits().get(0).getLines()).hasSize(6);
    // Each message gives its visit; a transmission is sent when its visit is finalized later.
    assertThat(stage.topics.facts.stream().filter(Visit.class::isInstance)).hasSize(6);
    assertThat(stage.topics.facts).doesNotHaveDuplicates();
  }

  @Test
  void whatIsSentAfterARebuildWinsOverAllThatWasSentBefore() throws IOException {
    accept(Hl7Source.EMR, head("DFT^P03", "M9", "00", "1") + ft1("A", "CG", "97110", 1));
    accept(Hl7Source.EMR, head("DFT^P03", "M1", "00", "1") + ft1("A", "CG", "97110", 2));
    assertThat(visits().get(0).getLines().get(0).getUnits()).isEqualTo(2);
    accept(Hl7Source.EMR, head("SIU^S12", "M2", "00", "1"));
    stage.intake.rebuild();
    stage.restart();

    accept(Hl7Source.EMR, head("DFT^P03", "M5", "00", "1") + ft1("A", "CG", "97110", 3));
    assertThat(visits()).hasSize(1);
    assertThat(visits().get(0).getLines().get(0).getUnits()).isEqualTo(3);
  }

  @Test
  void nothingIsTakenWhileKafkaIsAwayAndNothingIsSentTwice() throws IOException {
    String text = head("DFT^P03", next(), "00", "1") + ft1("A", "CG", "97110", 2);
    stage.topics.good = 0;
    assertThatThrownBy(() -> accept(Hl7Source.EMR, text)).isInstanceOf(Intake.Away.class);
    assertThat(stage.topics.facts).isEmpty();

    assertThat(accept(Hl7Source.EMR, text).kind()).isEqualTo(MessageAnswer.Kind.USED);
    assertThat(stage.topics.facts).hasSize(2);

    String more = head("DFT^P03", next(), "10", "2") + ft1("A", "CG", "97110", 2);
    stage.topics.good = 0;
    stage.topics.failsAfterwards = true;
    assertThatThrownBy(() -> accept(Hl7Source.EMR, more)).isInstanceOf(Intake.Away.class);
    // As if the process had been killed before it could answer.
    stage.restart();
    assertThat(accept(Hl7Source.EMR, more).kind()).isEqualTo(MessageAnswer.Kind.REPEATED);
    assertThat(stage.topics.facts).hasSize(4);
  }

  @Test
  void whatWasNotAcknowledgedIsNotInTheArchive() throws IOException {
    stage.topics.good = 0;
    String lost = head("DFT^P03", next(), "00", "1") + ft1("A", "CG", "97110", 2);
    assertThatThrownBy(() -> accept(Hl7Source.EMR, lost)).isInstanceOf(Intake.Away.class);
    accept(Hl7Source.EMR, head("DFT^P03", next(), "10", "1") + ft1("B", "CG", "97140", 1));
    accept(Hl7Source.EMR, head("SIU^S12", next(), "00", "1"));
    stage.intake.rebuild();
    stage.restart();

    accept(Hl7Source.EMR, head("DFT^P03", next(), "20", "1") + ft1("C", "CG", "97530", 1));
    assertThat(visits().get(0).getLines()).hasSize(2);
  }

  @Test
  void intakeGoesOnByItselfAfterTheDiskOfItsIndexWasFull() throws Exception {
    accept(Hl7Source.EMR, head("DFT^P03", next(), "00", "1") + ft1("A", "CG", "97110", 2));
    String text = head("DFT^P03", next(), "10", "1") + ft1("B", "CG", "97140", 1);
    stage.failToWriteTheIndex();
    assertThatThrownBy(() -> accept(Hl7Source.EMR, text)).isInstanceOf(IOException.class);
    // Its facts were on the topics before the index failed.
    assertThat(accept(Hl7Source.EMR, text).kind()).isEqualTo(MessageAnswer.Kind.REPEATED);
    assertThat(visits().get(0).getLines()).hasSize(2);

    stage.put("charges_2027-01-14.csv", "record_pointer,visit_id\n");
    stage.failToWriteTheIndex();
    assertThatThrownBy(() -> stage.intake.look()).isInstanceOf(IOException.class);
    stage.intake.look();
    assertThat(stage.state("charges_2027-01-14.csv")).isEqualTo(FileState.QUARANTINED);
    assertThat(accept(Hl7Source.EMR, text).kind()).isEqualTo(MessageAnswer.Kind.REPEATED);
    assertThat(stage.topics.facts).doesNotHaveDuplicates();
  }

  @Test
  void aMergeMovesWhatStandsAndWhatComesLater() throws IOException {
    accept(Hl7Source.EMR, head("DFT^P03", next(), "00", "1") + ft1("A", "CG", "97110", 2));
    accept(Hl7Source.BILLING, head("DFT^P03", next(), "00", "1") + ft1("A", "CG", "97110", 2));
    String merge = head("ADT^A40", next(), "10", "2") + "MRG|1^^^X^AN\r";
    accept(Hl7Source.EMR, merge);
    int sent = stage.topics.facts.size();
    accept(Hl7Source.EMR, merge.replace("|" + "M3" + "|", "|M99|"));
    accept(Hl7Source.BILLING, head("DFT^P03", next(), "20", "1") + ft1("B", "CG", "97140", 1));

    assertThat(visits())
        .extracting(Visit::getPatientKey, Visit::getStatus)
        .containsExactlyInAnyOrder(
            tuple("1", VisitStatus.RETRACTED), tuple("2", VisitStatus.FINALIZED));
    assertThat(charges())
        .extracting(Charge::getPatientKey, Charge::getStatus)
        .containsExactlyInAnyOrder(
            tuple("1", ChargeStatus.REMOVED),
            tuple("2", ChargeStatus.ACTIVE),
            tuple("2", ChargeStatus.ACTIVE));
    assertThat(stage.topics.facts).hasSize(sent + 1);
    assertThat(stage.topics.entries).hasSize(1);
    assertThat(stage.topics.entries.get(0).toString()).doesNotContain("V1");
  }

  @Test
  void aMergeTheOtherWayCorrectsAnEarlierOne() throws IOException {
    accept(Hl7Source.EMR, head("DFT^P03", next(), "00", "1") + ft1("A", "CG", "97110", 2));
    accept(Hl7Source.EMR, head("ADT^A40", next(), "10", "2") + "MRG|1^^^X^AN\r");
    accept(Hl7Source.EMR, head("ADT^A40", next(), "11", "2") + "MRG|3^^^X^AN\r");
    accept(Hl7Source.EMR, head("ADT^A40", next(), "20", "1") + "MRG|2^^^X^AN\r");

    for (String account : List.of("1", "2", "3")) {
      accept(
          Hl7Source.BILLING,
          head("DFT^P03", next(), "30", account) + ft1("B" + account, "CG", "97140", 1));
    }

    assertThat(visits())
        .extracting(Visit::getPatientKey, Visit::getStatus)
        .containsExactlyInAnyOrder(
            tuple("1", VisitStatus.FINALIZED), tuple("2", VisitStatus.RETRACTED));
    assertThat(charges()).extracting(Charge::getPatientKey).containsOnly("1");
  }

  @Test
  void aMergeAfterAMatchLeavesTheBalanceAsItIs() throws IOException {
    accept(Hl7Source.EMR, head("DFT^P03", next(), "00", "1") + ft1("A", "CG", "97110", 2));
    accept(Hl7Source.BILLING, head("DFT^P03", next(), "10", "1") + ft1("A", "CG", "97110", 2));
    accept(Hl7Source.EMR, head("DFT^P03", next(), "20", "1") + ft1("B", "CG", "97140", 1));
    Map<String, List<String>> before = balanced();
    assertThat(before.get("balances.jsonl").toString())
        .contains("\"emrVisits\":1,\"billingVisits\":1");

    stage.now = stage.now.plusSeconds(60);
    accept(Hl7Source.EMR, head("ADT^A40", next(), "30", "2") + "MRG|1^^^X^AN\r");

    assertThat(visits()).extracting(Visit::getPatientKey).contains("1", "2");
    assertThat(balanced().get("balances.jsonl")).isEqualTo(before.get("balances.jsonl"));
    assertThat(stage.topics.entries)
        .extracting(AccessEntry::getAction, AccessEntry::getWho, AccessEntry::getFromAddress)
        .containsExactly(tuple(AccessAction.MERGE_PATIENTS, "hl7:emr", "192.0.2.7"));
    assertThat(stage.topics.entries.get(0).getNote()).startsWith("Patients merged: 1.");
  }

  /** What the topics say, balanced. */
  private Map<String, List<String>> balanced() {
    List<KnownFact> facts = new ArrayList<>();
    for (SpecificRecord fact : stage.topics.facts) {
      facts.add(new KnownFact(fact, stage.now.plusSeconds(facts.size())));
    }
    return Engines.fold(facts, List.of(), stage.now.plus(Duration.ofDays(40)));
  }

  @Test
  void patientsOfMessagesAreACrosswalk() throws IOException {
    profile = "visit: {patientKey: PID-40, emrPatientId: \"PID-3[MR].1\"}";
    accept(Hl7Source.EMR, head("DFT^P03", next(), "00", "1") + ft1("A", "CG", "97110", 2));
    assertThat(visits()).extracting(Visit::getPatientKey).containsExactly("E1");

    accept(Hl7Source.EMR, head("ADT^A08", next(), "10", "1"));
    assertThat(visits()).extracting(Visit::getPatientKey).containsExactlyInAnyOrder("E1", "1");
    accept(Hl7Source.EMR, head("ADT^A08", next(), "20", "1"));
    assertThat(stage.topics.facts).hasSize(5);
  }

  /** A sender's error queue is sent again in the evening, and a backlog comes as a file. */
  @Test
  void anOlderMessageThatComesLateCorrectsNothingNewer() throws IOException {
    profile = "visit: {patientKey: PID-40, emrPatientId: \"PID-3[MR].1\"}";
    accept(Hl7Source.EMR, head("DFT^P03", next(), "00", "1") + ft1("A", "CG", "97110", 2));
    String right = head("ADT^A08", next(), "20", "1").replace("~1^^^X^AN", "~9^^^X^AN");
    accept(Hl7Source.EMR, right);
    accept(Hl7Source.EMR, head("ADT^A08", next(), "10", "1"));
    assertThat(keys()).containsExactly("9");

    // What billing sends is of the same patients, whichever listener it comes through.
    accept(Hl7Source.BILLING, head("ADT^A08", next(), "30", "1").replace("~1^^^X", "~7^^^X"));
    assertThat(keys()).containsExactly("7");

    stage.messages = new IntakeFolder.Messages(Hl7Source.EMR, null);
    stage.restart();
    stage.deliver("backlog.hl7", head("ADT^A31", next(), "05", "1").replace('\r', '\n'));
    assertThat(keys()).containsExactly("7");
    assertThat(stage.intake.rebuild()).isEqualTo(1);
    accept(Hl7Source.EMR, head("ADT^A08", next(), "25", "1"));
    assertThat(keys()).containsExactly("7");
  }

  private List<String> keys() {
    return visits().stream()
        .filter(visit -> visit.getStatus() == VisitStatus.FINALIZED)
        .map(Visit::getPatientKey)
        .toList();
  }

  @Test
  void mergesCountInTheOrderInWhichTheyWereWritten() throws IOException {
    List<String> merges =
        List.of(
            head("ADT^A40", next(), "10", "2") + "MRG|1^^^X^AN\r",
            head("ADT^A40", next(), "20", "3") + "MRG|1^^^X^AN\r",
            head("ADT^A40", next(), "30", "4") + "MRG|2^^^X^AN\r",
            head("ADT^A40", next(), "40", "2") + "MRG|4^^^X^AN\r");
    accept(Hl7Source.EMR, head("DFT^P03", next(), "00", "1") + ft1("A", "CG", "97110", 2));
    accept(Hl7Source.EMR, head("DFT^P03", next(), "00", "4") + ft1("A", "CG", "97110", 2));
    for (int one : new int[] {3, 1, 0, 2}) {
      accept(Hl7Source.EMR, merges.get(one));
    }
    assertThat(keys()).containsExactlyInAnyOrder("3", "2");
    stage.intake.rebuild();
    accept(Hl7Source.EMR, head("DFT^P03", next(), "50", "1") + ft1("B", "CG", "97140", 1));
    assertThat(keys()).containsExactlyInAnyOrder("3", "2");
  }

  /** An account number that no fact may have takes the patient's visits out of what is balanced. */
  @Test
  void rowsOfFilesThatMessagesMakeUnusableAreTold() throws IOException {
    stage.mapping("files: [{match: '*.csv', profile: auto}]\n");
    stage.messages = new IntakeFolder.Messages(Hl7Source.EMR, null);
    stage.restart();
    stage.deliver(
        "v.csv",
        "record_pointer,visit_id,patient_id,clinic_id,visit_date,therapist_id,note_type,cpt,units,"
            + "note_finalized_date,charge_amount,pos_code\n"
            + "1,V1,E1,C01,11/4/2026,TH1,DN,97110,2,11/4/2026,90,11\n"
            + "2,V2,E2,C01,11/4/2026,TH1,DN,97110,2,11/4/2026,90,11\n");
    String told =
        "Rows of other files or messages that cannot be used together with it: 1. The first: line"
            + " %d of v.csv, patient_id is longer than 256 characters. Correct one of the two.";

    accept(Hl7Source.EMR, longAccount("1"));
    assertThat(stage.topics.told)
        .filteredOn(one -> one.getName().startsWith("hl7 emr"))
        .extracting(ReceivedFile::getReason)
        .containsExactly(told.formatted(2));

    stage.deliver("adt.hl7", longAccount("2").replace('\r', '\n'));
    assertThat(stage.file("adt.hl7").getReason()).isEqualTo(told.formatted(3));
  }

  private String longAccount(String patient) {
    return head("ADT^A08", next(), "10", patient)
        .replace("~" + patient + "^^^X^AN", "~" + patient.repeat(300) + "^^^X^AN");
  }

  @Test
  void aFileOfMessagesIsReadOnceAndOneThatCountsWrongNotAtAll() throws IOException {
    stage.messages = new IntakeFolder.Messages(Hl7Source.EMR, null);
    stage.restart();
    String text =
        "FHS|^~\\&|EMR\nBHS|^~\\&|EMR\n"
            + head("DFT^P03", "F1", "00", "1").replace('\r', '\n')
            + ft1("A", "CG", "97110", 2).replace('\r', '\n')
            + head("DFT^P03", "F2", "10", "2").replace('\r', '\n')
            + ft1("A", "CG", "97110", 1).replace('\r', '\n');

    StringBuilder many = new StringBuilder();
    for (int i = 0; i < 300; i++) {
      many.append(head("SIU^S12", "S" + i, "00", "1").replace('\r', '\n'));
    }
    stage.deliver("many.hl7", many + "BTS|301\n");
    assertThat(stage.state("many.hl7")).isEqualTo(FileState.QUARANTINED);
    assertThat(stage.topics.told).noneMatch(one -> one.getName().startsWith("hl7 files"));

    stage.deliver("lies.hl7", text + "BTS|3\nFTS|1\n");
    assertThat(stage.state("lies.hl7")).isEqualTo(FileState.QUARANTINED);
    assertThat(stage.file("lies.hl7").getReason())
        .isEqualTo("lies.hl7:11: says 3 messages in the batch, but has 2");
    assertThat(stage.topics.facts).isEmpty();

    stage.deliver("right.hl7", text + "BTS|2\nFTS|1\n");
    assertThat(stage.state("right.hl7")).isEqualTo(FileState.DONE);
    assertThat(stage.file("right.hl7").getSent()).isEqualTo(4);
    assertThat(visits()).hasSize(2);

    stage.deliver("again.hl7", text);
    assertThat(stage.file("again.hl7").getUnchanged()).isEqualTo(2);
    assertThat(stage.intake.rebuild()).isEqualTo(4);
    stage.intake.look();
    assertThat(stage.topics.facts).hasSize(4);
    assertThat(accept(Hl7Source.EMR, head("SIU^S12", next(), "00", "1")).isAccepted()).isTrue();
  }

  @Test
  void aPersonSeesWhatAFileOfMessagesWouldChange() throws IOException {
    byte[] bytes =
        (head("DFT^P03", "F1", "00", "1")
                + ft1("A", "CG", "97110", 2)
                + ft1("B", "XX", "97140", 1)
                + head("SIU^S12", "F2", "00", "1")
                + head("SIU^S12", "F2", "00", "1")
                + head("DFT^P03", "F3", "00", "2")
                + ft1("A", "CG", "97110", 1))
            .replace('\r', '\n')
            .getBytes(UTF_8);
    Preview unread = stage.intake.preview(IntakeStage.TENANT, "night.hl7", bytes, null);
    assertThat(unread.refused()).contains("hl7: {source: EMR}");
    assertThat(unread.survey()).isNull();

    stage.messages = new IntakeFolder.Messages(Hl7Source.EMR, null);
    stage.restart();
    Preview seen = stage.intake.preview(IntakeStage.TENANT, "night.hl7", bytes, null);
    assertThat(seen.refused()).isNull();
    assertThat(seen.entry()).isEqualTo("HL7 EMR");
    assertThat(seen.rows()).isEqualTo(4);
    assertThat(seen.valid()).isEqualTo(1);
    assertThat(seen.skipped()).isEqualTo(2);
    assertThat(seen.note()).isEqualTo("1 message came before and gives nothing new.");
    assertThat(seen.reasons()).extracting(Preview.Dead::line).containsExactly(1L);
    assertThat(seen.changes().get("visit")).isEqualTo(new Preview.Changes(2, 0, 0));
    assertThat(seen.days()).containsExactly(LocalDate.of(2027, 1, 15));
    assertThat(stage.topics.facts).isEmpty();

    stage.deliver("night.hl7", new String(bytes, UTF_8));
    assertThat(visits()).hasSize(2);
    Preview again = stage.intake.preview(IntakeStage.TENANT, "same.hl7", bytes, null);
    assertThat(again.repeats()).isEqualTo("night.hl7");
    assertThat(again.note()).isEqualTo("4 messages came before and give nothing new.");
    assertThat(again.changes()).isEmpty();
  }

  @Test
  void theTopicOfFilesTellsOfTheDayAndNotOfPatients() throws IOException {
    accept(Hl7Source.EMR, head("DFT^P03", next(), "00", "77777") + ft1("A", "CG", "97110", 2));
    accept(Hl7Source.EMR, head("SIU^S12", next(), "00", "77777"));

    ReceivedFile day = stage.topics.told.get(stage.topics.told.size() - 1);
    assertThat(day.getName()).isEqualTo("hl7 emr 2027-01-15");
    assertThat(day.getRows()).isEqualTo(2);
    assertThat(day.getSkipped()).isEqualTo(1);
    assertThat(day.toString()).doesNotContain("77777");
  }
}
