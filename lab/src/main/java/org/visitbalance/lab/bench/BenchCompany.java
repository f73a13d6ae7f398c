package org.visitbalance.lab.bench;

import java.util.List;
import java.util.stream.Stream;
import org.visitbalance.fact.Feed;
import org.visitbalance.scenario.Preset;
import org.visitbalance.scenario.Scenario;
import org.visitbalance.scenario.ScenarioOptionsBuilder;
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
    this(facts, days, 0);
  }

  /**
   * The same with other patients.
   *
   * @param visitsPerPatient how many of the wanted facts' visits a patient has; 0 for a plan of
   *     care each, as the scenario has it
   */
  BenchCompany(long facts, int days, int visitsPerPatient) {
    ScenarioOptionsBuilder options =
        Preset.CLINIC
            .options()
            .with()
            .clinics(CLINICS, 2)
            .days(days)
            .visitsPerDay((int) Math.ceil(2 * facts / (FACTS_PER_VISIT * CLINICS * days)))
            .maxFacts(Long.MAX_VALUE);
    if (visitsPerPatient > 0) {
      // Each visit is that of the next patient, until all have had one.
      options.planVisits(1).patients((int) Math.max(1, facts / FACTS_PER_VISIT / visitsPerPatient));
    }
    this.scenario = new Scenario(options.build());
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
