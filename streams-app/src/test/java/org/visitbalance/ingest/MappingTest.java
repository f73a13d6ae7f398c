package org.visitbalance.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.visitbalance.fact.Charge;
import org.visitbalance.fact.Feed;
import org.visitbalance.fact.Rejection;
import org.visitbalance.fact.RejectionStatus;
import org.visitbalance.fact.RejectionType;
import org.visitbalance.fact.Transmission;
import org.visitbalance.fact.TransmissionStatus;
import org.visitbalance.fact.Visit;
import org.visitbalance.fact.VisitLine;

/** Any CSV to any kind of fact: files.md#mapping. */
class MappingTest {
  private static final String[] REJECTIONS = {
    "  - match: \"exceptions*.csv\"",
    "    fact: rejection",
    "    columns:",
    "      rejectionId: Entry",
    "      type: {column: Type, values: {Patient: PATIENT, Charge hold: CHARGE}}",
    "      reasonCode: {column: Reason, default: NONE_GIVEN}",
    "      patientKey: Account",
    "      dateOfService: {column: DOS, format: M/d/yyyy}",
    "      at: When",
    "      status: {value: OPEN}",
  };

  @TempDir Path folder;
  private Inbox inbox;

  @BeforeEach
  void empty() {
    inbox = new Inbox(folder);
  }

  private Inbox mapping(String... entries) {
    return inbox.with("mapping.yaml", "tenant: T1\nfiles:\n" + String.join("\n", entries));
  }

  private Inbox visits(String... columns) {
    return mapping(
        "  - match: v*.csv",
        "    fact: visit",
        "    columns:",
        "      visitId: Visit",
        "      patientKey: {column: Patient, crosswalk: false}",
        "      clinicId: {value: C01}",
        "      dateOfService: Date",
        "      finalizedAt: Finalized",
        "      finalizedOn: Finalized",
        "      therapistId: Therapist",
        "      noteType: {value: DAILY_NOTE}",
        "      cpt: Code",
        "      units: Units",
        String.join("\n", columns));
  }

  @Test
  void aRowBecomesTheFactThatTheMappingSpellsOut() {
    mapping(REJECTIONS)
        .with(
            "exceptions_1.csv",
            "Entry,Type,Reason,Account,DOS,When,Unasked",
            "R1,charge HOLD,,A1,11/4/2026,2026-11-04T18:00:00Z,SECRET");

    Rejection rejection = inbox.read().only(Rejection.class);

    assertThat(rejection.getTenant()).isEqualTo("T1");
    assertThat(rejection.getType()).isEqualTo(RejectionType.CHARGE);
    assertThat(rejection.getReasonCode()).isEqualTo("NONE_GIVEN");
    assertThat(rejection.getStatus()).isEqualTo(RejectionStatus.OPEN);
    assertThat(rejection.getDateOfService()).isEqualTo(LocalDate.of(2026, 11, 4));
    assertThat(rejection.getOccurredAt()).isEqualTo(rejection.getAt());
    assertThat(rejection.getEventId()).isEqualTo("rejection:R1@2026-11-04T18:00:00Z");
    assertThat(inbox.facts().toString()).doesNotContain("SECRET");
  }

  @Test
  void whatAValueDoesNotStandForIsADeadLetterWithTheAllowedOnes() {
    mapping(REJECTIONS)
        .with(
            "exceptions_1.csv",
            "Entry,Type,Reason,Account,DOS,When",
            "R1,Nonsense,,A1,11/4/2026,2026-11-04T18:00:00Z",
            "R2,Patient,,A1,2026-11-04,2026-11-04T18:00:00Z")
        .read();

    assertThat(inbox.facts()).isEmpty();
    assertThat(inbox.deadLetters())
        .containsExactly(
            "exceptions_1.csv:2: Type is not one of Patient, Charge hold",
            "exceptions_1.csv:3: DOS is not a date in the format M/d/yyyy");
  }

  @Test
  void theFirstEntryThatFitsIsTaken() {
    mapping(
            "  - match: \"*_old.csv\"",
            "    ignore: true",
            String.join("\n", REJECTIONS),
            "  - match: \"*.csv\"",
            "    ignore: true")
        .with("exceptions_old.csv", "whatever")
        .with("other.csv", "whatever")
        .with(
            "exceptions.csv",
            "Entry,Type,Reason,Account,DOS,When",
            "R1,Patient,X,A1,11/4/2026,2026-11-04T18:00:00Z");

    assertThat(inbox.read().only(Rejection.class).getRejectionId()).isEqualTo("R1");
    assertThat(inbox.notes()).isEmpty();
  }

