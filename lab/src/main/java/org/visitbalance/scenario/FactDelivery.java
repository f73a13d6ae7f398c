package org.visitbalance.scenario;

import java.time.Instant;
import org.apache.avro.specific.SpecificRecord;
import org.visitbalance.fact.FeedSource;

/** Delivers facts from a system: in time, late, or twice. */
final class FactDelivery {
  private static final int LATEST_HOURS = 60;

  private final Agenda agenda;
  private final WallClock clock;
  private final Outages outages;
  private final SeededRandom random;
  private final Rates rates;
  private final boolean exportable;

  FactDelivery(Agenda agenda, WallClock clock, ScenarioOptions options, int tenant) {
    this.agenda = agenda;
    this.clock = clock;
    this.rates = options.rates();
    this.exportable = options.exportable();
    this.outages = new Outages(options.seed(), tenant, rates.of(Rate.FEED_STOPS));
    this.random = SeededRandom.of(options.seed(), tenant, -1, 0);
  }

  /** Takes a fact that a system recorded at a wall-clock time. */
  void send(SpecificRecord fact, FeedSource source, long wall) {
    if (exportable) {
      SpecificRecord carried = Exportable.of(fact, clock, wall);
      agenda.add(new TimedFact(carried, Exportable.knownAt(carried)));
      return;
    }
    long known = outages.endOf(source, wall);
    if (random.chance(rates.of(Rate.KNOWN_LATE))) {
      known += random.between(1, LATEST_HOURS) * WallClock.HOUR;
    }
    Instant knownAt = clock.instant(known);
    agenda.add(new TimedFact(fact, knownAt));
    if (random.chance(rates.of(Rate.DELIVERED_TWICE))) {
      agenda.add(new TimedFact(fact, knownAt.plusSeconds(random.below(2 * 86_400))));
    }
  }

  boolean silent(FeedSource source, long wall) {
    return outages.endOf(source, wall) != wall;
  }
}
