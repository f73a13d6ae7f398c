package org.visitbalance.core;

import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.visitbalance.output.Balance;
import org.visitbalance.output.Close;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.output.DiscrepancyStatus;
import org.visitbalance.output.Granularity;
import org.visitbalance.output.Level;
import org.visitbalance.output.Reported;
import org.visitbalance.output.Severity;
import org.visitbalance.output.Verdict;

/**
 * Periods that were closed, and whether they are still what was closed (docs/closes.md). A close is
 * never changed; to close again is another version.
 */
public final class Closes {
  /** The kind of the discrepancy of a closed period that has changed. */
  public static final String CHANGED = "CLOSED_PERIOD_CHANGED";

  private Closes() {}

  /** Of two closes of one period the later version stands; of two of one version the first. */
  public static Close standing(@Nullable Close old, Close next) {
    return old == null || next.getVersion() > old.getVersion() ? next : old;
  }

  /**
   * Whether a balance is no longer what was closed: reported figures, origin, new patients, bridge
   * and verdict. Readiness and providers are lists to work by, and not what a close vouches for.
   *
   * @param now null: the period has no activity left, which an empty balance says too
   */
  public static boolean isChanged(Close close, @Nullable Balance now) {
    Balance then = close.getBalance();
    Balance is = now == null ? empty(then) : now;
    return isChanged(then.getReported(), is.getReported())
        || !then.getOrigin().equals(is.getOrigin())
        || !then.getNewPatients().equals(is.getNewPatients())
        || !then.getItems().equals(is.getItems())
        || !then.getKinds().equals(is.getKinds())
        || verdict(then) != verdict(is);
  }

  /** A close that was made before a figure existed does not have it: it is not compared. */
  private static boolean isChanged(Reported then, Reported is) {
    return !Reported.newBuilder(is)
        .setEmrNonVisitUnits(then.getEmrNonVisitUnits() == null ? null : is.getEmrNonVisitUnits())
        .setBillingNonVisitUnits(
            then.getBillingNonVisitUnits() == null ? null : is.getBillingNonVisitUnits())
        .build()
        .equals(then);
  }

  /** Before WAITING existed, a period with pending items was closed as EXPLAINED. */
  private static Verdict verdict(Balance balance) {
    return balance.getVerdict() == Verdict.EXPLAINED && balance.getKinds().getPending() > 0
        ? Verdict.WAITING
        : balance.getVerdict();
  }

  /** The balance of a period when it has no activity. */
  public static Balance empty(Balance period) {
    return new PeriodBook()
        .balance(
            period.getTenant(), period.getLocation(), period.getGranularity(), period.getFrom());
  }

  /**
   * The discrepancy of a closed period that has changed; null of any other.
   *
   * @param now null: the period has no activity left
   */
  public static @Nullable Discrepancy changed(Close close, @Nullable Balance now, Tokens tokens) {
    if (!isChanged(close, now)) {
      return null;
    }
    Balance then = close.getBalance();
    // A week and a month may begin on the same day as each other and as a day.
    String length = then.getGranularity() == Granularity.DAY ? null : then.getGranularity().name();
    return Discrepancy.newBuilder()
        .setId(
            tokens.discrepancy(
                then.getTenant(),
                Level.PERIOD,
                CHANGED,
                then.getLocation(),
                then.getFrom(),
                length))
        .setTenant(then.getTenant())
        .setLevel(Level.PERIOD)
        .setKind(CHANGED)
        .setStatus(DiscrepancyStatus.OPEN)
        .setSeverity(Severity.HIGH)
        .setLocation(then.getLocation())
        .setDate(then.getFrom())
        .setDifference(now == null ? 0 : now.getReported().getDifference())
        .setAction(Reasons.action(CHANGED))
        .setBefore(words(then))
        .setAfter(now == null ? "no activity" : words(now))
        .build();
  }

  /** The figures of a balance in a line: {@code DAY: EMR 10, billing 8; HELD 2}. */
  public static String words(Balance balance) {
    StringBuilder words =
        new StringBuilder(balance.getGranularity().name())
            .append(": EMR ")
            .append(balance.getReported().getEmrVisits())
            .append(", billing ")
            .append(balance.getReported().getBillingVisits())
            .append(", units ")
            .append(balance.getReported().getEmrUnits())
            .append(" and ")
            .append(balance.getReported().getBillingUnits());
    Long emrNonVisit = balance.getReported().getEmrNonVisitUnits();
    Long billingNonVisit = balance.getReported().getBillingNonVisitUnits();
    if (emrNonVisit != null && billingNonVisit != null && emrNonVisit + billingNonVisit > 0) {
      words.append(", non-visit units ").append(emrNonVisit);
      words.append(" and ").append(billingNonVisit);
    }
    String mark = "; ";
    for (var item : new TreeMap<>(balance.getItems()).entrySet()) {
      words.append(mark).append(item.getKey()).append(' ').append(item.getValue());
      mark = ", ";
    }
    return words.append("; ").append(verdict(balance)).toString();
  }
}
