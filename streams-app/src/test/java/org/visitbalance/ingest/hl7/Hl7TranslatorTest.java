package org.visitbalance.ingest.hl7;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.visitbalance.fact.Charge;
import org.visitbalance.fact.ChargeStatus;
import org.visitbalance.fact.Note;
import org.visitbalance.fact.NoteStatus;
import org.visitbalance.fact.NoteType;
import org.visitbalance.fact.Transmission;
import org.visitbalance.fact.Visit;
import org.visitbalance.fact.VisitStatus;
import org.visitbalance.ingest.InputException;

/** What a message says, by the defaults and by profiles. */
class Hl7TranslatorTest {
  private static final ZoneId ZONE = ZoneId.of("America/New_York");
  private static final Instant NOW = Instant.parse("2026-11-05T12:00:00Z");
  private static final String HEAD =
      "MSH|^~\\&|EMR|HARBOR|RF|B|20261104171500-0500||DFT^P03|42|P|2.5.1\r"
          + "PID|1||77^^^X^MR~99^^^X^AN||SECRET^NAME\r"
          + "PV1|1|O|CL^^^C01||||T7^Doe||||||||||||V1\r";
  private static final String LINE = "FT1|1|A1||20261104||CG|97110^Exercise^C4|||2|||||||||T7\r";

  private static Hl7Checked checked(String text, Hl7Source source, String profile) {
    Hl7Reading reading =
        new Hl7Translator(Hl7Profile.of("test.yaml", profile), source, ZONE)
            .read(Hl7Text.lines(text), NOW, "x");
    return Hl7Checked.of(reading, "test", "T1", ZONE, NOW, 0);
  }

  private static List<SpecificRecord> facts(String text, Hl7Source source, String profile) {
    return checked(text, source, profile).facts("test", "T1", ZONE);
  }

  private static Visit visit(String text) {
    return visit(text, "");
  }

  private static Visit visit(String text, String profile) {
    return (Visit)
        facts(text, Hl7Source.EMR, profile).stream()
            .filter(Visit.class::isInstance)
            .findFirst()
            .orElseThrow();
  }

  private static List<Charge> charges(String text, String profile) {
    return facts(text, Hl7Source.BILLING, profile).stream().map(Charge.class::cast).toList();
  }

  private static String ft1(int number, String id, String type, String code, String units) {
    return "FT1|"
        + number
        + "|"
        + id
        + "||20261104||"
        + type
        + "|"
        + code
        + "^^C4|||"
        + units
        + "||||||C01||||T7\r";
  }

  @Test
  void aVisitWithMoreLinesThanCanBeKeptIsNotSaidToBeUsed() {
    StringBuilder lines = new StringBuilder(HEAD);
    for (int line = 1; line <= 200; line++) {
      lines.append(ft1(line, "A" + line, "CG", "97110", "1"));
    }
    assertThat(checked(lines.toString(), Hl7Source.EMR, "").says())
        .isEqualTo("200 of 200 lines used");

    lines.append(ft1(201, "A201", "CG", "97110", "1"));
    Hl7Checked tooMany = checked(lines.toString(), Hl7Source.EMR, "");

    assertThat(tooMany.says()).isEqualTo("0 of 201 lines used");
    assertThat(tooMany.rows()).isEmpty();
    assertThat(tooMany.dead())
        .extracting(Hl7Reading.Dead::reason)
        .containsOnly("are more than 200 of one visit");
  }

  @Test
  void transactionsOfAnotherPatientNeverGoToTheFirstOne() {
    String other =
        "PID|1||78^^^X^MR~98^^^X^AN||SECRET^OTHER\rPV1|1|O|CL^^^C01||||T8||||||||||||V2\r"
            + ft1(1, "A2", "CG", "97140", "1");
    String message = HEAD + LINE;

    for (Hl7Source source : Hl7Source.values()) {
      Hl7Checked glued = checked(message + message.replace("|42|", "|43|"), source, "");
      Hl7Checked two = checked(message + other, source, "");

      assertThat(glued.rows()).isEmpty();
      assertThat(glued.dead())
          .extracting(Hl7Reading.Dead::reason)
          .containsExactly("has several MSH; send each message by itself");
      assertThat(two.rows()).isEmpty();
      assertThat(two.says()).isEqualTo("0 of 1 line used");
      assertThat(two.dead())
          .containsExactly(
              new Hl7Reading.Dead(
                  0, "PID", "is there twice and differs; send each in a message of its own"));
    }
    String same = HEAD.substring(HEAD.indexOf("PID"));
    assertThat(visit(HEAD + same + LINE).getPatientKey()).isEqualTo("99");
  }

