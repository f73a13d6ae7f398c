package org.visitbalance.core;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.visitbalance.output.ItemList;
import org.visitbalance.output.ProviderFigures;
import org.visitbalance.output.Reason;
import org.visitbalance.output.Severity;
import org.visitbalance.state.CapCount;
import org.visitbalance.state.CapFigures;
import org.visitbalance.state.PeriodFigures;
import org.visitbalance.state.ReasonSum;

/** The books as they are stored, and back. What has become 0 again is not stored. */
public final class StoredBooks {
  private StoredBooks() {}

  /** The book of a period to which nothing was added yet. */
  public static PeriodFigures emptyPeriod() {
    return figures(new PeriodBook(), 0, null);
  }

  /** The book of a cap to which nothing was added yet. */
  public static CapFigures emptyCap() {
    return new CapFigures(0L, List.of(), null);
  }

  /** A copy of a stored book, to be added to. */
  public static PeriodBook book(PeriodFigures figures) {
    PeriodBook book = new PeriodBook();
    book.contributions = figures.getContributions();
    book.billingVisits = figures.getBillingVisits();
    book.emrUnits = figures.getEmrUnits();
    book.billingUnits = figures.getBillingUnits();
    book.expected = figures.getExpected();
    book.billed = figures.getBilled();
    book.evaluationVisits = figures.getEvaluationVisits();
    book.more = figures.getMore();
    book.less = figures.getLess();
    figures.getItems().forEach(sum -> book.items.put(sum.getReason(), sum(sum)));
    figures
        .getEvaluationItems()
        .forEach(sum -> book.evaluationItems.put(sum.getReason(), sum(sum)));
    figures.getKinds().forEach((kind, n) -> book.kinds.put(Reasons.Kind.valueOf(kind), n));
    figures
        .getUnexplained()
        .forEach((severity, n) -> book.unexplained.put(Severity.valueOf(severity), n));
    figures.getLists().forEach((list, n) -> book.lists.put(ItemList.valueOf(list), n));
    for (ProviderFigures provider : figures.getProviders()) {
      PeriodBook.Figures own = new PeriodBook.Figures();
      own.emrVisits = provider.getEmrVisits();
      own.billingVisits = provider.getBillingVisits();
      own.emrUnits = provider.getEmrUnits();
      own.billingUnits = provider.getBillingUnits();
      book.providers.put(provider.getProviderId(), own);
    }
    return book;
  }

  private static PeriodBook.Sum sum(ReasonSum stored) {
    PeriodBook.Sum sum = new PeriodBook.Sum();
    sum.items = stored.getItems();
    sum.difference = stored.getDifference();
    return sum;
  }

  /**
   * The stored form of a book.
   *
   * @param postings how many were ever added
   * @param changedAt the tick at which it was changed last
   */
  public static PeriodFigures figures(PeriodBook book, long postings, @Nullable Instant changedAt) {
    List<ProviderFigures> providers = new ArrayList<>(book.providers.size());
    book.providers.forEach(
        (id, own) -> {
          if (own.emrVisits != 0
              || own.billingVisits != 0
              || own.emrUnits != 0
              || own.billingUnits != 0) {
            providers.add(
                new ProviderFigures(
                    id, own.emrVisits, own.billingVisits, own.emrUnits, own.billingUnits));
          }
        });
    return new PeriodFigures(
        postings,
        book.contributions,
        book.billingVisits,
        book.emrUnits,
        book.billingUnits,
        book.expected,
        book.billed,
        book.evaluationVisits,
        book.more,
        book.less,
        sums(book.items),
        sums(book.evaluationItems),
        counts(book.kinds),
        counts(book.unexplained),
        counts(book.lists),
        providers,
        changedAt);
  }

  private static List<ReasonSum> sums(Map<Reason, PeriodBook.Sum> sums) {
    List<ReasonSum> stored = new ArrayList<>(sums.size());
    sums.forEach((reason, sum) -> stored.add(new ReasonSum(reason, sum.items, sum.difference)));
    return stored;
  }

  private static <E extends Enum<E>> Map<String, Long> counts(Map<E, Long> counts) {
    Map<String, Long> stored = new HashMap<>();
    counts.forEach(
        (key, count) -> {
          if (count != 0) {
            stored.put(key.name(), count);
          }
        });
    return stored;
  }

  /** A copy of a stored book, to be added to. */
  public static CapBook book(CapFigures figures) {
    CapBook book = new CapBook();
    for (CapCount count : figures.getCounts()) {
      book.visits.put(
          new CapBook.Units(count.getDocumented(), count.getBilled()), count.getVisits());
    }
    return book;
  }

  /**
   * The stored form of a book.
   *
   * @param postings how many were ever added
   * @param ruledCap the cap that the settings have already
   */
  public static CapFigures figures(CapBook book, long postings, @Nullable Long ruledCap) {
    List<CapCount> counts = new ArrayList<>(book.visits.size());
    book.visits.forEach(
        (units, n) -> counts.add(new CapCount(units.documented(), units.billed(), n)));
    return new CapFigures(postings, counts, ruledCap);
  }
}
