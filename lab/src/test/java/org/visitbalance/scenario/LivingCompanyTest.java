package org.visitbalance.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LivingCompanyTest {
  private static final ScenarioOptions OPTIONS = LivingCompany.options(1, 3);

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

  private static LivingCompany company() {
    return new LivingCompany(OPTIONS);
  }
}