  @Test
  void eachMergeOfAMessageCounts() {
    String head = "MSH|^~\\&|EMR|HARBOR|RF|B|20261104171500-0500||ADT^A40|44|P|2.5.1\r";
    String pairs = "PID|1||N1^^^X^AN\rMRG|O1^^^X^AN\rPID|2||N2^^^X^AN\rPV1|1|O\rMRG|O2^^^X^AN\r";
    Hl7Translator translator =
        new Hl7Translator(Hl7Profile.of("test.yaml", ""), Hl7Source.EMR, ZONE);

    assertThat(translator.read(head + pairs, NOW, "x").merges())
        .containsExactly(new Hl7Merge(false, "O1", "N1"), new Hl7Merge(false, "O2", "N2"));
    Hl7Reading lacking = translator.read(head + pairs + "PID|3||N3^^^X^AN\r", NOW, "x");
    assertThat(lacking.merges()).isEmpty();
    assertThat(lacking.dead())
        .containsExactly(
            new Hl7Reading.Dead(
                0, "merge", "has 3 PID but 2 MRG; do by hand what the message says"));
  }

  @Test
  void anEmrsTransactionIsAVisitAndItsTransmission() {
    List<SpecificRecord> facts = facts(HEAD + LINE, Hl7Source.EMR, "");

    Visit visit = visit(HEAD + LINE);
    assertThat(facts).hasSize(2).hasAtLeastOneElementOfType(Transmission.class);
    assertThat(visit.getVisitId()).isEqualTo("V1");
    assertThat(visit.getPatientKey()).isEqualTo("99");
    assertThat(visit.getClinicId()).isEqualTo("C01");
    assertThat(visit.getDateOfService()).isEqualTo(LocalDate.parse("2026-11-04"));
    assertThat(visit.getFinalizedAt()).isEqualTo(Instant.parse("2026-11-04T22:15:00Z"));
    assertThat(visit.getFinalizedOn()).isEqualTo(LocalDate.parse("2026-11-04"));
    assertThat(visit.getTherapistId()).isEqualTo("T7");
    assertThat(visit.getNoteType()).isEqualTo(NoteType.DAILY_NOTE);
    assertThat(visit.getEventId()).isEqualTo("hl7:HARBOR:42:1");
    assertThat(visit.getLines()).hasSize(1);
    assertThat(visit.getLines().get(0).getUnits()).isEqualTo(2);
  }

  @Test
  void aBlankIdThreeLinesOfOneIdAndRepeatedCodesAreAllLines() {
    String blank = ft1(1, "", "CG", "97110", "1") + ft1(2, "", "CG", "97110", "1");
    String same =
        ft1(1, "A", "CG", "97110", "1")
            + ft1(2, "A", "CG", "97140", "1")
            + ft1(3, "A", "CG", "97161", "1");

    assertThat(visit(HEAD + blank).getLines()).hasSize(2);
    assertThat(visit(HEAD + same).getLines()).hasSize(3);
    assertThat(visit(HEAD + same).getNoteType()).isEqualTo(NoteType.INITIAL_EVALUATION);
    assertThat(charges(HEAD + same, ""))
        .extracting(Charge::getChargeId)
        .containsExactlyInAnyOrder("A/1", "A/2", "A/3");
  }

  @Test
  void aCreditTakesACodeBackInEitherOrder() {
    String stays = ft1(3, "B", "CG", "97140", "1");
    String[] pair = {ft1(1, "A", "CG", "97110", "2"), ft1(2, "A", "CD", "97110", "2")};

    for (String both : List.of(pair[0] + pair[1], pair[1] + pair[0])) {
      assertThat(visit(HEAD + both + stays).getLines()).hasSize(1);
      assertThat(visit(HEAD + both).getStatus()).isEqualTo(VisitStatus.RETRACTED);
      assertThat(charges(HEAD + both, ""))
          .extracting(Charge::getStatus)
          .containsExactly(ChargeStatus.REMOVED);
    }
  }

