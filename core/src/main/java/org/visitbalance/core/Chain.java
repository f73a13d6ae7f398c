package org.visitbalance.core;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.visitbalance.fact.Charge;
import org.visitbalance.fact.ChargeOrigin;
import org.visitbalance.fact.ChargeStatus;

/** Charges that replaced one another (rules.md#chains). */
final class Chain {
  /** The order that defines the "earliest chain". */
  static final Comparator<Chain> BY_CREATED_DATE =
      Comparator.comparing((Chain chain) -> chain.createdOn)
          .thenComparing(chain -> chain.id, CodePoints.ORDER);

  static final Comparator<Chain> BY_ID = Comparator.comparing(chain -> chain.id, CodePoints.ORDER);

  private static final Comparator<Charge> BY_UPDATE =
      Comparator.comparing(Charge::getUpdatedAt)
          .thenComparing(Charge::getChargeId, CodePoints.ORDER);

  /** Up to as many charges, comparing each with each is faster than a map of them. */
  private static final int FEW = 16;

  final String id;

  /** All charges of the chain. */
  final List<Charge> members;

  /** The current line; for a void chain, the line that describes it. */
  final Charge line;

  /** Whether the chain has an ACTIVE member; a chain without one is void. */
  final boolean live;

  final LocalDate createdOn;
  final Instant firstCreatedAt;
  final Instant lastCreatedAt;
  final Instant lastUpdatedAt;
  final String smallestChargeId;
  final boolean visitMaking;

  /** Whether a person said which visit it belongs to; then it raises no mismatch. */
  boolean linked;

  Chain(String id, List<Charge> members, TenantSettings settings) {
    this.id = id;
    this.members = members;
    this.line = line(members);
    this.live = line.getStatus() == ChargeStatus.ACTIVE;
    LocalDate created = line.getCreatedOn();
    Instant first = line.getCreatedAt();
    Instant last = first;
    Instant updated = line.getUpdatedAt();
    String smallest = line.getChargeId();
    for (int i = 0; i < members.size(); i++) {
      Charge member = members.get(i);
      created = member.getCreatedOn().isBefore(created) ? member.getCreatedOn() : created;
      first = Instants.earlier(first, member.getCreatedAt());
      last = Instants.later(last, member.getCreatedAt());
      updated = Instants.later(updated, member.getUpdatedAt());
      smallest =
          CodePoints.compare(member.getChargeId(), smallest) < 0 ? member.getChargeId() : smallest;
    }
    this.createdOn = created;
    this.firstCreatedAt = first;
    this.lastCreatedAt = last;
    this.lastUpdatedAt = updated;
    this.smallestChargeId = smallest;
    this.visitMaking = !settings.isNonVisit(line.getCpt()) && !(live && line.getUnits() == 0);
  }

  static String idOf(Charge charge) {
    String original = charge.getOriginalChargeId();
    return original == null ? charge.getChargeId() : original;
  }

  /**
   * Returns the ACTIVE member with the latest update; without one, the member with the latest
   * update.
   */
  static Charge line(List<Charge> members) {
    Charge best = members.get(0);
    for (int i = 1; i < members.size(); i++) {
      Charge member = members.get(i);
      boolean active = member.getStatus() == ChargeStatus.ACTIVE;
      boolean bestActive = best.getStatus() == ChargeStatus.ACTIVE;
      if (active != bestActive ? active : BY_UPDATE.compare(member, best) > 0) {
        best = member;
      }
    }
    return best;
  }

  /** Returns the chains made of some charges, sorted by id, without those of pseudo codes. */
  static List<Chain> of(List<Charge> charges, TenantSettings settings) {
    List<Chain> chains = new ArrayList<>(charges.size());
    if (charges.size() <= FEW) {
      for (int i = 0; i < charges.size(); i++) {
        String id = idOf(charges.get(i));
        if (isFirstOf(id, charges, i)) {
          add(id, members(id, charges), settings, chains);
        }
      }
    } else {
      Map<String, List<Charge>> members = new LinkedHashMap<>();
      for (Charge charge : charges) {
        members.computeIfAbsent(idOf(charge), any -> new ArrayList<>(1)).add(charge);
      }
      members.forEach((id, own) -> add(id, own, settings, chains));
    }
    if (chains.size() > 1) {
      chains.sort(BY_ID);
    }
    return chains;
  }

  private static void add(
      String id, List<Charge> members, TenantSettings settings, List<Chain> chains) {
    Chain chain = new Chain(id, members, settings);
    if (!settings.isPseudo(chain.line.getCpt())) {
      chains.add(chain);
    }
  }

  static List<Charge> members(String id, List<Charge> charges) {
    List<Charge> members = new ArrayList<>(1);
    for (int i = 0; i < charges.size(); i++) {
      if (idOf(charges.get(i)).equals(id)) {
        members.add(charges.get(i));
      }
    }
    return members;
  }

  private static boolean isFirstOf(String id, List<Charge> charges, int position) {
    for (int i = 0; i < position; i++) {
      if (idOf(charges.get(i)).equals(id)) {
        return false;
      }
    }
    return true;
  }

  /** Returns the smallest date of service of some chains; there must be at least one. */
  static LocalDate firstDateOfService(List<Chain> chains) {
    LocalDate first = chains.get(0).dateOfService();
    for (int i = 1; i < chains.size(); i++) {
      LocalDate date = chains.get(i).dateOfService();
      first = date.isBefore(first) ? date : first;
    }
    return first;
  }

  static boolean anyVisitMaking(List<Chain> chains) {
    for (int i = 0; i < chains.size(); i++) {
      if (chains.get(i).visitMaking) {
        return true;
      }
    }
    return false;
  }

  /** Returns whether the chain makes its visit billed. */
  boolean bills() {
    return live && visitMaking;
  }

  LocalDate dateOfService() {
    return line.getDateOfService();
  }

  String location() {
    return line.getLocationId();
  }

  /** Returns the billing provider, otherwise the treating provider. */
  String provider() {
    return billingElseTreating(line);
  }

  static String billingElseTreating(Charge charge) {
    String billing = charge.getBillingProviderId();
    return billing == null ? charge.getTreatingProviderId() : billing;
  }

  boolean isBy(@Nullable String therapistId) {
    return therapistId != null
        && (therapistId.equals(line.getTreatingProviderId())
            || therapistId.equals(line.getBillingProviderId()));
  }

  @Nullable String billingVisitId() {
    return line.getBillingVisitId();
  }

  boolean isManual() {
    return Objects.equals(line.getOrigin(), ChargeOrigin.MANUAL);
  }
}
