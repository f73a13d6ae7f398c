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
  /** The set of units as it is stored; see InsightCount. */
  private static final String UNITS = "UNITS";

  private static final String ALL = "";

  /** What is counted, beside {@link Units}. */
  enum Set {
    LAG,
    CAST,
    CODE
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

  /** Visits with the same units of a payer's code. */
  record Units(String payer, String code, long documented, long billed) {
    @Override
    public int hashCode() {
      int hash = 31 * payer.hashCode() + code.hashCode();
      return 31 * (31 * hash + Long.hashCode(documented)) + Long.hashCode(billed);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Units one
          && documented == one.documented
          && billed == one.billed
          && code.equals(one.code)
          && payer.equals(one.payer);
    }

    private static Units of(InsightCount stored) {
      String[] parts = stored.getSecond().split(" ", 3);
      return new Units(
          stored.getFirst(), parts[2], Long.parseLong(parts[0]), Long.parseLong(parts[1]));
    }

    private InsightCount count(long visits) {
      return new InsightCount(UNITS, ALL, payer, documented + " " + billed + " " + code, visits);
    }
  }

  private final Map<Cell, Long> cells = new HashMap<>();
  private final Map<Units, Long> units = new HashMap<>();

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
    count(cells, new Cell(Set.LAG, ALL, lag, ""), times);
    addTraits(visit, ALL, times);
    for (String finding : visit.findings()) {
      addTraits(visit, finding, times);
    }
    for (CapSample one : visit.units()) {
      count(
          units,
          new Units(one.getPayerId(), one.getCpt(), one.getDocumented(), one.getBilled()),
          times);
    }
  }

  private void addTraits(VisitTraits visit, String finding, int times) {
    count(cells, new Cell(Set.CAST, finding, visit.therapist(), visit.payer()), times);
    for (String code : visit.codes()) {
      count(cells, new Cell(Set.CODE, finding, visit.payer(), code), times);
    }
  }

  /** Adds what was stored or posted. */
  public void add(InsightFigures figures) {
    for (InsightCount one : figures.getCounts()) {
      if (one.getSet().equals(UNITS)) {
        count(units, Units.of(one), one.getVisits());
      } else {
        Set set = Set.valueOf(one.getSet());
        Cell cell = new Cell(set, one.getFinding(), one.getFirst(), one.getSecond());
        count(cells, cell, one.getVisits());
      }
    }
  }

  private static <K> void count(Map<K, Long> counts, K what, long times) {
    counts.merge(what, times, (old, more) -> old + more == 0 ? null : Long.valueOf(old + more));
  }

  /** Returns whether nothing is left in it. */
  public boolean isEmpty() {
    return cells.isEmpty() && units.isEmpty();
  }

  /** Returns how many figures it has. */
  public int size() {
    return cells.size() + units.size();
  }

  /** Returns the form in which it is stored and posted. */
  public InsightFigures figures(long postings) {
    List<InsightCount> counts = new ArrayList<>(size());
    cells.forEach(
        (cell, visits) ->
            counts.add(
                new InsightCount(
                    cell.set().name(), cell.finding(), cell.first(), cell.second(), visits)));
    units.forEach((one, visits) -> counts.add(one.count(visits)));
    return new InsightFigures(postings, counts, null);
  }

  void forEach(BiConsumer<Cell, Long> taker) {
    cells.forEach(taker);
  }

  void forEachUnits(BiConsumer<Units, Long> taker) {
    units.forEach(taker);
  }
}