  @Test
  void aCreditWithoutAnIdTakesTheSameCodeAndUnitsBack() {
    String text = ft1(1, "A", "CG", "97110", "2") + ft1(2, "", "CD", "97110", "-2");

    assertThat(charges(HEAD + text, ""))
        .extracting(Charge::getStatus)
        .containsExactly(ChargeStatus.REMOVED);
    assertThat(visit(HEAD + text).getStatus()).isEqualTo(VisitStatus.RETRACTED);
  }

  @Test
  void anUnknownTypeIsADeadLetterUntilItIsMapped() {
    String text = HEAD + ft1(1, "A", "CH", "97110", "1");

    Hl7Checked dead = checked(text, Hl7Source.EMR, "");
    assertThat(dead.used()).isZero();
    assertThat(dead.dead().get(0).reason())
        .isEqualTo("is not a known type; map it in transactionTypes");
    assertThat(visit(text, "transactionTypes: {CH: CG}").getLines()).hasSize(1);
  }

  @Test
  void aFractionOfAUnitCostsItsLineOnly() {
    Hl7Checked checked =
        checked(
            HEAD + ft1(1, "A", "CG", "97110", "1.5") + ft1(2, "B", "CG", "97140", "2.0"),
            Hl7Source.EMR,
            "");

    assertThat(checked.used()).isEqualTo(1);
    assertThat(checked.lines()).isEqualTo(2);
    assertThat(checked.dead()).extracting(Hl7Reading.Dead::segment).containsExactly(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"2.1", "2.2", "2.3", "2.3.1", "2.4", "2.5", "2.5.1", "2.6", "2.7", "2.8", "2.9"})
  void everyVersionIsReadInTheSameWay(String version) {
    assertThat(visit((HEAD + LINE).replace("2.5.1", version)).getLines()).hasSize(1);
  }

  @Test
  void segmentsMayEndInLineFeedsAndComeInAnyOrder() {
    String text = (HEAD + "GT1|1|G\r" + LINE + "PR1|1\r" + ft1(2, "B", "CG", "97140", "1"));

    assertThat(visit(text.replace('\r', '\n')).getLines()).hasSize(2);
    assertThat(visit(text.replace("\r", "\r\n")).getLines()).hasSize(2);
  }

  @Test
  void aNoteIsOpenUntilItIsSigned() {
    String text =
        HEAD.replace("DFT^P03", "MDM^T02")
            + "TXA|1|PN||20261104|T7|||||||D1|||||IP\rOBX|1|TX|||SECRET\r";

    Note note = (Note) facts(text, Hl7Source.EMR, "").get(0);
    assertThat(note.getStatus()).isEqualTo(NoteStatus.OPEN);
    assertThat(note.getNoteId()).isEqualTo("V1");
    Note signed = (Note) facts(text.replace("|IP", "|LA"), Hl7Source.EMR, "").get(0);
    assertThat(signed.getStatus()).isEqualTo(NoteStatus.FINALIZED);
  }

  @Test
  void patientsAreTranslatedAndMerged() {
    String adt = HEAD.replace("DFT^P03", "ADT^A08");
    String merge = HEAD.replace("DFT^P03", "ADT^A40") + "MRG|55^^^X^AN\r";
    Hl7Translator translator =
        new Hl7Translator(Hl7Profile.of("test.yaml", ""), Hl7Source.EMR, ZONE);

    assertThat(translator.read(adt, NOW, "x").rows().get(0).values())
        .containsEntry("emrPatientId", "77")
        .containsEntry("patientKey", "99");
    assertThat(translator.read(merge, NOW, "x").merges())
        .containsExactly(new Hl7Merge(false, "55", "99"));
    assertThat(translator.read(adt.replace("A08", "A45"), NOW, "x").use())
        .isEqualTo(Hl7Reading.Use.BY_HAND);
    assertThat(translator.read(adt.replace("ADT^A08", "SIU^S12"), NOW, "x").use())
        .isEqualTo(Hl7Reading.Use.UNUSED);
  }

