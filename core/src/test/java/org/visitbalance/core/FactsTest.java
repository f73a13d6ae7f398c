package org.visitbalance.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecordBase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.visitbalance.fact.AcceptanceReason;
import org.visitbalance.fact.Charge;
import org.visitbalance.fact.ChargeOrigin;
import org.visitbalance.fact.ChargeStatus;
import org.visitbalance.fact.Decision;
import org.visitbalance.fact.DecisionAction;
import org.visitbalance.fact.Feed;
import org.visitbalance.fact.FeedSource;
import org.visitbalance.fact.NoCharge;
import org.visitbalance.fact.Note;
import org.visitbalance.fact.NoteStatus;
import org.visitbalance.fact.NoteType;
import org.visitbalance.fact.Rejection;
import org.visitbalance.fact.RejectionStatus;
import org.visitbalance.fact.RejectionType;
import org.visitbalance.fact.Transmission;
import org.visitbalance.fact.TransmissionKind;
import org.visitbalance.fact.TransmissionStatus;
import org.visitbalance.fact.Visit;
import org.visitbalance.fact.VisitLine;
import org.visitbalance.fact.VisitStatus;

/** What keeps a decoded record from being a fact: rules.md#dead-letters. */
class FactsTest {
  private static final Instant AT = Instant.parse("2026-11-04T23:59:59Z");
  private static final LocalDate DAY = LocalDate.of(2026, 11, 4);

  private static SpecificRecordBase fact(String kind) {
    return switch (kind) {
      case "visit" ->
          new Visit(
              "T1",
              "e1",
              AT,
              "V1",
              0,
              VisitStatus.FINALIZED,
              "P1",
              "case",
              "C01",
              "11",
              DAY,
              AT,
              DAY,
              "TH1",
              "TH2",
              NoteType.DAILY_NOTE,
              "BCBS",
              NoCharge.NONE,
              true,
              List.of(new VisitLine("97110", List.of(), 3, true)));
      case "charge" ->
          new Charge(
              "T1",
              "e2",
              AT,
              "501",
              "500",
              ChargeStatus.ACTIVE,
              AT,
              "P1",
              "V1",
              "B1",
              "DTN",
              DAY,
              AT,
              DAY,
              "TH1",
              "TH2",
              "97110",
              List.of(),
              2,
              "BCBS",
              ChargeOrigin.MANUAL);
      case "rejection" ->
          new Rejection(
              "T1",
              "e3",
              AT,
              "R1",
              RejectionType.CASE,
              RejectionStatus.OPEN,
              AT,
              "AUTH",
              "P1",
              "case",
              "V1",
              DAY,
              "DTN");
      case "transmission" ->
          new Transmission(
              "T1",
              "e4",
              AT,
              "V1",
              "P1",
              TransmissionKind.FINANCIAL,
              AT,
              TransmissionStatus.INITIATED);
      case "decision" ->
          new Decision(
              "T1",
              "e1",
              AT,
              "P1",
              "V1",
              "MISSING_CHARGE",
              "DTN",
              DAY,
              DecisionAction.ACCEPTED,
              AcceptanceReason.WRITTEN_OFF,
              null,
              "ann");
      case "note" ->
          new Note("T1", "e5", AT, "N1", "P1", "C01", "11", DAY, "TH1", NoteStatus.OPEN, AT);
      case "feed" -> new Feed("T1", "e6", AT, FeedSource.EMR, AT);
      default -> throw new IllegalArgumentException(kind);
    };
  }

  /** The fact of a kind with another value of one field; of a visit's line by "lines." */
  private static SpecificRecordBase with(String kind, String field, Object value) {
    if (field.startsWith("lines.")) {
      VisitLine line = new VisitLine("97110", List.of(), 3, true);
      put(line, field.substring("lines.".length()), value);
      return with(kind, "lines", List.of(line));
    }
    SpecificRecordBase fact = fact(kind);
    put(fact, field, value);
    return fact;
  }

