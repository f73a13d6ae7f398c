package org.visitbalance.alerts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.visitbalance.alerts.AlertFixtures.missingCharge;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.output.DiscrepancyStatus;
import org.visitbalance.output.FileState;
import org.visitbalance.output.Insight;

/** What Alertmanager is told of discrepancies that leave, and of those that new rules opened. */
class AlertGroupsTest {
  private static final Instant NOW = Instant.parse("2026-11-10T12:00:00Z");

  private final AlertGroups groups = new AlertGroups(AlertFixtures.ALL);

  private static Discrepancy.Builder missing(String id) {
    return missingCharge(id).setOpenedAt(NOW.minusSeconds(3_600));
  }

  private void take(Discrepancy.Builder found) {
    groups.take(AlertSubject.of(found.build(), NOW));
  }

  /** Such as "2 open" or "0 ended". */
  private List<String> at(Instant now) {
    return groups.alerts(List.of(), now).stream()
        .map(alert -> alert.count() + (alert.endedAt() == null ? " open" : " ended"))
        .toList();
  }

  @Test
  void anAlertEndsWhenTheLastOfItsDiscrepanciesHasLeft() {
    take(missing("D1"));
    take(missing("D2"));
    assertThat(at(NOW)).containsExactly("2 open");

    take(missing("D1").setLeftAt(NOW));
    assertThat(at(NOW)).containsExactly("1 open");

    take(missing("D2").setLeftAt(NOW));
    assertThat(at(NOW)).containsExactly("0 ended");
    assertThat(at(NOW.plus(AlertGroups.REPEATED))).containsExactly("0 ended");
    assertThat(at(NOW.plus(AlertGroups.REPEATED).plus(Duration.ofMillis(1)))).isEmpty();
  }

  /** In one alert, each discrepancy is of another visit: amounts add up. */
  @Test
  void anAlertSaysWhatItsDiscrepanciesAreWorthAndByWhenToFile() {
    take(missing("D1").setAmountCents(17_900L).setFileBy(LocalDate.parse("2027-02-09")));
    assertThat(notes()).contains("\"amount\":\"$179.00\",\"fileBy\":\"2027-02-09\"");

    take(missing("D2").setAmountCents(100L).setFileBy(LocalDate.parse("2026-12-24")));
    take(missing("D3").setAmountCents(null));
    assertThat(notes())
        .contains("\"amount\":\"$180.00; 1 visit without a price\",\"fileBy\":\"2026-12-24\"");

    take(missing("D1").setAmountCents(null).setLeftAt(NOW));
    take(missing("D2").setLeftAt(NOW));
    assertThat(notes()).contains("\"amount\":\"1 visit without a price\"").doesNotContain("fileBy");
  }

  @Test
  void anAlertOfAKindWithoutAmountsSaysNothingOfMoney() {
    take(missing("D1").setKind("PROVIDER_MISMATCH").setAmountCents(null));

    assertThat(notes()).contains("PROVIDER_MISMATCH").doesNotContain("amount", "fileBy");
  }

  private String notes() {
    MessageFormatter formatter = new MessageFormatter(URI.create("https://b"), kind -> kind);
    return MessageFormatter.json(
        json ->
            formatter.writeAlert(
                json, groups.alerts(List.of(), NOW).iterator().next(), NOW.plusSeconds(60)));
  }

  @Test
  void whatHadLeftBeforeTheStartIsNeverSaid() {
    take(missing("D1").setLeftAt(NOW));

    assertThat(at(NOW)).isEmpty();
  }

  @Test
  void whatNewRulesOpenedIsNeverSaidAndNeitherIsItsEnd() {
    take(missing("D1").setOpenedByRules(true));
    assertThat(at(NOW)).isEmpty();

    take(
        missing("D1")
            .setOpenedByRules(true)
            .setStatus(DiscrepancyStatus.RESOLVED)
            .setResolvedAt(NOW));
    assertThat(at(NOW)).isEmpty();
  }

  private static Insight.Builder behind() {
    return Insight.newBuilder()
        .setTenant("T1")
        .setKind("ARRIVALS_BEHIND")
        .setLocation("DTN")
        .setDate(LocalDate.parse("2026-11-09"))
        .setAbout("")
        .setStatus(DiscrepancyStatus.OPEN)
        .setText("Billing is behind at DTN: 12 of 32 charges expected by now")
        .setObserved(12)
        .setTotal(40)
        .setOpenedAt(NOW.minusSeconds(3_600));
  }

  private static RouteFilter naming(String... kinds) {
    return new RouteFilter(
        Set.of(), Set.of(), Set.of(kinds), Set.of(), Duration.ZERO, Duration.ZERO);
  }

  @Test
  void anInsightIsSaidToRoutesThatNameItsKind() {
    AlertSubject insight = Objects.requireNonNull(AlertSubject.of(behind().build(), NOW));
    assertThat(AlertFixtures.ALL.wants(insight)).as("a route that names no kinds").isFalse();
    assertThat(naming("COMMON_CAUSE").wants(insight)).isFalse();
    assertThat(naming("ARRIVALS_BEHIND").wants(insight)).isTrue();
    assertThat(AlertSubject.of(behind().setOpenedByRules(true).build(), NOW)).isNull();
    assertThat(AlertSubject.of(behind().setKind("MISSING_AFTER").build(), NOW)).isNull();

    AlertGroups own = new AlertGroups(naming("ARRIVALS_BEHIND"));
    own.take(insight);
    MessageFormatter formatter = new MessageFormatter(URI.create("https://b"), kind -> kind);
    String alert =
        MessageFormatter.json(
            json ->
                formatter.writeAlert(
                    json, own.alerts(List.of(), NOW).iterator().next(), NOW.plusSeconds(60)));
    assertThat(alert)
        .contains("\"alertname\":\"VisitBalanceInsight\"", "\"severity\":\"MEDIUM\"")
        .contains("\"summary\":\"Billing is behind at DTN: 12 of 32 charges expected by now\"")
        .contains("\"link\":\"https://b/#/today?tenant=T1\"");
  }

  private void file(String sha, FileState state) {
    groups.take(
        Objects.requireNonNull(AlertSubject.of(AlertFixtures.file(sha, state, NOW).build(), NOW)));
  }

  @Test
  void refusedFilesAreOneAlertThatLeadsToThemAndNamesNone() {
    file("F1", FileState.QUARANTINED);
    file("F2", FileState.QUARANTINED);
    file("F3", FileState.DONE);

    assertThat(at(NOW)).containsExactly("2 open");
    assertThat(notes())
        .contains("\"alertname\":\"VisitBalanceFile\"", "\"kind\":\"FILE_REFUSED\"")
        .contains("\"tenant\":\"T1\"", "cannot be used, and 1 more")
        .contains("\"link\":\"https://b/#/files?tenant=T1\"")
        .doesNotContain("about", "Smith");

    file("F1", FileState.REPLACED);
    assertThat(at(NOW)).containsExactly("1 open");
    file("F2", FileState.DONE);
    assertThat(at(NOW)).containsExactly("0 ended");
  }
}
