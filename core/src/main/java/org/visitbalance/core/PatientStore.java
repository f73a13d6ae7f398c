package org.visitbalance.core;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.visitbalance.fact.Decision;
import org.visitbalance.state.BillingVisit;
import org.visitbalance.state.ChainPlace;
import org.visitbalance.state.DateSheet;
import org.visitbalance.state.DateVerdict;
import org.visitbalance.state.RejectionRegister;
import org.visitbalance.state.Retained;
import org.visitbalance.state.VisitFile;

/**
 * Stores the entries of one patient. Each entry is small, so that a fact costs the same whether the
 * patient has 3 visits or 300. Putting null removes an entry.
 */
public interface PatientStore {
  @Nullable VisitFile file(String visitId);

  void putFile(String visitId, @Nullable VisitFile file);

  @Nullable DateSheet sheet(LocalDate date);

  void putSheet(LocalDate date, @Nullable DateSheet sheet);

  @Nullable ChainPlace place(String chainId);

  void putPlace(String chainId, @Nullable ChainPlace place);

  /** Returns the chain of a charge whose chain has another id than the charge, or null. */
  @Nullable String chainOf(String chargeId);

  void putChainOf(String chargeId, @Nullable String chainId);

  @Nullable BillingVisit billingVisit(String billingVisitId);

  void putBillingVisit(String billingVisitId, @Nullable BillingVisit visit);

  /** Returns the patient's rejections in the order of {@link Attachment#WALK}. */
  List<RejectionRegister> rejections();

  void putRejections(List<RejectionRegister> rejections);

  /** Returns the decisions in force about the patient's visits, in the order of their entities. */
  List<Decision> decisions();

  void putDecisions(List<Decision> decisions);

  /** Returns what decides when entries leave, or null. */
  @Nullable Retained retained();

  void putRetained(@Nullable Retained retained);

  /** Returns what was last reported for a date of service, or null. */
  @Nullable DateVerdict verdict(LocalDate date);

  void putVerdict(LocalDate date, @Nullable DateVerdict verdict);

  /** Moves a visit in the index by the moment from which its charge is awaited. */
  void putSent(String visitId, @Nullable Instant before, @Nullable Instant after);

  /** Returns the ids of the visits whose charge is awaited since the given moment or later. */
  List<String> sentSince(Instant moment);

  /** Returns the ids of all files; for whatever concerns a patient as a whole. */
  Set<String> visitIds();

  /** Returns the dates of all sheets. */
  Set<LocalDate> dates();

  /** Returns the ids of all billing visits. */
  Set<String> billingVisitIds();
}
