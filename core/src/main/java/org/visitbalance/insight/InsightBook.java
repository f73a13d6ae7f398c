package org.visitbalance.insight;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.visitbalance.state.CapSample;
import org.visitbalance.state.InsightCount;
import org.visitbalance.state.InsightFigures;

/**
 * The billable visits of one location and Finalized Date, counted by what insights compare. What no
 * longer applies is subtracted. Not thread-safe.
 */
public final class InsightBook {
  /** What is counted. */
  enum Set {
    LAG,
    CAST,
    CODE,
    UNITS
  }

  /** Visits with something in common; see InsightCount. */
  record Cell(Set set, String finding, String first, String second) {
    /** Some are looked up for each visit: what Java makes for a record takes longer. */
    @Override
    public int hashCode() {
      int hash = 31 * set.name().hashCode() + finding.hashCode();
      return 31 * (31 * hash + first.hashCode()) + second.hashCode();
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Cell cell
          && set == cell.set
          && first.equals(cell.first)
          && second.equals(cell.second)
          && finding.equals(cell.finding);
    }
  }

  private static final String ALL = "";

  private final Map<Cell, Long> cells = new HashMap<>();

  /** Returns a copy of a stored book that can be added to. */
  public static InsightBook of(@Nullable InsightFigures figures) {
    InsightBook book = new InsightBook();
    if (figures != null) {
      book.add(figures);
    }
    return book;
  }

  /** Returns the mark of a ledger that has posted everything up to a tick. */
  public static InsightFigures mark(Instant at) {
    return new InsightFigures(1L, List.of(), at);
  }

  /**
   * Adds what is known about a visit.
   *
   * @param times 1, or -1 to remove what was added before
   */
  public void add(VisitTraits visit, int times) {
    String lag = visit.lag() == VisitTraits.AWAITED ? "" : Integer.toString(visit.lag());
    count(new Cell(Set.LAG, ALL, lag, ""), times);
    addTraits(visit, ALL, times);
    for (String finding : visit.findings()) {
      addTraits(visit, finding, times);
    }
    for (CapSample one : visit.units()) {
      String units = one.getDocumented() + " " + one.getBilled() + " " + one.getCpt();
      count(new Cell(Set.UNITS, ALL, one.getPayerId(), units), times);
    }
  }

  private void addTraits(VisitTraits visit, String finding, int times) {
    count(new Cell(Set.CAST, finding, visit.therapist(), visit.payer()), times);
    for (String code : visit.codes()) {
      count(new Cell(Set.CODE, finding, visit.payer(), code), times);
    }
  }

  /** Adds what was stored or posted. */
  public void add(InsightFigures figures) {
    for (InsightCount one : figures.getCounts()) {
      count(
          new Cell(Set.valueOf(one.getSet()), one.getFinding(), one.getFirst(), one.getSecond()),
          one.getVisits());
    }
  }

  private void count(Cell cell, long times) {
    cells.merge(cell, times, (old, more) -> old + more == 0 ? null : Long.valueOf(old + more));
  }

  /** Returns whether nothing is left in it. */
  public boolean isEmpty() {
    return cells.isEmpty();
  }

  /** Returns how many figures it has. */
  public int size() {
    return cells.size();
  }

  /** Returns the form in which it is stored and posted. */
  public InsightFigures figures(long postings) {
    List<InsightCount> counts = new ArrayList<>(cells.size());
    cells.forEach(
        (cell, visits) ->
            counts.add(
                new InsightCount(
                    cell.set().name(), cell.finding(), cell.first(), cell.second(), visits)));
    return new InsightFigures(postings, counts, null);
  }

  void forEach(BiConsumer<Cell, Long> taker) {
    cells.forEach(taker);
  }
}
