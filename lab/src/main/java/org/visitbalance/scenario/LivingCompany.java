package org.visitbalance.scenario;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.visitbalance.settings.Settings;

/**
 * A company whose simulation has no end: first its history, then whatever becomes known as its
 * clock goes on. Only a few days are kept in memory. The same options give the same facts.
 */
public final class LivingCompany {
  /** The third Monday of a month, so that the history covers two months. */
  static final LocalDate FIRST_DAY = LocalDate.of(2026, 10, 19);

  /**
   * From a Monday to a Tuesday: what was lost on the Monday before is found missing on the first
   * evening.
   */
  private static final int DAYS_OF_HISTORY = 22;

  private static final int OPENS_AT_HOUR = 7;

  /** Practically forever: 2.9 million years. */
  private static final int FOR_EVER = Integer.MAX_VALUE / 2;

  private final Scenario scenario;
  private final ZoneId zone;
  private final LocalDate firstDay;
  private final Iterator<TimedFact> facts;
  private TimedFact next;

  /** Starts a company on its first day. */
  public LivingCompany(ScenarioOptions options) {
    this.scenario = new Scenario(options);
    this.zone = options.zone();
    this.firstDay = options.firstDay();
    this.facts = scenario.facts().iterator();
    this.next = facts.next();
  }

  /**
   * Returns the options of a company in which something worth looking at goes wrong every day: an
   * ordinary one whose charges are held, late and lost somewhat more often.
   */
  public static ScenarioOptions options(long seed, int clinics) {
    return Preset.CLINIC
        .options()
        .with()
        .seed(seed)
        .clinics(clinics, 2)
        .firstDay(FIRST_DAY)
        .days(FOR_EVER)
        .rate(Rate.REJECTED_PATIENT, 0.01)
        .rate(Rate.REJECTED_CASE, 0.015)
        .rate(Rate.REJECTED_CHARGE, 0.03)
        .rate(Rate.POSTED_LATER, 0.03)
        .rate(Rate.LOST, 0.03)
        .rate(Rate.FEED_STOPS, 0.003)
        .build();
  }

  public List<Settings> settings() {
    return scenario.settings();
  }

  /** Returns the time zone of its business dates. */
  public ZoneId zone() {
    return zone;
  }

  /** Returns the midnight after its first day. */
  public Instant firstNight() {
    return firstDay.plusDays(1).atStartOfDay(zone).toInstant();
  }

  /** Returns the moment up to which everything is history: a morning, before the clinics open. */
  public Instant begins() {
    return firstDay.plusDays(DAYS_OF_HISTORY).atTime(OPENS_AT_HOUR, 0).atZone(zone).toInstant();
  }

  /** Returns what has become known by a moment and was not returned before, in order. */
  public List<TimedFact> until(Instant moment) {
    List<TimedFact> known = new ArrayList<>();
    while (!next.knownAt().isAfter(moment)) {
      known.add(next);
      next = facts.next();
    }
    return known;
  }

  /** Returns when something becomes known next. */
  public Instant next() {
    return next.knownAt();
  }
}
