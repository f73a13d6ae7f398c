package org.visitbalance.core;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.visitbalance.state.DateVerdict;
import org.visitbalance.state.Judgement;

/**
 * The present during one evaluation. It answers whether a moment has come, and remembers the next
 * moment that has not: time is only asked here, so until then nothing but a new fact can change the
 * result.
 */
final class DueTimes {
  /** The end of the range of an Avro timestamp in nanoseconds; anything later never comes. */
  private static final Instant END = Instant.parse("2262-01-01T00:00:00Z");

  private final JudgingTime time;
  private Instant due = END;
  private Instant emrDue = END;
  private Instant billingDue = END;

  DueTimes(JudgingTime time) {
    this.time = time;
  }

  /** Returns whether a moment has come. */
  boolean reached(Instant moment) {
    if (time.now().isBefore(moment)) {
      due = Instants.earlier(due, moment);
      return false;
    }
    return true;
  }

  /** Returns whether a moment is over. */
  boolean passed(Instant moment) {
    return !moment.equals(Instant.MAX) && reached(moment.plusNanos(1));
  }

  /** Returns whether a moment has come and the EMR's data is complete up to it. */
  boolean reachedByEmr(Instant moment) {
    if (reached(moment) && isBehind(time.emrUntil(), moment)) {
      emrDue = Instants.earlier(emrDue, moment);
      return false;
    }
    return reached(moment);
  }

  /** Returns whether a moment has come and billing's data is complete up to it. */
  boolean reachedByBilling(Instant moment) {
    if (reached(moment) && isBehind(time.billingUntil(), moment)) {
      billingDue = Instants.earlier(billingDue, moment);
      return false;
    }
    return reached(moment);
  }

  private static boolean isBehind(@Nullable Instant until, Instant moment) {
    return until != null && until.isBefore(moment);
  }

  /** Returns the result of this evaluation, with the moments at which it has to be repeated. */
  DateVerdict verdict(List<Judgement> judgements) {
    return new DateVerdict(judgements, orNever(due), orNever(emrDue), orNever(billingDue));
  }

  private static @Nullable Instant orNever(Instant moment) {
    return moment.equals(END) ? null : moment;
  }
}
