package org.visitbalance.naive;

import static java.util.Comparator.comparing;
import static java.util.stream.Collectors.groupingBy;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.avro.specific.SpecificRecord;
import org.visitbalance.fact.AcceptanceReason;
import org.visitbalance.fact.Decision;
import org.visitbalance.fact.DecisionAction;
import org.visitbalance.naive.Bridge.Item;
import org.visitbalance.naive.Bridge.Kind;
import org.visitbalance.naive.Findings.Place;

/**
 * docs/decisions.md: the acceptances of one patient that stand, the latest word of each.
 *
 * @param links the visits that people have linked chains to, by the chains' ids
 */
record Decisions(List<Decision> accepted, Map<String, String> links) {
  private record Entity(String visit, String kind, String location, LocalDate date) {}

  static Decisions of(Collection<SpecificRecord> facts) {
    List<Decision> accepted = new ArrayList<>();
    PatientFacts.all(facts, Decision.class).stream()
        .filter(one -> one.getAction() != DecisionAction.ASSIGNED)
        .filter(one -> one.getAction() != DecisionAction.RELEASED)
        .filter(one -> one.getChain() == null)
        .collect(
            groupingBy(
                one -> new Entity(one.getVisit(), one.getKind(), one.getLocation(), one.getDate())))
        .values()
        .forEach(
            ofEntity -> {
              Decision last = PatientFacts.last(ofEntity, comparing(Decision::getOccurredAt));
              if (last.getAction() == DecisionAction.ACCEPTED) {
                accepted.add(last);
              }
            });
    Map<String, String> links = new TreeMap<>();
    PatientFacts.all(facts, Decision.class).stream()
        .filter(one -> one.getChain() != null)
        .collect(groupingBy(Decision::getChain))
        .forEach(
            (chain, ofChain) -> {
              Decision last = PatientFacts.last(ofChain, comparing(Decision::getOccurredAt));
              if (last.getAction() == DecisionAction.LINKED) {
                links.put(chain, last.getVisit());
              }
            });
    return new Decisions(accepted, links);
  }

  /** Why a visit's discrepancy of a kind is accepted at a location and day. */
  Optional<AcceptanceReason> because(String visit, Place place) {
    return accepted.stream()
        .filter(one -> one.getVisit().equals(visit))
        .filter(one -> place.equals(new Place(one.getKind(), one.getLocation(), one.getDate())))
        .map(Decision::getReason)
        .findFirst();
  }

  /** Why an item is accepted: of several days it takes all of them, and the first one says why. */
  Optional<AcceptanceReason> because(Subject subject, Period period, Item item, Moment moment) {
    if (item.kind() != Kind.WORK && item.kind() != Kind.UNEXPLAINED) {
      return Optional.empty();
    }
    Optional<AcceptanceReason> first = Optional.empty();
    for (LocalDate date : days(period)) {
      Optional<Item> ofDay = Bridge.undecided(subject, Period.day(period.location(), date), moment);
      if (ofDay.isPresent() && ofDay.get().reason() == item.reason()) {
        Optional<AcceptanceReason> because =
            because(subject.name, new Place(item.reason().name(), period.location(), date));
        if (because.isEmpty()) {
          return because;
        }
        first = first.isEmpty() ? because : first;
      }
    }
    return first;
  }

  private static TreeSet<LocalDate> days(Period period) {
    TreeSet<LocalDate> days = new TreeSet<>();
    for (LocalDate day = period.from(); !day.isAfter(period.to()); day = day.plusDays(1)) {
      days.add(day);
    }
    return days;
  }
}