  @Test
  void aProfilesColumnsCanBeReplacedAndAddedTo() {
    mapping(
            "  - match: \"bill*.csv\"",
            "    profile: revflow-billing-charges",
            "    columns:",
            "      locationId: {value: DTN}",
            "      emrVisitId: EMR Visit")
        .with(
            "bills.csv",
            "charge_id,patient_account_number,date_of_service,charge_date,cpt_code,units,"
                + "treating_therapist_id,EMR Visit",
            "1,A1,2026-11-04,2026-11-04T17:00:00Z,97110,1,TH1,V7");

    Charge charge = inbox.read().only(Charge.class);

    assertThat(charge.getLocationId()).isEqualTo("DTN");
    assertThat(charge.getEmrVisitId()).isEqualTo("V7");
  }

  @Test
  void theRowsOfOneVisitAreItsLinesAndTheLatestRowSpeaksForIt() {
    visits("      modifiers: [M1, M2]", "      modified: Modified")
        .with(
            "v2.csv",
            "Visit,Patient,Date,Finalized,Therapist,Code,Units,M1,M2,Modified",
            "V1,A1,2026-11-04,2026-11-04T17:00:00Z,TH1,97140,1,GP,,")
        .with(
            "v1.csv",
            "Visit,Patient,Date,Finalized,Therapist,Code,Units,M1,M2,Modified",
            "V1,A1,2026-11-04,2026-11-04T17:00:00Z,TH9,97110,2,\"GP, KX\",59 CQ,2026-11-05",
            "V1,A1,2026-11-04,2026-11-04T17:00:00Z,TH2,97530,1,,,",
            "V1,A1,2026-11-04,2026-11-04T17:00:00Z,TH2,,,,,");

    Visit visit = inbox.read().only(Visit.class);

    assertThat(visit.getLines())
        .extracting(VisitLine::getCpt)
        .as("in the order of files and rows")
        .containsExactly("97110", "97530", "97140");
    assertThat(visit.getLines().get(0).getModifiers()).containsExactly("GP", "KX", "59", "CQ");
    assertThat(visit.getTherapistId()).as("of the row that changed last").isEqualTo("TH9");
    assertThat(visit.getOccurredAt()).isEqualTo(Instant.parse("2026-11-05T23:59:59Z"));
    assertThat(visit.getEventId()).isEqualTo("visit:V1@2026-11-05T23:59:59Z");
  }

  @Test
  void aLineHasACodeAndUnitsOrNeither() {
    visits()
        .with(
            "v.csv",
            "Visit,Patient,Date,Finalized,Therapist,Code,Units",
            "V1,A1,2026-11-04,2026-11-04T17:00:00Z,TH1,97140,",
            "V2,A1,2026-11-04,2026-11-04T17:00:00Z,TH1,,2")
        .read();

    assertThat(inbox.facts()).isEmpty();
    assertThat(inbox.deadLetters())
        .containsExactly("v.csv:2: Units is missing", "v.csv:3: Code is missing");
  }

  @Test
  void timesWithoutAnOffsetAreInTheZoneOfTheMappingThenOfTheSettings() {
    String[] feed = {
      "files:",
      "  - match: feeds.csv",
      "    fact: feed",
      "    columns: {source: System, completeUntil: Until}"
    };
    inbox
        .with("settings.yaml", "tenant: T1", "zone: America/Los_Angeles")
        .with("feeds.csv", "System,Until", "EMR,2026-11-04 10:00");
    inbox.with("mapping.yaml", feed);
    assertThat(inbox.read().only(Feed.class).getCompleteUntil())
        .isEqualTo(Instant.parse("2026-11-04T18:00:00Z"));

    inbox.with("mapping.yaml", "zone: America/New_York", String.join("\n", feed));
    assertThat(inbox.read().only(Feed.class).getCompleteUntil())
        .isEqualTo(Instant.parse("2026-11-04T15:00:00Z"));
    assertThat(inbox.only(Feed.class).getEventId()).isEqualTo("feed:EMR@2026-11-04T15:00:00Z");
  }

  @Test
  void aColumnCanNameTheTenantAndTheFactsOwnTimes() {
    mapping(
            "  - match: t.csv",
            "    fact: transmission",
            "    columns:",
            "      tenant: Company",
            "      eventId: Row",
            "      recordedAt: Seen",
            "      visitId: Visit",
            "      patientKey: Patient",
            "      kind: {value: FINANCIAL}",
            "      status: {column: Status, values: {\"*\": NOT_SENT}}",
            "      at: At")
        .with(
            "t.csv",
            "Company,Row,Seen,Visit,Patient,Status,At",
            "T9,r1,2026-11-05T00:00:00Z,V1,P1,Transmission successful,2026-11-04T18:00:00Z",
            "T9,r2,,V1,P1,unheard of,2026-11-04T19:00:00Z");

    List<Transmission> rows = inbox.read().facts(Transmission.class);

    assertThat(rows).extracting(Transmission::getTenant).containsOnly("T9");
    assertThat(rows)
        .extracting(Transmission::getStatus)
        .containsExactly(TransmissionStatus.TRANSMISSION_SUCCESSFUL, TransmissionStatus.NOT_SENT);
    assertThat(inbox.facts().get(0)).contains("\"recordedAt\":\"2026-11-05T00:00:00Z\"");
    assertThat(inbox.facts().get(1)).doesNotContain("recordedAt");
  }

