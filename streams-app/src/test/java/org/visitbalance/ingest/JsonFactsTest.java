package org.visitbalance.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.visitbalance.fact.Charge;
import org.visitbalance.fact.Feed;

/** Facts as JSON lines: contract.md#input. */
class JsonFactsTest {
  private static final String CHARGE =
      ("{'fact':'charge','tenant':'T1','eventId':'e2','occurredAt':'2026-11-04T17:09:00Z',"
              + "'chargeId':'501','status':'ACTIVE','updatedAt':'2026-11-04T17:09:00Z',"
              + "'patientKey':'P1','locationId':'DTN','dateOfService':'2026-11-04',"
              + "'createdAt':'2026-11-04T17:09:00Z','createdOn':'2026-11-04',"
              + "'treatingProviderId':'TH1','cpt':'97110','modifiers':['GP'],'units':2}")
          .replace('\'', '"');
  private static final String VISIT =
      ("{'fact':'visit','tenant':'T1','eventId':'e1','occurredAt':'2026-11-04T17:05:00Z',"
              + "'visitId':'V1','revision':0,'status':'FINALIZED','patientKey':'P1',"
              + "'clinicId':'C01','dateOfService':'2026-11-04','finalizedAt':'2026-11-04T17:05:00Z',"
              + "'finalizedOn':'2026-11-04','therapistId':'TH1','noteType':'DAILY_NOTE',"
              + "'noCharge':'NONE','lines':[{'cpt':'97110','modifiers':[],'units':3}]}")
          .replace('\'', '"');

  @TempDir Path folder;
  private Inbox inbox;

  @BeforeEach
  void empty() {
    inbox = new Inbox(folder);
  }

  @Test
  void aLineIsAFactAndWritesBackAsItWas() {
    assertThat(inbox.with("f.jsonl", CHARGE, VISIT).read().facts()).containsExactly(CHARGE, VISIT);
  }

  @Test
  void fieldsMayComeInAnyOrderBeUnknownNullOrBlank() {
    String odd =
        CHARGE
            .replace("\"fact\":\"charge\",", "")
            .replace(
                "}", ",\"payerId\":\" \",\"origin\":null,\"new\":{\"a\":[1]},\"fact\":\"charge\"}");

    assertThat(inbox.with("f.jsonl", odd).read().facts()).containsExactly(CHARGE);
  }

  @Test
  void ofANameThatStandsTwiceTheLastCounts() {
    String twice =
        CHARGE
            .replace("\"units\":2", "\"units\":{\"a\":[1]},\"units\":2")
            .replace("\"cpt\":\"97110\"", "\"payerId\":\"X\",\"cpt\":7,\"cpt\":\"97110\"")
            .replace("\"tenant\":\"T1\"", "\"tenant\":\"T9\",\"payerId\":\" \",\"tenant\":\"T1\"")
            .replace("\"modifiers\":[\"GP\"]", "\"modifiers\":[[1]],\"modifiers\":[\"GP\"]")
            .replace("\"payerId\":\"X\"", "\"payerId\":\"X\",\"payerId\":null")
            .replace("{\"fact\":\"charge\"", "{\"fact\":\"note\",\"fact\":\"charge\"");
    String visit =
        VISIT
            .replace("\"lines\":", "\"lines\":[{\"cpt\":1}],\"lines\":")
            .replace("\"units\":3", "\"units\":\"x\",\"units\":3");

    assertThat(inbox.with("f.jsonl", twice, visit, CHARGE, VISIT).read().facts())
        .containsExactly(CHARGE, CHARGE, VISIT, VISIT);
  }

  @Test
  void whatItIsAboutIsSaidLast() {
    inbox.with("f.jsonl", CHARGE.replace("}", ",\"fact\":\"chargé\"}"), CHARGE).read();

    assertThat(inbox.facts()).containsExactly(CHARGE);
    assertThat(inbox.deadLetters())
        .singleElement()
        .asString()
        .startsWith("f.jsonl:1: fact is not one of visit");
  }

  @Test
  void anAmountIsReadAndWritten() {
    String charge = CHARGE.replace("\"units\":2", "\"units\":2,\"amountCents\":99999999999");
    String visit = VISIT.replace("\"units\":3", "\"units\":3,\"amountCents\":0");

    assertThat(inbox.with("f.jsonl", charge, visit).read().facts()).containsExactly(charge, visit);
  }

  @Test
  void onlyBlanksAreAbsent() {
    inbox
        .with(
            "f.jsonl",
            CHARGE.replace("}", ",\"payerId\":\"\u00A0\"}"),
            CHARGE.replace("}", ",\"payerId\":\"\\t\"}"))
        .read();

    assertThat(inbox.only(Charge.class).getPayerId()).isEqualTo("\u00A0");
    assertThat(inbox.deadLetters())
        .containsExactly("f.jsonl:2: payerId has a control character, such as a line break");
  }

