package org.visitbalance.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The quick reading of a line is the reading of contract.md#input, or none. */
class QuickFactsTest {
  private static final List<String> LINES =
      List.of(
          "{'fact':'charge','tenant':'T1','eventId':'e2','occurredAt':'2026-11-04T17:09:00Z',"
              + "'recordedAt':'2026-11-04T18:09:00.5Z','chargeId':'501','status':'ACTIVE',"
              + "'updatedAt':'2026-11-04T17:09:00Z','patientKey':'P1','locationId':'DTN',"
              + "'dateOfService':'2026-11-04','createdAt':'2026-11-04T17:09:00Z',"
              + "'createdOn':'2026-11-04','treatingProviderId':'TH1','cpt':'97110',"
              + "'modifiers':['GP','59'],'units':2,'amountCents':9000,'payerId':null}",
          "{'fact': 'visit', 'tenant': 'T1', 'eventId': 'e1', 'occurredAt':"
              + " '2026-11-04T17:05:00Z', 'visitId': 'V1', 'revision': 0, 'status': 'FINALIZED',"
              + " 'patientKey': 'P1', 'clinicId': 'C01', 'dateOfService': '2026-11-04',"
              + " 'finalizedAt': '2026-11-04T17:05:00Z', 'finalizedOn': '2026-11-04',"
              + " 'therapistId': 'TH1', 'noteType': 'DAILY_NOTE', 'noCharge': 'NONE', 'lines':"
              + " [{'cpt': '97110', 'modifiers': [], 'units': 3, 'timed': true}]}",
          "{'fact':'transmission','tenant':'T1','eventId':'e3','occurredAt':'2026-11-04T17:09:00Z',"
              + "'visitId':'V1','patientKey':'P1','kind':'FINANCIAL','at':'2026-11-04T17:09:00Z',"
              + "'status':'TRANSMISSION_SUCCESSFUL'}",
          "{'fact':'feed','tenant':'T1','eventId':'e4','occurredAt':'2026-11-04T17:09:00Z',"
              + "'source':'EMR','completeUntil':'2026-11-04T17:00:00Z'}");

  /** What a line may get in a random place. */
  private static final List<String> ODD =
      List.of(
          "",
          " ",
          "'",
          ",",
          ":",
          "}",
          "{",
          "]",
          "[",
          "\\",
          "é",
          "\u0001",
          "0",
          "-",
          "null",
          "true",
          "'units':2,",
          "'fact':'visit',",
          "1.5",
          "''",
          "' '",
          "'new':{'a':[1]},",
          "\\u0041");

  private static final int MUTANTS = 20_000;

  @Test
  void usualLinesAreReadQuickly() {
    for (String line : LINES) {
      byte[] bytes = bytes(line);

      assertThat(new QuickFacts(new IsoTexts()).read(bytes, 0, bytes.length)).isNotNull();
    }
  }

  @Test
  void whateverALineHasItIsReadAsWithoutTheQuickWay() {
    Random random = new Random(46);
    JsonFactReader reader = new JsonFactReader(told -> told);
    int quick = 0;
    for (int i = 0; i < MUTANTS; i++) {
      byte[] line = bytes(mutant(LINES.get(i % LINES.size()), random));
      // No usual line begins with a blank.
      byte[] slow = bytes(" " + new String(line, UTF_8));
      reader.open(line, line.length);
      JsonFactReader.Result result = reader.read(0, line.length);
      reader.open(slow, slow.length);

      assertThat(result).as(new String(line, UTF_8)).isEqualTo(reader.read(0, slow.length));
      quick += new QuickFacts(new IsoTexts()).read(line, 0, line.length) == null ? 0 : 1;
    }
    assertThat(quick).isBetween(MUTANTS / 50, MUTANTS / 2);
  }

  /** A line with something put, lost, repeated or swapped. */
  private static String mutant(String line, Random random) {
    int at = random.nextInt(line.length() + 1);
    int to = Math.min(line.length(), at + random.nextInt(4));
    if (random.nextInt(4) == 0) {
      String[] fields = line.split(",", -1);
      int one = random.nextInt(fields.length);
      fields[one] = fields[random.nextInt(fields.length)];
      return String.join(",", Arrays.asList(fields));
    }
    return line.substring(0, at) + ODD.get(random.nextInt(ODD.size())) + line.substring(to);
  }

  private static byte[] bytes(String line) {
    return line.replace('\'', '"').getBytes(UTF_8);
  }
}
