package org.visitbalance.core;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Chains of one date of service that name no visit and belong together: they have the same billing
 * visit or, without one, the same provider (rules.md#groups).
 *
 * @param whole the chains of the group if none of them were linked to a visit by a person; these
 *     give the group its name
 * @param chains those that are left
 */
record Group(List<Chain> whole, List<Chain> chains) {
  /** The order in which groups are placed within a round. */
  static final Comparator<Group> BY_CREATION =
      Comparator.comparing(Group::firstCreatedAt)
          .thenComparing(Group::smallestChargeId, CodePoints.ORDER);

  /** Returns the groups made of the chains of one date, without those that are linked away. */
  static List<Group> of(List<Chain> chains, Links links) {
    if (chains.isEmpty()) {
      return List.of();
    }
    Map<String, List<Chain>> groups = new TreeMap<>();
    for (Chain chain : chains) {
      String key =
          chain.billingVisitId() != null ? "b" + chain.billingVisitId() : "p" + chain.provider();
      groups.computeIfAbsent(key, any -> new ArrayList<>()).add(chain);
    }
    return groups.values().stream()
        .map(whole -> new Group(whole, links.unlinked(whole)))
        .filter(group -> !group.chains.isEmpty())
        .sorted(BY_CREATION)
        .toList();
  }

  /** Returns the round in which the group is placed: 1, 2 or 3. */
  int round() {
    if (bills()) {
      return 1;
    }
    return chains.stream().noneMatch(chain -> chain.live)
            && chains.stream().anyMatch(chain -> chain.visitMaking)
        ? 2
        : 3;
  }

  boolean bills() {
    return chains.stream().anyMatch(Chain::bills);
  }

  Instant firstCreatedAt() {
    return chains.stream()
        .map(chain -> chain.firstCreatedAt)
        .min(Comparator.naturalOrder())
        .orElseThrow();
  }

  /** Returns what a billing-only visit made of the group is named by. */
  String name() {
    String billingVisitId = whole.get(0).billingVisitId();
    return billingVisitId != null ? billingVisitId : smallestChargeId(whole);
  }

  String smallestChargeId() {
    return smallestChargeId(chains);
  }

  private static String smallestChargeId(List<Chain> chains) {
    return chains.stream().map(chain -> chain.smallestChargeId).min(CodePoints.ORDER).orElseThrow();
  }
}
