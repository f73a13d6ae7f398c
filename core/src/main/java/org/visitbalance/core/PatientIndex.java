package org.visitbalance.core;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.visitbalance.fact.Charge;
import org.visitbalance.fact.Transmission;
import org.visitbalance.state.BillingVisit;
import org.visitbalance.state.ChainPlace;
import org.visitbalance.state.DateSheet;
import org.visitbalance.state.LinkedChain;
import org.visitbalance.state.VisitFile;
import org.visitbalance.state.VisitRegister;

/**
 * Keeps a patient's entries in order (rules.md#linked-charges): a chain that names a visit,
 * directly or through its billing visit, is in the file of that visit id, whether the visit is
 * known or not; any other chain is on the sheet of its date of service, whatever people have linked
 * ({@link Links}). Also records which dates of service were touched.
 */
final class PatientIndex {
  private final PatientStore store;
  private final TenantSettings settings;
  private Set<LocalDate> touched = Set.of();
  private boolean loosened;

  PatientIndex(PatientStore store, TenantSettings settings) {
    this.store = store;
    this.settings = settings;
  }

  Set<LocalDate> takeTouched() {
    Set<LocalDate> taken = touched;
    touched = Set.of();
    return taken;
  }

  /**
   * Returns whether anything has moved, so that dates that were bound to each other may not be any
   * more.
   */
  boolean isLoosened() {
    return loosened;
  }

  /** Most facts touch one date, so a set is only created for a second one. */
  void touch(LocalDate date) {
    if (touched.isEmpty()) {
      touched = Set.of(date);
    } else if (!touched.contains(date)) {
      if (touched.size() == 1) {
        touched = new HashSet<>(touched);
      }
      touched.add(date);
    }
  }

  VisitFile file(String visitId) {
    VisitFile file = store.file(visitId);
    return file != null ? file : new VisitFile(visitId, null, null, List.of(), List.of());
  }

  private DateSheet sheet(LocalDate date) {
    DateSheet sheet = store.sheet(date);
    return sheet != null ? sheet : new DateSheet(date, List.of(), List.of());
  }

  /** Stores a file and lists it on the sheets of its dates; all of these dates are touched. */
  void put(VisitFile file) {
    VisitFile old = file(file.getVisitId());
    Instant awaitedBefore = awaitedSince(old);
    Instant awaitedAfter = awaitedSince(file);
    if (!Objects.equals(awaitedBefore, awaitedAfter)) {
      store.putSent(file.getVisitId(), awaitedBefore, awaitedAfter);
    }
    List<LocalDate> before = dates(old);
    List<LocalDate> after = dates(file);
    boolean isEmpty =
        after.isEmpty() && file.getTransmissions().isEmpty() && file.getCharges().isEmpty();
    store.putFile(file.getVisitId(), isEmpty ? null : file);
    for (LocalDate date : before) {
      if (!after.contains(date)) {
        loosened = true;
        relist(date, file.getVisitId(), false);
      }
    }
    for (LocalDate date : after) {
      touch(date);
      if (!before.contains(date)) {
        relist(date, file.getVisitId(), true);
      }
    }
  }

  static @Nullable Instant awaitedSince(VisitFile file) {
    VisitRegister visit = file.getVisit();
    if (visit == null) {
      return null;
    }
    Transmission financial = PatientLedger.financial(file);
    return Attachment.awaitedSince(visit, financial == null ? null : financial.getAt());
  }

  /** Returns the dates of service of everything in a file. */
  static List<LocalDate> dates(VisitFile file) {
    List<LocalDate> dates = new ArrayList<>(2);
    if (file.getVisit() != null) {
      dates.add(file.getVisit().getStanding().getDateOfService());
    }
    if (file.getNote() != null && !dates.contains(file.getNote().getDateOfService())) {
      dates.add(file.getNote().getDateOfService());
    }
    for (int i = 0; i < file.getCharges().size(); i++) {
      LocalDate date = file.getCharges().get(i).getDateOfService();
      if (!dates.contains(date)) {
        dates.add(date);
      }
    }
    return dates;
  }

  /** Returns the dates on which a chain's charges are evaluated if no person has linked it. */
  static List<LocalDate> dates(String chainId, PatientStore store) {
    ChainPlace place = store.place(chainId);
    if (place == null) {
      return List.of();
    }
    return place.getVisitId() == null
        ? List.of(Objects.requireNonNull(place.getDate()))
        : dates(Objects.requireNonNull(store.file(place.getVisitId())));
  }

  /** Returns the date on which a visit is evaluated; none if it is not known. */
  static List<LocalDate> visitDates(@Nullable VisitFile file) {
    return file == null || file.getVisit() == null
        ? List.of()
        : List.of(file.getVisit().getStanding().getDateOfService());
  }

