package org.visitbalance.scenario;

import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.visitbalance.fact.Feed;
import org.visitbalance.fact.FeedSource;

/** One tenant: simulates its clinics day by day, and the facts that its systems record. */
final class Company {
  private static final long EVENING = 23 * WallClock.HOUR + 30 * WallClock.MINUTE;

  /** Days after the start in which most patients are in the middle of their plan of care. */
  private static final int SETTLING_DAYS = 14;

  private static final int NOBODY = -1;

  final ScenarioOptions options;
  final Rates rates;
  final String tenant;
  final WallClock clock;
  final List<Clinic> clinics;
  private final int index;
  private final FactDelivery delivery;
  final Prices prices;
  private final Payers payers;
  private final VisitStory story;
  private final RandomFacts randomFacts;
  private final long firstDay;
  private int patients;
  private long visits;
  private long charges;
  private long billingVisits;
  private long rejections;
  private long events;

  Company(ScenarioOptions options, int index, Agenda agenda) {
    this.options = options;
    this.rates = options.rates();
    this.index = index;
    this.tenant = options.tenant(index);
    this.clock = new WallClock(options.zone(), options.clockSeconds());
    this.clinics = Clinic.of(options);
    this.delivery = new FactDelivery(agenda, clock, options, index);
    this.prices = new Prices(options);
    this.payers = new Payers(options.payers());
    this.firstDay = options.firstDay().toEpochDay();
    this.story = new VisitStory(this);
    this.randomFacts = new RandomFacts(this);
  }

  void live(long epochDay) {
    if (Math.floorMod(epochDay + 3, 7) < options.daysPerWeek()) {
      for (int i = 0; i < clinics.size(); i++) {
        SeededRandom random = SeededRandom.of(options.seed(), index, i, epochDay);
        open(clinics.get(i), epochDay, random);
      }
    }
    randomFacts.day(SeededRandom.of(options.seed(), index, NOBODY, epochDay), epochDay);
    feed(FeedSource.EMR, epochDay);
    feed(FeedSource.BILLING, epochDay);
  }

  private void open(Clinic clinic, long epochDay, SeededRandom random) {
    int usual = options.visitsPerDay();
    int seats = random.between(usual - usual / 5, usual + usual / 5);
    List<Patient> due = clinic.takeDue(epochDay);
    for (int i = 0; i < seats; i++) {
      Patient patient = i < due.size() ? due.get(i) : newPatient(clinic, epochDay, random);
      story.tell(clinic, patient, epochDay);
      patient.visitsLeft--;
      if (patient.visitsLeft > 0) {
        int gap = options.patients() > 0 ? 1 : random.between(2, 3);
        clinic.askBack(patient, openDay(epochDay + gap));
      }
    }
    for (int i = seats; i < due.size(); i++) {
      clinic.askBack(due.get(i), openDay(epochDay + 1));
    }
  }

  private Patient newPatient(Clinic clinic, long epochDay, SeededRandom random) {
    int number = options.patients() > 0 ? patients % options.patients() : patients;
    patients++;
    int plan = options.planVisits();
    int visitsLeft = random.between(plan / 2 + 1, plan + plan / 2);
    // A company does not begin on the scenario's first day: most patients know it already.
    boolean known = epochDay < firstDay + SETTLING_DAYS && random.chance(0.9);
    return new Patient(
        "A" + (100_001 + number),
        random.pick(clinic.therapists),
        payers.pick(random),
        known,
        known ? random.between(1, visitsLeft) : visitsLeft);
  }

  private long openDay(long epochDay) {
    long day = epochDay;
    while (Math.floorMod(day + 3, 7) >= options.daysPerWeek()) {
      day++;
    }
    return day;
  }

  private void feed(FeedSource source, long epochDay) {
    long wall = epochDay * WallClock.DAY + EVENING;
    SeededRandom random =
        SeededRandom.of(
            options.seed(), index, source == FeedSource.EMR ? NOBODY - 1 : NOBODY - 2, epochDay);
    if (random.chance(rates.of(Rate.FEED_REPORTED)) && !delivery.silent(source, wall)) {
      var at = clock.instant(wall);
      send(new Feed(tenant, nextEvent(), at, source, at), source, wall);
    }
  }

  /** Returns the random source of the next visit, which {@link #nextVisit} then names. */
  SeededRandom visitDice() {
    return SeededRandom.of(options.seed(), index, clinics.size(), visits);
  }

  void send(SpecificRecord fact, FeedSource source, long wall) {
    delivery.send(fact, source, wall);
  }

  String nextVisit() {
    return "V" + (1_000 + ++visits);
  }

  String nextCharge() {
    return String.valueOf(50_000 + ++charges);
  }

  String nextBillingVisit() {
    return "B" + (2_000 + ++billingVisits);
  }

  String nextRejection() {
    return "R" + (1_000 + ++rejections);
  }

  /** Returns an event id that no other fact of this company has; exports create their own. */
  String nextEvent() {
    return "e" + ++events;
  }
}
