package org.visitbalance.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collections;
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
              List.of(new VisitLine("97110", List.of(), 3, true, 13_500L)));
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
              ChargeOrigin.MANUAL,
              9_000L);
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
              "ann",
              null);
      case "note" ->
          new Note("T1", "e5", AT, "N1", "P1", "C01", "11", DAY, "TH1", NoteStatus.OPEN, AT);
      case "feed" -> new Feed("T1", "e6", AT, FeedSource.EMR, AT);
      default -> throw new IllegalArgumentException(kind);
    };
  }

  /** The fact of a kind with another value of one field; of a visit's line by "lines." */
  private static SpecificRecordBase with(String kind, String field, Object value) {
    if (field.startsWith("lines.")) {
      VisitLine line = new VisitLine("97110", List.of(), 3, true, null);
      put(line, field.substring("lines.".length()), value);
      return with(kind, "lines", List.of(line));
    }
    SpecificRecordBase fact = fact(kind);
    put(fact, field, value);
    return fact;
  }

  private static Facts.Problem problem(SpecificRecordBase fact) {
    return FactProblems.of(fact, AT);
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

    assertThat(problem(fact)).isNull();
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
      assertThat(problem(with(kind, field, " "))).isEqualTo(new Facts.Problem(field, "is missing"));
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
      for (String never : List.of("1899-12-31T23:59:59.999999999Z", "2200-01-01T00:00:00Z")) {
        assertThat(problem(with(kind, field, Instant.parse(never))))
            .isEqualTo(new Facts.Problem(field, "is not between the years 1900 and 2199"));
      }
    }
  }

  @Test
  void theFirstAndTheLastInstantAreInstants() {
    Instant last = Instant.parse("2199-12-31T23:59:59.999999999Z");
    assertThat(problem(with("note", "at", Instant.parse("1900-01-01T00:00:00Z")))).isNull();
    assertThat(FactProblems.of(with("note", "at", last), last)).isNull();
    assertThat(FactProblems.ofKnownTime("recordedAt", last)).isNull();
    assertThat(FactProblems.ofKnownTime("recordedAt", last.plusNanos(1)))
        .isEqualTo(new Facts.Problem("recordedAt", "is not between the years 1900 and 2199"));
  }

  @ParameterizedTest
  @CsvSource({
    "visit, occurredAt finalizedAt",
    "charge, occurredAt updatedAt createdAt",
    "rejection, occurredAt at",
    "transmission, occurredAt at",
    "note, occurredAt at",
    "decision, occurredAt",
    "feed, occurredAt completeUntil",
  })
  void nothingIsDatedMoreThanTwoDaysAfterItBecameKnown(String kind, String fields) {
    Instant latest = AT.plus(Duration.ofDays(2));
    for (String field : fields.split(" ", -1)) {
      assertThat(problem(with(kind, field, latest))).as(field).isNull();
      assertThat(problem(with(kind, field, latest.plusNanos(1))))
          .isEqualTo(new Facts.Problem(field, "is more than 2 days after the fact became known"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "visit, dateOfService finalizedOn",
    "charge, dateOfService createdOn",
    "rejection, dateOfService",
    "note, dateOfService",
    "decision, date",
  })
  void aDateLiesInTheYearsThatAnInstantLiesIn(String kind, String fields) {
    for (String field : fields.split(" ", -1)) {
      assertThat(problem(with(kind, field, LocalDate.of(1900, 1, 1)))).isNull();
      for (LocalDate never : List.of(LocalDate.of(1899, 12, 31), LocalDate.of(2200, 1, 1))) {
        assertThat(problem(with(kind, field, never)))
            .isEqualTo(new Facts.Problem(field, "is not a date between the years 1900 and 2199"));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "visit, 256, tenant visitId patientKey caseId clinicId posCode therapistId"
        + " documentingTherapistId payerId lines.cpt",
    "charge, 256, chargeId originalChargeId emrVisitId billingVisitId locationId"
        + " treatingProviderId billingProviderId cpt payerId",
    "rejection, 256, reasonCode caseId emrVisitId locationId",
    "rejection, 1024, eventId rejectionId",
    "transmission, 256, visitId",
    "note, 256, noteId posCode therapistId",
    "decision, 256, location decidedBy",
    "decision, 1024, visit",
    "feed, 1024, eventId",
  })
  void aTextHasOnlySoManyCharactersAndOnlyWholeOnes(String kind, int most, String fields) {
    String smile = "\uD83D\uDE00";
    for (String field : fields.split(" ", -1)) {
      assertThat(problem(with(kind, field, smile.repeat(most)))).as(field).isNull();
      assertThat(problem(with(kind, field, smile.repeat(most) + "x")))
          .isEqualTo(new Facts.Problem(field, "is longer than " + most + " characters"));
      for (String control : List.of("a\nb", "\u0000", "a\u007F", " \t")) {
        assertThat(problem(with(kind, field, control)))
            .isEqualTo(new Facts.Problem(field, "has a control character, such as a line break"));
      }
      for (String half : List.of("a\uD83D", "\uDE00a", "\uDE00\uD83D", "\uD83Da\uDE00")) {
        assertThat(problem(with(kind, field, half)))
            .isEqualTo(new Facts.Problem(field, "has half of a surrogate pair"));
      }
    }
  }

  @Test
  void anAssigneeIsATextLikeOthers() {
    SpecificRecordBase assigned = with("decision", "action", DecisionAction.ASSIGNED);
    put(assigned, "reason", null);
    put(assigned, "assignee", "a\tb");
    assertThat(problem(assigned).field()).isEqualTo("assignee");
  }

  @ParameterizedTest
  @CsvSource({"visit, lines.modifiers", "charge, modifiers"})
  void thereAreAtMostTwentyModifiersAndEachIsAText(String kind, String field) {
    assertThat(problem(with(kind, field, Collections.nCopies(20, " ")))).isNull();
    assertThat(problem(with(kind, field, Collections.nCopies(21, "GP"))))
        .isEqualTo(new Facts.Problem(field, "has more than 20"));
    assertThat(problem(with(kind, field, List.of("GP", "x".repeat(257))))).isNotNull();
  }

  @Test
  void aVisitHasAtMostTwoHundredLines() {
    VisitLine line = new VisitLine("97110", List.of(), 1, null, null);
    assertThat(problem(with("visit", "lines", Collections.nCopies(200, line)))).isNull();
    assertThat(problem(with("visit", "lines", Collections.nCopies(201, line))))
        .isEqualTo(new Facts.Problem("lines", "has more than 200"));
  }

  @Test
  void onlyBlanksAreNothing() {
    SpecificRecordBase visit = with("visit", "payerId", "\u00A0");
    assertThat(Facts.normalized(visit)).isSameAs(visit);
    assertThat(problem(visit)).as("a text of another kind of space").isNull();
  }

  @ParameterizedTest
  @CsvSource({"visit, revision, 999999", "visit, lines.units, 9999", "charge, units, 9999"})
  void aWholeNumberLiesBetweenBounds(String kind, String field, int most) {
    for (int never : List.of(-1, most + 1)) {
      assertThat(problem(with(kind, field, never)))
          .isEqualTo(new Facts.Problem(field, "is not a whole number from 0 to " + most));
    }
    assertThat(problem(with(kind, field, 0))).isNull();
    assertThat(problem(with(kind, field, most))).isNull();
  }

  @ParameterizedTest
  @CsvSource({"visit, lines.amountCents", "charge, amountCents"})
  void anAmountLiesBetweenBounds(String kind, String field) {
    for (long never : List.of(-1L, 100_000_000_000L)) {
      assertThat(problem(with(kind, field, never)))
          .isEqualTo(new Facts.Problem(field, "is not a whole number from 0 to 99999999999"));
    }
    assertThat(problem(with(kind, field, 99_999_999_999L))).isNull();
    assertThat(problem(with(kind, field, null))).isNull();
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
              Facts.Problem problem = problem(with(parts[0], parts[1], unknown));
              assertThat(problem).as(place).isNotNull();
              assertThat(problem.field()).isEqualTo(parts[1]);
            });
    assertThat(problem(with("rejection", "type", RejectionType.UNKNOWN)))
        .isEqualTo(new Facts.Problem("type", "is not one of PATIENT, CASE, CHARGE, PAYMENT"));
    assertThat(problem(with("rejection", "status", RejectionStatus.UNKNOWN)))
        .isEqualTo(new Facts.Problem("status", "is not one of OPEN, CLEARED"));
    assertThat(problem(with("charge", "origin", null))).as("no origin").isNull();
  }

  private static Decision link(DecisionAction action) {
    return new Decision(
        "T1", "e1", AT, "P1", "V1", "LINKED", "-", DAY, action, null, null, "ann", "601");
  }

  private static String problem(Decision.Builder link) {
    Facts.Problem problem = FactProblems.of(link.build(), AT);
    return problem == null ? "" : problem.field() + " " + problem.reason();
  }

  @Test
  void aLinkHasWhatEveryLinkHas() {
    for (DecisionAction action : List.of(DecisionAction.LINKED, DecisionAction.UNLINKED)) {
      Decision link = link(action);

      assertThat(FactProblems.of(link, AT)).isNull();
      assertThat(problem(Decision.newBuilder(link).setChain(null))).startsWith("chain is required");
      assertThat(problem(Decision.newBuilder(link).setChain("6\t1"))).startsWith("chain has a");
      assertThat(problem(Decision.newBuilder(link).setChain("6".repeat(257))))
          .isEqualTo("chain is longer than 256 characters");
      assertThat(problem(Decision.newBuilder(link).setKind("HELD"))).startsWith("kind must be");
      assertThat(problem(Decision.newBuilder(link).setLocation("L1")))
          .startsWith("location must be -");
      assertThat(problem(Decision.newBuilder(link).setDate(DAY.plusDays(1))))
          .startsWith("date must be the UTC date of occurredAt");
      assertThat(problem(Decision.newBuilder(link).setReason(AcceptanceReason.OTHER)))
          .startsWith("reason is required with ACCEPTED");
      assertThat(problem(Decision.newBuilder(link).setAssignee("ann")))
          .startsWith("assignee is required with ASSIGNED");
      assertThat(problem(Decision.newBuilder(link).setVisit(" "))).isEqualTo("visit is missing");
    }
    Decision accepted = (Decision) fact("decision");
    assertThat(problem(Decision.newBuilder(accepted).setChain("601")))
        .startsWith("chain is required with LINKED and UNLINKED and not allowed");
    assertThat(problem(Decision.newBuilder(accepted).setKind("LINKED"))).startsWith("kind is not");
    Decision blank = Decision.newBuilder(accepted).setChain(" ").build();
    assertThat(FactProblems.of(Facts.normalized(blank), AT)).as("blank is absent").isNull();
  }

  @Test
  void whatEveryLinkHasMayBeLeftOut() {
    Decision link = link(DecisionAction.LINKED);
    Decision bare = new Decision();
    put(bare, "action", DecisionAction.LINKED);
    put(bare, "occurredAt", AT);

    bare = Facts.withLinkFields(bare);

    assertThat(List.of(bare.getKind(), bare.getLocation(), bare.getDate()))
        .isEqualTo(List.of(link.getKind(), link.getLocation(), link.getDate()));
    put(bare, "kind", "HELD");
    bare = Facts.withLinkFields(bare);
    assertThat(bare.getKind()).as("what is there stays").isEqualTo("HELD");
    Decision accepted = new Decision();
    put(accepted, "action", DecisionAction.ACCEPTED);
    put(accepted, "occurredAt", AT);
    assertThat(Facts.withLinkFields(accepted).getKind()).as("of a link alone").isNull();
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
    assertThat(problem(assigned)).isNotNull();
    put(assigned, "assignee", "ann");
    put(assigned, "kind", "ACCEPTED_BUT_CHANGED");
    assertThat(problem(assigned)).isNull();
    put(assigned, "date", DAY.minusDays(30));
    assertThat(Facts.businessDate(assigned)).as("when it was decided").isEqualTo(DAY);
  }

  private static String problem(String field, Object value) {
    Facts.Problem problem = problem(Facts.normalized(with("decision", field, value)));
    return problem == null ? null : problem.field() + " " + problem.reason();
  }

  /** The date is that of UTC, and the last second of a day still belongs to it. */
  @ParameterizedTest
  @CsvSource({"visit, finalizedOn", "charge, createdOn"})
  void aBusinessDateIsAtMostTwoDaysAhead(String kind, String field) {
    assertThat(problem(with(kind, field, DAY.plusDays(2)))).isNull();
    assertThat(problem(with(kind, field, DAY.plusDays(3))))
        .isEqualTo(new Facts.Problem(field, "is more than 2 days after the date of occurredAt"));
  }

  @Test
  void ofSeveralProblemsTheFirstIsTold() {
    SpecificRecordBase note = with("note", "noteId", "");
    put(note, "at", Instant.MAX);

    assertThat(problem(note)).isEqualTo(new Facts.Problem("noteId", "is missing"));
  }
}
