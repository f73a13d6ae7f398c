package org.visitbalance.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.visitbalance.core.FactProblems;
import org.visitbalance.core.Facts;
import org.visitbalance.fact.NoCharge;
import org.visitbalance.fact.Visit;
import org.visitbalance.fact.VisitLine;

class ScenarioTest {
  private static final ScenarioOptions YEAR = Preset.CLINIC.options().with().days(365).build();

  @ParameterizedTest
  @EnumSource
  void sameSeedTellsTheSameFactsAgain(Preset preset) {
    Scenario scenario = new Scenario(preset.options());

    assertThat(scenario.facts().toList()).isEqualTo(scenario.facts().toList()).isNotEmpty();
    assertThat(scenario.settings()).isEqualTo(new Scenario(preset.options()).settings());
  }

  @Test
  void anotherSeedIsAnotherCompany() {
    ScenarioOptions options = Preset.CLINIC.options();

    assertThat(new Scenario(options.with().seed(2).build()).facts().toList())
        .isNotEqualTo(new Scenario(options).facts().toList());
  }

  @ParameterizedTest
  @EnumSource
  void everyRateIsInTheDocumentation(Rate rate) throws IOException {
    DecimalFormat number = new DecimalFormat("0.0###", DecimalFormatSymbols.getInstance(Locale.US));
    assertThat(Files.readString(Path.of("..", "docs", "scenario.md")))
        .contains(
            "| %s | %s | %s | %s |"
                .formatted(
                    rate, number.format(rate.clinic()), number.format(rate.chaos()), rate.text()));
  }

  @Test
  void aSeedMeansTheSameFactsInEveryRelease() {
    // A seed in a bug report must mean the same facts tomorrow; change this only on purpose.
    Instant last = Instant.EPOCH;
    long sum = 0;
    for (TimedFact timed : new Scenario(Preset.CLINIC.options()).facts().toList()) {
      last = timed.knownAt();
      sum = 31 * sum + timed.knownAt().getEpochSecond();
    }
    assertThat(last + " " + sum).isEqualTo("2026-11-30T18:35:09Z 717258542468061693");
  }

  @ParameterizedTest
  @EnumSource
  void everyFactIsValidAndKnownNotBeforeItHappened(Preset preset) {
    for (int seed = 1; seed <= 20; seed++) {
      new Scenario(preset.options().with().seed(seed).build())
          .facts()
          .forEach(
              timed -> {
                assertThat(FactProblems.of(timed.fact(), timed.knownAt())).as("%s", timed).isNull();
                assertThat(timed.knownAt()).isAfterOrEqualTo(Facts.occurredAt(timed.fact()));
              });
    }
  }

  @Test
  void factsComeInTheOrderInWhichTheyBecomeKnown() {
    assertThat(new Scenario(YEAR).facts().map(TimedFact::knownAt).toList()).isSorted();
  }

  @Test
  void patientsComeBackForWeeks() {
    Map<String, Integer> visits = new HashMap<>();
    new Scenario(YEAR)
        .facts()
        .filter(timed -> timed.fact() instanceof Visit)
        .forEach(timed -> visits.merge(((Visit) timed.fact()).getPatientKey(), 1, Integer::sum));

    double mean = visits.values().stream().mapToInt(Integer::intValue).average().orElseThrow();
    assertThat(mean).isBetween(8.0, 14.0);
  }

  @Test
  void rareThingsHappenAsOftenAsTheirRatesSay() {
    List<Visit> visits =
        new Scenario(YEAR)
            .facts()
            .map(TimedFact::fact)
            .filter(fact -> fact instanceof Visit visit && visit.getRevision() == 0)
            .map(Visit.class::cast)
            .toList();

    assertShare(visits.stream().filter(ScenarioTest::hasNorcm).count(), visits.size(), Rate.NORCM);
    assertShare(
        visits.stream().filter(v -> v.getNoCharge() == NoCharge.NC001).count(),
        visits.size(),
        Rate.NC001);
    assertShare(
        visits.stream().filter(v -> v.getDocumentingTherapistId() != null).count(),
        visits.size(),
        Rate.COSIGNED);
  }

