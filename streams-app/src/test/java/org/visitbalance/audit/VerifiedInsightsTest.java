package org.visitbalance.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.visitbalance.core.Outputs;
import org.visitbalance.core.Scope;
import org.visitbalance.output.DiscrepancyStatus;
import org.visitbalance.output.Insight;

/** A verification compares what the live service concluded with what follows from the facts. */
class VerifiedInsightsTest {
  private static final LocalDate DAY = LocalDate.parse("2026-11-10");

  private static Insight behind(String location, long observed) {
    return Insight.newBuilder()
        .setTenant("T1")
        .setKind("ARRIVALS_BEHIND")
        .setLocation(location)
        .setDate(DAY)
        .setAbout("")
        .setStatus(DiscrepancyStatus.OPEN)
        .setText("Billing is behind")
        .setObserved(observed)
        .setTotal(40)
        .build();
  }

  private static Outputs of(Insight... insights) {
    return new Outputs(
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(insights));
  }

  @Test
  void anInsightThatDiffersIsNamed() {
    assertThat(
            Verification.differences(
                    of(behind("DTN", 12), behind("EST", 3)),
                    of(behind("DTN", 13), behind("NBR", 5)),
                    "T1",
                    Scope.ALL)
                .values())
        .containsExactlyInAnyOrder(
            "insight ARRIVALS_BEHIND DTN 2026-11-10 : observed is 12 live, 13 in the replay",
            "insight ARRIVALS_BEHIND EST 2026-11-10 : is live, but not in the replay",
            "insight ARRIVALS_BEHIND NBR 2026-11-10 : is in the replay, but not live");
  }

  @Test
  void whatIsTheSameOrOfAnotherDayOrCompanyIsNot() {
    Outputs live = of(behind("DTN", 12));
    assertThat(Verification.differences(live, live, "T1", Scope.ALL)).isEmpty();
    assertThat(Verification.differences(live, of(), "T2", Scope.ALL)).isEmpty();
    Scope later = new Scope(DAY.plusDays(1), DAY.plusDays(9), null);
    assertThat(Verification.differences(live, of(), "T1", later)).isEmpty();
  }
}
