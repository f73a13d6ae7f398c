package org.visitbalance.naive;

import static org.visitbalance.output.Reason.*;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.visitbalance.fact.AcceptanceReason;
import org.visitbalance.naive.Bridge.Item;
import org.visitbalance.naive.Bridge.Kind;
import org.visitbalance.naive.Tenant.Contents;
import org.visitbalance.naive.Tenant.OpenNote;
import org.visitbalance.output.ItemList;
import org.visitbalance.output.Reason;
import org.visitbalance.output.Severity;
import org.visitbalance.output.Verdict;

/** Sections 5, 6, 8 and 9: the figures of one period, counted anew from all visits. */
final class PeriodFigures {
  /** One provider's part. */
  static final class ProviderPart {
    long emrVisits;
    long billingVisits;
    long emrUnits;
    long billingUnits;

    boolean isAnything() {
      return emrVisits + billingVisits + emrUnits + billingUnits > 0;
    }
  }

  /** A line of items.jsonl: a visit or a note behind a figure. */
  record Entry(
      ItemList list,
      String patientKey,
      String name,
      Reason reason,
      long difference,
      AcceptanceReason acceptedBecause) {}

  final Period period;
  private final Contents contents;
  final List<Item> items = new ArrayList<>();
  final List<Entry> entries = new ArrayList<>();
  final Map<String, Long> newPatientItems = new TreeMap<>();
  final Map<String, ProviderPart> providers = new TreeMap<>(Bytes.ORDER);
  long emrVisits;
  long billingVisits;
  long emrUnits;
  long billingUnits;
  long emrNonVisitUnits;
  long billingNonVisitUnits;
  long expected;
  long billed;
  long evaluationUnits;
  long evaluationVisits;

  PeriodFigures(Period period, Contents contents, Moment moment) {
    this.period = period;
    this.contents = contents;
    contents.subjects().forEach(subject -> count(subject, moment));
    for (Chain chain : contents.liveChains()) {
      billingUnits += chain.units();
      billingNonVisitUnits += contents.isNonVisit(chain.code()) ? chain.units() : 0;
      provider(chain.provider()).billingUnits += chain.units();
    }
    for (OpenNote open : contents.openNotes()) {
      entries.add(
          new Entry(ItemList.OPEN_NOTE, open.patientKey(), open.note().getNoteId(), null, 0, null));
    }
  }

  private void count(Subject subject, Moment moment) {
    long e = Bridge.emrVisits(subject, period);
    emrVisits += e;
    billingVisits += subject.billingVisits(period::contains);
    if (e > 0) {
      emrUnits += subject.documentedUnits();
      emrNonVisitUnits +=
          subject.documented().entrySet().stream()
              .filter(code -> contents.isNonVisit(code.getKey()))
              .mapToLong(Map.Entry::getValue)
              .sum();
      provider(subject.visit.getTherapistId()).emrVisits += 1;
      provider(subject.visit.getTherapistId()).emrUnits += subject.documentedUnits();
      expected += subject.billable ? 1 : 0;
      billed += subject.billable && subject.isBilled() ? 1 : 0;
    }
    subject.liveVisitMaking.stream()
        .filter(period::contains)
        .map(Chain::provider)
        .distinct()
        .forEach(
            id -> {
              Predicate<Chain> ofProvider = chain -> chain.provider().equals(id);
              provider(id).billingVisits += subject.billingVisits(ofProvider.and(period::contains));
            });
    Optional<Item> item = Bridge.item(subject, period, moment);
    item.ifPresent(
        one -> {
          items.add(one);
          entries.add(
              new Entry(
                  ItemList.BRIDGE,
                  subject.patientKey,
                  subject.name,
                  one.reason(),
                  one.difference(),
                  one.acceptedBecause()));
        });
    countEvaluations(subject, e, item);
    listUnready(subject);
  }

  private void countEvaluations(Subject subject, long e, Optional<Item> item) {
    Predicate<String> isEvaluation = subject.settings.evaluationCodes()::contains;
    long units =
        subject.documented().entrySet().stream()
            .filter(code -> e > 0 && isEvaluation.test(code.getKey()))
            .mapToLong(Map.Entry::getValue)
            .sum();
    long visits =
        subject.billingVisits(chain -> period.contains(chain) && isEvaluation.test(chain.code()));
    evaluationUnits += units;
    evaluationVisits += visits;
    if (units != visits) {
      Reason ownReason =
          visits == 0
              ? EVALUATION_NOT_BILLED
              : visits < units ? MULTIPLE_EVALUATIONS : EVALUATION_ADDED;
      Reason reason = item.map(Item::reason).orElse(ownReason);
      newPatientItems.merge(reason.name(), units - visits, Long::sum);
      add(ItemList.NEW_PATIENTS, subject, reason, units - visits);
    }
  }

  private void listUnready(Subject subject) {
    if (!subject.isFinalized()
        || !period.contains(subject.location, subject.visit.getFinalizedOn())) {
      return;
    }
    if (subject.billable && !subject.isBilled()) {
      if (subject.transmissionFailed()) {
        add(ItemList.FAILED_TRANSMISSION, subject, null, 0);
      } else if (subject.transmissionPending()) {
        add(ItemList.PENDING_TRANSMISSION, subject, null, 0);
      } else if (subject.financial.isEmpty() && subject.settings.sendsTransmissions()) {
        add(ItemList.ABSENT_TRANSMISSION, subject, null, 0);
      }
    }
    if (subject.isHeld()) {
      add(ItemList.HELD, subject, null, 0);
    }
  }

  private void add(ItemList list, Subject subject, Reason reason, long difference) {
    entries.add(new Entry(list, subject.patientKey, subject.name, reason, difference, null));
  }

  private ProviderPart provider(String id) {
    return providers.computeIfAbsent(id, one -> new ProviderPart());
  }

  long difference() {
    return emrVisits - billingVisits;
  }

  long count(ItemList list) {
    return entries.stream().filter(entry -> entry.list() == list).count();
  }

  long count(Kind kind) {
    return items.stream().filter(item -> item.kind() == kind).count();
  }

  Map<String, Long> itemSums() {
    Map<String, Long> sums = new TreeMap<>();
    items.forEach(item -> sums.merge(item.reason().name(), item.difference(), Long::sum));
    return sums;
  }

  boolean isOffsetting() {
    return items.stream().anyMatch(item -> item.difference() > 0)
        && items.stream().anyMatch(item -> item.difference() < 0);
  }

  Verdict verdict() {
    if (count(Kind.UNEXPLAINED) > 0) {
      return Verdict.OUT_OF_BALANCE;
    }
    if (count(Kind.PENDING) > 0) {
      return Verdict.WAITING;
    }
    return items.isEmpty() ? Verdict.BALANCED : Verdict.EXPLAINED;
  }

  /** The worst of its unexplained items; only asked of a period that is out of balance. */
  Severity severity() {
    return items.stream()
        .filter(item -> item.kind() == Kind.UNEXPLAINED)
        .map(Findings::severity)
        .min(Comparator.naturalOrder())
        .orElseThrow();
  }
}