  /** The name of an event has room for 100 letters of it. */
  @Test
  void aLongNameOfASenderIsNotCutWithinACharacter() {
    String long100 = "x".repeat(99) + "\uD83D\uDE00";
    assertThat(visit(HEAD.replace("HARBOR", long100) + LINE).getEventId())
        .startsWith("hl7:" + "x".repeat(99) + ":42:");
  }

  @Test
  void aMessageInOtherCharactersIsNotCalledOneWithoutAHead() {
    byte[] latin = HEAD.replace("SECRET", "S\u00c9CRET").getBytes(ISO_8859_1);
    Hl7Translator translator =
        new Hl7Translator(Hl7Profile.of("test.yaml", ""), Hl7Source.EMR, ZONE);

    assertThat(translator.read(latin, NOW, "x").dead())
        .extracting(Hl7Reading.Dead::reason)
        .containsExactly(
            "has bytes that are not of its character set; name the right one in MSH-18, or as charset"
                + " in the profile");
    byte[] unknown = HEAD.replaceFirst("\r", "||||||EBCDIC\r").getBytes(ISO_8859_1);
    assertThat(translator.read(unknown, NOW, "x").dead())
        .extracting(Hl7Reading.Dead::reason)
        .containsExactly(
            "MSH-18 names an unknown character set; known are ASCII, 8859/1, 8859/2, 8859/15,"
                + " UNICODE UTF-8, and WINDOWS-1252");
    byte[] separators = HEAD.replace("^~\\&", "^~").getBytes(ISO_8859_1);
    assertThat(translator.read(separators, NOW, "x").dead())
        .extracting(Hl7Reading.Dead::reason)
        .allMatch(reason -> reason.contains("MSH-2"))
        .hasSize(1);
  }

  @Test
  void chargesThatWereCutOffAreNotNothingOfUse() {
    Hl7Translator translator =
        new Hl7Translator(Hl7Profile.of("test.yaml", ""), Hl7Source.BILLING, ZONE);

    Hl7Reading reading = translator.read(HEAD, NOW, "x");

    assertThat(reading.use()).isEqualTo(Hl7Reading.Use.USED);
    assertThat(reading.dead())
        .containsExactly(
            new Hl7Reading.Dead(
                0, "FT1", "is missing; the message may have been cut off: send it again"));
  }

  @Test
  void everyFieldCanComeFromElsewhere() {
    String profile =
        """
        visit:
          visitId: {join: [PV1-19, MSH-4]}
          posCode: {value: "12"}
          units: FT1-11
          noteType: {field: FT1-8, values: {"*": PROGRESS_NOTE}}
          payerId: {field: "IN1[1]-3", default: SELF}
        """;
    String line = LINE.replace("|||2||", "|X||2|4|");

    Visit visit = visit(HEAD + line, profile);
    assertThat(visit.getVisitId()).isEqualTo("V1/HARBOR");
    assertThat(visit.getPosCode()).isEqualTo("12");
    assertThat(visit.getPayerId()).isEqualTo("SELF");
    assertThat(visit.getNoteType()).isEqualTo(NoteType.PROGRESS_NOTE);
    assertThat(visit.getLines().get(0).getUnits()).isEqualTo(4);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "visits: {}",
        "visit: {visitID: PV1-19}",
        "visit: {visitId: PV1}",
        "visit: {visitId: {field: PV1-19, valeus: {}}}",
        "transactionTypes: {CH: CHARGE}",
        "unitsDefault: one"
      })
  void aMistakeInAProfileIsNamedWithItsLine(String profile) {
    assertThatThrownBy(() -> Hl7Profile.of("test.yaml", "\n" + profile))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("test.yaml:2: '");
  }

  @Test
  void whatCannotBeReadSaysNothingOfItsContent() {
    Hl7Checked checked =
        checked(
            HEAD.replace("|99^", "|^").replace("~99", "~") + LINE.replace("|2|", "|SECRET|"),
            Hl7Source.EMR,
            "");

    assertThat(checked.dead()).isNotEmpty();
    assertThat(checked.dead().toString()).doesNotContain("SECRET");
    assertThat(checked("", Hl7Source.EMR, "").dead()).hasSize(1);
  }
}
