package org.visitbalance.core;

import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.visitbalance.fact.Visit;
import org.visitbalance.fact.VisitLine;
import org.visitbalance.output.UnitVariance;
import org.visitbalance.state.CapSample;

/** Compares documented with billed units of a visit, code by code (rules.md#unit-variances). */
final class UnitComparison {
  private final VisitContext context;
  private final Visit visit;
  private final TreeMap<String, Difference> codes = new TreeMap<>(CodePoints.ORDER);

  /** One code: what was documented, what was billed, and what the rules explain. */
  private static final class Difference {
    long documented;
    long billed;
    long byCodeCap;
    long byRemoval;
    long byVisitCap;
    long byNotRebilled;

    long scrubbed() {
      return Math.max(0, documented - billed);
    }

    long added() {
      return Math.max(0, billed - documented);
    }

    long explained() {
      return byCodeCap + byRemoval + byVisitCap + byNotRebilled;
    }

    long unexplained() {
      return scrubbed() + added() - explained();
    }

    @Nullable String rule() {
      List<String> rules = new ArrayList<>(1);
      if (byCodeCap > 0) {
        rules.add("CODE_CAP");
      }
      if (byRemoval > 0) {
        rules.add("REMOVED_CODE");
      }
      if (byVisitCap > 0) {
        rules.add("VISIT_CAP");
      }
      if (byNotRebilled > 0) {
        rules.add("NOT_REBILLED");
      }
      return rules.isEmpty() ? null : String.join("+", rules);
    }
  }

  UnitComparison(VisitContext context, Visit visit) {
    this.context = context;
    this.visit = visit;
    for (VisitLine line : visit.getLines()) {
      if (isCompared(line.getCpt())) {
        of(line.getCpt()).documented += line.getUnits();
      }
    }
    for (Chain chain : context.chains) {
      if (chain.live && isCompared(chain.line.getCpt())) {
        of(chain.line.getCpt()).billed += chain.line.getUnits();
      }
    }
    explain();
  }

  /**
   * Returns whether a visit's units are reported: once they are settled, and while lines are held.
   */
  static boolean isWanted(VisitContext context) {
    return context.suppressed == null
        && context.billed
        && (context.attachment.anyOpen() || isSettled(context));
  }

  /** Returns whether enough time has passed to compare a visit's units, and nothing is held. */
  static boolean isSettled(VisitContext context) {
    if (context.attachment.anyOpen()) {
      return false;
    }
    Instant last = context.lastSent;
    for (Chain chain : context.chains) {
      last = Instants.later(last, chain.lastCreatedAt);
    }
    return context.dueTimes.reached(Instants.plus(last, context.settings.missingAfter));
  }

  private boolean isCompared(String code) {
    return !context.settings.isPseudo(code)
        && !context.settings.isNonVisit(code)
        && !Suppression.isNorcm(code);
  }

  private Difference of(String code) {
    return codes.computeIfAbsent(code, any -> new Difference());
  }

  private void explain() {
    PayerRules.Rule rule = context.rule;
    long allowed = 0;
    for (Map.Entry<String, Difference> entry : codes.entrySet()) {
      String code = entry.getKey();
      Difference difference = entry.getValue();
      long capped = rule.capped(code, difference.documented);
      difference.byCodeCap = Math.min(difference.scrubbed(), difference.documented - capped);
      if (rule.removes(code)) {
        difference.byRemoval = difference.scrubbed() - difference.byCodeCap;
      }
      allowed += rule.allowed(code, difference.documented);
    }
    long above = rule.visitCap() == null ? 0 : Math.max(0, allowed - rule.visitCap());
    for (Difference difference : codes.values()) {
      long rest = difference.scrubbed() - difference.byCodeCap - difference.byRemoval;
      difference.byVisitCap = Math.min(rest, above);
      above -= difference.byVisitCap;
      if (isNotRebilled()) {
        difference.byNotRebilled =
            difference.scrubbed() + difference.added() - difference.explained();
      }
    }
  }

  /** Returns whether the fact in force is an addendum that was not sent to billing. */
  private boolean isNotRebilled() {
    return visit.getRevision() > 0 && Boolean.FALSE.equals(visit.getRebilled());
  }

  /** By code the scrubbed units that nothing explains; all above 0. */
  Map<String, Long> unexplainedScrub() {
    return unexplained(difference -> difference.scrubbed() > 0);
  }

  /** By code the added units that nothing explains; all above 0. */
  Map<String, Long> unexplainedAddition() {
    return unexplained(difference -> difference.added() > 0);
  }

  private Map<String, Long> unexplained(Predicate<Difference> kind) {
    Map<String, Long> unexplained = new TreeMap<>();
    codes.forEach(
        (code, difference) -> {
          if (kind.test(difference) && difference.unexplained() > 0) {
            unexplained.put(code, difference.unexplained());
          }
        });
    return unexplained;
  }

  List<UnitVariance> variances() {
    List<UnitVariance> variances = new ArrayList<>(0);
    codes.forEach(
        (code, difference) -> {
          if (difference.documented != difference.billed) {
            variances.add(
                new UnitVariance(
                    visit.getTenant(),
                    context.token,
                    context.location,
                    visit.getFinalizedOn(),
                    context.payerId,
                    code,
                    difference.documented,
                    difference.billed,
                    difference.scrubbed(),
                    difference.added(),
                    difference.explained(),
                    difference.unexplained(),
                    difference.rule()));
          }
        });
    return variances;
  }

  /** Returns what the visit tells about its payer's caps; nothing if it has no payer. */
  List<CapSample> capSamples() {
    if (context.payerId == null || isNotRebilled()) {
      return List.of();
    }
    String month = YearMonth.from(visit.getFinalizedOn()).toString();
    List<CapSample> samples = new ArrayList<>(codes.size());
    codes.forEach(
        (code, difference) -> {
          if (difference.documented > 0) {
            samples.add(
                new CapSample(
                    context.payerId, code, month, difference.documented, difference.billed));
          }
        });
    return samples;
  }
}