  @Test
  void whatIsNotAskedForMayBeOfAnyLengthButNotOfAnyDepth() {
    String deep = "[".repeat(99) + "]".repeat(99);
    inbox
        .with(
            "f.jsonl",
            CHARGE.replace("}", ",\"x\":" + deep + "}"),
            CHARGE.replace("}", ",\"x\":" + "9".repeat(5_000) + "}"),
            CHARGE.replace("}", ",\"" + "n".repeat(60_000) + "\":1}"),
            CHARGE.replace("}", ",\"x\":[" + deep + "]}"))
        .read();

    assertThat(inbox.facts()).hasSize(3);
    assertThat(inbox.deadLetters()).containsExactly("f.jsonl:4: is not a single JSON object");
  }

  @Test
  void nothingStandsBesideAnObject() {
    inbox.with("f.jsonl", VISIT, CHARGE + "\u0001", "\uFEFF" + CHARGE, CHARGE + " \t\r").read();

    assertThat(inbox.facts()).containsExactly(CHARGE, VISIT);
    assertThat(inbox.deadLetters())
        .containsExactly(
            "f.jsonl:2: is not a single JSON object", "f.jsonl:3: is not a single JSON object");
  }

  @Test
  void bytesThatAreNotUtf8AreNoText() {
    byte[] line = CHARGE.replace("}", ",\"x\":\"?\"}").getBytes(UTF_8);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] odd :
        List.of(
            new byte[] {(byte) 0xE9},
            new byte[] {(byte) 0xC0, (byte) 0x80},
            new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80},
            "é".getBytes(UTF_8))) {
      all.write(line, 0, line.length - 3);
      all.write(odd, 0, odd.length);
      all.write(line, line.length - 2, 2);
      all.write('\n');
    }
    inbox.with("f.jsonl", all.toByteArray()).read();

    assertThat(inbox.facts()).hasSize(1);
    assertThat(inbox.deadLetters())
        .containsExactly(
            "f.jsonl:1: contains bytes that are not valid UTF-8",
            "f.jsonl:2: contains bytes that are not valid UTF-8",
            "f.jsonl:3: contains bytes that are not valid UTF-8");
  }

  @Test
  void marksCarriageReturnsAndEmptyLinesAreNothing() {
    inbox.with("f.jsonl", ("\uFEFF" + CHARGE + "\r\n\r\n  \n" + VISIT).getBytes(UTF_8)).read();

    assertThat(inbox.facts()).hasSize(2);
    assertThat(inbox.deadLetters()).isEmpty();
  }

  @Test
  void linesAreNumberedThroughFilesThatAreReadInPieces() {
    StringBuilder lines = new StringBuilder();
    String padded = CHARGE.replace("}", ",\"pad\":\"" + "x".repeat(5_000_000) + "\"}");
    for (int i = 0; i < 3; i++) {
      lines.append(padded).append('\n').append("broken\n\n");
    }
    inbox.with("f.jsonl", lines.toString().getBytes(UTF_8)).read();

    assertThat(inbox.facts(Charge.class)).hasSize(3);
    assertThat(inbox.deadLetters())
        .containsExactly(
            "f.jsonl:2: is not a single JSON object",
            "f.jsonl:5: is not a single JSON object",
            "f.jsonl:8: is not a single JSON object");
  }

  @Test
  void knownTimeIsRecordedAtWhereItIsGiven() {
    String feed =
        "{\"fact\":\"feed\",\"tenant\":\"T1\",\"eventId\":\"f\",\"occurredAt\":\"2026-11-04T17:09:00Z\","
            + "\"source\":\"EMR\",\"completeUntil\":\"2026-11-04T17:00:00Z\","
            + "\"recordedAt\":\"2026-11-05T00:00:00.5Z\"}";
    inbox.with("f.jsonl", feed).read();

    assertThat(inbox.only(Feed.class).getOccurredAt()).hasToString("2026-11-04T17:09:00Z");
    assertThat(inbox.facts().get(0)).contains("\"recordedAt\":\"2026-11-05T00:00:00.500Z\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'fact':'charge' | 'fact':'claim' | fact is not one of visit, charge, rejection,"
            + " transmission, note, decision, feed",
        "'fact':'charge', | '' | fact is missing",
        "'units':2 | 'units':3.0 | units is not a whole number >= 0",
        "'units':2 | 'units':-1 | units is not a whole number from 0 to 9999",
        "'units':2 | 'units':10000 | units is not a whole number from 0 to 9999",
        "'units':2 | 'units':'2' | units is not a whole number >= 0",
        "'units':2 | 'units':99999999999 | units is not a whole number from 0 to 9999",
        "'units':2 | 'units':123456789012345678901 | units is not a whole number from 0 to 9999",
        "'units':2 | 'units':-123456789012345678901 | units is not a whole number from 0 to 9999",
        "'units':2 | 'units':2,'amountCents':1.0 | amountCents is not a whole number >= 0",
        "'units':2 | 'units':2,'amountCents':100000000000 | amountCents is not a whole number from 0 to 99999999999",
        "'units':2 | 'units':2,'recordedAt':'1899-12-31T00:00:00Z' | recordedAt is not between the years 1900 and 2199",
        "'updatedAt':'2026-11-04T17:09:00Z' | 'updatedAt':'2026-11-06T17:09:00.000000001Z' | updatedAt is more than 2 days after the fact became known",
        "'units':2 | 'units':2,'units':'two' | units is not a whole number >= 0",
        "'units':2 | 'units':2,'units':null | units is missing",
        "'units':2 | 'unit':2 | units is missing",
        "'chargeId':'501' | 'chargeId':' ' | chargeId is missing",
        "'chargeId':'501' | 'chargeId':501 | chargeId is not a string",
        "'dateOfService':'2026-11-04' | 'dateOfService':'11/4/2026' | dateOfService is not a date"
            + " such as 2026-11-04",
        "'dateOfService':'2026-11-04' | 'dateOfService':'2026-02-30' | dateOfService is not a date"
            + " such as 2026-11-04",
        "'updatedAt':'2026-11-04T17:09:00Z' | 'updatedAt':'2026-11-04T17:09:00' | updatedAt is not"
            + " a UTC time such as 2026-11-04T17:05:00Z",
        "'updatedAt':'2026-11-04T17:09:00Z' | 'updatedAt':'2026-11-04T17:09:00.1234567890Z' |"
            + " updatedAt is not a UTC time such as 2026-11-04T17:05:00Z",
        "'modifiers':['GP'] | 'modifiers':'GP' | modifiers is not a list of strings",
        "'modifiers':['GP'] | 'modifiers':[1] | modifiers is not a list of strings",
      })
  void aLineThatCannotBeAFactIsADeadLetterThatNamesTheField(
      String field, String instead, String reason) {
    String line =
        CHARGE.replace(
            field.replace('\'', '"'), instead.equals("''") ? "" : instead.replace('\'', '"'));
    inbox.with("f.jsonl", line, VISIT).read();

    assertThat(line).isNotEqualTo(CHARGE);
    assertThat(inbox.facts()).containsExactly(VISIT);
    assertThat(inbox.deadLetters()).containsExactly("f.jsonl:1: " + reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'units':3 | 'units':3.5 | lines.units is not a whole number >= 0",
        "'cpt':'97110', | '' | lines.cpt is missing",
        "[{'cpt':'97110','modifiers':[],'units':3}] | {} | lines is not a list of lines",
      })
  void linesOfAVisitAreNamedByTheirPath(String field, String instead, String reason) {
    inbox
        .with(
            "f.jsonl",
            VISIT.replace(
                field.replace('\'', '"'), instead.equals("''") ? "" : instead.replace('\'', '"')))
        .read();

    assertThat(inbox.deadLetters()).containsExactly("f.jsonl:1: " + reason);
  }

  @Test
  void anUnknownSymbolAndADateTooFarAheadAreDead() {
    inbox
        .with(
            "f.jsonl",
            CHARGE.replace("ACTIVE", "PAUSED"),
            CHARGE.replace("\"createdOn\":\"2026-11-04\"", "\"createdOn\":\"2026-11-07\""),
            CHARGE.replace("\"createdOn\":\"2026-11-04\"", "\"createdOn\":\"2026-11-06\""))
        .read();

    assertThat(inbox.facts()).as("two days ahead is allowed").hasSize(1);
    assertThat(inbox.deadLetters()).hasSize(2);
    assertThat(inbox.deadLetters().get(0)).startsWith("f.jsonl:1: status ");
    assertThat(inbox.deadLetters().get(1)).startsWith("f.jsonl:2: createdOn ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"[]", "null", "{} {}", "{\"a\":1", "{\"a\":1}}", "{'a':1}"})
  void aLineIsOneObject(String line) {
    inbox.with("f.jsonl", line, CHARGE).read();

    assertThat(inbox.facts()).hasSize(1);
    assertThat(inbox.deadLetters())
        .hasSize(1)
        .allMatch(
            letter -> letter.startsWith("f.jsonl:1: is not a single JSON object"),
            "one JSON object");
  }
}