  @Test
  void aFileThatNothingFitsNamesTheNearestProfileAndWhatItMisses() {
    inbox
        .with("settings.yaml", "tenant: T1")
        .with(
            "report.csv",
            "charge_id,patient_account_number,date_of_service,charge_date,cpt_code,place");

    assertThat(inbox.complaint())
        .isEqualTo(
            "report.csv: no mapping entry and no profile fits it (the closest is profile"
                + " revflow-billing-charges, which requires the missing columns"
                + " place_of_service_id, units, webpt_treating_therapist_id or"
                + " treating_therapist_id); add an entry to mapping.yaml, or one with ignore:"
                + " true");
  }

  @Test
  void aMappedColumnThatAFileLacksIsAnInputError() {
    mapping(REJECTIONS).with("exceptions.csv", "Entry,Type,Account,DOS");

    assertThat(inbox.complaint())
        .isEqualTo(
            "exceptions.csv: the header lacks Reason, When, required by mapping.yaml:3; correct the"
                + " column names or mark them optional: true");
  }

  @Test
  void aFileMustBeSomebodys() {
    inbox.with(
        "b.csv",
        "charge_id,patient_account_number,date_of_service,charge_date,cpt_code,units,"
            + "place_of_service_id,treating_therapist_id");

    assertThat(inbox.complaint())
        .isEqualTo(
            "b.csv: the tenant is not known; add tenant: NAME to mapping.yaml or"
                + " settings.yaml, or map a column to tenant");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "tenant: T1\\n"
            + "file: [] | mapping.yaml:2: 'file' is not a known key; allowed are tenant, zone,"
            + " files",
        "zone: Here | mapping.yaml:1: 'zone' must be a time zone such as America/New_York or UTC",
        "files:\\n"
            + "  - {fact: visit} | mapping.yaml:2: 'files[1].match' is missing; it must be a file"
            + " name pattern such as charges_*.csv",
        "files:\\n"
            + "  - {match: a.csv} | mapping.yaml:2: 'files[1]' must have profile, fact or ignore",
        "files:\\n"
            + "  - {match: a.csv, fact: note, profile: patients} | mapping.yaml:2: 'files[1]' must"
            + " have profile, fact or ignore",
        "files:\\n"
            + "  - {match: a.csv, fact: claim} | mapping.yaml:2: 'files[1].fact' must be visit,"
            + " charge, rejection, transmission, note, feed or patient",
        "files:\\n"
            + "  - {match: a.csv, profile: epic} | mapping.yaml:2: 'files[1].profile' must be a"
            + " built-in profile: webpt-charges, revflow-billing-charges, patients, auto",
        "files:\\n"
            + "  - {match: a.csv, fact: feed, columns: {color: X}} | mapping.yaml:2:"
            + " 'files[1].columns.color' is not a field of a feed; allowed are completeUntil,"
            + " eventId, occurredAt, recordedAt, source, tenant",
        "files:\\n"
            + "  - {match: a.csv, fact: feed, columns: {source: S}} | mapping.yaml:2: 'files[1]'"
            + " lacks 'completeUntil', which a feed needs; add it to columns, as a column or as"
            + " {value: CONSTANT}",
        "files:\\n"
            + "  - {match: a.csv, fact: feed, columns: {source: {value: LAB}, completeUntil: U}} |"
            + " mapping.yaml:2: 'files[1].columns.source' has a value that cannot be used: 'LAB' is"
            + " not one of EMR, BILLING",
        "files:\\n"
            + "  - {match: a.csv, fact: feed, columns: {source: {column: S, colour: 1},"
            + " completeUntil: U}} | mapping.yaml:2: 'files[1].columns.source.colour' is not a"
            + " known key; allowed are column, value, values, format, default, optional, crosswalk, midnight",
        "files:\\n"
            + "  - {match: a.csv, fact: feed, columns: {source: S, completeUntil: {column: U,"
            + " format: banana}}} | mapping.yaml:2: 'files[1].columns.completeUntil.format' must be"
            + " a pattern for a date, or a date and time, such as M/d/yyyy or yyyyMMdd HHmm",
        "files:\\n"
            + "  - {match: a.csv, fact: feed, snapshot: 'a(.*)', columns: {source: S,"
            + " completeUntil: U}} | mapping.yaml:2: 'files[1].snapshot' applies to rejections,"
            + " notes and transmissions only",
        "files: {} | mapping.yaml:1: 'files' must be a list of entries, each with match",
        "files:\\n"
            + "  - match: a.csv\\n"
            + "   fact: feed | mapping.yaml:3: is not valid YAML: expected <block end>, but found"
            + " '<block mapping start>'",
      })
  void brokenMappingsAreNamedByFileLineAndKey(String yaml, String complaint) {
    inbox.with("settings.yaml", "tenant: T1").with("mapping.yaml", yaml.replace("\\n", "\n"));

    assertThat(inbox.complaint()).isEqualTo(complaint);
  }
}
