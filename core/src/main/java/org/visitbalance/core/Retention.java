package org.visitbalance.core;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.visitbalance.fact.Charge;
import org.visitbalance.fact.Decision;
import org.visitbalance.fact.Transmission;
import org.visitbalance.state.BillingVisit;
import org.visitbalance.state.DateSheet;
import org.visitbalance.state.LinkedChain;
import org.visitbalance.state.RejectionRegister;
import org.visitbalance.state.VisitFile;

/**
 * Removes old data from a patient's state (rules.md#retention). A date of service leaves as a
 * whole, once everything that is matched on it is old: a visit without its charges, or charges
 * without their visit, would be evaluated differently. Nothing is retracted.
 */
public final class Retention {
  private final PatientStore store;
  private final LocalDate oldest;

  /**
   * Applies to the entries of one patient.
   *
   * @param oldest the oldest business date that is kept
   */
  public Retention(PatientStore store, LocalDate oldest) {
    this.store = store;
    this.oldest = oldest;
  }

  /** Removes what is older; returns the dates of service that have left. */
  public Set<LocalDate> forget() {
    Set<LocalDate> leaving = leaving();
    for (LocalDate date : leaving) {
      DateSheet sheet = Objects.requireNonNull(store.sheet(date));
      sheet.getVisitIds().forEach(this::forgetFile);
      sheet.getCharges().forEach(this::forgetCharge);
      store.putSheet(date, null);
      store.putVerdict(date, null);
    }
    for (String visitId : store.visitIds()) {
      VisitFile file = Objects.requireNonNull(store.file(visitId));
      if (PatientIndex.dates(file).isEmpty() && isOld(file)) {
        forgetFile(visitId);
      }
    }
    if (store.dates().stream().noneMatch(date -> date.isBefore(oldest))) {
      forgetRejections();
    }
    forgetDecisions();
    return leaving;
  }

  /**
   * Returns the dates that are old, except those that share a visit with a date that is not: half
   * of such a visit would be evaluated differently.
   */
  private Set<LocalDate> leaving() {
    Set<LocalDate> leaving = new HashSet<>();
    for (LocalDate date : store.dates()) {
      DateSheet sheet = store.sheet(date);
      if (sheet != null && isOld(sheet)) {
        leaving.add(date);
      }
    }
    while (leaving.removeIf(date -> !leaving.containsAll(bound(date)))) {
      // The remaining dates may be bound to one that was just removed.
    }
    return leaving;
  }

  /** Returns the dates of everything on a date. */
  private Set<LocalDate> bound(LocalDate date) {
    Set<LocalDate> bound = new HashSet<>();
    for (String visitId : Objects.requireNonNull(store.sheet(date)).getVisitIds()) {
      bound.addAll(PatientIndex.dates(Objects.requireNonNull(store.file(visitId))));
    }
    return bound;
  }

  private boolean isOld(DateSheet sheet) {
    boolean old = sheet.getDate().isBefore(oldest) && areOld(sheet.getCharges());
    for (String visitId : sheet.getVisitIds()) {
      VisitFile file = store.file(visitId);
      old &= file == null || isOld(file);
    }
    return old;
  }

  private boolean isOld(VisitFile file) {
    boolean old = areOld(file.getCharges());
    for (Transmission transmission : file.getTransmissions()) {
      old &= Facts.businessDate(transmission).isBefore(oldest);
    }
    if (file.getNote() != null) {
      old &= Facts.businessDate(file.getNote()).isBefore(oldest);
    }
    return old
        && (file.getVisit() == null
            || Facts.businessDate(file.getVisit().getStanding()).isBefore(oldest));
  }

  private boolean areOld(List<Charge> charges) {
    return charges.stream().allMatch(charge -> Facts.businessDate(charge).isBefore(oldest));
  }

  private void forgetFile(String visitId) {
    VisitFile file = store.file(visitId);
    if (file == null) {
      return;
    }
    file.getCharges().forEach(this::forgetCharge);
    if (file.getVisit() != null) {
      store.putSent(visitId, PatientIndex.awaitedSince(file), null);
    }
    store.putFile(visitId, null);
  }

  private void forgetCharge(Charge charge) {
    String chainId = Chain.idOf(charge);
    store.putPlace(chainId, null);
    store.putChainOf(charge.getChargeId(), null);
    String billingVisitId = charge.getBillingVisitId();
    BillingVisit visit = billingVisitId == null ? null : store.billingVisit(billingVisitId);
    if (billingVisitId != null && visit != null) {
      List<LinkedChain> others = new ArrayList<>(visit.getChains());
      others.removeIf(chain -> chain.getChainId().equals(chainId));
      store.putBillingVisit(billingVisitId, others.isEmpty() ? null : new BillingVisit(others));
    }
  }

  /**
   * Removes rejections. An open rejection still holds visits, however old it is; a cleared one may
   * be the reason why an old visit is late, as long as that visit is kept.
   */
  private void forgetRejections() {
    List<RejectionRegister> kept = new ArrayList<>(store.rejections());
    boolean changed =
        kept.removeIf(
            register ->
                !Attachment.isOpen(register)
                    && LocalDate.ofInstant(register.getStanding().getAt(), ZoneOffset.UTC)
                        .isBefore(oldest)
                    && Facts.businessDate(register.getStanding()).isBefore(oldest));
    if (changed) {
      store.putRejections(kept);
    }
  }

  /** Removes decisions; a decision stays as long as its visit does. */
  private void forgetDecisions() {
    List<Decision> kept = new ArrayList<>(store.decisions());
    boolean changed =
        kept.removeIf(
            decision ->
                Facts.businessDate(decision).isBefore(oldest)
                    && VisitDecisions.dates(decision.getVisit(), store).isEmpty());
    if (changed) {
      store.putDecisions(kept);
    }
  }
}
