package org.visitbalance.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.visitbalance.fact.Charge;
import org.visitbalance.fact.ChargeStatus;
import org.visitbalance.fact.Decision;
import org.visitbalance.fact.DecisionAction;
import org.visitbalance.fact.NoCharge;
import org.visitbalance.fact.NoteType;
import org.visitbalance.fact.Visit;
import org.visitbalance.fact.VisitLine;
import org.visitbalance.fact.VisitStatus;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.state.DateVerdict;
import org.visitbalance.state.Judgement;

/** What a person says about whose charges some charges are: rules.md#links. */
class LinksTest {
  private static final LocalDate DAY = LocalDate.of(2026, 11, 4);
  private static final LocalDate NEXT = DAY.plusDays(1);
  private static final Instant NOON = Instant.parse("2026-11-04T12:00:00Z");

  private final List<SpecificRecord> facts = new ArrayList<>();

  private void visit(String id, VisitStatus status) {
    facts.add(
        Visit.newBuilder()
            .setTenant("T1")
            .setEventId(id + status)
            .setOccurredAt(NOON)
            .setVisitId(id)
            .setRevision(0)
            .setStatus(status)
            .setPatientKey("P1")
            .setClinicId("C01")
            .setDateOfService(DAY)
            .setFinalizedAt(NOON)
            .setFinalizedOn(DAY)
            .setTherapistId("TH1")
            .setNoteType(NoteType.DAILY_NOTE)
            .setNoCharge(NoCharge.NONE)
            .setLines(List.of(new VisitLine("97110", List.of(), 2, true, null)))
            .build());
  }

  private void visit(String id) {
    visit(id, VisitStatus.FINALIZED);
  }

  private void charge(
      String id, @Nullable String emrVisitId, @Nullable String billingVisitId, LocalDate date) {
    Instant at = date.atTime(18, 0).toInstant(ZoneOffset.UTC);
    facts.add(
        new Charge(
            "T1",
            "charge " + id,
            at,
            id,
            null,
            ChargeStatus.ACTIVE,
            at,
            "P1",
            emrVisitId,
            billingVisitId,
            "C01",
            date,
            at,
            date,
            "TH2",
            null,
            "97110",
            List.of(),
            1,
            null,
            null,
            null));
  }

  private void link(String chain, String visit, String at) {
    decision(DecisionAction.LINKED, chain, visit, at);
  }

  private void decision(DecisionAction action, String chain, String visit, String at) {
    Instant occurredAt = Instant.parse(at);
    facts.add(
        new Decision(
            "T1",
            "link " + chain + at,
            occurredAt,
            "P1",
            visit,
            "LINKED",
            "-",
            LocalDate.ofInstant(occurredAt, ZoneOffset.UTC),
            action,
            null,
            null,
            "ann",
            chain));
  }

  /** The state of each visit and billing-only visit, and its open kinds but MISSING_CHARGE. */
  private Map<String, String> states() {
    MemoryStore store = new MemoryStore();
    TenantSettings settings = TenantSettings.defaults("T1");
    PatientLedger ledger = new PatientLedger(store, settings);
    Revision revision =
        new Revision(store, new DateJudge("T1", "P1", store, settings, new Tokens("key")));
    JudgingTime time = new JudgingTime(Instant.parse("2026-11-20T00:00:00Z"));
    for (SpecificRecord fact : facts) {
      ledger.add(fact);
      revision.revise(ledger.takeTouched(), time);
    }
    Map<String, String> states = new TreeMap<>();
    for (LocalDate date : List.of(DAY, NEXT)) {
      DateVerdict verdict = store.verdict(date);
      if (verdict != null) {
        verdict.getJudgements().forEach(one -> states.put(one.getName(), state(one)));
      }
    }
    return states;
  }

  private static String state(Judgement judgement) {
    TreeSet<String> kinds = new TreeSet<>();
    for (Discrepancy one : judgement.getDiscrepancies()) {
      if (one.getKind().endsWith("_MISMATCH")) {
        kinds.add(one.getKind());
      }
    }
    String state = judgement.getSummary() == null ? "none" : judgement.getSummary().getState();
    return kinds.isEmpty() ? state : state + " " + String.join(" ", kinds);
  }

  @Test
  void chargesOfAWrongDateAreTakenOneByOneAndGivenBack() {
    visit("V12");
    charge("601", null, "B90", NEXT);
    charge("602", null, "B90", NEXT);
    assertThat(states())
        .isEqualTo(Map.of("V12", "MISSING_CHARGE", "billing:B90@2026-11-05", "UNEXPECTED_CHARGE"));

    link("601", "V12", "2026-11-06T10:00:00Z");
    assertThat(states())
        .isEqualTo(Map.of("V12", "POSTED_LATER", "billing:B90@2026-11-05", "UNEXPECTED_CHARGE"));

    link("602", "V12", "2026-11-06T11:00:00Z");
    assertThat(states()).isEqualTo(Map.of("V12", "POSTED_LATER"));

    decision(DecisionAction.UNLINKED, "602", "whatever", "2026-11-06T12:00:00Z");
    assertThat(states())
        .isEqualTo(Map.of("V12", "POSTED_LATER", "billing:B90@2026-11-05", "UNEXPECTED_CHARGE"));
  }

