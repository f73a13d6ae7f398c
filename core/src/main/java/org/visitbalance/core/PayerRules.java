package org.visitbalance.core;

import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.visitbalance.settings.PayerRule;

/** The payers' scrub rules of a tenant (rules.md#payer-rules). */
final class PayerRules {
  private static final String EVERYBODY = "*";
  private static final Rule NONE = new Rule(Map.of(), null, Set.of(), null);

  /** By payer: the rule from each day on which one of its rows begins or ends; null for none. */
  private final Map<String, NavigableMap<LocalDate, @Nullable Rule>> rules = new HashMap<>();

  PayerRules(List<PayerRule> document) {
    Map<String, List<PayerRule>> rows = new HashMap<>();
    for (PayerRule row : document) {
      rows.computeIfAbsent(row.getPayerId(), payer -> new ArrayList<>()).add(row);
    }
    rows.forEach((payer, own) -> rules.put(payer, byDay(own)));
  }

  private static NavigableMap<LocalDate, @Nullable Rule> byDay(List<PayerRule> rows) {
    NavigableMap<LocalDate, @Nullable Rule> byDay = new TreeMap<>();
    byDay.put(LocalDate.MIN, merged(rows, LocalDate.MIN));
    for (PayerRule row : rows) {
      if (row.getFrom() != null) {
        byDay.put(row.getFrom(), merged(rows, row.getFrom()));
      }
      if (row.getUntil() != null && row.getUntil().isBefore(LocalDate.MAX)) {
        LocalDate after = row.getUntil().plusDays(1);
        byDay.put(after, merged(rows, after));
      }
    }
    return byDay;
  }

  /**
   * Returns the rule for a payer's visits on a day: its own rows if any apply, otherwise those for
   * everybody.
   */
  Rule on(@Nullable String payerId, LocalDate day) {
    Rule own = payerId == null ? null : of(payerId, day);
    Rule rule = own != null ? own : of(EVERYBODY, day);
    return rule != null ? rule : NONE;
  }

  /**
   * The last day to file a claim to a payer for a visit of a day: by the smallest limit of its own
   * rows, or, where none of these has one, of everybody's; null: there is none.
   */
  @Nullable LocalDate fileBy(@Nullable String payerId, LocalDate day) {
    Rule own = payerId == null ? null : of(payerId, day);
    Rule rule = own != null && own.filingDays() != null ? own : of(EVERYBODY, day);
    return rule == null || rule.filingDays() == null ? null : day.plusDays(rule.filingDays());
  }

  private @Nullable Rule of(String payerId, LocalDate day) {
    NavigableMap<LocalDate, @Nullable Rule> byDay = rules.get(payerId);
    return byDay == null ? null : byDay.floorEntry(day).getValue();
  }

  /** Merges several rows of one payer; the smaller cap wins. */
  private static @Nullable Rule merged(List<PayerRule> rows, LocalDate day) {
    Rule merged = null;
    for (PayerRule row : rows) {
      if (TenantSettings.isWithin(row.getFrom(), day, row.getUntil())) {
        merged = (merged == null ? NONE : merged).and(row);
      }
    }
    return merged;
  }

  /**
   * The rules of one payer on one day.
   *
   * @param codeCaps units of a code per visit
   * @param visitCap units per visit, or null
   * @param removedCodes codes that are never paid
   * @param filingDays days from the date of service to the last day to file, or null
   */
  record Rule(
      Map<String, Integer> codeCaps,
      @Nullable Integer visitCap,
      Set<String> removedCodes,
      @Nullable Long filingDays) {

    private Rule and(PayerRule row) {
      Map<String, Integer> caps = new HashMap<>(codeCaps);
      row.getCodeCap().forEach((code, cap) -> caps.merge(code, cap, Math::min));
      Integer visit = visitCap;
      if (row.getVisitCap() != null) {
        visit = visit == null ? row.getVisitCap() : Math.min(visit, row.getVisitCap());
      }
      Set<String> removed = new HashSet<>(removedCodes);
      removed.addAll(row.getRemovedCodes());
      Long days = filingDays;
      if (row.getTimelyFiling() != null) {
        long own = Duration.parse(row.getTimelyFiling()).toDays();
        days = days == null ? own : Math.min(days, own);
      }
      return new Rule(caps, visit, removed, days);
    }

    boolean removes(String code) {
      return removedCodes.contains(code);
    }

    /** Returns the units of a code that the code caps alone allow, of those documented. */
    long capped(String code, long documented) {
      Integer cap = codeCaps.get(code);
      return cap == null ? documented : Math.min(documented, cap);
    }

    /** Returns the units of a code that code caps and removals allow, of those documented. */
    long allowed(String code, long documented) {
      return removes(code) ? 0 : capped(code, documented);
    }

    /**
     * Returns the units at which a code is capped, 0 for a removed code; null if it is not capped.
     */
    @Nullable Long cap(String code) {
      Integer cap = removes(code) ? Integer.valueOf(0) : codeCaps.get(code);
      return cap == null ? null : Long.valueOf(cap);
    }
  }
}
