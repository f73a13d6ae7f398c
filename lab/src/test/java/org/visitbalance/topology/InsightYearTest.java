package org.visitbalance.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.visitbalance.core.TenantSettings;
import org.visitbalance.fact.Charge;
import org.visitbalance.fact.Visit;
import org.visitbalance.fact.VisitLine;
import org.visitbalance.fold.Engines;
import org.visitbalance.insight.Insights;
import org.visitbalance.naive.KnownFact;
import org.visitbalance.output.Insight;
import org.visitbalance.scenario.Preset;
import org.visitbalance.scenario.Rate;
import org.visitbalance.scenario.Rates;
import org.visitbalance.scenario.Scenario;

/**
 * Months of a made-up company (a year with {@code -Dvisitbalance.insights.days=365}): where nothing
 * is the matter nearly nothing stands out, and what is planted is named within a week of its first
 * day.
 */
@Tag("property")
class InsightYearTest {
  private static final int DAYS = Integer.getInteger("visitbalance.insights.days", 84);
  private static final long SEED = Long.getLong("visitbalance.seed", 1);
  private static final LocalDate FIRST = LocalDate.parse("2026-01-05");
  private static final ZoneId ZONE = ZoneId.of("America/New_York");
  private static final Duration FOR_EVER = Duration.ofDays(100_000);

  /** A Wednesday, in the last of the months. */
  private static final LocalDate PLANTED = FIRST.plusWeeks(DAYS / 7 - 2).plusDays(2);

  private record Said(LocalDate day, Insight insight) {}

  private final Scenario scenario =
      new Scenario(
          Preset.CLINIC
              .options()
              .with()
              .seed(SEED)
              .clinics(2, 1)
              .payers(8)
              .visitsPerDay(Integer.getInteger("visitbalance.insights.visits", 32))
              .firstDay(FIRST)
              .days(DAYS)
              .zone(ZONE)
              .rates(Rates.clinic().without(Rate.FEED_STOPS, Rate.SILENT_CAP))
              .build());

  private List<KnownFact> facts(UnaryOperator<@Nullable SpecificRecord> cause) {
    List<KnownFact> facts = new ArrayList<>();
    scenario
        .facts()
        .forEach(
            one -> {
              SpecificRecord fact = cause.apply(one.fact());
              if (fact != null) {
                facts.add(new KnownFact(fact, one.knownAt()));
              }
            });
    return facts;
  }

  /** Everything that opens on the mornings of the last days, by the day. */
  private List<Said> said(List<KnownFact> facts, int days) {
    List<Said> said = new ArrayList<>();
    Set<String> before = Set.of();
    for (int i = DAYS - days; i < DAYS; i++) {
      LocalDate day = FIRST.plusDays(i);
      Set<String> now = new HashSet<>();
      for (Insight one : Engines.outputs(facts, scenario.settings(), morning(day)).insights()) {
        now.add(InsightEmitter.key(one));
        if (!before.contains(InsightEmitter.key(one))) {
          said.add(new Said(day, one));
        }
      }
      before = now;
    }
    return said;
  }

  private static Instant morning(LocalDate day) {
    return day.atTime(LocalTime.of(7, 0)).atZone(ZONE).toInstant();
  }

  @Test
  void whereNothingIsTheMatterNearlyNothingStandsOut() {
    Map<String, Integer> signals = new TreeMap<>();
    for (Said one : said(facts(fact -> fact), DAYS > 365 / 2 ? DAYS : 10)) {
      if (!one.insight().getKind().equals(Insights.MISSING_AFTER)) {
        String quarter = one.day().getYear() + "-" + (one.day().getMonthValue() - 1) / 3;
        signals.merge(one.insight().getLocation() + " " + quarter, 1, Integer::sum);
      }
    }
    assertThat(signals.values()).allMatch(count -> count <= 1);
  }

  @Test
  void whatIsPlantedIsNamedWithinAWeek() {
    List<KnownFact> facts = facts(InsightYearTest::planted);
    List<Said> said = said(facts, 11);

    assertNamed(
        said,
        PLANTED,
        one ->
            one.getKind().equals(Insights.ARRIVALS_BEHIND)
                && one.getLocation().equals("L01")
                && PLANTED.equals(one.getDate()));
    assertNamed(
        said,
        PLANTED,
        one -> "NOT_REBILLED".equals(one.getFinding()) && "TH101".equals(one.getProviderId()));
    assertNamed(
        said,
        PLANTED,
        one ->
            "SCRUBBED_UNEXPLAINED".equals(one.getFinding()) && "HUMANA".equals(one.getPayerId()));
  }

  /** The insights of a company in which something is the matter, on the topic and in the fold. */
  @Test
  void bothEnginesConcludeTheSame() {
    List<KnownFact> facts = facts(InsightYearTest::planted);
    Instant asOf = morning(PLANTED.plusDays(4));
    try (Service service = new Service(asOf, FOR_EVER, 1_000)) {
      scenario.settings().forEach(service::settings);
      for (KnownFact fact : facts) {
        if (!fact.knownAt().isAfter(asOf)) {
          service.fact(fact.fact(), fact.knownAt());
        }
      }
      service.settle(asOf);
      TenantSettings own = new TenantSettings(scenario.settings().get(0));
      List<String> lines =
          Engines.lines(service.tables().outputs(asOf, any -> own)).get("insights.jsonl");
      assertThat(lines)
          .hasSizeGreaterThan(2)
          .containsExactlyElementsOf(
              Engines.lines(Engines.outputs(facts, scenario.settings(), asOf))
                  .get("insights.jsonl"));
    }
  }

  private static void assertNamed(List<Said> said, LocalDate since, Predicate<Insight> is) {
    assertThat(said)
        .anySatisfy(
            one -> {
              assertThat(is.test(one.insight())).isTrue();
              assertThat(one.day()).isBetween(since.plusDays(1), since.plusDays(7));
            });
  }

  /** An outage of a day, a therapist who forgets to re-bill, and a payer's new cap. */
  private static @Nullable SpecificRecord planted(@Nullable SpecificRecord fact) {
    if (fact instanceof Charge charge) {
      if (charge.getCreatedOn().equals(PLANTED)) {
        return null;
      }
      return "HUMANA".equals(charge.getPayerId())
              && !charge.getCreatedOn().isBefore(PLANTED)
              && charge.getUnits() > 1
          ? Charge.newBuilder(charge).setUnits(1).build()
          : charge;
    }
    if (fact instanceof Visit visit
        && visit.getTherapistId().equals("TH101")
        && !visit.getFinalizedOn().isBefore(PLANTED)
        && !visit.getLines().isEmpty()) {
      List<VisitLine> lines = new ArrayList<>(visit.getLines());
      VisitLine first = lines.get(0);
      lines.set(0, VisitLine.newBuilder(first).setUnits(first.getUnits() + 1).build());
      return Visit.newBuilder(visit).setRevision(1).setRebilled(false).setLines(lines).build();
    }
    return fact;
  }
}
