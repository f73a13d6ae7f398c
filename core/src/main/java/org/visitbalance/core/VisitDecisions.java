package org.visitbalance.core;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.visitbalance.fact.AcceptanceReason;
import org.visitbalance.fact.Decision;
import org.visitbalance.fact.DecisionAction;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.output.DiscrepancyStatus;
import org.visitbalance.output.Granularity;
import org.visitbalance.output.Reason;
import org.visitbalance.state.Contribution;
import org.visitbalance.state.VisitFile;

/** What people have decided about the discrepancies of one visit: docs/decisions.md. */
final class VisitDecisions {
  /** The order of decision entities; two decisions about the same thing compare as equal. */
  static final Comparator<Decision> BY_WHAT = VisitDecisions::compare;

  private static final Comparator<Decision> BY_DISCREPANCY =
      Comparator.comparing(Decision::getVisit, CodePoints.ORDER)
          .thenComparing(Decision::getKind)
          .thenComparing(Decision::getLocation, CodePoints.ORDER)
          .thenComparing(Decision::getDate)
          .thenComparing(VisitDecisions::isAboutAcceptance);

  /** The kind of decisions about links. */
  static final String LINK = "LINKED";

  /** The location of decisions about links. */
  static final String NOWHERE = "-";

  private static final VisitDecisions NOTHING = new VisitDecisions(List.of());

  private final List<Decision> standing;

  private VisitDecisions(List<Decision> standing) {
    this.standing = standing;
  }

  /** Links come last; each is about a chain. */
  private static int compare(Decision one, Decision other) {
    boolean isLink = isLink(one);
    if (isLink != isLink(other)) {
      return isLink ? 1 : -1;
    }
    return isLink
        ? CodePoints.compare(Links.chain(one), Links.chain(other))
        : BY_DISCREPANCY.compare(one, other);
  }

  /** Selects the patient's decisions in force that concern a visit. */
  static VisitDecisions about(String visit, List<Decision> ofPatient) {
    List<Decision> own = List.of();
    for (int i = 0; i < ofPatient.size(); i++) {
      if (ofPatient.get(i).getVisit().equals(visit) && !isLink(ofPatient.get(i))) {
        own = own.isEmpty() ? new ArrayList<>(2) : own;
        own.add(ofPatient.get(i));
      }
    }
    return own.isEmpty() ? NOTHING : new VisitDecisions(own);
  }

  /** Returns whether a decision says which visit a chain belongs to, or takes that back. */
  static boolean isLink(Decision decision) {
    return decision.getAction() == DecisionAction.LINKED
        || decision.getAction() == DecisionAction.UNLINKED;
  }

  /** Returns whether a decision accepts or withdraws; otherwise it assigns or releases. */
  static boolean isAboutAcceptance(Decision decision) {
    return decision.getAction() == DecisionAction.ACCEPTED
        || decision.getAction() == DecisionAction.WITHDRAWN;
  }

  /**
   * Returns the dates of service on which the visit of a decision may be evaluated now. A link
   * names a visit by its id only, and one that was undone names none.
   */
  static List<LocalDate> dates(Decision decision, PatientStore store) {
    String visit = decision.getVisit();
    List<LocalDate> dates = new ArrayList<>(1);
    VisitFile file = decision.getAction() == DecisionAction.UNLINKED ? null : store.file(visit);
    if (file != null && file.getVisit() != null) {
      dates.add(file.getVisit().getStanding().getDateOfService());
    }
    int at =
        !isLink(decision) && visit.startsWith(DateJudge.BILLING_ONLY) ? visit.lastIndexOf('@') : -1;
    if (at > 0) {
      try {
        LocalDate date = LocalDate.parse(visit.substring(at + 1));
        if (store.sheet(date) != null) {
          dates.add(date);
        }
      } catch (DateTimeException e) {
        // No billing-only visit has such a name.
      }
    }
    return dates;
  }

  boolean isAnything() {
    return !standing.isEmpty();
  }

  /** Returns the acceptance in force, or null. */
  @Nullable Decision acceptance(String kind, String location, LocalDate date) {
    return find(DecisionAction.ACCEPTED, kind, location, date);
  }

  private @Nullable Decision find(
      DecisionAction action, String kind, String location, @Nullable LocalDate date) {
    for (Decision decision : standing) {
      if (decision.getAction() == action
          && decision.getKind().equals(kind)
          && decision.getLocation().equals(location)
          && decision.getDate().equals(date)) {
        return decision;
      }
    }
    return null;
  }

  /** Returns the kinds of accepted items at a location and day, in alphabetical order. */
  List<String> acceptedItems(String location, LocalDate date) {
    return standing.stream()
        .filter(decision -> decision.getAction() == DecisionAction.ACCEPTED)
        .filter(decision -> decision.getLocation().equals(location))
        .filter(decision -> decision.getDate().equals(date))
        .map(Decision::getKind)
        .filter(Reasons::isItem)
        .toList();
  }

  /** Applies the decisions about an open discrepancy to it. */
  Discrepancy about(Discrepancy open) {
    LocalDate date = open.getDate();
    Decision accepted = find(DecisionAction.ACCEPTED, open.getKind(), open.getLocation(), date);
    if (accepted != null) {
      return Discrepancy.newBuilder(open)
          .setStatus(DiscrepancyStatus.RESOLVED)
          .setResolvedAt(accepted.getOccurredAt())
          .setAcceptedBecause(accepted.getReason())
          .build();
    }
    Decision assigned = find(DecisionAction.ASSIGNED, open.getKind(), open.getLocation(), date);
    return assigned == null
        ? open
        : Discrepancy.newBuilder(open).setAssignee(assigned.getAssignee()).build();
  }

  /**
   * Marks the accepted items in contributions: the items of days directly, those of weeks and
   * months once every day's item with that reason is accepted.
   */
  List<Contribution> marked(List<Contribution> made, DayOfWeek weekStartsOn) {
    if (standing.isEmpty()) {
      return made;
    }
    List<Contribution> marked = new ArrayList<>(made.size());
    for (Contribution one : made) {
      AcceptanceReason because =
          one.getGranularity() == Granularity.DAY ? because(one) : because(one, made, weekStartsOn);
      marked.add(
          because == null
              ? one
              : Contribution.newBuilder(one).setAcceptedBecause(because).setOverdue(false).build());
    }
    return marked;
  }

  private @Nullable AcceptanceReason because(Contribution day) {
    Reason reason = day.getReason();
    Decision accepted =
        reason != null && Reasons.isItem(reason.name())
            ? acceptance(reason.name(), day.getLocation(), day.getFrom())
            : null;
    return accepted == null ? null : accepted.getReason();
  }

  /** Returns the acceptance reason of the first day. */
  private @Nullable AcceptanceReason because(
      Contribution longer, List<Contribution> made, DayOfWeek weekStartsOn) {
    Contribution first = null;
    for (Contribution day : made) {
      if (day.getGranularity() == Granularity.DAY
          && Objects.equals(day.getReason(), longer.getReason())
          && day.getLocation().equals(longer.getLocation())
          && Period.from(longer.getGranularity(), day.getFrom(), weekStartsOn)
              .equals(longer.getFrom())) {
        if (because(day) == null) {
          return null;
        }
        first = first == null || day.getFrom().isBefore(first.getFrom()) ? day : first;
      }
    }
    return first == null ? null : because(first);
  }
}
