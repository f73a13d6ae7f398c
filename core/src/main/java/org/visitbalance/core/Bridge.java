package org.visitbalance.core;

import static org.visitbalance.core.Instants.later;

import java.time.Instant;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.visitbalance.fact.Transmission;
import org.visitbalance.fact.TransmissionStatus;
import org.visitbalance.fact.Visit;
import org.visitbalance.output.Reason;

/**
 * Finds the one reason of each item (rules.md#reasons): the first row of its table that applies.
 */
final class Bridge {
  private final VisitContext context;

  /** Whether an open note explains charges without a visit; evaluated at most once. */
  private final BooleanSupplier hasOpenNote;

  private @Nullable Reason unbilledReason;
  private @Nullable Reason strayReason;

  Bridge(VisitContext context, BooleanSupplier hasOpenNote) {
    this.context = context;
    this.hasOpenNote = hasOpenNote;
  }

  /** Returns why the EMR counts a visit in a period at its own location and billing does not. */
  Reason moreInEmr(Period period) {
    if (!context.billed) {
      return unbilled();
    }
    Chain earliest = context.billing.get(0);
    if (!earliest.location().equals(context.location)) {
      return Reason.POSTED_ELSEWHERE;
    }
    return earliest.createdOn.isAfter(period.to()) ? Reason.POSTED_LATER : Reason.POSTED_EARLIER;
  }

  /**
   * Returns why billing counts a visit more often in a period at a location than the EMR does.
   *
   * @param e what the EMR counts, 0 or 1
   * @param b what billing counts, more than e
   */
  Reason moreInBilling(String location, Period period, int e, int b) {
    if (!context.finalized) {
      return stray();
    }
    if (!context.location.equals(location)) {
      return Reason.POSTED_FROM_ELSEWHERE;
    }
    if (!context.counted) {
      return Reason.BILLED_THOUGH_NOT_COUNTED;
    }
    boolean wasThere = false;
    for (Chain chain : context.billing) {
      wasThere |= chain.location().equals(location) && chain.createdOn.isBefore(period.from());
    }
    if (context.billedTwice && (b > 1 || wasThere)) {
      return Reason.DUPLICATE_BILLING;
    }
    if (e == 1) {
      return Reason.SPLIT_BILLING;
    }
    if (wasThere) {
      return Reason.SPLIT_POSTING;
    }
    return visit().getFinalizedOn().isBefore(period.from())
        ? Reason.POSTED_FROM_EARLIER
        : Reason.POSTED_BEFORE_FINALIZED;
  }

  private Visit visit() {
    return Objects.requireNonNull(context.visit);
  }

  private Reason unbilled() {
    if (unbilledReason == null) {
      unbilledReason = unbilledReason();
    }
    return unbilledReason;
  }

  private Reason unbilledReason() {
    if (context.suppressed != null) {
      return context.suppressed;
    }
    if (visit().getLines().isEmpty() && VisitContext.needsCodes(visit())) {
      return Reason.NO_CODES;
    }
    if (!context.billable) {
      return Reason.NOTHING_TO_BILL;
    }
    if (context.held) {
      return Reason.HELD;
    }
    Transmission transmission = context.transmission;
    if (isFailed(transmission)) {
      return Reason.TRANSMISSION_FAILED;
    }
    if (!context.dueTimes.reachedByBilling(
        Instants.plus(awaitedSince(), context.settings.missingAfter))) {
      return Reason.AWAITING_CHARGE;
    }
    if (Chain.anyVisitMaking(context.chains)) {
      return Reason.CHARGES_REMOVED;
    }
    if (transmission == null) {
      return Reason.MISSING_CHARGE;
    }
    return switch (transmission.getStatus()) {
      case NOT_SENT, NOT_REBILLED -> Reason.NOT_SENT;
      case TRANSMISSION_SUCCESSFUL -> Reason.LOST_AFTER_ACCEPTANCE;
      default -> isPending(transmission) ? Reason.TRANSMISSION_STUCK : Reason.MISSING_CHARGE;
    };
  }

  private Instant awaitedSince() {
    Instant latest = later(context.lastSent, context.attachment.lastCleared());
    if (context.transmission != null) {
      latest = later(latest, context.transmission.getAt());
    }
    for (Chain chain : context.chains) {
      latest = chain.live ? latest : later(latest, chain.lastUpdatedAt);
    }
    return latest;
  }

  private Reason stray() {
    if (strayReason == null) {
      strayReason = context.visit != null ? retracted(context.visit) : billingOnly();
    }
    return strayReason;
  }

  private Reason retracted(Visit visit) {
    Instant patience = Instants.plus(visit.getOccurredAt(), context.settings.missingAfter);
    return context.dueTimes.reached(patience) ? Reason.RETRACTED_IN_EMR : Reason.AWAITING_NOTE;
  }

  private Reason billingOnly() {
    if (!context.dueTimes.reachedByEmr(
        Instants.plus(context.first, context.settings.missingAfter))) {
      return Reason.AWAITING_NOTE;
    }
    if (hasOpenNote.getAsBoolean()) {
      return Reason.CHARGED_BEFORE_FINALIZED;
    }
    return context.chains.stream().allMatch(Chain::isManual)
        ? Reason.KEYED_IN_BILLING
        : Reason.UNEXPECTED_CHARGE;
  }

  static boolean isFailed(@Nullable Transmission transmission) {
    return transmission != null
        && (transmission.getStatus() == TransmissionStatus.VALIDATION_FAILED
            || transmission.getStatus() == TransmissionStatus.TRANSMISSION_FAILED);
  }

  static boolean isPending(@Nullable Transmission transmission) {
    return transmission != null
        && switch (transmission.getStatus()) {
          case INITIATED, VALIDATION_PENDING, TRANSMISSION_PENDING, RESUBMITTED -> true;
          default -> false;
        };
  }
}
