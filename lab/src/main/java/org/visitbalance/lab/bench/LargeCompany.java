package org.visitbalance.lab.bench;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.visitbalance.core.Outputs;
import org.visitbalance.fact.Feed;
import org.visitbalance.fact.Visit;
import org.visitbalance.fact.VisitStatus;
import org.visitbalance.fold.Fold;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.output.Level;
import org.visitbalance.query.model.Database;
import org.visitbalance.query.model.TableWriter;
import org.visitbalance.scenario.Preset;
import org.visitbalance.scenario.Rate;
import org.visitbalance.scenario.Scenario;
import org.visitbalance.scenario.ScenarioOptions;
import org.visitbalance.scenario.TimedFact;
import org.visitbalance.settings.LocationRow;
import org.visitbalance.settings.Settings;
import org.visitbalance.topology.Keys;
import org.visitbalance.topology.Topic;
import org.visitbalance.topology.Topics;

/**
 * A company with many clinics and many open discrepancies, in a read model: what is on the topics
 * after a year, without the topics.
 */
public final class LargeCompany {
  /** The name of the company. */
  public static final String TENANT = "T1";

  private static final List<String> REGIONS = List.of("North", "East", "South", "West");
  private static final int DAYS_TO_SETTLE = 1;
  private static final double LOST = 0.05;
  private static final double DUPLICATED = 0.02;
  private static final double OPEN_NOTES = 0.004;

  private final ScenarioOptions options;
  private final Settings settings;
  private final Instant asOf;

  /**
   * Describes a company.
   *
   * @param clinics the number of clinics; each has two locations
   * @param visitsPerDay the average number of visits per clinic and day
   */
  public LargeCompany(int clinics, int days, int visitsPerDay) {
    options =
        Preset.CLINIC
            .options()
            .with()
            .clinics(clinics, 2)
            .firstDay(LocalDate.of(2026, 11, 14).minusDays(days))
            .days(days)
            .visitsPerDay(visitsPerDay)
            .rate(Rate.LOST, LOST)
            .rate(Rate.DUPLICATED, DUPLICATED)
            .rate(Rate.OPEN_NOTE, OPEN_NOTES)
            .build();
    settings = named(new Scenario(options).settings().get(0));
    asOf =
        options.firstDay().plusDays(days + DAYS_TO_SETTLE).atStartOfDay(ZoneOffset.UTC).toInstant();
  }

  /** The locations of a clinic have its name, and every fourth clinic is in the same region. */
  private static Settings named(Settings settings) {
    int[] number = {0};
    Map<String, Integer> clinics = new HashMap<>();
    List<LocationRow> rows =
        Objects.requireNonNull(settings.getLocations()).stream()
            .map(
                row -> {
                  int clinic = clinics.computeIfAbsent(row.getClinicId(), any -> number[0]++);
                  return LocationRow.newBuilder(row)
                      .setName(
                          "Clinic "
                              + (clinic + 1)
                              + ("12".equals(row.getPosCode()) ? " at home" : ""))
                      .setGroup(REGIONS.get(clinic % REGIONS.size()))
                      .build();
                })
            .toList();
    return Settings.newBuilder(settings).setLocations(rows).build();
  }

  /** Returns the moment that the read model reflects. */
  public Instant asOf() {
    return asOf;
  }

  /** Returns the settings of the company. */
  Settings settings() {
    return settings;
  }

  /** Returns what is known at that moment. Close the stream after use. */
  Stream<TimedFact> facts() {
    return new Scenario(options).facts().filter(timed -> !timed.knownAt().isAfter(asOf));
  }

