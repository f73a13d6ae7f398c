package org.visitbalance.core;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.visitbalance.state.Judgement;

/**
 * Judges again what was touched, and says only what changed: against what was said last, which is
 * kept in the store, never against what might have been said under other settings or at another
 * time.
 */
public final class Revision {
  /**
   * A judgement that takes the place of another one.
   *
   * @param before what was said last; null if nothing was
   * @param after what is said from now on; null if nothing is
   */
  public record Change(@Nullable Judgement before, @Nullable Judgement after) {}

  private final PatientStore store;
  private final DateJudge judge;

  /** Revisions of one patient's judgements; the store is the one that the judge reads. */
  public Revision(PatientStore store, DateJudge judge) {
    this.store = store;
    this.judge = judge;
  }

  /** Judges the dates that were touched, and those that depend on them. */
  public List<Change> revise(Set<LocalDate> touched, Present present) {
    List<Judgement> before = new ArrayList<>(2);
    List<Judgement> after = new ArrayList<>(2);
    for (LocalDate date : judge.reach(touched)) {
      before.addAll(store.said(date));
      List<Judgement> said = judge.judge(date, present);
      store.putSaid(date, said);
      after.addAll(said);
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

  /** Takes what was said of the same visit out of the list. */
  private static @Nullable Judgement take(List<Judgement> before, Judgement said) {
    for (int i = 0; i < before.size(); i++) {
      if (before.get(i).getToken().equals(said.getToken())
          && (before.get(i).getSummary() == null) == (said.getSummary() == null)) {
        return before.remove(i);
      }
    }
    return null;
  }
}
