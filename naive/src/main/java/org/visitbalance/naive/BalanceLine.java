package org.visitbalance.naive;

import static org.visitbalance.naive.OutputFile.object;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.visitbalance.naive.Bridge.Kind;
import org.visitbalance.output.ItemList;

/** A line of balances.jsonl. */
final class BalanceLine {
  private BalanceLine() {}

  static Map<String, Object> of(String tenant, PeriodFigures figures) {
    return object(
        "tenant", tenant,
        "location", figures.period.location(),
        "granularity", figures.period.granularity(),
        "from", figures.period.from(),
        "to", figures.period.to(),
        "reported",
            object(
                "emrVisits", figures.emrVisits,
                "billingVisits", figures.billingVisits,
                "difference", figures.difference(),
                "emrUnits", figures.emrUnits,
                "billingUnits", figures.billingUnits,
                "emrNonVisitUnits", figures.emrNonVisitUnits,
                "billingNonVisitUnits", figures.billingNonVisitUnits),
        "origin",
            object(
                "expected", figures.expected,
                "billed", figures.billed,
                "outstanding", figures.expected - figures.billed),
        "newPatients",
            object(
                "emrUnits", figures.evaluationUnits,
                "billingVisits", figures.evaluationVisits,
                "difference", figures.evaluationUnits - figures.evaluationVisits,
                "items", figures.newPatientItems),
        "items", figures.itemSums(),
        "kinds", kinds(figures),
        "verdict", figures.verdict(),
        "offsetting", figures.isOffsetting(),
        "readiness", readiness(figures),
        "providers", providers(figures));
  }

  /** The accepted ones are not written where there are none. */
  private static Map<String, Object> kinds(PeriodFigures figures) {
    Map<String, Object> kinds =
        object(
            "expected", figures.count(Kind.EXPECTED),
            "pending", figures.count(Kind.PENDING),
            "work", figures.count(Kind.WORK),
            "unexplained", figures.count(Kind.UNEXPLAINED));
    if (figures.count(Kind.ACCEPTED) > 0) {
      kinds.put("accepted", figures.count(Kind.ACCEPTED));
    }
    return kinds;
  }

  private static Map<String, Object> readiness(PeriodFigures figures) {
    long notes = figures.count(ItemList.OPEN_NOTE);
    long failed = figures.count(ItemList.FAILED_TRANSMISSION);
    long pending = figures.count(ItemList.PENDING_TRANSMISSION);
    long absent = figures.count(ItemList.ABSENT_TRANSMISSION);
    long held = figures.count(ItemList.HELD);
    return object(
        "openNotes", notes,
        "failedTransmissions", failed,
        "pendingTransmissions", pending,
        "absentTransmissions", absent,
        "heldVisits", held,
        "ready", notes + failed + pending + absent + held == 0);
  }

  private static List<Object> providers(PeriodFigures figures) {
    List<Object> providers = new ArrayList<>();
    figures.providers.forEach(
        (id, part) -> {
          if (part.isAnything()) {
            providers.add(
                object(
                    "providerId", id,
                    "emrVisits", part.emrVisits,
                    "billingVisits", part.billingVisits,
                    "emrUnits", part.emrUnits,
                    "billingUnits", part.billingUnits));
          }
        });
    return providers;
  }
}
