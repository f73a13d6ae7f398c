package org.visitbalance.core;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.visitbalance.fact.Visit;
import org.visitbalance.fact.VisitStatus;
import org.visitbalance.state.VisitFile;

/** Matches the groups of one date of service with the visits of that date (rules.md#rounds). */
final class Matching {
  private static final int ROUNDS = 3;

  /** A visit of the date and the chains that belong to it. */
  static final class MatchCandidate {
    final VisitFile file;
    final Visit visit;
    final List<Chain> chains;
    boolean providerMismatch;

    MatchCandidate(VisitFile file, List<Chain> linked) {
      this.file = file;
      this.visit = Objects.requireNonNull(file.getVisit()).getStanding();
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
   * Adds the chains of each group that finds a visit to that visit.
   *
   * @param visits the visits of the date, with their linked chains; modified
   * @return the groups that are left
   */
  static List<Group> place(List<Group> groups, List<MatchCandidate> visits) {
    if (groups.isEmpty() || visits.isEmpty()) {
      return groups;
    }
    List<MatchCandidate> candidates = candidates(visits);
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

  private static List<MatchCandidate> candidates(List<MatchCandidate> visits) {
    List<MatchCandidate> finalized = new ArrayList<>(visits);
    finalized.removeIf(candidate -> candidate.visit.getStatus() != VisitStatus.FINALIZED);
    List<MatchCandidate> candidates = finalized.isEmpty() ? new ArrayList<>(visits) : finalized;
    candidates.sort(
        Comparator.comparing((MatchCandidate candidate) -> Suppression.of(candidate.visit) != null)
            .thenComparing(candidate -> candidate.visit.getVisitId(), CodePoints.ORDER));
    return candidates;
  }

  private static boolean placeWithProvider(Group group, List<MatchCandidate> candidates) {
    MatchCandidate first = null;
    for (MatchCandidate candidate : candidates) {
      if (candidate.fits(group)) {
        if (candidate.isFree()) {
          candidate.chains.addAll(group.chains());
          return true;
        }
        first = first == null ? candidate : first;
      }
    }
    if (first != null) {
      first.chains.addAll(group.chains());
    }
    return first != null;
  }

  private static boolean placeAnywhere(
      Group group, List<MatchCandidate> candidates, boolean firstRound) {
    MatchCandidate found = null;
    for (MatchCandidate candidate : candidates) {
      if (candidate.isFree()) {
        found = candidate;
        break;
      }
    }
    if (found == null && firstRound) {
      for (MatchCandidate candidate : candidates) {
        if (candidate.isUnbilled()) {
          found = candidate;
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
