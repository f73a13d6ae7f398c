package org.visitbalance.core;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.visitbalance.output.ItemList;
import org.visitbalance.output.ProviderFigures;
import org.visitbalance.output.Reason;
import org.visitbalance.output.Severity;
import org.visitbalance.state.CapCount;
import org.visitbalance.state.CapFigures;
import org.visitbalance.state.PeriodFigures;
import org.visitbalance.state.ReasonSum;

/**
 * Converts books to and from the form in which they are stored and sent. Entries that have returned
 * to 0 are left out.
 */
public final class StoredBooks {
  private StoredBooks() {}

  /** Returns the book of a period to which nothing has been added. */
  public static PeriodFigures emptyPeriod() {
    return figures(new PeriodBook(), 0, null);
  }

  /** Returns the book of a cap to which nothing has been added. */
  public static CapFigures emptyCap() {
    return new CapFigures(0L, List.of(), null);
  }

  /** Returns the book of a period plus a posting. */
  public static PeriodFigures sum(PeriodFigures figures, PeriodFigures posting) {
    PeriodBook book = book(figures);
    add(book, posting);
    Instant changed = figures.getChangedAt();
    Instant posted = Objects.requireNonNull(posting.getChangedAt());
    return figures(
        book,
        figures.getPostings() + posting.getPostings(),
        changed != null && changed.isAfter(posted) ? changed : posted);
  }

  /** Returns the book of a cap plus a posting, whose rule is the current one. */
  public static CapFigures sum(CapFigures figures, CapFigures posting) {
    CapBook book = book(figures);
    add(book, posting);
    return figures(book, figures.getPostings() + posting.getPostings(), posting.getRuledCap());
  }

  /** Returns a copy of a stored book that can be added to. */
  public static PeriodBook book(PeriodFigures figures) {
    PeriodBook book = new PeriodBook();
    add(book, figures);
    return book;
  }

  private static void add(PeriodBook book, PeriodFigures figures) {
    book.contributions += figures.getContributions();
    book.billingVisits += figures.getBillingVisits();
    book.emrUnits += figures.getEmrUnits();
    book.billingUnits += figures.getBillingUnits();
    book.emrNonVisitUnits += figures.getEmrNonVisitUnits();
    book.billingNonVisitUnits += figures.getBillingNonVisitUnits();
    book.expected += figures.getExpected();
    book.billed += figures.getBilled();
    book.evaluationVisits += figures.getEvaluationVisits();
    book.more += figures.getMore();
    book.less += figures.getLess();
    add(book.items, figures.getItems());
    add(book.evaluationItems, figures.getEvaluationItems());
    figures
        .getKinds()
        .forEach((kind, n) -> PeriodBook.count(book.kinds, Reasons.Kind.valueOf(kind), n));
    figures
        .getUnexplained()
        .forEach(
            (severity, n) -> PeriodBook.count(book.unexplained, Severity.valueOf(severity), n));
    figures
        .getLists()
        .forEach((list, n) -> PeriodBook.count(book.lists, ItemList.valueOf(list), n));
    figures.getProviders().forEach(provider -> book.add(provider, 1));
  }

  private static void add(Map<Reason, PeriodBook.Sum> sums, List<ReasonSum> stored) {
    stored.forEach(
        sum -> PeriodBook.add(sums, sum.getReason(), sum.getItems(), sum.getDifference()));
  }

  /**
   * Returns the stored form of a book.
   *
   * @param postings how many postings were ever added
   * @param changedAt the tick at which it last changed
   */
  public static PeriodFigures figures(PeriodBook book, long postings, @Nullable Instant changedAt) {
    List<ProviderFigures> providers = new ArrayList<>(book.providers.size());
    book.providers.forEach(
        (id, own) ->
            providers.add(
                new ProviderFigures(
                    id, own.emrVisits, own.billingVisits, own.emrUnits, own.billingUnits)));
    return new PeriodFigures(
        postings,
        book.contributions,
        book.billingVisits,
        book.emrUnits,
        book.billingUnits,
        book.emrNonVisitUnits,
        book.billingNonVisitUnits,
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
    counts.forEach((key, count) -> stored.put(key.name(), count));
    return stored;
  }

  /** Returns a copy of a stored book that can be added to. */
  public static CapBook book(CapFigures figures) {
    CapBook book = new CapBook();
    add(book, figures);
    return book;
  }

  private static void add(CapBook book, CapFigures figures) {
    for (CapCount count : figures.getCounts()) {
      book.add(count.getDocumented(), count.getBilled(), count.getVisits());
    }
  }

  /**
   * Returns the stored form of a book.
   *
   * @param postings how many postings were ever added
   * @param ruledCap the cap that the settings already have
   */
  public static CapFigures figures(CapBook book, long postings, @Nullable Long ruledCap) {
    List<CapCount> counts = new ArrayList<>(book.visits.size());
    book.visits.forEach(
        (units, n) -> counts.add(new CapCount(units.documented(), units.billed(), n)));
    return new CapFigures(postings, counts, ruledCap);
  }
}