  @Test
  void theRestKeepsTheNameOfTheWhole() {
    visit("V12");
    charge("601", null, null, NEXT);
    charge("602", null, null, NEXT);
    link("601", "V12", "2026-11-06T10:00:00Z");

    assertThat(states()).containsOnlyKeys("V12", "billing:601@2026-11-05");
  }

  @Test
  void whatAnUnknownVisitIsBilledForKeepsItsNameAndDateToo() {
    visit("V12");
    charge("601", "V99", null, DAY);
    charge("602", "V99", null, NEXT);
    link("601", "V12", "2026-11-06T10:00:00Z");

    assertThat(states())
        .isEqualTo(Map.of("V12", "MATCHED", "billing:V99@2026-11-04", "UNEXPECTED_CHARGE"));
  }

  @Test
  void aLinkTakesAChargeFromAnotherKnownVisit() {
    visit("V12");
    visit("V13");
    charge("601", "V13", null, DAY);
    link("601", "V12", "2026-11-06T10:00:00Z");

    assertThat(states()).isEqualTo(Map.of("V12", "MATCHED", "V13", "MISSING_CHARGE"));
  }

  @Test
  void aLinkDrawsNoOtherChargeAfterIt() {
    visit("V12");
    charge("601", "V99", "B90", NEXT);
    charge("602", null, "B90", NEXT);
    link("601", "V12", "2026-11-06T10:00:00Z");

    // Charge 602 goes with V99, which 601 carries, not with V12.
    assertThat(states())
        .isEqualTo(Map.of("V12", "POSTED_LATER", "billing:V99@2026-11-05", "UNEXPECTED_CHARGE"));
  }

  @Test
  void whatIsLinkedRaisesNoMismatch() {
    visit("V12");
    charge("601", "V12", null, NEXT);
    assertThat(states()).isEqualTo(Map.of("V12", "POSTED_LATER DATE_OF_SERVICE_MISMATCH"));

    link("601", "V12", "2026-11-06T10:00:00Z");
    assertThat(states()).isEqualTo(Map.of("V12", "POSTED_LATER"));
  }

  @Test
  void groupsAreFormedOfTheRest() {
    // The only visit of the day has a charge already, so that no stranger joins it.
    visit("V12");
    charge("601", null, "B90", NEXT);
    charge("602", null, "B91", DAY);
    assertThat(states()).containsEntry("V12", "MATCHED PROVIDER_MISMATCH");

    link("601", "V12", "2026-11-06T10:00:00Z");
    assertThat(states())
        .isEqualTo(Map.of("V12", "POSTED_LATER", "billing:B91@2026-11-04", "UNEXPECTED_CHARGE"));
  }

  @Test
  void aLinkWaitsForItsVisitAndForItsCharge() {
    link("601", "V12", "2026-11-04T10:00:00Z");
    charge("601", null, "B90", NEXT);
    assertThat(states()).isEqualTo(Map.of("billing:B90@2026-11-05", "UNEXPECTED_CHARGE"));

    visit("V12", VisitStatus.RETRACTED);
    assertThat(states()).isEqualTo(Map.of("V12", "RETRACTED_IN_EMR"));
  }

  @Test
  void theLatestWordStandsInWhateverOrderTheyCome() {
    visit("V12");
    visit("V13");
    charge("601", null, "B90", NEXT);
    link("601", "V13", "2026-11-06T11:00:00Z");
    link("601", "V12", "2026-11-06T10:00:00Z");
    assertThat(states()).isEqualTo(Map.of("V12", "MISSING_CHARGE", "V13", "POSTED_LATER"));

    decision(DecisionAction.UNLINKED, "601", "V12", "2026-11-06T10:30:00Z");
    assertThat(states()).isEqualTo(Map.of("V12", "MISSING_CHARGE", "V13", "POSTED_LATER"));
  }

  @Test
  void aReplacementIsLinkedWithItsChain() {
    visit("V12");
    link("601", "V12", "2026-11-06T10:00:00Z");
    charge("605", null, "B90", NEXT);
    Charge replaced = Charge.newBuilder((Charge) facts.get(2)).setOriginalChargeId("601").build();
    facts.set(2, replaced);

    assertThat(states()).isEqualTo(Map.of("V12", "POSTED_LATER"));
  }
}