  /** Returns visits of patients of their own, all finalized on a day and at one location. */
  List<Visit> visitsOn(LocalDate day, int number) {
    Visit one;
    try (Stream<TimedFact> facts = facts()) {
      one =
          (Visit)
              facts.map(TimedFact::fact).filter(Visit.class::isInstance).findFirst().orElseThrow();
    }
    Instant noon = day.atTime(LocalTime.NOON).toInstant(ZoneOffset.UTC);
    return IntStream.range(0, number)
        .mapToObj(
            i ->
                Visit.newBuilder(one)
                    .setEventId("later " + day + " " + i)
                    .setVisitId("later " + day + " " + i)
                    .setPatientKey("later " + i)
                    .setRevision(0)
                    .setStatus(VisitStatus.FINALIZED)
                    .setOccurredAt(noon)
                    .setFinalizedAt(noon)
                    .setFinalizedOn(day)
                    .setDateOfService(day)
                    .build())
        .toList();
  }

  /** Fills the tables. */
  public void fill(Database database) {
    TableWriter tables = new TableWriter(database);
    tables.put(Topics.SETTINGS, TENANT, settings, Instant.EPOCH);
    try (Fold fold =
        new Fold(
            Map.of(TENANT, settings), asOf, "bench", Runtime.getRuntime().availableProcessors())) {
      try (Stream<TimedFact> facts = facts()) {
        facts.forEach(
            timed -> {
              fold.add(timed.fact(), timed.knownAt());
              put(tables, Topics.ofFact(timed.fact()), timed);
            });
      }
      put(tables, fold.judge());
    }
    tables.flush();
  }

  @SuppressWarnings("unchecked") // The topic is that of the fact.
  private static void put(TableWriter tables, Topic<?> topic, TimedFact timed) {
    SpecificRecord fact = timed.fact();
    String key =
        fact instanceof Feed feed ? Keys.of(feed.getTenant(), feed.getSource()) : Keys.ofFact(fact);
    tables.put((Topic<SpecificRecord>) topic, key, fact, timed.knownAt());
  }

  private void put(TableWriter tables, Outputs outputs) {
    outputs.balances().forEach(one -> tables.put(Topics.BALANCES, Keys.ofPeriod(one), one, asOf));
    outputs
        .items()
        .forEach(
            one ->
                tables.put(
                    Topics.ITEMS,
                    Keys.of(
                        one.getTenant(),
                        one.getLocation(),
                        one.getGranularity(),
                        one.getFrom(),
                        one.getList(),
                        one.getVisit()),
                    one,
                    asOf));
    outputs
        .visits()
        .forEach(one -> tables.put(Topics.VISIT_SUMMARIES, visit(one.getVisit()), one, asOf));
    outputs
        .visitIds()
        .forEach(one -> tables.put(Topics.VISIT_IDS, visit(one.getVisit()), one, asOf));
    outputs
        .lateArrivals()
        .forEach(one -> tables.put(Topics.LATE_ARRIVALS, visit(one.getVisit()), one, asOf));
    outputs
        .unitVariances()
        .forEach(
            one ->
                tables.put(
                    Topics.UNIT_VARIANCES,
                    Keys.of(TENANT, one.getVisit(), one.getCpt()),
                    one,
                    asOf));
    outputs
        .capProposals()
        .forEach(
            one ->
                tables.put(
                    Topics.CAP_PROPOSALS,
                    Keys.of(TENANT, one.getPayerId(), one.getCpt(), one.getMonth()),
                    one,
                    asOf));
    outputs.discrepancies().forEach(one -> put(tables, one));
  }

  private static String visit(String token) {
    return Keys.of(TENANT, token);
  }

  /** A fold does not say when something was opened: here, on the day after. */
  private void put(TableWriter tables, Discrepancy found) {
    Topic<Discrepancy> topic =
        found.getLevel() == Level.VISIT ? Topics.VISIT_DISCREPANCIES : Topics.PERIOD_DISCREPANCIES;
    LocalDate day = found.getDate() == null ? options.firstDay() : found.getDate();
    Instant opened =
        day.plusDays(1)
            .atStartOfDay(ZoneOffset.UTC)
            .toInstant()
            .plusSeconds(Math.floorMod(found.getId().hashCode(), 86_400));
    tables.put(
        topic,
        found.getId(),
        Discrepancy.newBuilder(found).setOpenedAt(opened.isAfter(asOf) ? asOf : opened).build(),
        asOf);
  }
}
