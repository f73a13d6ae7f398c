package org.visitbalance.core;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.visitbalance.fact.Rejection;
import org.visitbalance.fact.RejectionStatus;
import org.visitbalance.fact.RejectionType;
import org.visitbalance.fact.Visit;
import org.visitbalance.state.RejectionRegister;
import org.visitbalance.state.VisitRegister;

/** The rejections attached to one visit (rules.md#attachment), in the order of WALK. */
record Attachment(List<RejectionRegister> rejections) {
  /**
   * By held from (never seen open counts as open from the start), then PATIENT, CASE, CHARGE, then
   * id.
   */
  static final Comparator<RejectionRegister> WALK =
      Comparator.comparing(Attachment::from)
          .thenComparing(register -> register.getStanding().getType())
          .thenComparing(register -> register.getStanding().getRejectionId(), CodePoints.ORDER);

  /** The order in which causes are named and held visits are worked. */
  private static final Comparator<RejectionRegister> WORK =
      Comparator.comparing((RejectionRegister register) -> register.getStanding().getType())
          .thenComparing(Attachment::from)
          .thenComparing(register -> register.getStanding().getRejectionId(), CodePoints.ORDER);

  private static final Attachment NONE = new Attachment(List.of());

  /**
   * Selects the rejections of a patient that are attached to a visit.
   *
   * @param awaitedSince {@link #awaitedSince} of the visit
   * @param rejections all rejections of the patient, in the order of WALK
   */
  static Attachment of(
      VisitRegister visit,
      Instant awaitedSince,
      List<RejectionRegister> rejections,
      TenantSettings settings) {
    if (rejections.isEmpty()) {
      return NONE;
    }
    List<RejectionRegister> attached = new ArrayList<>();
    Instant reach = awaitedSince;
    for (int i = 0; i < rejections.size(); i++) {
      RejectionRegister register = rejections.get(i);
      if (names(register.getStanding(), visit.getStanding())
          && (register.getStanding().getType() == RejectionType.CHARGE
              || isNear(register, visit, Instants.plus(reach, settings.heldWithin)))) {
        attached.add(register);
        reach = Instants.later(reach, until(register));
      }
    }
    return attached.isEmpty() ? NONE : new Attachment(attached);
  }

  /**
   * Returns the latest of first finalized, last sent and the FINANCIAL transmission's {@code at}.
   */
  static Instant awaitedSince(VisitRegister visit, @Nullable Instant transmittedAt) {
    Instant latest = Instants.later(visit.getFirstFinalized(), visit.getLastSent());
    return transmittedAt == null ? latest : Instants.later(latest, transmittedAt);
  }

  /** Returns whether a rejection concerns a visit, regardless of time. */
  private static boolean names(Rejection rejection, Visit visit) {
    return switch (rejection.getType()) {
      case PATIENT -> true;
      case CASE -> rejection.getCaseId() == null || rejection.getCaseId().equals(visit.getCaseId());
      case CHARGE ->
          rejection.getEmrVisitId() != null
              ? rejection.getEmrVisitId().equals(visit.getVisitId())
              : visit.getDateOfService().equals(rejection.getDateOfService());
      case PAYMENT, UNKNOWN -> false;
    };
  }

  private static boolean isNear(RejectionRegister register, VisitRegister visit, Instant latest) {
    return !from(register).isAfter(latest) && until(register).isAfter(visit.getFirstFinalized());
  }

  static Instant from(RejectionRegister register) {
    return register.getHeldFrom() == null ? Instant.MIN : register.getHeldFrom();
  }

  /** Returns when it was cleared; the end of time while it is open. */
  static Instant until(RejectionRegister register) {
    return isOpen(register) || register.getHeldUntil() == null
        ? Instant.MAX
        : register.getHeldUntil();
  }

  static boolean isOpen(RejectionRegister register) {
    return register.getStanding().getStatus() == RejectionStatus.OPEN;
  }

  boolean anyOpen() {
    for (int i = 0; i < rejections.size(); i++) {
      if (isOpen(rejections.get(i))) {
        return true;
      }
    }
    return false;
  }

  /** Returns the last clearing of any of them, or the beginning of time. */
  Instant lastCleared() {
    Instant latest = Instant.MIN;
    for (RejectionRegister register : rejections) {
      if (register.getHeldUntil() != null) {
        latest = Instants.later(latest, register.getHeldUntil());
      }
    }
    return latest;
  }

  /** Returns the first matching rejection in the order of work, or null. */
  @Nullable RejectionRegister cause(Predicate<RejectionRegister> fits) {
    return rejections.stream().filter(fits).min(WORK).orElse(null);
  }
}
