package org.visitbalance.scenario;

import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;

/**
 * What a scenario is made from: equal options give equal facts.
 *
 * @param seed of all chance
 * @param tenants number of companies; they use the same ids
 * @param sites the places of each company; a clinic's first one is where most visits take place
 * @param therapistsPerClinic at least 1
 * @param payers at least 1; the first three have rules, the fourth has a cap that nobody wrote down
 * @param patients size of the pool from which patients come back under the same key; 0: no limit
 * @param planVisits visits of an average plan of care
 * @param firstDay first date of service
 * @param days number of days with visits, closed ones counted
 * @param daysPerWeek 5: closed on Saturday and Sunday, 6: on Sunday, 7: never
 * @param visitsPerDay of each clinic, on average
 * @param maxFacts where to stop; 0: at the end
 * @param tenantName of the first company; the others have their number instead of its last digit
 * @param zone of business dates and office hours
 * @param clockSeconds grid on which all times lie; a coarse one makes ties
 * @param exportable whether only such facts are made as the systems' CSV exports can carry
 * @param rates of what happens
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

  /** Returns a builder that begins with these options. */
  public ScenarioOptionsBuilder with() {
    return new ScenarioOptionsBuilder(this);
  }
}
