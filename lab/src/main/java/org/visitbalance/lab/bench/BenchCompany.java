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
  private static final int YEAR = 365;

  /** Where the number of companies is what differs. */
  private static final int CLINICS_OF_ALL = 300;

  private static final double FACTS_PER_VISIT = 4.0;

  private final Scenario scenario;

  private BenchCompany(ScenarioOptionsBuilder options) {
    this.scenario = new Scenario(options.build());
  }

  /**
   * Creates a company with at least twice as many facts as wanted, over the given number of days.
   */
  BenchCompany(long facts, int days) {
    this(options(facts, days, 1, CLINICS));
  }

  /**
   * A company that has the most facts in a year, or began later: whatever it has in all, as many
   * come each day.
   *
   * @param facts the facts that are wanted
   * @param most those of the company that began first
   */
  static BenchCompany ofPast(long facts, long most) {
    int days = 2 * YEAR;
    return new BenchCompany(
        options(most, days, 1, CLINICS).days((int) Math.ceil((double) days * facts / most)));
  }

  /** The same with patients who have so many of the wanted facts' visits each. */
  static BenchCompany ofPatients(long facts, int days, int visits) {
    // Each visit is that of the next patient, until all have had one.
    return new BenchCompany(
        options(facts, days, 1, CLINICS)
            .planVisits(1)
            .patients((int) Math.max(1, facts / FACTS_PER_VISIT / visits)));
  }

  /** The same facts in so many companies, who have as many clinics together as one has. */
  static BenchCompany ofTenants(long facts, int days, int tenants) {
    return new BenchCompany(options(facts, days, tenants, CLINICS_OF_ALL));
  }

  private static ScenarioOptionsBuilder options(
      long facts, int days, int tenants, int clinicsOfAll) {
    double visitsPerDay = 2 * facts / (FACTS_PER_VISIT * tenants * days);
    int clinics = (int) Math.max(1, Math.min((double) clinicsOfAll / tenants, visitsPerDay));
    return Preset.CLINIC
        .options()
        .with()
        .tenants(tenants)
        .clinics(clinics, 2)
        .days(days)
        .visitsPerDay((int) Math.ceil(visitsPerDay / clinics))
        .maxFacts(Long.MAX_VALUE);
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
