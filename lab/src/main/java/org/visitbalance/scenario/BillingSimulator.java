package org.visitbalance.scenario;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.visitbalance.fact.ChargeOrigin;
import org.visitbalance.fact.ChargeStatus;
import org.visitbalance.fact.FeedSource;
import org.visitbalance.fact.VisitLine;

/** Billing: charges are created from what arrived, and later changed, replaced or removed. */
final class BillingSimulator {
  private final Company company;
  private final Rates rates;

  BillingSimulator(Company company) {
    this.company = company;
    this.rates = company.rates;
  }

  /** The current state of a charge; each change sends a fact. Times are wall-clock times. */
  static final class Line {
    final Encounter encounter;
    final String chargeId;
    @Nullable String originalChargeId;
    @Nullable String emrVisitId;
    @Nullable String billingVisitId;
    String locationId;
    String providerId;
    long dayOfService;
    ChargeStatus status = ChargeStatus.ACTIVE;
    String cpt;
    List<String> modifiers;
    int units;
    @Nullable ChargeOrigin origin;
    long createdAt;
    long updatedAt;

    Line(Encounter encounter, String chargeId, VisitLine documented, long createdAt) {
      this.encounter = encounter;
      this.chargeId = chargeId;
      this.emrVisitId = encounter.visitId;
      this.locationId = encounter.site.locationId();
      this.providerId = encounter.therapistId;
      this.dayOfService = encounter.epochDay;
      this.cpt = documented.getCpt();
      this.modifiers = documented.getModifiers();
      this.units = documented.getUnits();
      this.createdAt = createdAt;
      this.updatedAt = createdAt;
    }
  }

  void send(Line line) {
    Encounter encounter = line.encounter;
    boolean sameDay = line.dayOfService == encounter.epochDay;
    company.send(
        RecordFactory.charge(
            company.tenant,
            company.nextEvent(),
            company.clock.instant(line.updatedAt),
            line.chargeId,
            line.originalChargeId,
            line.status,
            encounter.patient.key,
            line.emrVisitId,
            line.billingVisitId,
            line.locationId,
            sameDay
                ? encounter.day
                : encounter.day.plusDays(line.dayOfService - encounter.epochDay),
            company.clock.instant(line.createdAt),
            WallClock.date(line.createdAt),
            line.providerId,
            null,
            line.cpt,
            line.modifiers,
            line.units,
            encounter.patient.payerId,
            line.origin,
            company.prices.amount(line.cpt, line.units, line.chargeId)),
        FeedSource.BILLING,
        line.updatedAt);
  }

  void change(Line line, ChargeStatus status, long wall) {
    line.status = status;
    line.updatedAt = Math.max(wall, line.updatedAt + WallClock.MINUTE);
    send(line);
  }

  /** Creates the charges of an encounter and returns them. */
  List<Line> charge(Encounter encounter, long arrived) {
    SeededRandom random = encounter.random;
    boolean later = random.chance(rates.of(Rate.POSTED_LATER));
    boolean split = random.chance(rates.of(Rate.SPLIT));
    boolean manual = random.chance(rates.of(Rate.MANUAL));
    boolean unlinked = random.chance(rates.of(Rate.UNLINKED)) || manual;
    boolean stranger = random.chance(rates.of(Rate.PROVIDER_MISMATCH));
    boolean wrongDay = random.chance(rates.of(Rate.DATE_MISMATCH));
    boolean elsewhere = random.chance(rates.of(Rate.WRONG_LOCATION));
    long created =
        later
            ? WallClock.inOffice(arrived, 1, random)
            : arrived + random.between(2, 40) * WallClock.MINUTE;
    String billingVisitId = company.nextBillingVisit();
    List<Line> lines = new ArrayList<>(4);
    for (VisitLine billed : billed(encounter)) {
      Line line = new Line(encounter, company.nextCharge(), billed, created);
      line.billingVisitId = split && !lines.isEmpty() ? company.nextBillingVisit() : billingVisitId;
      line.emrVisitId = unlinked ? null : encounter.visitId;
      line.origin = manual ? ChargeOrigin.MANUAL : null;
      if (stranger) {
        line.providerId = encounter.clinic.otherThan(encounter.therapistId, random);
      }
      line.dayOfService = wrongDay ? encounter.epochDay - 1 : encounter.epochDay;
      if (elsewhere) {
        line.locationId = elsewhere(encounter);
      }
      send(line);
      lines.add(line);
    }
    return lines;
  }

