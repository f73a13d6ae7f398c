package org.visitbalance.naive;

import static java.util.Comparator.comparing;
import static java.util.stream.Collectors.groupingBy;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.visitbalance.fact.Charge;
import org.visitbalance.fact.ChargeStatus;

/**
 * Section 3, rules 1 and 2: the charges that replace each other.
 *
 * @param line the current line, or, of a void chain, the line that describes it
 * @param isLinked whether a person said whose charge it is
 */
record Chain(
    String id,
    List<Charge> members,
    Charge line,
    boolean isVoid,
    boolean isVisitMaking,
    boolean isLinked) {

  static final Comparator<Chain> EARLIEST =
      comparing(Chain::createdOn).thenComparing(Chain::id, Bytes.ORDER);

  /** The chains of a patient's charges, without those of pseudo codes. */
  static List<Chain> of(Collection<Charge> charges, TenantSettings settings) {
    Map<String, List<Charge>> byOriginal =
        charges.stream()
            .collect(
                groupingBy(
                    charge ->
                        Optional.ofNullable(charge.getOriginalChargeId())
                            .orElse(charge.getChargeId()),
                    TreeMap::new,
                    Collectors.toList()));
    List<Chain> chains = new ArrayList<>();
    byOriginal.forEach((id, members) -> chains.add(of(id, members, settings)));
    chains.removeIf(chain -> settings.pseudoCodes().contains(chain.code()));
    return chains;
  }

  private static Chain of(String id, List<Charge> members, TenantSettings settings) {
    Comparator<Charge> latest =
        comparing(Charge::getUpdatedAt).thenComparing(Charge::getChargeId, Bytes.ORDER);
    Optional<Charge> current =
        members.stream().filter(one -> one.getStatus() == ChargeStatus.ACTIVE).max(latest);
    Charge line = current.or(() -> members.stream().max(latest)).orElseThrow();
    boolean isVoid = current.isEmpty();
    boolean isVisitMaking =
        !settings.nonVisitCodes().contains(line.getCpt()) && (isVoid || line.getUnits() > 0);
    return new Chain(id, members, line, isVoid, isVisitMaking, false);
  }

  Chain linked() {
    return new Chain(id, members, line, isVoid, isVisitMaking, true);
  }

  boolean isLive() {
    return !isVoid;
  }

  boolean isLiveVisitMaking() {
    return isLive() && isVisitMaking;
  }

  String code() {
    return line.getCpt();
  }

  long units() {
    return line.getUnits();
  }

  String location() {
    return line.getLocationId();
  }

  LocalDate dateOfService() {
    return line.getDateOfService();
  }

  /** The billing provider, else the treating one. */
  String provider() {
    return Optional.ofNullable(line.getBillingProviderId()).orElse(line.getTreatingProviderId());
  }

  boolean names(String providerId) {
    return providerId != null
        && (providerId.equals(line.getBillingProviderId())
            || providerId.equals(line.getTreatingProviderId()));
  }

  LocalDate createdOn() {
    return members.stream().map(Charge::getCreatedOn).min(comparing(date -> date)).orElseThrow();
  }

  Instant firstCreatedAt() {
    return members.stream().map(Charge::getCreatedAt).min(comparing(at -> at)).orElseThrow();
  }

  Instant lastCreatedAt() {
    return members.stream().map(Charge::getCreatedAt).max(comparing(at -> at)).orElseThrow();
  }

  String smallestChargeId() {
    return members.stream().map(Charge::getChargeId).min(Bytes.ORDER).orElseThrow();
  }
}