  /** Touches the dates on which a chain is evaluated, as it is linked now and if it were not. */
  void touchLinked(String chainId) {
    dates(chainId, store).forEach(this::touch);
    visitDates(Links.of(store).visitOf(chainId)).forEach(this::touch);
  }

  /** Is told that a link has changed: what it bound to each other may not be bound any more. */
  void loosen() {
    loosened = true;
  }

  private void relist(LocalDate date, String visitId, boolean listed) {
    DateSheet sheet = sheet(date);
    List<String> ids = new ArrayList<>(sheet.getVisitIds());
    int position = Collections.binarySearch(ids, visitId, CodePoints.ORDER);
    if (listed && position < 0) {
      ids.add(-position - 1, visitId);
    } else if (!listed && position >= 0) {
      ids.remove(position);
    }
    put(new DateSheet(date, ids, sheet.getCharges()));
  }

  private void put(DateSheet sheet) {
    touch(sheet.getDate());
    boolean isEmpty = sheet.getVisitIds().isEmpty() && sheet.getCharges().isEmpty();
    store.putSheet(sheet.getDate(), isEmpty ? null : sheet);
  }

  @Nullable Charge standing(Charge fact) {
    String chainId =
        Objects.requireNonNullElse(store.chainOf(fact.getChargeId()), fact.getChargeId());
    List<Charge> members = members(chainId);
    int position = position(members, fact.getChargeId());
    return position < 0 ? null : members.get(position);
  }

  /** Takes a fact about a charge; returns whether the charge is new. */
  boolean add(Charge fact) {
    String chainId = Chain.idOf(fact);
    String oldChainId =
        Objects.requireNonNullElse(store.chainOf(fact.getChargeId()), fact.getChargeId());
    List<Charge> oldMembers = members(oldChainId);
    int known = position(oldMembers, fact.getChargeId());
    if (known >= 0 && !Registers.replaces(oldMembers.get(known), fact)) {
      return false;
    }
    loosened |=
        known >= 0
            && (!oldChainId.equals(chainId)
                || !oldMembers.get(known).getDateOfService().equals(fact.getDateOfService()));
    if (known >= 0 && !oldChainId.equals(chainId)) {
      oldMembers.remove(known);
      setChain(oldChainId, oldMembers);
    }
    List<Charge> members = oldChainId.equals(chainId) ? oldMembers : members(chainId);
    if (known >= 0 && oldChainId.equals(chainId)) {
      members.set(known, fact);
    } else {
      members.add(fact);
    }
    setChain(chainId, members);
    if (!chainId.equals(oldChainId)) {
      store.putChainOf(fact.getChargeId(), chainId.equals(fact.getChargeId()) ? null : chainId);
    }
    return known < 0;
  }

  private static int position(List<Charge> charges, String chargeId) {
    for (int i = 0; i < charges.size(); i++) {
      if (charges.get(i).getChargeId().equals(chargeId)) {
        return i;
      }
    }
    return -1;
  }

  private List<Charge> members(String chainId) {
    return members(chainId, store);
  }

  /** Returns a copy of a chain's members. */
  static List<Charge> members(String chainId, PatientStore store) {
    ChainPlace place = store.place(chainId);
    if (place == null) {
      return new ArrayList<>(1);
    }
    List<Charge> charges;
    if (place.getVisitId() != null) {
      VisitFile file = store.file(place.getVisitId());
      charges = file == null ? List.of() : file.getCharges();
    } else {
      DateSheet sheet = store.sheet(Objects.requireNonNull(place.getDate()));
      charges = sheet == null ? List.of() : sheet.getCharges();
    }
    return Chain.members(chainId, charges);
  }

  private void setChain(String chainId, List<Charge> members) {
    ChainPlace old = store.place(chainId);
    String oldBilling = old == null ? null : old.getBillingVisitId();
    Charge line = members.isEmpty() ? null : Chain.line(members);
    String billing = line == null ? null : line.getBillingVisitId();
    String oldTarget = target(oldBilling);
    String billingTarget = target(billing);
    if (oldBilling != null && !oldBilling.equals(billing)) {
      link(oldBilling, chainId, null);
    }
    if (billing != null && line != null) {
      link(billing, chainId, new LinkedChain(chainId, line.getEmrVisitId(), line.getCpt()));
    }
    place(chainId, old, line, members);
    visitDates(Links.of(store).visitOf(chainId)).forEach(this::touch);
    if (oldBilling != null && !Objects.equals(oldTarget, target(oldBilling))) {
      moveFollowers(oldBilling, chainId);
    }
    if (billing != null
        && !billing.equals(oldBilling)
        && !Objects.equals(billingTarget, target(billing))) {
      moveFollowers(billing, chainId);
    }
  }

