package org.visitbalance.core;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.output.DiscrepancyStatus;
import org.visitbalance.state.DateVerdict;
import org.visitbalance.state.Judgement;

/**
 * Evaluates again what was touched and reports only what changed: compared with what was last
 * reported, which is kept in the store, and not with what might have been reported under other
 * settings or at another time.
 */
public final class Revision {
  /**
   * A judgement that replaces another one.
   *
   * @param before what was last reported; null if nothing was
   * @param after what is reported from now on; null if nothing is
   */
  public record Change(@Nullable Judgement before, @Nullable Judgement after) {}

  /** Up to as many judgements, comparing each with each is faster than a map of them. */
  private static final int FEW = 16;

  private final PatientStore store;
  private final DateJudge judge;

  /** What other rules reported before, by id; null unless the state is being rebuilt. */
  private final @Nullable Map<String, Discrepancy> reported;

  /** Revises the judgements of one patient; the store is the one that the judge reads. */
  public Revision(PatientStore store, DateJudge judge) {
    this(store, judge, null);
  }

  /**
   * The same during a rebuild (rules.md#rebuild): what was reported before keeps its opening time,
   * and what is new is marked as opened by the rules.
   *
   * @param reported the discrepancies that were reported before, by id; null outside of a rebuild
   */
  public Revision(
      PatientStore store, DateJudge judge, @Nullable Map<String, Discrepancy> reported) {
    this.store = store;
    this.judge = judge;
    this.reported = reported;
  }

  /** The same of dates none of which has left. */
  public List<Change> revise(Set<LocalDate> touched, JudgingTime time) {
    return revise(touched, time, Map.of());
  }

  /**
   * Evaluates the touched dates and those that depend on them. A discrepancy keeps its opening time
   * as long as it is reported.
   *
   * @param left dates that have left, and when: they are evaluated as of then, and time changes
   *     nothing about them any more
   */
  public List<Change> revise(
      Set<LocalDate> touched, JudgingTime time, Map<LocalDate, Instant> left) {
    List<Judgement> before = new ArrayList<>(2);
    List<Judgement> after = new ArrayList<>(2);
    Set<LocalDate> dates = judge.reach(touched);
    for (LocalDate date : dates) {
      DateVerdict said = store.verdict(date);
      if (said != null) {
        before.addAll(said.getJudgements());
      }
    }
    Map<String, Discrepancy> saidBefore = discrepancies(before);
    for (LocalDate date : dates) {
      Instant leftAt = left.get(date);
      DateVerdict verdict = judge.judge(date, leftAt == null ? time : time.at(leftAt));
      verdict = dated(verdict, saidBefore, leftAt == null ? time.now() : leftAt);
      if (leftAt != null) {
        verdict = new DateVerdict(verdict.getJudgements(), null, null, null);
      }
      store.putVerdict(date, isEmpty(verdict) ? null : verdict);
      after.addAll(verdict.getJudgements());
    }
    return changes(before, after);
  }

  /**
   * Evaluates dates for the last time. What is open is marked as left.
   *
   * @param time when they left
   * @param waiting other dates that were touched and not evaluated yet: a visit may have come from
   *     there
   */
  public List<Change> leave(Set<LocalDate> dates, JudgingTime time, Set<LocalDate> waiting) {
    List<Judgement> before = new ArrayList<>(2);
    List<Judgement> after = new ArrayList<>(2);
    for (LocalDate date : dates) {
      DateVerdict said = store.verdict(date);
      if (said != null) {
        before.addAll(said.getJudgements());
      }
    }
    Map<String, Discrepancy> saidBefore = discrepancies(before);
    for (LocalDate date : dates) {
      DateVerdict verdict = dated(judge.judge(date, time), saidBefore, time.now());
      for (Judgement judgement : verdict.getJudgements()) {
        after.add(left(judgement, time.now()));
      }
    }
    for (LocalDate date : waiting) {
      if (!dates.contains(date)) {
        before.addAll(takeMoved(date, after));
      }
    }
    return changes(before, after);
  }

  /** Removes what was reported on a date about visits that are on another one now. */
  private List<Judgement> takeMoved(LocalDate date, List<Judgement> now) {
    DateVerdict said = store.verdict(date);
    if (said == null) {
      return List.of();
    }
    List<Judgement> staying = new ArrayList<>(said.getJudgements());
    List<Judgement> moved = new ArrayList<>();
    for (Judgement judgement : now) {
      Judgement old = take(staying, judgement);
      if (old != null) {
        moved.add(old);
      }
    }
    if (!moved.isEmpty()) {
      store.putVerdict(
          date,
          new DateVerdict(staying, said.getDueAt(), said.getEmrDueAt(), said.getBillingDueAt()));
    }
    return moved;
  }

  private static Judgement left(Judgement judgement, Instant leftAt) {
    if (judgement.getDiscrepancies().isEmpty()) {
      return judgement;
    }
    List<Discrepancy> marked = new ArrayList<>(judgement.getDiscrepancies().size());
    for (Discrepancy discrepancy : judgement.getDiscrepancies()) {
      marked.add(
          discrepancy.getStatus() == DiscrepancyStatus.OPEN
              ? Discrepancy.newBuilder(discrepancy).setLeftAt(leftAt).build()
              : discrepancy);
    }
    return with(judgement, marked);
  }

  private static boolean isEmpty(DateVerdict verdict) {
    return verdict.getJudgements().isEmpty();
  }

