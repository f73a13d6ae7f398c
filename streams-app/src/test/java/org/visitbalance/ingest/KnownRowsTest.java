package org.visitbalance.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.visitbalance.fact.Charge;
import org.visitbalance.fact.Feed;
import org.visitbalance.fact.Visit;
import org.visitbalance.fact.VisitLine;

/** What rows say as of a moment: files.md#profiles and files.md#reading. */
class KnownRowsTest {
  private static final String VISITS =
      "record_pointer,visit_id,patient_id,clinic_id,visit_date,therapist_id,note_type,cpt,units,"
          + "note_finalized_date,modified_date,export_flag";
  private static final String CHARGES =
      "charge_id,patient_account_number,date_of_service,charge_date,cpt_code,units,"
          + "place_of_service_id,treating_therapist_id";
  private static final String PRESENT = "2026-11-28T12:00:00Z";

  @TempDir Path folder;
  private Inbox inbox;

  @BeforeEach
  void settings() {
    inbox = new Inbox(folder).with("settings.yaml", "tenant: T1", "zone: America/New_York");
  }

  private List<Integer> unitsAsOf(String moment) {
    return inbox.asOf(moment, PRESENT).only(Visit.class).getLines().stream()
        .map(VisitLine::getUnits)
        .toList();
  }

  @Test
  void aVisitIsMadeOfTheRowsThatAreKnownByThen() {
    String row = "%s,V1,P1,C01,11/4/2026,TH1,DN,97110,%d,11/4/2026,%s,%d";
    inbox.with(
        "v.csv",
        VISITS,
        row.formatted("r1", 1, "2026-11-05T12:00:00Z", 1),
        row.formatted("r1", 2, "2026-11-07T12:00:00Z", 2),
        row.formatted("r2", 4, "2026-11-08T12:00:00Z", 1),
        row.formatted("r1", 2, "2026-11-09T12:00:00Z", 3));

    assertThat(unitsAsOf("2026-11-06T12:00:00Z")).containsExactly(1);
    assertThat(unitsAsOf("2026-11-07T13:00:00Z")).containsExactly(2);
    assertThat(unitsAsOf("2026-11-08T13:00:00Z")).containsExactly(2, 4);
    assertThat(unitsAsOf("2026-11-10T12:00:00Z")).containsExactly(4);
    assertThat(unitsAsOf("2026-11-01T12:00:00Z"))
        .as("of a visit of which nothing is known all rows count; it is not known yet")
        .containsExactly(4);
    assertThat(inbox.notes())
        .contains(
            "1 record was not known yet as of this balance and is not counted. A later --as-of"
                + " includes it.");
    assertThat(unitsAsOf(null)).as("whoever judges nothing reads all").containsExactly(4);
  }

  @Test
  void whatIsKnownOfADayOnlyIsKnownByTheAsOfOfThatDay() {
    inbox.with(
        "b.csv",
        CHARGES,
        "1,A1,11/3/2026,11/3/2026,97110,2,DTN,TH1",
        "2,A1,11/4/2026,11/4/2026 00:00,97110,2,DTN,TH1",
        "3,A1,11/4/2026,11/4/2026 11:00 PM,97110,2,DTN,TH1");
    inbox.asOf("2026-11-04T20:00:00.5Z", PRESENT);

    assertThat(inbox.facts(Charge.class))
        .extracting(charge -> charge.getCreatedAt().toString())
        .containsExactly("2026-11-04T04:59:59Z", "2026-11-04T20:00:00Z", "2026-11-05T04:00:00Z");
  }

  @Test
  void midnightIsATimeWhereItWouldClaimTooMuchAndWhereTheMappingSaysSo() {
    inbox
        .with(
            "mapping.yaml",
            "files:",
            "  - match: f.csv",
            "    fact: feed",
            "    columns: {source: S, completeUntil: U}",
            "  - match: b.csv",
            "    profile: revflow-billing-charges",
            "    columns: {createdAt: {column: charge_date, midnight: time}}")
        .with("f.csv", "S,U", "EMR,11/4/2026 00:00", "BILLING,11/4/2026")
        .with("b.csv", CHARGES, "1,A1,11/3/2026,11/3/2026 00:00,97110,2,DTN,TH1")
        .read();

    assertThat(inbox.facts(Feed.class))
        .extracting(feed -> feed.getSource() + " " + feed.getCompleteUntil())
        .containsExactly("BILLING 2026-11-05T04:59:59Z", "EMR 2026-11-04T05:00:00Z");
    assertThat(inbox.only(Charge.class).getCreatedAt()).hasToString("2026-11-03T05:00:00Z");
  }

  @Test
  void theHorizonIsTheLaterOfTheAsOfAndThePresent() {
    inbox.with("b.csv", CHARGES, "1,A1,11/3/2026,12/3/2026 12:00 PM,97110,2,DTN,TH1");

    assertThat(inbox.asOf("2026-11-04T00:00:00Z", "2026-12-01T18:00:00Z").facts(Charge.class))
        .as("within two days of the present")
        .hasSize(1);
    assertThat(inbox.asOf("2026-12-02T00:00:00Z", PRESENT).facts(Charge.class)).hasSize(1);
    assertThat(inbox.asOf("2026-11-28T12:00:00Z", PRESENT).deadLetters())
        .containsExactly("b.csv:2: charge_date is more than 2 days in the future");
  }

  @Test
  void aFeedIsImpliedOnlyWhereNoneIsGiven() {
    inbox
        .implyFeeds()
        .with("b.csv", CHARGES, "1,A1,11/3/2026,11/3/2026 12:00 PM,97110,2,DTN,TH1")
        .with(
            "f.jsonl",
            "{\"fact\":\"feed\",\"tenant\":\"T1\",\"eventId\":\"f\",\"source\":\"BILLING\","
                + "\"occurredAt\":\"2026-11-05T06:00:00Z\",\"completeUntil\":\"2026-11-05T06:00:00Z\"}");

    assertThat(inbox.read().only(Feed.class).getEventId()).isEqualTo("f");
    assertThat(inbox.notes()).noneMatch(note -> note.contains("ends"));
  }
}
