package org.visitbalance.scenario;

import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;

/**
 * The options of a scenario: equal options give equal facts.
 *
 * @param seed the seed of all random numbers
 * @param tenants the number of companies; they use the same ids
 * @param sites the sites of each company; most visits take place at a clinic's first one
 * @param therapistsPerClinic at least 1
 * @param payers at least 1; the first three have rules, the fourth has an undocumented cap
 * @param patients the size of the pool from which patients return with the same key; 0 for no limit
 * @param planVisits the visits of an average plan of care
 * @param firstDay the first date of service
 * @param days the number of days, including closed ones
 * @param daysPerWeek 5: closed on Saturday and Sunday, 6: on Sunday, 7: never
 * @param visitsPerDay the average number of visits per clinic and day
 * @param maxFacts the number of facts to stop at; 0 for no limit
 * @param tenantName the name of the first company; the others have their number in place of its
 *     last digit
 * @param zone the time zone of business dates and office hours
 * @param clockSeconds the resolution of all times, in seconds; a coarse one causes ties
 * @param exportable whether to generate only facts that the systems' CSV exports can carry
 * @param rates how often things happen
 */
public record ScenarioOptions(
    long seed,
    int tenants,
    List<Site> sites,
    int therapistsPerClinic,
    int payers,
    int patients,
    int planVisits,
    LocalDate firstDay,
    int days,
    int daysPerWeek,
    int visitsPerDay,
    long maxFacts,
    String tenantName,
    ZoneId zone,
    int clockSeconds,
    boolean exportable,
    Rates rates) {

  /** Returns the name of a company, counted from 0. */
  String tenant(int index) {
    return index == 0 ? tenantName : tenantName.substring(0, tenantName.length() - 1) + (index + 1);
  }

  /** Returns a builder that starts with these options. */
  public ScenarioOptionsBuilder with() {
    return new ScenarioOptionsBuilder(this);
  }
}