  private static boolean hasNorcm(Visit visit) {
    for (VisitLine line : visit.getLines()) {
      if (line.getCpt().equals("NORCM") && line.getTimed() == null) {
        return true;
      }
    }
    return false;
  }

  private static void assertShare(long seen, int of, Rate rate) {
    double expected = Rates.clinic().of(rate);
    double tolerance = 4 * Math.sqrt(expected / of);
    assertThat((double) seen / of)
        .as("share of %s", rate)
        .isBetween(expected - tolerance, expected + tolerance);
  }

  @Test
  void aRateOfZeroNeverHappensAndChangesNoOtherVisit() {
    ScenarioOptions without = YEAR.with().rate(Rate.NORCM, 0).build();
    Set<String> norcm = new HashSet<>();
    Set<Object> left = new HashSet<>();
    new Scenario(YEAR)
        .facts()
        .map(TimedFact::fact)
        .filter(fact -> fact instanceof Visit)
        .forEach(
            fact -> {
              if (hasNorcm((Visit) fact)) {
                norcm.add(((Visit) fact).getVisitId());
              }
              left.add(withoutEvent((Visit) fact));
            });
    assertThat(norcm).isNotEmpty();

    assertThat(new Scenario(without).facts().map(TimedFact::fact))
        .allMatch(
            fact ->
                !(fact instanceof Visit visit)
                    || norcm.contains(visit.getVisitId())
                    || left.contains(withoutEvent(visit)));
  }

  private static Visit withoutEvent(Visit visit) {
    return Visit.newBuilder(visit).setEventId("-").build();
  }

  @Test
  void twoCompaniesUseTheSameIds() {
    Map<String, Set<String>> tenantsOf = new HashMap<>();
    new Scenario(Preset.CLINIC.options().with().tenants(2).build())
        .facts()
        .filter(timed -> timed.fact() instanceof Visit)
        .map(timed -> (Visit) timed.fact())
        .forEach(
            v ->
                tenantsOf.computeIfAbsent(v.getVisitId(), k -> new HashSet<>()).add(v.getTenant()));

    assertThat(tenantsOf.get("V1001")).containsExactlyInAnyOrder("T1", "T2");
  }

  @Test
  void anEndlessCompanyIsReadOnlyAsFarAsAskedFor() {
    ScenarioOptions endless = Preset.CLINIC.options().with().days(Integer.MAX_VALUE / 2).build();

    assertThat(new Scenario(endless).facts().limit(1_000)).hasSize(1_000);
    assertThat(new Scenario(endless.with().maxFacts(777).build()).facts()).hasSize(777);
  }

  @Test
  void onePatientHasAllTheVisits() {
    List<Visit> visits =
        new Scenario(Preset.onePatient(300))
            .facts()
            .filter(timed -> timed.fact() instanceof Visit)
            .map(timed -> (Visit) timed.fact())
            .toList();

    assertThat(visits).hasSize(300);
    assertThat(visits).extracting(Visit::getPatientKey).containsOnly("A100001");
    assertThat(visits).extracting(Visit::getDateOfService).doesNotHaveDuplicates();
  }

  @Test
  @Tag("bench")
  void fiveMillionFactsStreamFastAndInAConstantHeap() {
    ScenarioOptions large =
        Preset.CLINIC.options().with().days(100_000).visitsPerDay(300).maxFacts(5_000_000).build();
    long began = System.nanoTime();
    long[] count = {0};
    long[] heap = {0};
    new Scenario(large)
        .facts()
        .forEach(
            timed -> {
              if (++count[0] % 1_000_000 == 0) {
                System.gc();
                heap[0] = Math.max(heap[0], usedHeap());
              }
            });
    double seconds = (System.nanoTime() - began) / 1e9;

    System.out.printf("%,.0f facts/s, %d MB live%n", count[0] / seconds, heap[0] / 1_000_000);
    assertThat(count[0] / seconds).isGreaterThan(500_000);
    assertThat(heap[0]).isLessThan(100_000_000);
  }

  private static long usedHeap() {
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
