package org.visitbalance.lab.bench;

import java.util.List;
import java.util.stream.Stream;
import org.visitbalance.fact.Feed;
import org.visitbalance.scenario.Preset;
import org.visitbalance.scenario.Scenario;
import org.visitbalance.scenario.TimedFact;
import org.visitbalance.settings.Settings;

/**
 * The company whose facts the benchmarks put on the topics; large enough that the work spreads over
 * all partitions.
 */
final class BenchCompany {
  private static final int CLINICS = 20;
  private static final double FACTS_PER_VISIT = 4.0;

  private final Scenario scenario;

  /**
   * Creates a company with at least twice as many facts as wanted, over the given number of days.
   */
  BenchCompany(long facts, int days) {
    this.scenario =
        new Scenario(
            Preset.CLINIC
                .options()
                .with()
                .clinics(CLINICS, 2)
                .days(days)
                .visitsPerDay((int) Math.ceil(2 * facts / (FACTS_PER_VISIT * CLINICS * days)))
                .maxFacts(Long.MAX_VALUE)
                .build());
  }

  List<Settings> settings() {
    return scenario.settings();
  }

  /**
   * Returns the facts, without feeds, in the order in which they become known. Close the stream
   * after use.
   */
  Stream<TimedFact> facts() {
    return scenario.facts().filter(timed -> !(timed.fact() instanceof Feed));
  }
}
