package org.visitbalance.core;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.visitbalance.fact.Decision;
import org.visitbalance.fact.DecisionAction;
import org.visitbalance.state.VisitFile;

/**
 * Which of a patient's chains are charges of which visit because a person said so (rules.md#links).
 * A linked chain's charges are kept where they would be without the link: a link is applied only
 * when a date is evaluated, so that undoing it needs no memory.
 */
final class Links {
  private final PatientStore store;

  /** The standing decisions about links, those that were undone too, in the order of chains. */
  private final List<Decision> standing;

  private Links(PatientStore store, List<Decision> standing) {
    this.store = store;
    this.standing = standing;
  }

  /** Returns a patient's links; they are the last of its decisions. */
  static Links of(PatientStore store) {
    List<Decision> decisions = store.decisions();
    int first = decisions.size();
    while (first > 0 && VisitDecisions.isLink(decisions.get(first - 1))) {
      first--;
    }
    return new Links(store, decisions.subList(first, decisions.size()));
  }

  boolean isEmpty() {
    return standing.isEmpty();
  }

  /** Returns the chain that a decision about a link is about. */
  static String chain(Decision decision) {
    return Objects.requireNonNull(decision.getChain());
  }

  /** Returns the visit that a chain is linked to; null if there is none, or no visit of that id. */
  @Nullable VisitFile visitOf(String chainId) {
    int low = 0;
    int high = standing.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = CodePoints.compare(chain(standing.get(middle)), chainId);
      if (order == 0) {
        return visit(standing.get(middle));
      } else if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return null;
  }

  private @Nullable VisitFile visit(Decision decision) {
    if (decision.getAction() != DecisionAction.LINKED) {
      return null;
    }
    VisitFile file = store.file(decision.getVisit());
    return file == null || file.getVisit() == null ? null : file;
  }

  /** Returns the chains that are linked to a visit, whether or not it or they are known. */
  List<String> chainsOf(String visitId) {
    List<String> chains = List.of();
    for (Decision decision : standing) {
      if (decision.getAction() == DecisionAction.LINKED && decision.getVisit().equals(visitId)) {
        chains = chains.isEmpty() ? new ArrayList<>(2) : chains;
        chains.add(chain(decision));
      }
    }
    return chains;
  }

  /** Returns all chains that are linked to a known visit. */
  List<String> chains() {
    List<String> chains = new ArrayList<>(standing.size());
    for (Decision decision : standing) {
      if (visit(decision) != null) {
        chains.add(chain(decision));
      }
    }
    return chains;
  }

  /** Returns those of some chains that are not linked to a known visit: the same list if all. */
  List<Chain> unlinked(List<Chain> chains) {
    if (standing.isEmpty()) {
      return chains;
    }
    List<Chain> others = new ArrayList<>(chains);
    return others.removeIf(chain -> visitOf(chain.id) != null) ? others : chains;
  }

  /**
   * Returns a known visit's chains, sorted by id, before groups are placed.
   *
   * @param own the chains that belong to it by what they carry
   */
  List<Chain> applied(String visitId, List<Chain> own, TenantSettings settings) {
    if (standing.isEmpty()) {
      return own;
    }
    List<Chain> applied = new ArrayList<>(unlinked(own));
    for (String chainId : chainsOf(visitId)) {
      for (Chain chain : Chain.of(PatientIndex.members(chainId, store), settings)) {
        chain.linked = true;
        applied.add(chain);
      }
    }
    Collections.sort(applied, Chain.BY_ID);
    return applied;
  }
}
