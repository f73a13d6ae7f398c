package org.visitbalance.report.html;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.visitbalance.core.Outputs;
import org.visitbalance.fact.Feed;
import org.visitbalance.fact.FeedSource;
import org.visitbalance.fact.RejectionType;
import org.visitbalance.output.Balance;
import org.visitbalance.output.CapProposal;
import org.visitbalance.output.DeadLetter;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.output.DiscrepancyStatus;
import org.visitbalance.output.Granularity;
import org.visitbalance.output.Kinds;
import org.visitbalance.output.LateArrival;
import org.visitbalance.output.LateCause;
import org.visitbalance.output.LateStatus;
import org.visitbalance.output.Level;
import org.visitbalance.output.NewPatients;
import org.visitbalance.output.Origin;
import org.visitbalance.output.Readiness;
import org.visitbalance.output.Reported;
import org.visitbalance.output.Severity;
import org.visitbalance.output.UnitVariance;
import org.visitbalance.output.Verdict;
import org.visitbalance.report.Result;

/** A small result with one of everything, whose texts can be anything. */
public final class Results {
  public static final LocalDate DAY = LocalDate.parse("2026-11-03");

  private Results() {}

  /** Returns a result in which every text that comes from outside contains the given one. */
  public static Result with(String text) {
    return new Result(
        new Outputs(
            List.of(balance(text, Granularity.DAY), balance(text, Granularity.MONTH)),
            List.of(),
            List.of(),
            List.of(held(text)),
            List.of(late(text)),
            List.of(
                UnitVariance.newBuilder()
                    .setTenant("T1")
                    .setVisit(text + "V")
                    .setLocation(text + "L")
                    .setFinalizedOn(DAY)
                    .setPayerId(text)
                    .setCpt(text)
                    .setDocumented(3)
                    .setBilled(2)
                    .setScrubbed(1)
                    .setAdded(0)
                    .setExplained(0)
                    .setUnexplained(1)
                    .build()),
            List.of(new CapProposal("T1", text, text, "2026-11", 2L, 20L)),
            List.of(),
            List.of()),
        List.of(
            DeadLetter.newBuilder()
                .setSource(text + ".csv")
                .setPosition(7)
                .setField(text)
                .setReason("must be a date")
                .build()),
        Map.of(),
        List.of(
            new Feed(
                "T1",
                "f",
                Instant.parse("2026-11-10T00:00:00Z"),
                FeedSource.BILLING,
                Instant.parse("2026-11-10T00:00:00Z"))),
        false,
        new Result.Account("2026-11-14T12:00:00Z", 5, 3, 1, 0, 1),
        List.of(new Result.Source(text + ".csv", 5, 1, 1)),
        List.of("Billing has no charges for 11/5. Is a file missing? " + text));
  }

  private static Balance balance(String text, Granularity granularity) {
    return Balance.newBuilder()
        .setTenant("T1")
        .setLocation(text + "L")
        .setGranularity(granularity)
        .setFrom(granularity == Granularity.DAY ? DAY : DAY.withDayOfMonth(1))
        .setTo(DAY)
        .setReported(
            Reported.newBuilder()
                .setEmrVisits(12)
                .setBillingVisits(10)
                .setDifference(2)
                .setEmrUnits(30)
                .setBillingUnits(25)
                .setEmrNonVisitUnits(1L)
                .setBillingNonVisitUnits(0L)
                .build())
        .setOrigin(new Origin(12L, 10L, 2L))
        .setNewPatients(new NewPatients(2L, 1L, 1L, Map.of("EVALUATION_NOT_BILLED", 1L)))
        .setItems(Map.of("HELD", 3L, "KEYED_IN_BILLING", -1L))
        .setKinds(new Kinds(0L, 0L, 2L, 0L, null))
        .setVerdict(Verdict.OUT_OF_BALANCE)
        .setOffsetting(true)
        .setReadiness(new Readiness(1L, 0L, 0L, 0L, 3L, false))
        .setProviders(List.of())
        .build();
  }

  private static Discrepancy held(String text) {
    return Discrepancy.newBuilder()
        .setId("id")
        .setTenant("T1")
        .setLevel(Level.VISIT)
        .setKind("HELD")
        .setStatus(DiscrepancyStatus.OPEN)
        .setSeverity(Severity.HIGH)
        .setLocation(text + "L")
        .setDate(DAY)
        .setVisit(text + "V")
        .setDifference(1)
        .setDateOfService(DAY)
        .setProviderId(text)
        .setUnits(3L)
        .setAmountCents(13_350L)
        .setFileBy(LocalDate.parse("2026-11-20"))
        .setAction("Work the rejections.")
        .build();
  }

  private static LateArrival late(String text) {
    return LateArrival.newBuilder()
        .setTenant("T1")
        .setVisit(text + "V")
        .setLocation(text + "L")
        .setDateOfService(DAY)
        .setProviderId(text)
        .setStatus(LateStatus.HELD)
        .setFinalizedOn(DAY)
        .setLagDays(11L)
        .setCause(LateCause.REJECTION)
        .setRejectionType(RejectionType.CASE)
        .setReasonCode(text)
        .setHeldFrom(Instant.parse("2026-11-03T15:00:00.123456789Z"))
        .build();
  }
}
