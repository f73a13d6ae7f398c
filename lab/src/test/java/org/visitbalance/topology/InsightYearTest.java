package org.visitbalance.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
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
  private static final int DAYS = Integer.getInteger("visitbalance.insights.days", 63);
  private static final int A_QUARTER = 92;
  private static final long SEED = Long.getLong("visitbalance.seed", 1);
  private static final LocalDate FIRST = LocalDate.parse("2026-01-05");
  private static final ZoneId ZONE = ZoneId.of("America/New_York");
  private static final Duration FOR_EVER = Duration.ofDays(100_000);

  /** A Wednesday, in the last of the months. */
  private static final LocalDate PLANTED = FIRST.plusWeeks(DAYS / 7 - 2).plusDays(2);

  private final Scenario scenario =
      new Scenario(
          Preset.CLINIC
              .options()
              .with()
              .seed(SEED)
              .clinics(2, 1)
              .payers(8)
              .visitsPerDay(Integer.getInteger("visitbalance.insights.visits", 60))
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

  /** What stands out on a morning. */
  private List<Insight> on(List<KnownFact> facts, LocalDate day) {
    return Engines.outputs(facts, scenario.settings(), morning(day)).insights();
  }

  private static Instant morning(LocalDate day) {
    return day.atTime(LocalTime.of(7, 0)).atZone(ZONE).toInstant();
  }

  @Test
  void whereNothingIsTheMatterNearlyNothingStandsOut() {
    List<KnownFact> facts = facts(fact -> fact);
    Map<String, Integer> signals = new TreeMap<>();
    Map<String, Integer> kinds = new TreeMap<>();
    Set<String> before = Set.of();
    for (int i = DAYS > A_QUARTER ? 0 : DAYS - 3; i < DAYS; i++) {
      LocalDate day = FIRST.plusDays(i);
      Set<String> now = new HashSet<>();
      for (Insight one : on(facts, day)) {
        String key = InsightEmitter.key(one);
        if (now.add(key)
            && !before.contains(key)
            && !one.getKind().equals(Insights.MISSING_AFTER)) {
          String quarter = day.getYear() + "-" + (day.getMonthValue() - 1) / 3;
          signals.merge(one.getLocation() + " " + quarter, 1, Integer::sum);
          kinds.merge(one.getKind(), 1, Integer::sum);
        }
      }
      before = now;
    }
    if (DAYS > A_QUARTER) {
      System.out.println("Seed " + SEED + ": " + kinds + ", by location and quarter " + signals);
    }
    assertThat(signals.values()).as("%s %s", kinds, signals).allMatch(count -> count <= 1);
  }

  @Test
  void whatIsPlantedIsNamedWithinAWeek() {
    List<KnownFact> facts = facts(this::planted);

    assertThat(on(facts, PLANTED.plusDays(2)))
        .anyMatch(
            one ->
                one.getKind().equals(Insights.ARRIVALS_BEHIND)
                    && "L01".equals(one.getLocation())
                    && PLANTED.equals(one.getDate()))
        .anyMatch(
            one -> one.getKind().equals(Insights.COMMON_CAUSE) && PLANTED.equals(one.getDate()));
    assertThat(on(facts, PLANTED.plusDays(7)))
        .anyMatch(
            one -> "NOT_REBILLED".equals(one.getFinding()) && "TH101".equals(one.getProviderId()))
        .anyMatch(
            one ->
                "SCRUBBED_UNEXPLAINED".equals(one.getFinding())
                    && "HUMANA".equals(one.getPayerId()));
  }

  /** The insights of a company in which something is the matter, on the topic and in the fold. */
  @Test
  void bothEnginesConcludeTheSame() {
    List<KnownFact> facts = facts(this::planted);
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

  private final Map<String, String> payers = new HashMap<>();

  /** An outage of a day, a therapist who forgets to re-bill, and a payer's new cap. */
  private @Nullable SpecificRecord planted(@Nullable SpecificRecord fact) {
    if (fact instanceof Charge charge) {
      if (charge.getCreatedOn().equals(PLANTED)) {
        return null;
      }
      return "HUMANA".equals(payers.get(charge.getEmrVisitId()))
              && !charge.getCreatedOn().isBefore(PLANTED)
              && charge.getUnits() > 1
          ? Charge.newBuilder(charge).setUnits(1).build()
          : charge;
    }
    if (fact instanceof Visit visit && visit.getPayerId() != null) {
      payers.put(visit.getVisitId(), visit.getPayerId());
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
