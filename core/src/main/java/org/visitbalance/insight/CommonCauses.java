package org.visitbalance.insight;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.hipparchus.distribution.discrete.HypergeometricDistribution;
import org.visitbalance.core.CodePoints;
import org.visitbalance.insight.Combination.Name;
import org.visitbalance.output.DiscrepancyStatus;
import org.visitbalance.output.Insight;
import org.visitbalance.text.Words;

/**
 * What more of a company's open findings have in common than chance explains
 * (rules.md#common-causes).
 */
final class CommonCauses {
  /** How many of the named causes may be chance. */
  private static final double FALSE_DISCOVERIES = 0.01;

  private static final long LEAST_LIFT = 3;
  private static final long ENOUGH_FINDINGS = 4;

  /** A cause explains at least this part of the findings: one in so many. */
  private static final long ENOUGH_SHARE = 5;

  private static final long ENOUGH_VISITS = 100;
  private static final int MOST = 5;

  /** What a probability that is too small for a double is called. */
  private static final String TINY = "<1E-300";

  private static final double TINIEST = 1e-300;

  /**
   * One combination among the findings of one kind.
   *
   * @param k findings with it
   * @param n findings
   * @param base visits with it
   * @param all visits
   * @param isNew whether these are the visits of the last days only
   */
  record Candidate(
      String finding,
      Combination what,
      long k,
      long n,
      long base,
      long all,
      boolean isNew,
      double p) {}

  private static final Comparator<Candidate> BY_CHANCE =
      Comparator.comparingDouble(Candidate::p)
          .thenComparing(Candidate::finding, CodePoints.ORDER)
          .thenComparing(Candidate::what, Combination.ORDER)
          .thenComparing(Candidate::isNew);

  private CommonCauses() {}

  static List<Insight> of(String tenant, InsightTotals totals) {
    List<Candidate> candidates = new ArrayList<>();
    long tests =
        addCandidates(totals.causes, false, candidates)
            + addCandidates(totals.news, true, candidates);
    candidates.sort(BY_CHANCE);
    List<Candidate> named = new ArrayList<>();
    for (Candidate one : significant(candidates, tests)) {
      if (named.size() < MOST && named.stream().noneMatch(other -> isSaid(one, other))) {
        named.add(one);
      }
    }
    return named.stream().map(one -> insight(tenant, one)).toList();
  }

  /** Adds what may be a cause; returns how much was compared. */
  private static long addCandidates(
      Map<String, InsightTotals.Visits> byFinding, boolean isNew, List<Candidate> candidates) {
    InsightTotals.Visits all = byFinding.get("");
    if (all == null || all.all < ENOUGH_VISITS) {
      return 0;
    }
    long tests = 0;
    for (Map.Entry<String, InsightTotals.Visits> one : byFinding.entrySet()) {
      InsightTotals.Visits found = one.getValue();
      if (!one.getKey().isEmpty() && found.all >= ENOUGH_FINDINGS) {
        tests += all.by.size();
        found.by.forEach(
            (what, k) -> {
              long base = all.of(what);
              if (k >= ENOUGH_FINDINGS
                  && k * ENOUGH_SHARE >= found.all
                  && k * all.all >= LEAST_LIFT * base * found.all) {
                double p = chance(all.all, base, found.all, k);
                candidates.add(
                    new Candidate(one.getKey(), what, k, found.all, base, all.all, isNew, p));
              }
            });
      }
    }
    return tests;
  }

  /** The probability that so many of n findings are among so many of all visits by chance. */
  static double chance(long all, long base, long n, long k) {
    return new HypergeometricDistribution(
            Math.toIntExact(all), Math.toIntExact(base), Math.toIntExact(n))
        .upperCumulativeProbability(Math.toIntExact(k));
  }

  /**
   * Returns those of sorted candidates that Benjamini and Hochberg accept; what has too few
   * findings to be a candidate was tested, too.
   */
  private static List<Candidate> significant(List<Candidate> sorted, long tests) {
    int accepted = 0;
    for (int i = 0; i < sorted.size(); i++) {
      if (sorted.get(i).p() <= FALSE_DISCOVERIES * (i + 1) / tests) {
        accepted = i + 1;
      }
    }
    return sorted.subList(0, accepted);
  }

  /** Whether a cause only repeats what a stronger one says of the same findings. */
  private static boolean isSaid(Candidate weaker, Candidate stronger) {
    return weaker.finding().equals(stronger.finding()) && weaker.what().shares(stronger.what());
  }

  private static Insight insight(String tenant, Candidate one) {
    return Insight.newBuilder()
        .setTenant(tenant)
        .setKind(Insights.COMMON_CAUSE)
        .setLocation(one.what().value(Name.LOCATION))
        .setDate(one.what().day())
        .setAbout(one.finding() + " " + one.what().about())
        .setStatus(DiscrepancyStatus.OPEN)
        .setText(
            String.format(
                Locale.ROOT,
                "%s: %,d of %,d%s have in common: %s (%,d of %,d visits do)",
                Words.ofAny(one.finding()),
                one.k(),
                one.n(),
                one.isNew() ? " of the last " + InsightTotals.NEWS_DAYS + " days" : "",
                one.what().words(),
                one.base(),
                one.all()))
        .setFinding(one.finding())
        .setProviderId(one.what().value(Name.THERAPIST))
        .setPayerId(one.what().value(Name.PAYER))
        .setCpt(one.what().value(Name.CODE))
        .setObserved(one.k())
        .setTotal(one.n())
        .setBaseObserved(one.base())
        .setBaseTotal(one.all())
        .setPValue(digits(one.p()))
        .build();
  }

  static String digits(double p) {
    return p < TINIEST
        ? TINY
        : String.format(Locale.ROOT, "%.1E", new BigDecimal(p).round(new MathContext(2)));
  }
}
