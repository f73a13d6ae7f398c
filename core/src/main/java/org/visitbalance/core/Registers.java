package org.visitbalance.core;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.visitbalance.fact.Charge;
import org.visitbalance.fact.Decision;
import org.visitbalance.fact.Feed;
import org.visitbalance.fact.Note;
import org.visitbalance.fact.Rejection;
import org.visitbalance.fact.RejectionStatus;
import org.visitbalance.fact.Transmission;
import org.visitbalance.fact.TransmissionStatus;
import org.visitbalance.fact.Visit;
import org.visitbalance.state.RejectionRegister;
import org.visitbalance.state.VisitRegister;

/**
 * Last-writer-wins registers (rules.md#registers): of two facts about one entity the one with the
 * greater (version, occurredAt, eventId) stands, whichever came first. Facts that tie in all three
 * are compared as a whole, so that even then the order of arrival decides nothing.
 */
public final class Registers {
  private Registers() {}

  /** The fact that stands of two about one feed. */
  public static Feed standing(@Nullable Feed old, Feed fact) {
    return old != null
            && !wins(
                order(fact.getCompleteUntil(), fact.getOccurredAt(), fact.getEventId()),
                order(old.getCompleteUntil(), old.getOccurredAt(), old.getEventId()),
                fact,
                old)
        ? old
        : fact;
  }

  static VisitRegister add(@Nullable VisitRegister old, Visit fact) {
    Instant finalized = fact.getFinalizedAt();
    boolean sends = fact.getRevision() == 0 || !Boolean.FALSE.equals(fact.getRebilled());
    if (old == null) {
      return new VisitRegister(fact, finalized, finalized, sends);
    }
    Visit standing =
        wins(
                order(fact.getRevision(), fact.getOccurredAt(), fact.getEventId()),
                order(
                    old.getStanding().getRevision(),
                    old.getStanding().getOccurredAt(),
                    old.getStanding().getEventId()),
                fact,
                old.getStanding())
            ? fact
            : old.getStanding();
    Instant first = Instants.earlier(old.getFirstFinalized(), finalized);
    Instant sent;
    if (sends) {
      sent = old.getSent() ? Instants.later(old.getLastSent(), finalized) : finalized;
    } else {
      sent = old.getSent() ? old.getLastSent() : first;
    }
    return new VisitRegister(standing, first, sent, old.getSent() || sends);
  }

  static boolean replaces(Charge old, Charge fact) {
    return wins(
        order(fact.getUpdatedAt(), fact.getOccurredAt(), fact.getEventId()),
        order(old.getUpdatedAt(), old.getOccurredAt(), old.getEventId()),
        fact,
        old);
  }

  static boolean replaces(@Nullable Note old, Note fact) {
    return old == null
        || wins(
            order(fact.getAt(), fact.getOccurredAt(), fact.getEventId()),
            order(old.getAt(), old.getOccurredAt(), old.getEventId()),
            fact,
            old);
  }

  /** A NOT_REBILLED row yields to any other row of its kind. */
  private static boolean replaces(Transmission old, Transmission fact) {
    boolean oldYields = old.getStatus() == TransmissionStatus.NOT_REBILLED;
    boolean factYields = fact.getStatus() == TransmissionStatus.NOT_REBILLED;
    return oldYields != factYields
        ? oldYields
        : wins(
            order(fact.getAt(), fact.getOccurredAt(), fact.getEventId()),
            order(old.getAt(), old.getOccurredAt(), old.getEventId()),
            fact,
            old);
  }

  /** The standing rows of a visit, one a kind: the same list where the fact changes none. */
  static List<Transmission> add(List<Transmission> standing, Transmission fact) {
    for (int i = 0; i < standing.size(); i++) {
      Transmission old = standing.get(i);
      if (old.getKind() == fact.getKind()) {
        if (!replaces(old, fact)) {
          return standing;
        }
        List<Transmission> replaced = new ArrayList<>(standing);
        replaced.set(i, fact);
        return replaced;
      }
    }
    List<Transmission> longer = new ArrayList<>(standing.size() + 1);
    longer.addAll(standing);
    longer.add(fact);
    return longer;
  }

  static RejectionRegister add(@Nullable RejectionRegister old, Rejection fact) {
    Instant opened = fact.getStatus() == RejectionStatus.OPEN ? fact.getAt() : null;
    Instant cleared = fact.getStatus() == RejectionStatus.CLEARED ? fact.getAt() : null;
    if (old == null) {
      return new RejectionRegister(fact, opened, cleared);
    }
    Rejection standing = old.getStanding();
    if (wins(
        order(fact.getAt(), fact.getOccurredAt(), fact.getEventId()),
        order(standing.getAt(), standing.getOccurredAt(), standing.getEventId()),
        fact,
        standing)) {
      standing = fact;
    }
    Instant from = old.getHeldFrom();
    Instant until = old.getHeldUntil();
    return new RejectionRegister(
        standing,
        from == null ? opened : opened == null ? from : Instants.earlier(from, opened),
        until == null ? cleared : cleared == null ? until : Instants.later(until, cleared));
  }

  /** The standing decisions, sorted: the same list where the fact changes none. */
  static List<Decision> add(List<Decision> standing, Decision fact) {
    int position = Collections.binarySearch(standing, fact, VisitDecisions.BY_WHAT);
    if (position >= 0 && !replaces(standing.get(position), fact)) {
      return standing;
    }
    List<Decision> changed = new ArrayList<>(standing);
    if (position >= 0) {
      changed.set(position, fact);
    } else {
      changed.add(-position - 1, fact);
    }
    return changed;
  }

  private static boolean replaces(Decision old, Decision fact) {
    return wins(
        order(fact.getOccurredAt(), fact.getOccurredAt(), fact.getEventId()),
        order(old.getOccurredAt(), old.getOccurredAt(), old.getEventId()),
        fact,
        old);
  }

  private record Order<V extends Comparable<V>>(V version, Instant occurredAt, String eventId) {}

  private static <V extends Comparable<V>> Order<V> order(V version, Instant at, String eventId) {
    return new Order<>(version, at, eventId);
  }

  private static <V extends Comparable<V>> boolean wins(
      Order<V> fact,
      Order<V> old,
      org.apache.avro.specific.SpecificRecordBase factRecord,
      org.apache.avro.specific.SpecificRecordBase oldRecord) {
    int order = fact.version.compareTo(old.version);
    if (order == 0) {
      order = fact.occurredAt.compareTo(old.occurredAt);
    }
    if (order == 0) {
      order = CodePoints.compare(fact.eventId, old.eventId);
    }
    return order != 0 ? order > 0 : factRecord.compareTo(oldRecord) > 0;
  }
}