  private static void put(SpecificRecordBase fact, String field, Object value) {
    fact.put(fact.getSchema().getField(field).pos(), value);
  }

  private static Object get(SpecificRecordBase fact, String field) {
    return fact.get(fact.getSchema().getField(field).pos());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"visit", "charge", "rejection", "transmission", "note", "decision", "feed"})
  void aWholeFactHasNoProblemAndTellsWhatAllFactsHave(String kind) {
    SpecificRecordBase fact = fact(kind);

    assertThat(Facts.problem(fact)).isNull();
    assertThat(Facts.normalized(fact)).isSameAs(fact);
    assertThat(Facts.tenant(fact)).isEqualTo("T1");
    assertThat(Facts.occurredAt(fact)).isEqualTo(AT);
    assertThat(Facts.patientKey(fact)).isEqualTo(kind.equals("feed") ? null : "P1");
  }

  @ParameterizedTest
  @CsvSource({
    "visit, tenant eventId visitId patientKey clinicId therapistId lines.cpt",
    "charge, tenant eventId chargeId patientKey locationId treatingProviderId cpt",
    "rejection, tenant eventId rejectionId reasonCode patientKey",
    "transmission, tenant eventId visitId patientKey",
    "note, tenant eventId noteId patientKey clinicId",
    "decision, tenant eventId patientKey visit kind location decidedBy",
    "feed, tenant eventId",
  })
  void aBlankTextThatIsNeededIsMissing(String kind, String fields) {
    for (String field : fields.split(" ", -1)) {
      assertThat(Facts.problem(with(kind, field, " ")))
          .isEqualTo(new Facts.Problem(field, "is missing"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "visit, caseId posCode documentingTherapistId payerId",
    "charge, originalChargeId emrVisitId billingVisitId billingProviderId payerId",
    "rejection, caseId emrVisitId locationId",
    "note, posCode therapistId",
  })
  void aBlankTextThatMayBeAbsentIsAbsent(String kind, String fields) {
    SpecificRecordBase none = fact(kind);
    for (String field : fields.split(" ", -1)) {
      SpecificRecordBase blank = with(kind, field, " ");
      assertThat(get(Facts.normalized(blank), field)).as(field).isNull();
      put(none, field, null);
      SpecificRecordBase others = SpecificData.get().deepCopy(none.getSchema(), none);
      assertThat(Facts.normalized(others)).as("absent already").isSameAs(others);
    }
    SpecificRecordBase all = fact(kind);
    List.of(fields.split(" ", -1)).forEach(field -> put(all, field, ""));
    assertThat(Facts.normalized(all)).isEqualTo(none);
  }

  @ParameterizedTest
  @CsvSource({
    "visit, occurredAt finalizedAt",
    "charge, occurredAt updatedAt createdAt",
    "rejection, occurredAt at",
    "transmission, occurredAt at",
    "note, occurredAt at",
    "feed, occurredAt completeUntil",
  })
  void anInstantLiesInTheYearsThatCanBeStored(String kind, String fields) {
    for (String field : fields.split(" ", -1)) {
      for (String never : List.of("1677-12-31T23:59:59Z", "2262-01-01T00:00:00Z")) {
        assertThat(Facts.problem(with(kind, field, Instant.parse(never))))
            .isEqualTo(new Facts.Problem(field, "is not between the years 1678 and 2261"));
      }
    }
  }

  @Test
  void theFirstAndTheLastInstantAreInstants() {
    assertThat(Facts.problem(with("note", "at", Instant.parse("1678-01-01T00:00:00Z")))).isNull();
    assertThat(Facts.problem(with("note", "at", Instant.parse("2261-12-31T23:59:59.999999999Z"))))
        .isNull();
  }

  @ParameterizedTest
  @CsvSource({"visit, revision", "visit, lines.units", "charge, units"})
  void aWholeNumberIsNotBelowZero(String kind, String field) {
    assertThat(Facts.problem(with(kind, field, -1)))
        .isEqualTo(new Facts.Problem(field, "is not a whole number >= 0"));
    assertThat(Facts.problem(with(kind, field, 0))).isNull();
  }

  @Test
  void anUnknownSymbolIsRefusedAndTheKnownOnesAreNamed() {
    Map.<String, Object>of(
            "visit/status", VisitStatus.UNKNOWN,
            "visit/noteType", NoteType.UNKNOWN,
            "visit/noCharge", NoCharge.UNKNOWN,
            "charge/status", ChargeStatus.UNKNOWN,
            "charge/origin", ChargeOrigin.UNKNOWN,
            "transmission/kind", TransmissionKind.UNKNOWN,
            "transmission/status", TransmissionStatus.UNKNOWN,
            "note/status", NoteStatus.UNKNOWN,
            "decision/action", DecisionAction.UNKNOWN,
            "feed/source", FeedSource.UNKNOWN)
        .forEach(
            (place, unknown) -> {
              String[] parts = place.split("/", -1);
              Facts.Problem problem = Facts.problem(with(parts[0], parts[1], unknown));
              assertThat(problem).as(place).isNotNull();
              assertThat(problem.field()).isEqualTo(parts[1]);
            });
    assertThat(Facts.problem(with("rejection", "type", RejectionType.UNKNOWN)))
        .isEqualTo(new Facts.Problem("type", "is not one of PATIENT, CASE, CHARGE, PAYMENT"));
    assertThat(Facts.problem(with("rejection", "status", RejectionStatus.UNKNOWN)))
        .isEqualTo(new Facts.Problem("status", "is not one of OPEN, CLEARED"));
    assertThat(Facts.problem(with("charge", "origin", null))).as("no origin").isNull();
  }

  @Test
  void aDecisionHasWhatItsActionNeedsAndNothingElse() {
    assertThat(problem("reason", null)).contains("reason is required with ACCEPTED");
    assertThat(problem("reason", AcceptanceReason.UNKNOWN))
        .contains("reason is not one of WRITTEN_O");
    assertThat(problem("assignee", "ann")).contains("assignee is required with ASSIGNED");
    assertThat(problem("action", DecisionAction.WITHDRAWN)).contains("reason is required with");
    assertThat(problem("kind", "DAY"))
        .contains("kind is not a kind of discrepancy that a visit can have");
    assertThat(problem("kind", "POSTED_LATER")).contains("kind is not a kind");
    assertThat(problem("kind", "ACCEPTED_BUT_CHANGED")).contains("kind cannot be accepted");
    assertThat(problem("assignee", " ")).as("blank is absent").isNull();
    SpecificRecordBase assigned = with("decision", "action", DecisionAction.ASSIGNED);
    put(assigned, "reason", null);
    assertThat(Facts.problem(assigned)).isNotNull();
    put(assigned, "assignee", "ann");
    put(assigned, "kind", "ACCEPTED_BUT_CHANGED");
    assertThat(Facts.problem(assigned)).isNull();
    assertThat(Facts.businessDate(assigned)).isEqualTo(DAY);
  }

  private static String problem(String field, Object value) {
    Facts.Problem problem = Facts.problem(Facts.normalized(with("decision", field, value)));
    return problem == null ? null : problem.field() + " " + problem.reason();
  }

  /** The date is that of UTC, and the last second of a day still belongs to it. */
  @ParameterizedTest
  @CsvSource({"visit, finalizedOn", "charge, createdOn"})
  void aBusinessDateIsAtMostTwoDaysAhead(String kind, String field) {
    assertThat(Facts.problem(with(kind, field, DAY.plusDays(2)))).isNull();
    assertThat(Facts.problem(with(kind, field, DAY.plusDays(3))))
        .isEqualTo(new Facts.Problem(field, "is more than 2 days after the date of occurredAt"));
  }

  @Test
  void ofSeveralProblemsTheFirstIsTold() {
    SpecificRecordBase note = with("note", "noteId", "");
    put(note, "at", Instant.MAX);

    assertThat(Facts.problem(note)).isEqualTo(new Facts.Problem("noteId", "is missing"));
  }
}
