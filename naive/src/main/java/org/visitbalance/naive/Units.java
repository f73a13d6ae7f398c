package org.visitbalance.naive;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Section 7: documented against billed units of a visit, code by code, and what explains them. */
final class Units {
  /** One code of a visit; rule is null where nothing explains anything. */
  record CodeUnits(String cpt, long documented, long billed, long explained, String rule) {
    long scrubbed() {
      return Math.max(0, documented - billed);
    }

    long added() {
      return Math.max(0, billed - documented);
    }

    long unexplained() {
      return scrubbed() + added() - explained;
    }
  }

  private Units() {}

  /** Whether the time has come to compare a visit's units, and there is something to compare. */
  static boolean isCompared(Subject subject, Moment moment) {
    if (!subject.isFinalized()
        || subject.isSuppressed()
        || !subject.isBilled()
        || subject.hasOpenRejection()) {
      return false;
    }
    Instant last = subject.history.lastSent();
    for (Chain chain : subject.chains) {
      last = chain.lastCreatedAt().isAfter(last) ? chain.lastCreatedAt() : last;
    }
    return !last.plus(subject.settings.missingAfter()).isAfter(moment.now());
  }

  /** Every code of a visit that can be compared at all, whether its units differ or not. */
  static List<CodeUnits> codes(Subject subject) {
    Map<String, Long> documented = subject.documented();
    Map<String, Long> billed = subject.billed();
    Set<String> codes = new TreeSet<>(Bytes.ORDER);
    codes.addAll(documented.keySet());
    codes.addAll(billed.keySet());
    codes.removeIf(
        code ->
            subject.settings.pseudoCodes().contains(code)
                || subject.settings.nonVisitCodes().contains(code)
                || Documentation.isNorcm(code));

    PayerLimits limits = subject.limits();
    Map<String, Long> allowed = new TreeMap<>(Bytes.ORDER);
    for (String code : codes) {
      long units = documented.getOrDefault(code, 0L);
      allowed.put(code, limits.removes(code) ? 0 : limits.underCodeCap(code, units));
    }
    long allowedInAll = allowed.values().stream().mapToLong(units -> units).sum();
    long aboveVisitCap = Math.max(0, allowedInAll - limits.visitCap().orElse(Long.MAX_VALUE));

    List<CodeUnits> result = new ArrayList<>();
    for (String code : codes) {
      long units = documented.getOrDefault(code, 0L);
      long charged = billed.getOrDefault(code, 0L);
      List<String> rules = new ArrayList<>();
      long left = Math.max(0, units - charged);

      left -= explain("CODE_CAP", left, units - limits.underCodeCap(code, units), rules);
      left -= explain("REMOVED_CODE", left, limits.removes(code) ? left : 0, rules);
      long byVisitCap = explain("VISIT_CAP", left, aboveVisitCap, rules);
      left -= byVisitCap;
      aboveVisitCap -= byVisitCap;
      left += Math.max(0, charged - units);
      left -= explain("NOT_REBILLED", left, subject.isAddendumNotRebilled() ? left : 0, rules);

      String rule = rules.isEmpty() ? null : String.join("+", rules);
      result.add(new CodeUnits(code, units, charged, Math.abs(units - charged) - left, rule));
    }
    return result;
  }

  /** Takes what a rule can explain of what is left, and notes its name if that is anything. */
  private static long explain(String rule, long left, long atMost, List<String> rules) {
    long explained = Math.min(left, atMost);
    if (explained > 0) {
      rules.add(rule);
    }
    return explained;
  }
}
