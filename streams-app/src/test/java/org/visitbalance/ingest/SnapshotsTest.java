package org.visitbalance.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.visitbalance.fact.Note;
import org.visitbalance.fact.Rejection;
import org.visitbalance.fact.Transmission;

/** Reports that list what stands today: files.md#mapping. */
class SnapshotsTest {
  private static final String HEADER = "Entry,Type,Reason,Account";

  @TempDir Path folder;
  private Inbox inbox;

  @BeforeEach
  void empty() {
    inbox = new Inbox(folder);
  }

  private void mapping(String... entry) {
    inbox.with("mapping.yaml", "tenant: T1", "files:", String.join("\n", entry));
  }

  private void rejections(String id) {
    mapping(
        "  - match: \"exceptions_*.csv\"",
        "    fact: rejection",
        "    snapshot: \"exceptions_(\\\\d{4}-\\\\d{2}-\\\\d{2})\"",
        "    columns:",
        "      type: {column: Type, values: {Patient: PATIENT, Case: CASE}}",
        "      reasonCode: Reason",
        "      patientKey: Account",
        "      status: {value: OPEN}",
        id);
  }

  private List<String> rejections() {
    return inbox.read().facts(Rejection.class).stream()
        .sorted((one, other) -> one.getAt().compareTo(other.getAt()))
        .map(fact -> fact.getRejectionId() + " " + fact.getStatus() + " " + fact.getAt())
        .toList();
  }

  @Test
  void anEntryOpensWhenFirstSeenIsClearedWhenMissingAndNewWhenItComesBack() {
    rejections("      rejectionId: Entry");
    inbox
        .with("exceptions_2026-11-04.csv", HEADER, "R1,Case,X,A1")
        .with("exceptions_2026-11-05.csv", HEADER, "R1,Case,X,A1")
        .with("exceptions_2026-11-06.csv", HEADER)
        .with("exceptions_2026-11-07.csv", HEADER, "R1,Case,X,A1");

    assertThat(rejections())
        .containsExactly(
            "R1 OPEN 2026-11-04T23:59:59Z",
            "R1 CLEARED 2026-11-06T23:59:59Z",
            "R1#2 OPEN 2026-11-07T23:59:59Z");
    Rejection cleared = inbox.facts(Rejection.class).get(2);
    assertThat(cleared.getReasonCode()).as("what it said stays").isEqualTo("X");
    assertThat(cleared.getOccurredAt()).isEqualTo(cleared.getAt());
    assertThat(cleared.getEventId()).isEqualTo("rejection:R1@2026-11-06T23:59:59Z");
  }

  @Test
  void aReportWithARowThatCannotBeReadClearsNothing() {
    rejections("      rejectionId: Entry");
    inbox
        .with("exceptions_2026-11-04.csv", HEADER, "R1,Case,X,A1")
        .with("exceptions_2026-11-05.csv", HEADER, "R1,Illegible,X,A1")
        .with("exceptions_2026-11-06.csv", HEADER);

    assertThat(rejections())
        .containsExactly("R1 OPEN 2026-11-04T23:59:59Z", "R1 CLEARED 2026-11-06T23:59:59Z");
    assertThat(inbox.deadLetters())
        .containsExactly("exceptions_2026-11-05.csv:2: Type is not one of Patient, Case");
  }

  @Test
  void anEntryThatSaysSomethingElseIsToldAgain() {
    rejections("      rejectionId: Entry");
    inbox
        .with("exceptions_2026-11-04.csv", HEADER, "R1,Patient,X,A1")
        .with("exceptions_2026-11-05.csv", HEADER, "R1,Case,Y,A1");

    assertThat(rejections())
        .containsExactly("R1 OPEN 2026-11-04T23:59:59Z", "R1 OPEN 2026-11-05T23:59:59Z");
  }

