package org.visitbalance.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.visitbalance.output.CapProposal;
import org.visitbalance.settings.PayerRule;
import org.visitbalance.settings.Settings;
import org.visitbalance.state.CapSample;

/** Caps that show themselves in a month's visits: rules.md#inferred-caps. */
class CapBookTest {
  private static final TenantSettings NO_RULES = TenantSettings.defaults("T1");

  private final CapBook book = new CapBook();

  private void visits(int count, long documented, long billed) {
    for (int i = 0; i < count; i++) {
      book.add(sample(documented, billed), 1);
    }
  }

  private static CapSample sample(long documented, long billed) {
    return new CapSample("BCBS", "97110", "2026-11", documented, billed);
  }

  private @Nullable CapProposal proposal(TenantSettings settings) {
    return book.proposal(
        "T1", "BCBS", "97110", "2026-11", settings.ruledCap("BCBS", "97110", "2026-11"));
  }

  private static CapProposal cap(long cap, long support) {
    return new CapProposal("T1", "BCBS", "97110", "2026-11", cap, support);
  }

  @Test
  void whatNoVisitWasBilledAboveIsACapOnceTwentyVisitsSayIt() {
    visits(19, 4, 2);
    visits(30, 2, 2);
    visits(30, 1, 1);
    assertThat(proposal(NO_RULES)).as("19 visits documented more than 2 units").isNull();

    visits(1, 3, 2);
    assertThat(proposal(NO_RULES)).isEqualTo(cap(2, 20));
  }

  @Test
  void oneVisitBilledAboveDisprovesIt() {
    visits(40, 4, 2);
    visits(1, 4, 3);

    assertThat(proposal(NO_RULES)).isNull();
  }

  @Test
  void atLeast95InAHundredMustBeBilledExactlyTheCap() {
    visits(95, 4, 2);
    visits(5, 4, 1);
    assertThat(proposal(NO_RULES)).isEqualTo(cap(2, 100));

    visits(1, 4, 1);
    assertThat(proposal(NO_RULES)).isNull();
  }

  @Test
  void aCodeThatIsNeverBilledIsRemoved() {
    visits(20, 1, 0);

    assertThat(proposal(NO_RULES)).isEqualTo(cap(0, 20));
  }

  @Test
  void whatIsTakenBackTellsNothing() {
    visits(20, 4, 2);
    visits(1, 4, 3);
    book.add(sample(4, 3), -1);
    assertThat(proposal(NO_RULES)).isEqualTo(cap(2, 20));

    for (int i = 0; i < 20; i++) {
      book.add(sample(4, 2), -1);
    }
    assertThat(proposal(NO_RULES)).isNull();
    assertThat(new CapBook().proposal("T1", "BCBS", "97110", "2026-11", null)).isNull();
  }

  @Test
  void whatTheRulesOfTheMonthsLastDayHaveIsNotProposed() {
    visits(20, 4, 2);

    assertThat(proposal(capped(2, "2026-11-30", null))).isNull();
    assertThat(proposal(capped(2, "2026-12-01", null))).isEqualTo(cap(2, 20));
    assertThat(proposal(capped(2, null, "2026-11-29"))).isEqualTo(cap(2, 20));
    assertThat(proposal(capped(3, null, null))).as("another cap").isEqualTo(cap(2, 20));
    assertThat(proposal(removed())).as("removed is a cap of 0").isEqualTo(cap(2, 20));
  }

  @Test
  void aRemovedCodeIsACapOfNothing() {
    visits(20, 4, 0);

    assertThat(proposal(removed())).isNull();
    assertThat(proposal(capped(2, null, null))).isEqualTo(cap(0, 20));
  }

  private static TenantSettings capped(int cap, @Nullable String from, @Nullable String until) {
    return settings(
        new PayerRule(
            "BCBS",
            Map.of("97110", cap),
            null,
            List.of(),
            from == null ? null : LocalDate.parse(from),
            until == null ? null : LocalDate.parse(until),
            null));
  }

  private static TenantSettings removed() {
    return settings(new PayerRule("BCBS", Map.of(), null, List.of("97110"), null, null, null));
  }

  private static TenantSettings settings(PayerRule rule) {
    return new TenantSettings(
        Settings.newBuilder().setTenant("T1").setPayerRules(List.of(rule)).build());
  }
}
