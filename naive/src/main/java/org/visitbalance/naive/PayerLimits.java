package org.visitbalance.naive;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.visitbalance.settings.PayerRule;

/** What the rules of one payer on one date say together: of several caps the smallest. */
record PayerLimits(Map<String, Long> codeCaps, Set<String> removedCodes, OptionalLong visitCap) {

  static PayerLimits merged(List<PayerRule> rows) {
    Map<String, Long> caps = new TreeMap<>();
    Set<String> removed = new HashSet<>();
    for (PayerRule row : rows) {
      row.getCodeCap().forEach((code, cap) -> caps.merge(code, (long) cap, Math::min));
      removed.addAll(row.getRemovedCodes());
    }
    LongStream visitCaps =
        rows.stream().filter(row -> row.getVisitCap() != null).mapToLong(PayerRule::getVisitCap);
    return new PayerLimits(caps, removed, visitCaps.min());
  }

  /** What the code cap alone leaves of documented units. */
  long underCodeCap(String code, long units) {
    return Math.min(units, codeCaps.getOrDefault(code, Long.MAX_VALUE));
  }

  boolean removes(String code) {
    return removedCodes.contains(code);
  }

  /** Whether nothing of the code can be billed: removed, or capped at 0. */
  boolean leavesNothingOf(String code) {
    return removes(code) || underCodeCap(code, 1) == 0;
  }

  /** Whether the code's cap is just this one; a removed code is a cap of 0. */
  boolean capsAt(String code, long cap) {
    return removes(code) ? cap == 0 : codeCaps.getOrDefault(code, -1L) == cap;
  }
}
