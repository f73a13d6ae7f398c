package org.visitbalance.naive;

import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.visitbalance.fact.ChargeOrigin;
import org.visitbalance.fact.Decision;
import org.visitbalance.naive.Bridge.Item;
import org.visitbalance.naive.Bridge.Kind;
import org.visitbalance.output.Reason;
import org.visitbalance.output.Severity;

/** Section 9: the visit discrepancies of one visit. */
final class Findings {
  private static final Set<String> HIGH =
      Set.of(
          "MISSING_CHARGE",
          "LOST_AFTER_ACCEPTANCE",
          "NOT_SENT",
          "CHARGES_REMOVED",
          "BILLED_THOUGH_SUPPRESSED",
          "BILLED_THOUGH_NOT_COUNTED",
          "DUPLICATE_BILLING",
          "UNEXPECTED_CHARGE",
          "RETRACTED_IN_EMR",
          "UNITS_ADDED");

  /** At most one of each is found of a visit. */
  record Place(String kind, String location, LocalDate date) implements Comparable<Place> {
    @Override
    public int compareTo(Place other) {
      return toString().compareTo(other.toString());
    }
  }

  /** What is said at a place. */
  record Finding(Severity severity, long difference) {}

  private final Subject subject;
  private final Moment moment;
  private final Map<Place, Finding> found = new TreeMap<>();
  private final Map<Place, Item> items = new TreeMap<>();

  private Findings(Subject subject, Moment moment) {
    this.subject = subject;
    this.moment = moment;
  }

  static Map<Place, Finding> of(Subject subject, Moment moment) {
    Findings findings = new Findings(subject, moment);
    findings.addItemsOfDays();
    if (subject.isFinalized()) {
      findings.addOfFinalized();
    }
    if (!subject.isBillingOnly()) {
      findings.addMismatches();
    }
    findings.decide();
    return findings.found;
  }

  /** What is accepted is not open; what was accepted and has become another item is said. */
  private void decide() {
    Decisions decisions = subject.patient.decisions();
    Map<Place, Finding> changed = new TreeMap<>();
    for (Decision accepted : decisions.accepted()) {
      Place before = new Place(accepted.getKind(), accepted.getLocation(), accepted.getDate());
      if (accepted.getVisit().equals(subject.name)
          && isItem(accepted.getKind())
          && !found.containsKey(before)) {
        items.forEach(
            (place, item) -> {
              if (place.location().equals(before.location())
                  && place.date().equals(before.date())
                  && decisions.because(subject.name, place).isEmpty()) {
                changed.put(
                    new Place("ACCEPTED_BUT_CHANGED", place.location(), place.date()),
                    found.get(place));
              }
            });
      }
    }
    found.keySet().removeIf(place -> decisions.because(subject.name, place).isPresent());
    found.putAll(changed);
  }

  private static boolean isItem(String kind) {
    return Set.of(Reason.values()).stream()
        .filter(reason -> reason.name().equals(kind))
        .anyMatch(
            reason -> Bridge.kind(reason) == Kind.WORK || Bridge.kind(reason) == Kind.UNEXPLAINED);
  }

  static Severity severity(Item item) {
    return item.overdue() ? Severity.HIGH : severity(item.reason().name());
  }

  private static Severity severity(String kind) {
    if (HIGH.contains(kind)) {
      return Severity.HIGH;
    }
    boolean work =
        kind.equals("LINES_HELD")
            || Set.of(Reason.values()).stream()
                .anyMatch(reason -> reason.name().equals(kind) && Bridge.kind(reason) == Kind.WORK);
    return work ? Severity.MEDIUM : Severity.LOW;
  }

  private void addItemsOfDays() {
    Map<String, Set<LocalDate>> days = new TreeMap<>();
    if (subject.isFinalized()) {
      day(days, subject.location, subject.visit.getFinalizedOn());
    }
    subject.liveVisitMaking.forEach(chain -> day(days, chain.location(), chain.createdOn()));
    days.forEach((location, dates) -> dates.forEach(date -> addItem(Period.day(location, date))));
  }

  private static void day(Map<String, Set<LocalDate>> days, String location, LocalDate date) {
    days.computeIfAbsent(location, one -> new TreeSet<>()).add(date);
  }

  private void addItem(Period day) {
    Optional<Item> item = Bridge.undecided(subject, day, moment);
    if (item.isEmpty()) {
      return;
    }
    Reason reason = item.get().reason();
    boolean mappingIsMissing =
        (reason == Reason.POSTED_ELSEWHERE || reason == Reason.POSTED_FROM_ELSEWHERE)
            && subject.location.startsWith(TenantSettings.UNMAPPED);
    boolean toLookAt = item.get().kind() == Kind.UNEXPLAINED || item.get().kind() == Kind.WORK;
    if (toLookAt && !mappingIsMissing) {
      items.put(new Place(reason.name(), day.location(), day.from()), item.get());
      found.put(
          new Place(reason.name(), day.location(), day.from()),
          new Finding(
              isToFileSoon(reason.name()) ? Severity.HIGH : severity(item.get()),
              item.get().difference()));
    }
  }

  private boolean isToFileSoon(String kind) {
    return new Worth(subject)
        .fileBy(kind)
        .filter(last -> ChronoUnit.DAYS.between(moment.today(), last) <= 14)
        .isPresent();
  }

  private void addOfFinalized() {
    if (subject.isBilledTwice()) {
      addAtVisit("DUPLICATE_BILLING", 1 - subject.billingVisits(chain -> true));
    }
    boolean imported =
        subject.chains.stream()
            .anyMatch(chain -> chain.isLive() && chain.line().getOrigin() != ChargeOrigin.MANUAL);
    Instant patience = subject.visit.getOccurredAt().plus(subject.settings.missingAfter());
    if (subject.isSuppressed()
        && subject.isBilled()
        && imported
        && !moment.now().isBefore(patience)) {
      addAtVisit("BILLED_THOUGH_SUPPRESSED", 0);
    }
    if (subject.isBilled()
        && !subject.isSuppressed()
        && subject.hasOpenRejection()
        && Units.codes(subject).stream()
            .anyMatch(code -> code.scrubbed() > 0 && code.unexplained() > 0)) {
      addAtVisit("LINES_HELD", 0);
    }
    if (Documentation.hasIneffectiveNorcm(subject.visit)) {
      addAtVisit("INEFFECTIVE_NORCM", 0);
    }
    if (Units.isCompared(subject, moment)) {
      for (Units.CodeUnits code : Units.codes(subject)) {
        if (code.unexplained() > 0) {
          addAtVisit(code.added() > 0 ? "UNITS_ADDED" : "SCRUBBED_UNEXPLAINED", 0);
        }
      }
    }
  }

  private void addMismatches() {
    boolean otherDate =
        subject.chains.stream()
            .filter(Chain::isLive)
            .filter(chain -> !chain.isLinked())
            .anyMatch(chain -> !chain.dateOfService().equals(subject.visit.getDateOfService()));
    if (otherDate) {
      addAtVisit("DATE_OF_SERVICE_MISMATCH", 0);
    }
    if (subject.providerMismatch) {
      addAtVisit("PROVIDER_MISMATCH", 0);
    }
  }

  private void addAtVisit(String kind, long difference) {
    found.put(
        new Place(kind, subject.location, subject.visit.getFinalizedOn()),
        new Finding(severity(kind), difference));
  }
}