  @Test
  void withoutAnIdTheMappedFieldsAreTheId() {
    rejections("");
    inbox
        .with("exceptions_2026-11-04.csv", HEADER, "1,Case,X,A1", "2,Case,X,A2")
        .with("exceptions_2026-11-05.csv", HEADER, "1,Case,X,A2");

    assertThat(rejections())
        .containsExactlyInAnyOrder(
            "CASE|X|A1 OPEN 2026-11-04T23:59:59Z",
            "CASE|X|A2 OPEN 2026-11-04T23:59:59Z",
            "CASE|X|A1 CLEARED 2026-11-05T23:59:59Z");
  }

  @Test
  void theFileNameMayGiveATimeToo() {
    mapping(
        "  - match: \"missed*.csv\"",
        "    fact: note",
        "    zone: America/New_York",
        "    snapshot: \"missed_(\\\\d+-\\\\d+)\"",
        "    columns: {noteId: Note, patientKey: Patient, clinicId: Clinic, dateOfService: Date}");
    inbox
        .with("missed_20261104-1700.csv", "Note,Patient,Clinic,Date", "N1,P1,C1,11/4/2026")
        .with("missed_20261104-2200.csv", "Note,Patient,Clinic,Date");

    assertThat(inbox.read().facts(Note.class))
        .extracting(note -> note.getStatus() + " " + note.getAt())
        .containsExactly("OPEN 2026-11-04T22:00:00Z", "FINALIZED 2026-11-05T03:00:00Z");
  }

  @Test
  void aTransmissionThatIsMissingFromTheNextReportStays() {
    mapping(
        "  - match: \"claims*.csv\"",
        "    fact: transmission",
        "    snapshot: \"claims_(.*)\\\\.csv\"",
        "    columns: {visitId: V, patientKey: P, kind: {value: FINANCIAL}, status: S}");
    inbox
        .with("claims_2026-11-04.csv", "V,P,S", "V1,P1,INITIATED", "V2,P1,INITIATED")
        .with("claims_2026-11-05.csv", "V,P,S", "V1,P1,TRANSMISSION_SUCCESSFUL");

    assertThat(inbox.read().facts(Transmission.class))
        .extracting(fact -> fact.getVisitId() + " " + fact.getStatus() + " " + fact.getAt())
        .containsExactly(
            "V1 INITIATED 2026-11-04T23:59:59Z",
            "V1 TRANSMISSION_SUCCESSFUL 2026-11-05T23:59:59Z",
            "V2 INITIATED 2026-11-04T23:59:59Z");
  }

  @Test
  void aReportsOwnTimeCountsUnlessItStoodStillWhileTheRowChanged() {
    mapping(
        "  - match: \"claims*.csv\"",
        "    fact: transmission",
        "    snapshot: \"claims_(.*)\\\\.csv\"",
        "    columns: {visitId: V, patientKey: P, kind: {value: FINANCIAL}, status: S, at: At}");
    inbox
        .with("claims_2026-11-04.csv", "V,P,S,At", "V1,P1,INITIATED,2026-11-04 10:00")
        .with("claims_2026-11-05.csv", "V,P,S,At", "V1,P1,RESUBMITTED,2026-11-05 09:00")
        .with("claims_2026-11-06.csv", "V,P,S,At", "V1,P1,NOT_SENT,2026-11-05 09:00");

    assertThat(inbox.read().facts(Transmission.class))
        .extracting(fact -> fact.getStatus() + " " + fact.getAt())
        .containsExactly(
            "INITIATED 2026-11-04T10:00:00Z",
            "RESUBMITTED 2026-11-05T09:00:00Z",
            "NOT_SENT 2026-11-06T23:59:59Z");
  }

  @Test
  void aNameWithoutADateIsAnInputError() {
    rejections("      rejectionId: Entry");
    inbox.with("exceptions_today.csv", HEADER);

    assertThat(inbox.complaint())
        .isEqualTo(
            "exceptions_today.csv: the file name has no date that matches the mapping's snapshot"
                + " pattern exceptions_(\\d{4}-\\d{2}-\\d{2})");
  }
}
