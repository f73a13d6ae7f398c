package org.visitbalance.core;

import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import org.visitbalance.fact.Rejection;
import org.visitbalance.fact.Visit;
import org.visitbalance.output.Granularity;
import org.visitbalance.output.LateArrival;
import org.visitbalance.output.LateCause;
import org.visitbalance.output.LateStatus;
import org.visitbalance.state.RejectionRegister;

/**
 * Visits that are held, or whose charges arrived after their Finalized Date
 * (rules.md#late-arrivals).
 */
public final class LateArrivals {
  private LateArrivals() {}

  /** Returns the late arrival of a FINALIZED visit, or null. Leaves out what depends on today. */
  static @Nullable LateArrival of(VisitContext context, Visit visit) {
    if (context.held) {
      return line(context, visit, null, context.attachment.cause(Attachment::isOpen));
    }
    LocalDate created = null;
    Instant arrived = Instant.MAX;
    for (Chain chain : context.chains) {
      if (chain.visitMaking) {
        created = created == null || chain.createdOn.isBefore(created) ? chain.createdOn : created;
        arrived = Instants.earlier(arrived, chain.firstCreatedAt);
      }
    }
    if (created == null || !created.isAfter(visit.getFinalizedOn())) {
      return null;
    }
    Instant arrival = arrived;
    return line(
        context,
        visit,
        created,
        context.attachment.cause(
            register ->
                !arrival.isBefore(context.first)
                    && !Attachment.from(register).isAfter(arrival)
                    && !Attachment.until(register).isBefore(context.first)));
  }

  private static LateArrival line(
      VisitContext context,
      Visit visit,
      @Nullable LocalDate createdOn,
      @Nullable RejectionRegister cause) {
    Rejection rejection = cause == null ? null : cause.getStanding();
    LateArrival line =
        new LateArrival(
            visit.getTenant(),
            context.token,
            context.location,
            visit.getDateOfService(),
            visit.getTherapistId(),
            createdOn == null ? LateStatus.HELD : LateStatus.ARRIVED,
            visit.getFinalizedOn(),
            createdOn,
            null,
            cause == null ? LateCause.OTHER : LateCause.REJECTION,
            rejection == null ? null : rejection.getType(),
            rejection == null ? null : rejection.getReasonCode(),
            cause == null ? null : cause.getHeldFrom(),
            cause == null || Attachment.isOpen(cause) ? null : cause.getHeldUntil(),
            null,
            null);
    return createdOn == null ? line : on(createdOn, line, context.settings);
  }

  /** Returns the line with its lag: up to the day it is read for a held visit, otherwise fixed. */
  public static LateArrival on(LocalDate today, LateArrival line, TenantSettings settings) {
    LocalDate end = line.getCreatedOn() == null ? today : line.getCreatedOn();
    LocalDate from = line.getFinalizedOn();
    return LateArrival.newBuilder(line)
        .setLagDays(ChronoUnit.DAYS.between(from, end))
        .setSameWeek(Period.of(Granularity.WEEK, from, settings.weekStartsOn).holds(end))
        .setSameMonth(Period.of(Granularity.MONTH, from, settings.weekStartsOn).holds(end))
        .build();
  }
}
