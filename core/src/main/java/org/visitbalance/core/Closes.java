package org.visitbalance.core;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.visitbalance.output.Balance;
import org.visitbalance.output.Close;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.output.DiscrepancyStatus;
import org.visitbalance.output.Granularity;
import org.visitbalance.output.Kinds;
import org.visitbalance.output.Level;
import org.visitbalance.output.NewPatients;
import org.visitbalance.output.Origin;
import org.visitbalance.output.Reported;
import org.visitbalance.output.Severity;
import org.visitbalance.output.Verdict;

/**
 * Closed periods, and whether they still match what was closed (docs/closes.md). A close never
 * changes; closing a period again creates another version.
 */
public final class Closes {
  /** The discrepancy kind of a closed period that has changed. */
  public static final String CHANGED = "CLOSED_PERIOD_CHANGED";

  /** The greatest version of a close; there has to be room for the next one. */
  static final int LAST_VERSION = 1_000_000;

  private Closes() {}

  /** Returns what is wrong with a close; null if nothing is. */
  public static Facts.@Nullable Problem problem(Close close) {
    Balance balance = close.getBalance();
    if (close.getVersion() < 1 || close.getVersion() > LAST_VERSION) {
      return new Facts.Problem("version", "is not a whole number from 1 to " + LAST_VERSION);
    } else if (balance.getGranularity() == Granularity.UNKNOWN) {
      return new Facts.Problem("balance.granularity", "is not one of DAY, WEEK, MONTH");
    }
    String reason = FieldChecks.dateProblem(balance.getFrom());
    if (reason != null) {
      return new Facts.Problem("balance.from", reason);
    }
    reason = FieldChecks.dateProblem(balance.getTo());
    return reason == null ? null : new Facts.Problem("balance.to", reason);
  }

  /**
   * Returns which of two closes of one period is in force: the later version, or the first of two
   * with the same version.
   */
  public static Close standing(@Nullable Close old, Close next) {
    return old == null || next.getVersion() > old.getVersion() ? next : old;
  }

  /**
   * Returns whether a balance differs from what was closed: reported figures, origin, new patients,
   * bridge and verdict. Readiness and providers are working lists that a close does not vouch for.
   *
   * @param now the current balance; null if the period has no activity left, the same as an empty
   *     balance
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

  /** A close from before a figure existed does not have it, and vouches for nothing about it. */
  private static boolean isChanged(Reported then, Reported is) {
    return !Reported.newBuilder(is)
        .setEmrNonVisitUnits(then.getEmrNonVisitUnits() == null ? null : is.getEmrNonVisitUnits())
        .setBillingNonVisitUnits(
            then.getBillingNonVisitUnits() == null ? null : is.getBillingNonVisitUnits())
        .build()
        .equals(then);
  }

  /** A close from before a period could be waiting says EXPLAINED of one that was. */
  private static Verdict verdict(Balance balance) {
    return balance.getVerdict() == Verdict.EXPLAINED && balance.getKinds().getPending() > 0
        ? Verdict.WAITING
        : balance.getVerdict();
  }

  /** Returns the balance of a period without activity. */
  public static Balance empty(Balance period) {
    return new PeriodBook()
        .balance(
            period.getTenant(), period.getLocation(), period.getGranularity(), period.getFrom());
  }

  /**
   * Returns the discrepancy of a closed period that has changed; null if it has not.
   *
   * @param now the current balance; null if the period has no activity left
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
        .setBefore(before(then, now))
        .setAfter(after(then, now))
        .build();
  }

  /** Returns as what a period was closed that is different now; null if it has no activity left. */
  public static String before(Balance then, @Nullable Balance now) {
    return now == null ? words(then) : words(then, now);
  }

  /** Returns what such a period is now. */
  public static String after(Balance then, @Nullable Balance now) {
    return now == null ? "no activity" : words(now, then);
  }

  /**
   * Returns the figures of a balance in one line: {@code DAY: EMR 10, billing 8, units 22 and 18;
   * HELD 2}.
   */
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

  /** The same, and, where it reads like another balance, the figures in which the two differ. */
  public static String words(Balance balance, Balance other) {
    String words = words(balance);
    if (!words.equals(words(other))) {
      return words;
    }
    Map<String, Long> theirs = moreFigures(other);
    Map<String, Long> figures = moreFigures(balance);
    theirs.keySet().forEach(name -> figures.putIfAbsent(name, 0L));
    String more =
        figures.entrySet().stream()
            .filter(one -> !one.getValue().equals(theirs.getOrDefault(one.getKey(), 0L)))
            .map(one -> one.getKey() + " " + one.getValue())
            .collect(Collectors.joining(", "));
    return more.isEmpty() ? words : words + "; " + more;
  }

  private static Map<String, Long> moreFigures(Balance balance) {
    Kinds kinds = balance.getKinds();
    Origin origin = balance.getOrigin();
    NewPatients patients = balance.getNewPatients();
    Map<String, Long> figures = new LinkedHashMap<>();
    figures.put("expected", kinds.getExpected());
    figures.put("pending", kinds.getPending());
    figures.put("to do", kinds.getWork());
    figures.put("unexplained", kinds.getUnexplained());
    figures.put("accepted", kinds.getAccepted() == null ? 0L : kinds.getAccepted());
    figures.put("billable", origin.getExpected());
    figures.put("billed so far", origin.getBilled());
    figures.put("unbilled", origin.getOutstanding());
    figures.put("new patients in the EMR", patients.getEmrUnits());
    figures.put("new patients in billing", patients.getBillingVisits());
    new TreeMap<>(patients.getItems())
        .forEach((reason, number) -> figures.put("new patients " + reason, number));
    return figures;
  }
}
