package org.visitbalance.core;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.specific.SpecificRecordBase;
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
 * Last-writer-wins registers (rules.md#registers): of two facts about one entity, the one with the
 * greater (version, occurredAt, eventId) is in force, whichever arrived first. Facts that tie in
 * all three are compared as a whole, so the order of arrival never matters.
 */
public final class Registers {
  private Registers() {}

  /** Returns the one of two facts about one feed that is in force. */
  public static Feed standing(@Nullable Feed old, Feed fact) {
    return old != null && !wins(FactKind.FEED, fact, old) ? old : fact;
  }

  static VisitRegister add(@Nullable VisitRegister old, Visit fact) {
    Instant finalized = fact.getFinalizedAt();
    boolean sends = fact.getRevision() == 0 || !Boolean.FALSE.equals(fact.getRebilled());
    if (old == null) {
      return new VisitRegister(fact, finalized, finalized, sends);
    }
    Visit standing = wins(FactKind.VISIT, fact, old.getStanding()) ? fact : old.getStanding();
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
    return wins(FactKind.CHARGE, fact, old);
  }

  static boolean replaces(@Nullable Note old, Note fact) {
    return old == null || wins(FactKind.NOTE, fact, old);
  }

  /**
   * Returns whether a row replaces another one; a NOT_REBILLED row yields to any other row of its
   * kind.
   */
  private static boolean replaces(Transmission old, Transmission fact) {
    boolean oldYields = old.getStatus() == TransmissionStatus.NOT_REBILLED;
    boolean factYields = fact.getStatus() == TransmissionStatus.NOT_REBILLED;
    return oldYields != factYields ? oldYields : wins(FactKind.TRANSMISSION, fact, old);
  }

  /** Returns the rows of a visit in force, one per kind: the same list if the fact changes none. */
  static List<Transmission> add(List<Transmission> standing, Transmission fact) {
    for (int i = 0; i < standing.size(); i++) {
      Transmission old = standing.get(i);
      if (FactKind.TRANSMISSION.isOneEntity(old, fact)) {
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
    if (wins(FactKind.REJECTION, fact, standing)) {
      standing = fact;
    }
    Instant from = old.getHeldFrom();
    Instant until = old.getHeldUntil();
    return new RejectionRegister(
        standing,
        from == null ? opened : opened == null ? from : Instants.earlier(from, opened),
        until == null ? cleared : cleared == null ? until : Instants.later(until, cleared));
  }

  /** Returns the decisions in force, sorted: the same list if the fact changes none. */
  static List<Decision> add(List<Decision> standing, Decision fact) {
    int position = Collections.binarySearch(standing, fact, VisitDecisions.BY_WHAT);
    if (position >= 0 && !wins(FactKind.DECISION, fact, standing.get(position))) {
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

  /** Returns whether the first of two facts of a kind about the same is in force. */
  static boolean stands(FactKind kind, SpecificRecord fact, SpecificRecord old) {
    return kind == FactKind.TRANSMISSION
        ? replaces((Transmission) old, (Transmission) fact)
        : wins(kind, (SpecificRecordBase) fact, (SpecificRecordBase) old);
  }

  private static boolean wins(FactKind kind, SpecificRecordBase fact, SpecificRecordBase old) {
    int order = kind.version(fact).compareTo(kind.version(old));
    if (order == 0) {
      order = kind.occurredAt(fact).compareTo(kind.occurredAt(old));
    }
    if (order == 0) {
      order = CodePoints.compare(kind.eventId(fact), kind.eventId(old));
    }
    return order != 0 ? order > 0 : fact.compareTo(old) > 0;
  }
}
