package org.visitbalance.scenario;

import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;

/** Changes some options; {@link #build} checks them. */
public final class ScenarioOptionsBuilder {
  private long seed;
  private int tenants;
  private List<Site> sites;
  private int therapistsPerClinic;
  private int payers;
  private int patients;
  private int planVisits;
  private LocalDate firstDay;
  private int days;
  private int daysPerWeek;
  private int visitsPerDay;
  private long maxFacts;
  private String tenantName;
  private ZoneId zone;
  private int clockSeconds;
  private boolean exportable;
  private Rates rates;

  ScenarioOptionsBuilder(ScenarioOptions options) {
    seed = options.seed();
    tenants = options.tenants();
    sites = options.sites();
    therapistsPerClinic = options.therapistsPerClinic();
    payers = options.payers();
    patients = options.patients();
    planVisits = options.planVisits();
    firstDay = options.firstDay();
    days = options.days();
    daysPerWeek = options.daysPerWeek();
    visitsPerDay = options.visitsPerDay();
    maxFacts = options.maxFacts();
    tenantName = options.tenantName();
    zone = options.zone();
    clockSeconds = options.clockSeconds();
    exportable = options.exportable();
    rates = options.rates();
  }

  public ScenarioOptionsBuilder seed(long value) {
    seed = value;
    return this;
  }

  public ScenarioOptionsBuilder tenants(int value) {
    tenants = atLeast(1, value, "tenants");
    return this;
  }

  /** Names the first company. */
  public ScenarioOptionsBuilder tenantName(String value) {
    tenantName = value;
    return this;
  }

  /** Sets the number of clinics, and of locations per clinic (at most 5). */
  public ScenarioOptionsBuilder clinics(int clinics, int locationsPerClinic) {
    sites =
        Site.of(
            atLeast(1, clinics, "clinics"), atLeast(1, locationsPerClinic, "locationsPerClinic"));
    return this;
  }

  /** Sets the sites; those of one clinic must be next to each other. */
  public ScenarioOptionsBuilder sites(List<Site> value) {
    atLeast(1, value.size(), "sites");
    sites = List.copyOf(value);
    return this;
  }

  public ScenarioOptionsBuilder therapistsPerClinic(int value) {
    therapistsPerClinic = atLeast(1, value, "therapistsPerClinic");
    return this;
  }

  public ScenarioOptionsBuilder payers(int value) {
    payers = atLeast(1, value, "payers");
    return this;
  }

  public ScenarioOptionsBuilder patients(int value) {
    patients = atLeast(0, value, "patients");
    return this;
  }

  public ScenarioOptionsBuilder planVisits(int value) {
    planVisits = atLeast(1, value, "planVisits");
    return this;
  }

  public ScenarioOptionsBuilder firstDay(LocalDate value) {
    firstDay = value;
    return this;
  }

  public ScenarioOptionsBuilder days(int value) {
    days = atLeast(1, value, "days");
    return this;
  }

  public ScenarioOptionsBuilder daysPerWeek(int value) {
    daysPerWeek = Math.min(7, atLeast(1, value, "daysPerWeek"));
    return this;
  }

  public ScenarioOptionsBuilder visitsPerDay(int value) {
    visitsPerDay = atLeast(1, value, "visitsPerDay");
    return this;
  }

  public ScenarioOptionsBuilder maxFacts(long value) {
    maxFacts = value;
    return this;
  }

  public ScenarioOptionsBuilder zone(ZoneId value) {
    zone = value;
    return this;
  }

  public ScenarioOptionsBuilder clockSeconds(int value) {
    clockSeconds = atLeast(1, value, "clockSeconds");
    return this;
  }

  public ScenarioOptionsBuilder rates(Rates value) {
    rates = value;
    return this;
  }

  public ScenarioOptionsBuilder rate(Rate rate, double value) {
    rates = rates.with(rate, value);
    return this;
  }

  /**
   * Leaves out what the systems' exports cannot carry (files.md#profiles), so that the facts
   * survive being written as exports and read again.
   */
  public ScenarioOptionsBuilder exportable() {
    exportable = true;
    tenants = 1;
    patients = 0;
    clockSeconds = 1;
    rates =
        rates.without(
            Rate.NO_CODES,
            Rate.EMPTY_NOTE,
            Rate.INEFFECTIVE_NORCM,
            Rate.NOT_REBILLED,
            Rate.CANCELLED_NOTE,
            Rate.KNOWN_LATE,
            Rate.DELIVERED_TWICE,
            Rate.FEED_STOPS,
            Rate.WILD);
    return this;
  }

  public ScenarioOptions build() {
    return new ScenarioOptions(
        seed,
        tenants,
        sites,
        therapistsPerClinic,
        payers,
        patients,
        planVisits,
        firstDay,
        days,
        daysPerWeek,
        visitsPerDay,
        maxFacts,
        tenantName,
        zone,
        clockSeconds,
        exportable,
        rates);
  }

  private static int atLeast(int least, int value, String name) {
    if (value < least) {
      throw new IllegalArgumentException(name + " must be at least " + least);
    }
    return value;
  }
}
