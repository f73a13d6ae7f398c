package org.visitbalance.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.visitbalance.fold.Engines;
import org.visitbalance.naive.KnownFact;

class LivingCompanyTest {
  private static final ScenarioOptions OPTIONS = LivingCompany.options(1, 3);

  /** What a minute of the demo shows at its own speed, at least. */
  private static final Duration A_MINUTE = Duration.ofHours(36);

  @Test
  void theSameSeedLivesTheSameLifeHoweverOftenItIsAsked() {
    Instant end = company().begins().plus(Duration.ofDays(10));
    LivingCompany hourly = company();
    List<TimedFact> byTheHour = new ArrayList<>();
    for (Instant now = hourly.begins(); !now.isAfter(end); now = now.plusSeconds(3_600)) {
      byTheHour.addAll(hourly.until(now));
    }

    assertThat(byTheHour).isEqualTo(company().until(end)).isNotEmpty();
    assertThat(new LivingCompany(LivingCompany.options(2, 3)).until(end)).isNotEqualTo(byTheHour);
    assertThat(new LivingCompany(LivingCompany.options(1, 4)).until(end))
        .hasSizeGreaterThan(byTheHour.size());
  }

  @Test
  void tellsWhatIsKnownByAMomentAndNothingThatComesLater() {
    LivingCompany company = company();
    Instant noon = company.begins().plus(Duration.ofHours(5));

    assertThat(company.until(noon))
        .extracting(TimedFact::knownAt)
        .isSorted()
        .allMatch(known -> !known.isAfter(noon));
    assertThat(company.until(noon)).isEmpty();
    assertThat(company.next()).isAfter(noon);
    assertThat(company.until(company.next())).isNotEmpty();
  }

  @Test
  void livesOnForYears() {
    LivingCompany company = company();
    company.until(company.begins().plus(Duration.ofDays(3 * 365)));
    Instant later = company.next();

    assertThat(company.until(later.plus(Duration.ofDays(7)))).hasSizeGreaterThan(500);
  }

  @Test
  void somebodyWhoComesToLookFindsSomeWeeksOfHistory() {
    Map<String, List<String>> then = judgedAt(company().begins());

    assertThat(then.get("balances.jsonl"))
        .anyMatch(line -> line.contains("\"verdict\":\"OUT_OF_BALANCE\""))
        .anyMatch(line -> line.contains("\"verdict\":\"EXPLAINED\""))
        .anyMatch(line -> line.contains("\"verdict\":\"BALANCED\""))
        .anyMatch(line -> line.contains("\"MONTH\",\"from\":\"2026-10-01\""))
        .anyMatch(line -> line.contains("\"MONTH\",\"from\":\"2026-11-01\""));
  }

  @Test
  void inAMinuteChargesAreHeldAndArriveLateAndOneIsLostForGood() {
    Instant begins = company().begins();
    Map<String, List<String>> before = judgedAt(begins);
    Map<String, List<String>> after = judgedAt(begins.plus(A_MINUTE));

    assertThat(appeared(before, after, "late-arrivals.jsonl", "\"status\":\"HELD\"")).isNotEmpty();
    assertThat(appeared(before, after, "late-arrivals.jsonl", "\"status\":\"ARRIVED\""))
        .anyMatch(line -> line.contains("\"cause\":\"REJECTION\""))
        .anyMatch(line -> line.contains("\"cause\":\"OTHER\""));
    assertThat(appeared(before, after, "discrepancies.jsonl", "\"LOST_AFTER_ACCEPTANCE\""))
        .isNotEmpty();
    assertThat(after.get("dead-letters.jsonl")).isNullOrEmpty();
  }

  private static LivingCompany company() {
    return new LivingCompany(OPTIONS);
  }

  private static Map<String, List<String>> judgedAt(Instant moment) {
    LivingCompany company = company();
    List<KnownFact> facts =
        company.until(moment).stream()
            .map(timed -> new KnownFact(timed.fact(), timed.knownAt()))
            .toList();
    return Engines.fold(facts, company.settings(), moment);
  }

  private static Set<String> appeared(
      Map<String, List<String>> before,
      Map<String, List<String>> after,
      String file,
      String containing) {
    Set<String> old = new HashSet<>(before.get(file));
    return after.get(file).stream()
        .filter(line -> line.contains(containing) && !old.contains(line))
        .collect(Collectors.toSet());
  }
}
