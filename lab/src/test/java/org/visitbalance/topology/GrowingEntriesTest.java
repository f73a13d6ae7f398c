package org.visitbalance.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.visitbalance.topology.Given.aCharge;
import static org.visitbalance.topology.Given.aRejection;
import static org.visitbalance.topology.Given.aVisit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.visitbalance.core.Facts;
import org.visitbalance.core.TenantSettings;
import org.visitbalance.fact.RejectionStatus;
import org.visitbalance.fact.RejectionType;
import org.visitbalance.fold.Engines;
import org.visitbalance.naive.KnownFact;

/**
 * What grows with a patient does not grow a record: whatever is piled up on one patient, each
 * record of the changelog stays small, both engines say the same, and nobody else waits. {@code
 * -Dvisitbalance.growing=20000} piles up as much as an account number that many patients share.
 */
@Tag("slow")
class GrowingEntriesTest {
  private static final Instant AS_OF = Instant.parse("2026-11-09T12:00:00Z");
  private static final Instant SHORTLY_BEFORE = AS_OF.minusSeconds(60);

  /** A quarter of what every broker takes. */
  private static final int MOST_BYTES = 262_144;

  /** Enough for several chunks of an entry. */
  private static final int PILE = Integer.getInteger("visitbalance.growing", 1_500);

  /** Just enough for chunks, with long ids: each of them moves to another date by itself. */
  private static final int SHRINKING = 800;

  private static final String LONG = "L".repeat(200);

  private static final int FACTS_PER_COMMIT = 500;
  private static final int FACTS_PER_TICK = 5_000;
  private static final int FACTS_PER_OTHER = 100;

  private final RestartedLedger ledger = new RestartedLedger(TopologyOptions.DATES_PER_TICK);
  private final List<SpecificRecord> taken = new ArrayList<>();
  private long others;
  private long othersNanos;
  private long longestTick;

  /** What docs/sizing.md says of it. */
  @AfterEach
  void print() {
    System.out.printf(
        "a fact of another patient took %d us on average; the longest tick took %d ms%n",
        othersNanos / Math.max(1, others) / 1_000, longestTick / 1_000_000);
  }

  @Test
  void visitsOnOneDate() {
    take(visits(PILE));

    assertBothEnginesAgree();
  }

  @Test
  void chargesOfOneVisit() {
    take(visits(1));
    take(IntStream.range(0, PILE).mapToObj(i -> aCharge(LONG + i).forVisit("V0").build()).toList());

    assertBothEnginesAgree();
  }

  @Test
  void chargesWithoutAVisit() {
    take(IntStream.range(0, PILE).mapToObj(i -> aCharge("C" + i).in("B" + i).build()).toList());

    assertBothEnginesAgree();
  }

  @Test
  void rejectionsOfOnePatient() {
    take(visits(3));
    take(
        IntStream.range(0, Math.min(PILE, 5_000))
            .mapToObj(
                i ->
                    aRejection(
                        LONG + i,
                        RejectionType.PATIENT,
                        RejectionStatus.OPEN,
                        "2026-11-04T18:00:00Z"))
            .toList());

    assertBothEnginesAgree();
  }

  @Test
  void whatShrinksLeavesNothingBehind() {
    take(IntStream.range(0, SHRINKING).mapToObj(i -> aVisit(LONG + i).build()).toList());
    ledger.settle(SHORTLY_BEFORE.toString()).commit();
    assertThat(ledger.chunks()).isPositive();

    // When all of them turn out to be of other dates
    take(
        IntStream.range(0, SHRINKING)
            .mapToObj(
                i ->
                    aVisit(LONG + i)
                        .amendedAt("2026-11-05T09:00:00Z")
                        .servedOn(
                            AS_OF.minusSeconds(86_400L * (i % 300)).toString().substring(0, 10))
                        .build())
            .toList());

    assertBothEnginesSayTheSame();
    assertThat(ledger.chunks()).isZero();
  }

  private static List<? extends SpecificRecord> visits(int number) {
    return IntStream.range(0, number).mapToObj(i -> aVisit("V" + i).build()).toList();
  }

  /** Takes facts of one patient, and some of others between them. */
  private void take(List<? extends SpecificRecord> facts) {
    if (taken.isEmpty()) {
      ledger.settle(SHORTLY_BEFORE.toString());
    }
    for (int i = 0; i < facts.size(); i++) {
      take(facts.get(i));
      if (i % FACTS_PER_OTHER == 0) {
        long before = System.nanoTime();
        take(aVisit("V" + others).of("P-" + others).build());
        othersNanos += System.nanoTime() - before;
        others++;
      }
      if (i % FACTS_PER_COMMIT == 0) {
        ledger.commit();
      }
      if (i % FACTS_PER_TICK == 0) {
        long before = System.nanoTime();
        ledger.tick(SHORTLY_BEFORE.toString());
        longestTick = Math.max(longestTick, System.nanoTime() - before);
      }
    }
  }

  private void take(SpecificRecord fact) {
    ledger.fact(fact);
    taken.add(fact);
  }

  private void assertBothEnginesAgree() {
    ledger.settle(AS_OF.toString()).commit();
    assertThat(ledger.chunks()).isPositive();
    assertBothEnginesSayTheSame();
  }

  private void assertBothEnginesSayTheSame() {
    ledger.settle(AS_OF.toString()).commit();
    assertThat(ledger.largestRecord()).isLessThanOrEqualTo(MOST_BYTES);
    Map<String, List<String>> actual =
        Engines.lines(ledger.tables().outputs(AS_OF, TenantSettings::defaults));
    Map<String, List<String>> expected =
        Engines.fold(
            taken.stream().map(fact -> new KnownFact(fact, Facts.occurredAt(fact))).toList(),
            List.of(),
            AS_OF);
    // The books are not part of a ledger.
    for (String file :
        List.of("visits.jsonl", "items.jsonl", "late-arrivals.jsonl", "unit-variances.jsonl")) {
      assertThat(actual.get(file)).as(file).isNotNull().isEqualTo(expected.get(file));
    }
    assertThat(ofVisits(actual)).as("discrepancies").isNotEmpty().isEqualTo(ofVisits(expected));
    assertThat(actual.get("visits.jsonl")).isNotEmpty();
  }

  private static List<String> ofVisits(Map<String, List<String>> lines) {
    return lines.get("discrepancies.jsonl").stream()
        .filter(line -> line.contains("\"level\":\"VISIT\""))
        .toList();
  }
}