  private static List<Change> changes(List<Judgement> before, List<Judgement> after) {
    if (before.size() > FEW) {
      return changesOfMany(before, after);
    }
    List<Change> changes = new ArrayList<>(after.size());
    for (Judgement said : after) {
      Judgement old = take(before, said);
      if (old == null || !said.equals(old)) {
        changes.add(new Change(old, said));
      }
    }
    for (Judgement old : before) {
      changes.add(new Change(old, null));
    }
    return changes;
  }

  /** Does the same without comparing each judgement with each. */
  private static List<Change> changesOfMany(List<Judgement> before, List<Judgement> after) {
    Map<Subject, Judgement> left = new LinkedHashMap<>();
    List<Change> changes = new ArrayList<>();
    for (Judgement old : before) {
      if (left.putIfAbsent(Subject.of(old), old) != null) {
        changes.add(new Change(old, null));
      }
    }
    for (Judgement said : after) {
      Judgement old = left.remove(Subject.of(said));
      if (old == null || !said.equals(old)) {
        changes.add(new Change(old, said));
      }
    }
    for (Judgement old : left.values()) {
      changes.add(new Change(old, null));
    }
    return changes;
  }

  /** What a judgement is about: a visit, or the open note of the same name. */
  private record Subject(String token, boolean isNote) {
    static Subject of(Judgement judgement) {
      return new Subject(judgement.getToken(), judgement.getSummary() == null);
    }
  }

  /** Removes what was reported about the same visit from the list. */
  private static @Nullable Judgement take(List<Judgement> before, Judgement said) {
    for (int i = 0; i < before.size(); i++) {
      if (before.get(i).getToken().equals(said.getToken())
          && (before.get(i).getSummary() == null) == (said.getSummary() == null)) {
        return before.remove(i);
      }
    }
    return null;
  }

  private static Map<String, Discrepancy> discrepancies(List<Judgement> judgements) {
    Map<String, Discrepancy> said = new HashMap<>(0);
    for (Judgement judgement : judgements) {
      for (Discrepancy discrepancy : judgement.getDiscrepancies()) {
        said.put(discrepancy.getId(), discrepancy);
      }
    }
    return said;
  }

  private DateVerdict dated(DateVerdict verdict, Map<String, Discrepancy> before, Instant now) {
    boolean clean = true;
    for (Judgement judgement : verdict.getJudgements()) {
      clean &= judgement.getDiscrepancies().isEmpty();
    }
    if (clean) {
      return verdict;
    }
    List<Judgement> dated = new ArrayList<>(verdict.getJudgements().size());
    for (Judgement judgement : verdict.getJudgements()) {
      List<Discrepancy> discrepancies = new ArrayList<>(judgement.getDiscrepancies().size());
      for (Discrepancy discrepancy : judgement.getDiscrepancies()) {
        Discrepancy old = before.get(discrepancy.getId());
        if (old == null && reported != null) {
          old = reported.get(discrepancy.getId());
        }
        discrepancies.add(opened(discrepancy, old, now, reported != null));
      }
      dated.add(with(judgement, discrepancies));
    }
    return new DateVerdict(
        dated, verdict.getDueAt(), verdict.getEmrDueAt(), verdict.getBillingDueAt());
  }

  private static Judgement with(Judgement judgement, List<Discrepancy> discrepancies) {
    return new Judgement(
        judgement.getName(),
        judgement.getToken(),
        judgement.getContributions(),
        judgement.getSummary(),
        judgement.getLateArrival(),
        judgement.getVariances(),
        discrepancies,
        judgement.getCapSamples(),
        judgement.getIds(),
        judgement.getCodes());
  }

  /**
   * Returns the same discrepancy with its times; a builder would copy all of it deeply. A
   * discrepancy that is no longer accepted is opened again; nothing is resolved before it was
   * opened.
   */
  private static Discrepancy opened(
      Discrepancy discrepancy, @Nullable Discrepancy before, Instant now, boolean byRules) {
    boolean isReopened =
        before != null
            && before.getStatus() == DiscrepancyStatus.RESOLVED
            && discrepancy.getStatus() == DiscrepancyStatus.OPEN;
    Discrepancy opening = isReopened ? null : before;
    Instant since = opening == null ? null : opening.getOpenedAt();
    Instant openedAt = since == null ? now : since;
    Boolean isByRules = byRules ? Boolean.TRUE : null;
    Instant resolvedAt = discrepancy.getResolvedAt();
    return new Discrepancy(
        discrepancy.getId(),
        discrepancy.getTenant(),
        discrepancy.getLevel(),
        discrepancy.getKind(),
        discrepancy.getStatus(),
        discrepancy.getSeverity(),
        discrepancy.getLocation(),
        discrepancy.getDate(),
        discrepancy.getVisit(),
        discrepancy.getDifference(),
        discrepancy.getDateOfService(),
        discrepancy.getProviderId(),
        discrepancy.getUnits(),
        discrepancy.getAmountCents(),
        discrepancy.getFileBy(),
        discrepancy.getAction(),
        openedAt,
        resolvedAt == null ? null : Instants.later(openedAt, resolvedAt),
        discrepancy.getAssignee(),
        discrepancy.getAcceptedBecause(),
        discrepancy.getBefore(),
        discrepancy.getAfter(),
        null,
        opening == null ? isByRules : opening.getOpenedByRules());
  }
}
