package org.visitbalance.naive;

import static java.util.Comparator.comparing;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.visitbalance.fact.Visit;
import org.visitbalance.naive.Documentation.Suppression;
import org.visitbalance.naive.PatientFacts.VisitHistory;

/** Section 3, rules 3 to 5, and links: which chains of one patient belong to which visit. */
final class Matching {
  /**
   * Chains that go together; unknownVisitId is the EMR visit they name, where they name one.
   *
   * @param whole those that would go together if nobody had linked any of them
   */
  record Group(String unknownVisitId, List<Chain> whole, List<Chain> chains) {
    Group(String unknownVisitId) {
      this(unknownVisitId, new ArrayList<>(), new ArrayList<>());
    }

    void add(Chain chain, boolean isLinkedAway) {
      whole.add(chain);
      if (!isLinkedAway) {
        chains.add(chain);
      }
    }

    boolean hasLiveVisitMaking() {
      return chains.stream().anyMatch(Chain::isLiveVisitMaking);
    }

    boolean isWhollyVoidWithVisitMaking() {
      return chains.stream().allMatch(Chain::isVoid)
          && chains.stream().anyMatch(Chain::isVisitMaking);
    }

    int round() {
      return hasLiveVisitMaking() ? 1 : isWhollyVoidWithVisitMaking() ? 2 : 3;
    }

    boolean fits(Visit visit) {
      return chains.stream()
          .anyMatch(
              chain ->
                  chain.names(visit.getTherapistId())
                      || chain.names(visit.getDocumentingTherapistId()));
    }
  }

  private static final Comparator<Group> BY_CREATION =
      comparing(
              (Group group) ->
                  group.chains().stream().map(Chain::firstCreatedAt).min(comparing(at -> at)).get())
          .thenComparing(
              group -> group.chains().stream().map(Chain::smallestChargeId).min(Bytes.ORDER).get(),
              Bytes.ORDER);

  private static final Comparator<Visit> BY_NEED =
      comparing((Visit visit) -> Documentation.suppression(visit) != Suppression.NONE)
          .thenComparing(Visit::getVisitId, Bytes.ORDER);

  private final Map<String, VisitHistory> visits;

  final Map<String, List<Chain>> chainsOfVisit = new TreeMap<>();
  final Set<String> providerMismatches = new HashSet<>();
  final List<Group> leftOver = new ArrayList<>();

  Matching(
      Map<String, VisitHistory> visits, List<Chain> chains, Map<String, String> linkedByPeople) {
    this.visits = visits;
    visits.keySet().forEach(id -> chainsOfVisit.put(id, new ArrayList<>()));
    Map<String, String> visitOfBillingVisit = links(chains);

    Map<String, Group> unknown = new TreeMap<>();
    Map<LocalDate, Map<String, Group>> byDate = new TreeMap<>();
    for (Chain chain : chains) {
      String visitId =
          Optional.ofNullable(chain.line().getEmrVisitId())
              .orElse(visitOfBillingVisit.get(given(chain.line().getBillingVisitId())));
      String linkedTo = linkedByPeople.get(chain.id());
      boolean isLinked = linkedTo != null && visits.containsKey(linkedTo);
      if (isLinked) {
        chainsOfVisit.get(linkedTo).add(chain.linked());
      }
      if (visitId == null) {
        byDate
            .computeIfAbsent(chain.dateOfService(), date -> new TreeMap<>())
            .computeIfAbsent(groupKey(chain), key -> new Group(null))
            .add(chain, isLinked);
      } else if (!visits.containsKey(visitId)) {
        unknown.computeIfAbsent(visitId, Group::new).add(chain, isLinked);
      } else if (!isLinked) {
        chainsOfVisit.get(visitId).add(chain);
      }
    }
    leftOver.addAll(unknown.values());
    byDate.forEach(
        (date, groups) ->
            match(
                candidates(date),
                groups.values().stream().filter(group -> !group.chains().isEmpty()).toList()));
  }

  /** Rule 3: the EMR visit, the smallest of several, that stands beside each billing visit id. */
  private static Map<String, String> links(List<Chain> chains) {
    Map<String, String> links = new TreeMap<>();
    for (Chain chain : chains) {
      String billingVisitId = chain.line().getBillingVisitId();
      String visitId = chain.line().getEmrVisitId();
      if (billingVisitId != null && visitId != null) {
        links.merge(billingVisitId, visitId, (a, b) -> Bytes.ORDER.compare(a, b) <= 0 ? a : b);
      }
    }
    return links;
  }

  private static String given(String idOrNull) {
    return idOrNull == null ? "" : idOrNull;
  }

  private static String groupKey(Chain chain) {
    String billingVisitId = chain.line().getBillingVisitId();
    return billingVisitId != null ? "visit " + billingVisitId : "provider " + chain.provider();
  }

  private List<Visit> candidates(LocalDate date) {
    List<VisitHistory> ofDate =
        visits.values().stream()
            .filter(visit -> visit.standing().getDateOfService().equals(date))
            .toList();
    boolean anyFinalized = ofDate.stream().anyMatch(VisitHistory::isFinalized);
    return ofDate.stream()
        .filter(visit -> visit.isFinalized() == anyFinalized)
        .map(VisitHistory::standing)
        .sorted(BY_NEED)
        .toList();
  }

  /** Rule 4. */
  private void match(List<Visit> candidates, List<Group> groups) {
    for (int round = 1; round <= 3; round++) {
      int thisRound = round;
      List<Group> inOrder =
          groups.stream().filter(g -> g.round() == thisRound).sorted(BY_CREATION).toList();
      List<Group> left = new ArrayList<>();
      for (Group group : inOrder) {
        List<Visit> fitting = candidates.stream().filter(group::fits).toList();
        Optional<Visit> chosen =
            first(fitting, this::hasNoChain).or(() -> fitting.stream().findFirst());
        if (chosen.isPresent()) {
          give(group, chosen.get());
        } else {
          left.add(group);
        }
      }
      for (Group group : left) {
        Optional<Visit> chosen = first(candidates, this::hasNoChain);
        if (chosen.isEmpty() && round == 1) {
          chosen = first(candidates, this::hasNoLiveVisitMakingChain);
        }
        if (chosen.isEmpty()) {
          leftOver.add(group);
          continue;
        }
        give(group, chosen.get());
        if (round == 1) {
          providerMismatches.add(chosen.get().getVisitId());
        }
      }
    }
  }

  private void give(Group group, Visit visit) {
    chainsOfVisit.get(visit.getVisitId()).addAll(group.chains());
  }

  private static Optional<Visit> first(List<Visit> visits, Predicate<Visit> condition) {
    return visits.stream().filter(condition).findFirst();
  }

  private boolean hasNoChain(Visit visit) {
    return chainsOfVisit.get(visit.getVisitId()).isEmpty();
  }

  private boolean hasNoLiveVisitMakingChain(Visit visit) {
    return chainsOfVisit.get(visit.getVisitId()).stream().noneMatch(Chain::isLiveVisitMaking);
  }
}