  private List<VisitLine> billed(Encounter encounter) {
    SeededRandom random = encounter.random;
    boolean less = random.chance(rates.of(Rate.UNITS_LOST));
    boolean more = random.chance(rates.of(Rate.UNITS_ADDED));
    boolean noEvaluation = random.chance(rates.of(Rate.EVALUATION_NOT_BILLED));
    List<VisitLine> billed = Payers.scrubbed(encounter.patient.payerId, encounter.lines);
    billed.removeIf(line -> line.getCpt().equalsIgnoreCase(Codes.NORCM));
    if (noEvaluation && encounter.evaluation() && billed.size() > 1) {
      billed.remove(0);
    }
    if ((less || more) && !billed.isEmpty()) {
      VisitLine first = billed.get(0);
      billed.set(0, Codes.withUnits(first, Math.max(0, first.getUnits() + (more ? 1 : -1))));
    }
    return billed;
  }

  private String elsewhere(Encounter encounter) {
    List<Site> sites = company.options.sites();
    int own = sites.indexOf(encounter.site);
    return sites.get((own + 1) % sites.size()).locationId();
  }

  /** Decides what happens to charges on later days. */
  void follow(Encounter encounter, EmrSimulator.Outcome outcome, List<Line> lines) {
    SeededRandom random = encounter.random;
    boolean replaced = random.chance(rates.of(Rate.REPLACED));
    boolean removed = random.chance(rates.of(Rate.REMOVED));
    boolean doubled = random.chance(rates.of(Rate.DUPLICATED));
    boolean left = random.chance(rates.of(Rate.RETRACTED_CHARGES_LEFT));
    if (lines.isEmpty()) {
      return;
    }
    long nextDay = WallClock.inOffice(lines.get(0).updatedAt, 1, random);
    if (doubled) {
      duplicate(encounter, lines, nextDay);
    }
    if (replaced) {
      replace(encounter, lines, nextDay + WallClock.HOUR);
    }
    if (outcome.amendedAt() != Encounter.NEVER && outcome.rebilled()) {
      Line last = lines.get(lines.size() - 1);
      last.units++;
      change(last, ChargeStatus.ACTIVE, outcome.amendedAt() + 10 * WallClock.MINUTE);
    }
    if (removed) {
      remove(encounter, lines, nextDay + 2 * WallClock.HOUR);
    } else if (outcome.retractedAt() != Encounter.NEVER && !left) {
      for (Line line : lines) {
        change(line, ChargeStatus.REMOVED, outcome.retractedAt() + WallClock.HOUR);
      }
    }
  }

  private void duplicate(Encounter encounter, List<Line> lines, long wall) {
    String billingVisitId = company.nextBillingVisit();
    for (Line line : lines) {
      Line twin = copy(encounter, line, wall);
      twin.billingVisitId = billingVisitId;
      send(twin);
    }
  }

  private void replace(Encounter encounter, List<Line> lines, long wall) {
    Line current = lines.get(0);
    long at = Math.max(wall, current.updatedAt + WallClock.MINUTE);
    int times = encounter.random.between(1, 2);
    for (int i = 0; i < times; i++) {
      Line next = copy(encounter, current, at + i * WallClock.HOUR);
      next.originalChargeId =
          current.originalChargeId == null ? current.chargeId : current.originalChargeId;
      change(current, ChargeStatus.INACTIVE, next.createdAt);
      send(next);
      current = next;
    }
    lines.set(0, current);
  }

  private void remove(Encounter encounter, List<Line> lines, long wall) {
    SeededRandom random = encounter.random;
    boolean again = random.chance(rates.of(Rate.KEYED_AGAIN));
    String providerId = encounter.clinic.otherThan(encounter.therapistId, random);
    String billingVisitId = company.nextBillingVisit();
    for (Line line : lines) {
      change(line, ChargeStatus.REMOVED, wall);
      if (again) {
        Line keyed = copy(encounter, line, line.updatedAt + WallClock.HOUR);
        keyed.billingVisitId = billingVisitId;
        keyed.emrVisitId = null;
        keyed.providerId = providerId;
        keyed.origin = ChargeOrigin.MANUAL;
        send(keyed);
      }
    }
  }

  private Line copy(Encounter encounter, Line line, long createdAt) {
    Line copy =
        new Line(
            encounter,
            company.nextCharge(),
            Codes.untimed(line.cpt, line.modifiers, line.units),
            createdAt);
    copy.emrVisitId = line.emrVisitId;
    copy.billingVisitId = line.billingVisitId;
    copy.locationId = line.locationId;
    copy.providerId = line.providerId;
    copy.dayOfService = line.dayOfService;
    copy.origin = line.origin;
    return copy;
  }
}
