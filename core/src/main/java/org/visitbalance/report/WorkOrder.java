package org.visitbalance.report;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.visitbalance.fact.RejectionType;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.output.LateArrival;

/**
 * The order in which discrepancies are worked: the worst first, held visits by PATIENT, CASE and
 * CHARGE as rejections are worked, then the oldest.
 */
public final class WorkOrder implements Comparator<Discrepancy> {
  private static final String HELD = "HELD";

  private final Map<String, LateArrival> late = new HashMap<>();
  private final Comparator<Discrepancy> order =
      Comparator.comparing(Discrepancy::getSeverity)
          .thenComparing(Discrepancy::getKind)
          .thenComparing(this::rejectionType)
          .thenComparing(Discrepancy::getDate, Comparator.nullsLast(Comparator.naturalOrder()))
          .thenComparing(Discrepancy::getLocation)
          .thenComparing(Discrepancy::getVisit, Comparator.nullsLast(Comparator.naturalOrder()));

  /**
   * The order of a tenant's discrepancies.
   *
   * @param late its late arrivals, which know what holds a visit
   */
  public WorkOrder(List<LateArrival> late) {
    late.forEach(line -> this.late.put(line.getVisit(), line));
  }

  @Override
  public int compare(Discrepancy one, Discrepancy other) {
    return order.compare(one, other);
  }

  /** Returns the late arrival of a held visit whose rejection is known, or null. */
  public @Nullable LateArrival held(Discrepancy found) {
    LateArrival line = found.getKind().equals(HELD) ? late.get(found.getVisit()) : null;
    return line == null || line.getRejectionType() == null ? null : line;
  }

  private RejectionType rejectionType(Discrepancy found) {
    LateArrival line = held(found);
    return line == null || line.getRejectionType() == null
        ? RejectionType.UNKNOWN
        : line.getRejectionType();
  }
}
