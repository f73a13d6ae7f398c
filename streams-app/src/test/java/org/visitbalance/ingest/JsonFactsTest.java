package org.visitbalance.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
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
        "'units':2 | 'units':-1 | units is not a whole number >= 0",
        "'units':2 | 'units':'2' | units is not a whole number >= 0",
        "'units':2 | 'units':99999999999 | units is not a whole number from 0 to 2147483647",
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
