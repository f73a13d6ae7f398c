package org.visitbalance.naive;

import static java.util.Comparator.comparing;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.visitbalance.fact.Rejection;
import org.visitbalance.fact.RejectionType;
import org.visitbalance.fact.Transmission;
import org.visitbalance.fact.Visit;
import org.visitbalance.naive.PatientFacts.RejectionHistory;
import org.visitbalance.naive.PatientFacts.VisitHistory;

/** Section 6, attached rejections: the walk PATIENT, CASE, CHARGE that keeps a visit held. */
final class Attachment {
  /** PATIENT, CASE, CHARGE is the order in which rejections are worked, and that of the enum. */
  static final Comparator<RejectionHistory> BY_WORK =
      comparing((RejectionHistory one) -> one.standing().getType())
          .thenComparing(RejectionHistory::from)
          .thenComparing(one -> one.standing().getRejectionId(), Bytes.ORDER);

  private static final Comparator<RejectionHistory> BY_OPENING =
      comparing(RejectionHistory::from)
          .thenComparing(one -> one.standing().getType())
          .thenComparing(one -> one.standing().getRejectionId(), Bytes.ORDER);

  private Attachment() {}

  static List<RejectionHistory> of(
      VisitHistory visit,
      Optional<Transmission> financial,
      PatientFacts patient,
      TenantSettings settings) {
    Instant reach =
        Stream.of(
                visit.firstFinalized(),
                visit.lastSent(),
                financial.map(Transmission::getAt).orElse(Instant.MIN))
            .max(comparing(at -> at))
            .orElseThrow();
    List<RejectionHistory> attached = new ArrayList<>();
    for (RejectionHistory one : patient.rejections().stream().sorted(BY_OPENING).toList()) {
      if (!isAbout(one.standing(), visit.standing())) {
        continue;
      }
      boolean follows =
          reach.equals(Instant.MAX) || !one.from().isAfter(reach.plus(settings.heldWithin()));
      boolean stillThere = one.until().isAfter(visit.firstFinalized());
      if (one.standing().getType() == RejectionType.CHARGE || (follows && stillThere)) {
        attached.add(one);
        reach = one.until().isAfter(reach) ? one.until() : reach;
      }
    }
    return attached;
  }

  private static boolean isAbout(Rejection rejection, Visit visit) {
    return switch (rejection.getType()) {
      case PATIENT -> true;
      case CASE -> rejection.getCaseId() == null || rejection.getCaseId().equals(visit.getCaseId());
      case CHARGE ->
          rejection.getEmrVisitId() != null
              ? rejection.getEmrVisitId().equals(visit.getVisitId())
              : visit.getDateOfService().equals(rejection.getDateOfService());
      default -> false;
    };
  }
}
