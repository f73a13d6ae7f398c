package org.visitbalance.core;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.visitbalance.output.Balance;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.output.DiscrepancyStatus;
import org.visitbalance.output.Granularity;
import org.visitbalance.output.ItemList;
import org.visitbalance.output.Kinds;
import org.visitbalance.output.Level;
import org.visitbalance.output.NewPatients;
import org.visitbalance.output.Origin;
import org.visitbalance.output.ProviderFigures;
import org.visitbalance.output.Readiness;
import org.visitbalance.output.Reason;
import org.visitbalance.output.Reported;
import org.visitbalance.output.Severity;
import org.visitbalance.output.Verdict;
import org.visitbalance.state.Contribution;

/**
 * The running totals of one period at one location (rules.md#counts). A contribution that no longer
 * applies is subtracted. Not thread-safe.
 */
public final class PeriodBook {
  /** The items of one reason: how many there are, and their signed sum. */
  static final class Sum {
    long items;
    long difference;
  }

  static final class Figures {
    long emrVisits;
    long billingVisits;
    long emrUnits;
    long billingUnits;

    boolean isZero() {
      return emrVisits == 0 && billingVisits == 0 && emrUnits == 0 && billingUnits == 0;
    }
  }

  long contributions;
  long billingVisits;
  long emrUnits;
  long billingUnits;
  long emrNonVisitUnits;
  long billingNonVisitUnits;
  long expected;
  long billed;
  long evaluationVisits;
  long more;
  long less;
  final Map<Reason, Sum> items = new EnumMap<>(Reason.class);
  final Map<Reason, Sum> evaluationItems = new EnumMap<>(Reason.class);
  final Map<Reasons.Kind, Long> kinds = new EnumMap<>(Reasons.Kind.class);
  final Map<Severity, Long> unexplained = new EnumMap<>(Severity.class);
  final Map<ItemList, Long> lists = new EnumMap<>(ItemList.class);
  final Map<String, Figures> providers = new HashMap<>();

  /**
   * Adds what one visit, billing-only visit or open note contributes to this period.
   *
   * @param times 1, or -1 to remove what was added before
   */
  public void add(Contribution contribution, int times) {
    contributions += times;
    billingVisits += (long) times * contribution.getBillingVisits();
    emrUnits += times * contribution.getEmrUnits();
    billingUnits += times * contribution.getBillingUnits();
    emrNonVisitUnits += times * contribution.getEmrNonVisitUnits();
    billingNonVisitUnits += times * contribution.getBillingNonVisitUnits();
    expected += (long) times * contribution.getExpected();
    billed += (long) times * contribution.getBilled();
    evaluationVisits += (long) times * contribution.getEvaluationVisits();
    addItem(contribution, times);
    long evaluations = contribution.getEvaluationUnits() - contribution.getEvaluationVisits();
    if (contribution.getEvaluationReason() != null) {
      add(evaluationItems, contribution.getEvaluationReason(), times, times * evaluations);
    }
    for (ItemList list : contribution.getLists()) {
      count(lists, list, times);
    }
    for (ProviderFigures provider : contribution.getProviders()) {
      add(provider, times);
    }
  }

  void add(ProviderFigures provider, int times) {
    Figures figures = providers.computeIfAbsent(provider.getProviderId(), id -> new Figures());
    figures.emrVisits += times * provider.getEmrVisits();
    figures.billingVisits += times * provider.getBillingVisits();
    figures.emrUnits += times * provider.getEmrUnits();
    figures.billingUnits += times * provider.getBillingUnits();
    if (figures.isZero()) {
      providers.remove(provider.getProviderId());
    }
  }

  private void addItem(Contribution contribution, int times) {
    Reason reason = contribution.getReason();
    if (reason == null) {
      return;
    }
    long difference = (long) contribution.getEmrVisits() - contribution.getBillingVisits();
    add(items, reason, times, times * difference);
    more += difference > 0 ? times : 0;
    less += difference < 0 ? times : 0;
    Reasons.Kind kind = Reasons.kind(contribution, reason);
    count(kinds, kind, times);
    if (kind == Reasons.Kind.UNEXPLAINED) {
      count(unexplained, Reasons.severity(reason, contribution.getOverdue()), times);
    }
  }

  static void add(Map<Reason, Sum> sums, Reason reason, long items, long difference) {
    Sum sum = sums.computeIfAbsent(reason, any -> new Sum());
    sum.items += items;
    sum.difference += difference;
    if (sum.items == 0 && sum.difference == 0) {
      sums.remove(reason);
    }
  }

  static <E> void count(Map<E, Long> counts, E key, long times) {
    counts.merge(key, times, (count, more) -> count + more == 0 ? null : (Long) (count + more));
  }

  /** Returns whether adding this book to another one would change nothing. */
  public boolean isZero() {
    return contributions == 0
        && billingVisits == 0
        && emrUnits == 0
        && billingUnits == 0
        && emrNonVisitUnits == 0
        && billingNonVisitUnits == 0
        && expected == 0
        && billed == 0
        && evaluationVisits == 0
        && more == 0
        && less == 0
        && items.isEmpty()
        && evaluationItems.isEmpty()
        && kinds.isEmpty()
        && unexplained.isEmpty()
        && lists.isEmpty()
        && providers.isEmpty();
  }

