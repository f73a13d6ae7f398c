package org.visitbalance.core;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.visitbalance.fact.Visit;
import org.visitbalance.fact.VisitStatus;
import org.visitbalance.state.VisitFile;

/**
 * Places the groups of one date of service with the visits of that date (domain.md, section 3, rule
 * 4).
 */
final class Matching {
  private static final int ROUNDS = 3;

  /** A visit of the date with the chains that belong to it. */
  static final class Seat {
    final VisitFile file;
    final Visit visit;
    final List<Chain> chains;
    boolean providerMismatch;

    Seat(VisitFile file, List<Chain> linked) {
      this.file = file;
      this.visit = java.util.Objects.requireNonNull(file.getVisit()).getStanding();
      this.chains = linked;
    }

    private boolean isFree() {
      return chains.isEmpty();
    }

    private boolean isUnbilled() {
      for (Chain chain : chains) {
        if (chain.bills()) {
          return false;
        }
      }
      return true;
    }

    private boolean fits(Group group) {
      for (Chain chain : group.chains()) {
        if (chain.isBy(visit.getTherapistId()) || chain.isBy(visit.getDocumentingTherapistId())) {
          return true;
        }
      }
      return false;
    }
  }

  private Matching() {}

  /**
   * Gives each group that finds a seat its chains.
   *
   * @param seats the visits of the date, with their linked chains; they are changed
   * @return the groups that are left
   */
  static List<Group> place(List<Group> groups, List<Seat> seats) {
    if (groups.isEmpty() || seats.isEmpty()) {
      return groups;
    }
    List<Seat> candidates = candidates(seats);
    List<Group> left = new ArrayList<>();
    for (int round = 1; round <= ROUNDS; round++) {
      List<Group> strangers = new ArrayList<>();
      for (Group group : groups) {
        if (group.round() == round && !placeWithProvider(group, candidates)) {
          strangers.add(group);
        }
      }
      for (Group group : strangers) {
        if (!placeAnywhere(group, candidates, round == 1)) {
          left.add(group);
        }
      }
    }
    return left;
  }

  private static List<Seat> candidates(List<Seat> seats) {
    List<Seat> finalized = new ArrayList<>(seats);
    finalized.removeIf(seat -> seat.visit.getStatus() != VisitStatus.FINALIZED);
    List<Seat> candidates = finalized.isEmpty() ? new ArrayList<>(seats) : finalized;
    candidates.sort(
        Comparator.comparing((Seat seat) -> Suppression.of(seat.visit) != null)
            .thenComparing(seat -> seat.visit.getVisitId(), CodePoints.ORDER));
    return candidates;
  }

  private static boolean placeWithProvider(Group group, List<Seat> candidates) {
    Seat first = null;
    for (Seat seat : candidates) {
      if (seat.fits(group)) {
        if (seat.isFree()) {
          seat.chains.addAll(group.chains());
          return true;
        }
        first = first == null ? seat : first;
      }
    }
    if (first != null) {
      first.chains.addAll(group.chains());
    }
    return first != null;
  }

  private static boolean placeAnywhere(Group group, List<Seat> candidates, boolean firstRound) {
    Seat found = null;
    for (Seat seat : candidates) {
      if (seat.isFree()) {
        found = seat;
        break;
      }
    }
    if (found == null && firstRound) {
      for (Seat seat : candidates) {
        if (seat.isUnbilled()) {
          found = seat;
          break;
        }
      }
    }
    if (found == null) {
      return false;
    }
    found.chains.addAll(group.chains());
    found.providerMismatch |= firstRound;
    return true;
  }
}