  /** Moves a chain's charges to where they now belong. */
  private void place(
      String chainId, @Nullable ChainPlace old, @Nullable Charge line, List<Charge> members) {
    ChainPlace place = null;
    if (line != null) {
      String visitId = line.getEmrVisitId();
      if (visitId == null) {
        visitId = target(line.getBillingVisitId());
      }
      place =
          new ChainPlace(
              visitId, visitId == null ? line.getDateOfService() : null, line.getBillingVisitId());
    }
    boolean isThere = isSamePlace(old, place);
    if (old != null && !isThere) {
      loosened = true;
      replace(old, chainId, List.of());
    }
    if (place != null) {
      // Whoever looks for a new chain among 20,000 charges does so for each of them.
      replace(place, isThere ? chainId : null, members);
    }
    if (!isThere || !Objects.equals(billing(old), billing(place))) {
      store.putPlace(chainId, place);
    }
  }

  private static @Nullable String billing(@Nullable ChainPlace place) {
    return place == null ? null : place.getBillingVisitId();
  }

  private static boolean isSamePlace(@Nullable ChainPlace one, @Nullable ChainPlace other) {
    return one != null
        && other != null
        && Objects.equals(one.getVisitId(), other.getVisitId())
        && Objects.equals(one.getDate(), other.getDate());
  }

  /** Replaces a chain's charges in a place; null for a chain that is not there yet. */
  private void replace(ChainPlace place, @Nullable String chainId, List<Charge> members) {
    if (place.getVisitId() != null) {
      VisitFile file = file(place.getVisitId());
      put(
          new VisitFile(
              file.getVisitId(),
              file.getVisit(),
              file.getNote(),
              file.getTransmissions(),
              without(chainId, file.getCharges(), members)));
    } else {
      DateSheet sheet = sheet(Objects.requireNonNull(place.getDate()));
      put(
          new DateSheet(
              sheet.getDate(), sheet.getVisitIds(), without(chainId, sheet.getCharges(), members)));
    }
  }

  private static List<Charge> without(
      @Nullable String chainId, List<Charge> charges, List<Charge> members) {
    List<Charge> replaced = new ArrayList<>(charges.size() + members.size());
    if (chainId == null) {
      replaced.addAll(charges);
    } else {
      for (int i = 0; i < charges.size(); i++) {
        if (!Chain.idOf(charges.get(i)).equals(chainId)) {
          replaced.add(charges.get(i));
        }
      }
    }
    replaced.addAll(members);
    return replaced;
  }

  private void link(String billingVisitId, String chainId, @Nullable LinkedChain link) {
    BillingVisit visit = store.billingVisit(billingVisitId);
    List<LinkedChain> chains = new ArrayList<>(4);
    if (visit != null) {
      for (LinkedChain chain : visit.getChains()) {
        if (!chain.getChainId().equals(chainId)) {
          chains.add(chain);
        }
      }
    }
    if (link != null) {
      chains.add(link);
    }
    store.putBillingVisit(billingVisitId, chains.isEmpty() ? null : new BillingVisit(chains));
  }

  /**
   * Returns the visit that chains of a billing visit without a visit id belong to: the smallest one
   * named.
   */
  private @Nullable String target(@Nullable String billingVisitId) {
    BillingVisit visit = billingVisitId == null ? null : store.billingVisit(billingVisitId);
    String smallest = null;
    if (visit != null) {
      for (LinkedChain chain : visit.getChains()) {
        String visitId = chain.getEmrVisitId();
        if (visitId != null
            && !settings.isPseudo(chain.getCpt())
            && (smallest == null || CodePoints.compare(visitId, smallest) < 0)) {
          smallest = visitId;
        }
      }
    }
    return smallest;
  }

  /**
   * Puts every chain where it belongs under these settings; it may have been placed under others.
   */
  void placeAgain() {
    for (String billingVisitId : store.billingVisitIds()) {
      moveFollowers(billingVisitId, null);
    }
    for (LocalDate date : store.dates()) {
      touch(date);
    }
  }

  /** Moves the other chains of a billing visit whose target has changed. */
  private void moveFollowers(String billingVisitId, @Nullable String movedChainId) {
    BillingVisit visit = store.billingVisit(billingVisitId);
    if (visit == null) {
      return;
    }
    for (LinkedChain chain : visit.getChains()) {
      if (chain.getEmrVisitId() == null && !chain.getChainId().equals(movedChainId)) {
        List<Charge> members = members(chain.getChainId());
        place(chain.getChainId(), store.place(chain.getChainId()), Chain.line(members), members);
      }
    }
  }
}
