package org.visitbalance.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.visitbalance.fact.Charge;
import org.visitbalance.fact.ChargeStatus;
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
import org.visitbalance.fact.VisitStatus;

/** What is counted of the facts that a patient's ledger takes: rules.md#registers. */
class PatientLedgerTest {
  private static final Instant NOON = Instant.parse("2026-11-04T12:00:00Z");
  private static final LocalDate DAY = LocalDate.of(2026, 11, 4);

  private final MemoryStore store = new MemoryStore();
  private final TenantSettings settings = TenantSettings.defaults("T1");
  private final PatientLedger ledger = new PatientLedger(store, settings);

  private static Charge charge(String id, Instant updatedAt) {
    return charge(id, updatedAt, null, DAY);
  }

  private static Charge charge(
      String id, Instant updatedAt, @Nullable String emrVisitId, LocalDate dateOfService) {
    return new Charge(
        "T1",
        id + "@" + updatedAt,
        updatedAt,
        id,
        null,
        ChargeStatus.ACTIVE,
        updatedAt,
        "P1",
        emrVisitId,
        "B1",
        "DTN",
        dateOfService,
        NOON,
        DAY,
        "TH1",
        null,
        "97110",
        List.of(),
        2,
        null,
        null,
        null);
  }

  private static Visit visit(String id) {
    return Visit.newBuilder()
        .setTenant("T1")
        .setEventId(id)
        .setOccurredAt(NOON)
        .setVisitId(id)
        .setRevision(0)
        .setStatus(VisitStatus.FINALIZED)
        .setPatientKey("P1")
        .setClinicId("C01")
        .setDateOfService(DAY)
        .setFinalizedAt(NOON)
        .setFinalizedOn(DAY)
        .setTherapistId("TH1")
        .setNoteType(NoteType.DAILY_NOTE)
        .setNoCharge(NoCharge.NONE)
        .setLines(List.of())
        .build();
  }

  private static Note note(String id, Instant at) {
    return new Note("T1", id + at, at, id, "P1", "C01", null, DAY, null, NoteStatus.OPEN, at);
  }

  private static Transmission transmission(TransmissionKind kind, Instant at) {
    return new Transmission(
        "T1", "e" + at, at, "V1", "P1", kind, at, TransmissionStatus.TRANSMISSION_SUCCESSFUL);
  }

  private static Rejection rejection(String id, Instant at) {
    return new Rejection(
        "T1",
        id + at,
        at,
        id,
        RejectionType.PATIENT,
        RejectionStatus.OPEN,
        at,
        "AUTH",
        "P1",
        null,
        null,
        null,
        null);
  }

  @Test
  void ofOneEntityOnlyTheFirstFactIsNew() {
    Instant later = NOON.plusSeconds(60);
    Instant earlier = NOON.minusSeconds(60);

    assertNewThenKnown(charge("501", NOON), charge("501", later), charge("501", earlier));
    assertNewThenKnown(note("N1", NOON), note("N1", later), note("N1", earlier));
    assertNewThenKnown(
        transmission(TransmissionKind.FINANCIAL, NOON),
        transmission(TransmissionKind.FINANCIAL, later),
        transmission(TransmissionKind.FINANCIAL, earlier));
    assertNewThenKnown(rejection("R1", NOON), rejection("R1", later), rejection("R1", earlier));
    assertThat(ledger.add(charge("502", NOON))).isTrue();
    assertThat(ledger.add(note("N2", NOON))).isTrue();
    assertThat(ledger.add(transmission(TransmissionKind.CLINICAL, NOON))).isTrue();
    assertThat(ledger.add(rejection("R2", NOON))).isTrue();
  }

  private void assertNewThenKnown(
      SpecificRecord first, SpecificRecord newer, SpecificRecord older) {
    assertThat(ledger.add(first)).as("%s", first).isTrue();
    assertThat(ledger.add(first)).as("repeated %s", first).isFalse();
    assertThat(ledger.add(newer)).as("newer %s", newer).isFalse();
    assertThat(ledger.add(older)).as("older %s", older).isFalse();
  }

  @Test
  void anEntityIsKnownByItsFirstFactAndNoOtherIs() {
    // Given neighbours of each entity: others of its kind, and other kinds of its id
    Transmission financial = transmission(TransmissionKind.FINANCIAL, NOON);
    for (SpecificRecord fact :
        List.of(
            charge("501", NOON),
            note("V1", NOON),
            visit("V1"),
            transmission(TransmissionKind.CLINICAL, NOON),
            rejection("R1", NOON))) {
      assertThat(ledger.standing(fact)).as("before: " + fact).isNull();

      // When its first fact comes
      ledger.add(fact);

      // Then it is known
      assertThat(ledger.standing(fact)).as("after: " + fact).isEqualTo(fact);
    }

    // And no neighbour is
    assertThat(ledger.standing(charge("502", NOON))).isNull();
    assertThat(ledger.standing(note("V2", NOON))).isNull();
    assertThat(ledger.standing(financial)).isNull();
    assertThat(ledger.standing(rejection("R2", NOON))).isNull();
    assertThat(ledger.standing(visit("V2"))).isNull();
  }

  @Test
  void onlyWhatChangesSomethingTouchesItsDate() {
    ledger.add(charge("501", NOON));
    assertThat(ledger.takeTouched()).containsExactly(DAY);

    ledger.add(charge("501", NOON.minusSeconds(60)));
    assertThat(ledger.takeTouched()).isEmpty();
  }

  /** They are one billing-only visit, judged on the first of its dates. */
  @Test
  void aNoteOnAnyDateOfAnUnknownVisitReachesTheDateOnWhichItIsJudged() {
    DateJudge judge = new DateJudge("T1", "P1", store, settings, new Tokens("key"));
    ledger.add(charge("501", NOON, "V9", DAY));
    ledger.add(charge("502", NOON, "V9", DAY.plusDays(1)));
    ledger.takeTouched();

    ledger.add(
        new Note(
            "T1",
            "n",
            NOON,
            "N1",
            "P1",
            "C01",
            null,
            DAY.plusDays(1),
            null,
            NoteStatus.OPEN,
            NOON));

    assertThat(judge.reach(ledger.takeTouched())).containsExactlyInAnyOrder(DAY, DAY.plusDays(1));
  }

  @Test
  void aFeedIsNotAboutAPatient() {
    Feed feed = new Feed("T1", "e", NOON, FeedSource.EMR, NOON);

    assertThatThrownBy(() -> ledger.add(feed)).hasMessage("not a fact about a patient: Feed");
  }
}