  /** Returns whether the period has activity, and therefore a balance. */
  public boolean isActive() {
    return contributions != 0;
  }

  /** Returns the balance of the period, made of everything that was added. */
  public Balance balance(String tenant, String location, Granularity granularity, LocalDate from) {
    long difference = sum(items);
    long evaluationDifference = sum(evaluationItems);
    return new Balance(
        tenant,
        location,
        granularity,
        from,
        Period.to(granularity, from),
        new Reported(
            billingVisits + difference,
            billingVisits,
            difference,
            emrUnits,
            billingUnits,
            emrNonVisitUnits,
            billingNonVisitUnits),
        new Origin(expected, billed, expected - billed),
        new NewPatients(
            evaluationVisits + evaluationDifference,
            evaluationVisits,
            evaluationDifference,
            differences(evaluationItems)),
        differences(items),
        new Kinds(
            kinds(Reasons.Kind.EXPECTED),
            kinds(Reasons.Kind.PENDING),
            kinds(Reasons.Kind.WORK),
            kinds(Reasons.Kind.UNEXPLAINED),
            kinds.get(Reasons.Kind.ACCEPTED)),
        verdict(),
        more > 0 && less > 0,
        readiness(),
        figures());
  }

  private Verdict verdict() {
    if (kinds(Reasons.Kind.UNEXPLAINED) > 0) {
      return Verdict.OUT_OF_BALANCE;
    }
    if (kinds(Reasons.Kind.PENDING) > 0) {
      return Verdict.WAITING;
    }
    return items.isEmpty() ? Verdict.BALANCED : Verdict.EXPLAINED;
  }

  /** Returns the PERIOD discrepancy of a day that is out of balance; null for any other day. */
  public @Nullable Discrepancy discrepancy(
      String tenant, String location, LocalDate day, Tokens tokens) {
    if (verdict() != Verdict.OUT_OF_BALANCE) {
      return null;
    }
    Severity worst = Severity.LOW;
    for (Map.Entry<Severity, Long> entry : unexplained.entrySet()) {
      worst = entry.getValue() > 0 && entry.getKey().compareTo(worst) < 0 ? entry.getKey() : worst;
    }
    return overall(tenant, Level.PERIOD, "DAY", worst, location, day, sum(items), tokens);
  }

  /**
   * Returns the LOCATION discrepancy of an active location that the mapping does not know; null for
   * any other location.
   */
  public static @Nullable Discrepancy mappingMissing(
      String tenant, String location, Tokens tokens) {
    return TenantSettings.isUnmapped(location)
        ? overall(
            tenant, Level.LOCATION, "MAPPING_MISSING", Severity.HIGH, location, null, 0, tokens)
        : null;
  }

  private static Discrepancy overall(
      String tenant,
      Level level,
      String kind,
      Severity severity,
      String location,
      @Nullable LocalDate date,
      long difference,
      Tokens tokens) {
    return new Discrepancy(
        tokens.discrepancy(tenant, level, kind, location, date, null),
        tenant,
        level,
        kind,
        DiscrepancyStatus.OPEN,
        severity,
        location,
        date,
        null,
        difference,
        null,
        null,
        null,
        null,
        null,
        Reasons.action(kind),
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null);
  }

  private Readiness readiness() {
    long openNotes = lists.getOrDefault(ItemList.OPEN_NOTE, 0L);
    long failed = lists.getOrDefault(ItemList.FAILED_TRANSMISSION, 0L);
    long pending = lists.getOrDefault(ItemList.PENDING_TRANSMISSION, 0L);
    long absent = lists.getOrDefault(ItemList.ABSENT_TRANSMISSION, 0L);
    long held = lists.getOrDefault(ItemList.HELD, 0L);
    boolean ready = openNotes + failed + pending + absent + held == 0;
    return new Readiness(openNotes, failed, pending, absent, held, ready);
  }

  private List<ProviderFigures> figures() {
    List<ProviderFigures> figures = new ArrayList<>(providers.size());
    Map<String, Figures> ordered = new TreeMap<>(CodePoints.ORDER);
    ordered.putAll(providers);
    ordered.forEach(
        (id, own) -> {
          if (own.emrVisits + own.billingVisits + own.emrUnits + own.billingUnits > 0) {
            figures.add(
                new ProviderFigures(
                    id, own.emrVisits, own.billingVisits, own.emrUnits, own.billingUnits));
          }
        });
    return figures;
  }

  private long kinds(Reasons.Kind kind) {
    return kinds.getOrDefault(kind, 0L);
  }

  private static long sum(Map<Reason, Sum> sums) {
    return sums.values().stream().mapToLong(sum -> sum.difference).sum();
  }

  private static Map<String, Long> differences(Map<Reason, Sum> sums) {
    Map<String, Long> differences = new TreeMap<>();
    sums.forEach((reason, sum) -> differences.put(reason.name(), sum.difference));
    return differences;
  }
}
