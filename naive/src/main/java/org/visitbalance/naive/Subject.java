package org.visitbalance.naive;

import static java.util.Comparator.comparing;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.visitbalance.fact.Transmission;
import org.visitbalance.fact.TransmissionStatus;
import org.visitbalance.fact.Visit;
import org.visitbalance.fact.VisitStatus;
import org.visitbalance.naive.Documentation.Suppression;
import org.visitbalance.naive.PatientFacts.RejectionHistory;
import org.visitbalance.naive.PatientFacts.VisitHistory;

/**
 * A visit, or a billing-only visit (then history is null), with the words of section 1 about it.
 */
final class Subject {
  final String patientKey;
  final String name;
  final String unknownVisitId;
  final VisitHistory history;
  final Visit visit;
  final List<Chain> chains;
  final List<Chain> liveVisitMaking;
  final Optional<Chain> earliest;
  final boolean providerMismatch;
  final Optional<Transmission> financial;
  final List<RejectionHistory> attached;
  final Suppression suppression;
  final boolean counted;
  final boolean billable;
  final String location;
  final TenantSettings settings;
  final PatientFacts patient;

  static Subject ofVisit(
      String patientKey,
      VisitHistory history,
      List<Chain> chains,
      boolean providerMismatch,
      PatientFacts patient,
      TenantSettings settings) {
    String name = history.standing().getVisitId();
    return new Subject(
        patientKey, name, null, history, chains, providerMismatch, patient, settings);
  }

  static Subject billingOnly(
      String patientKey, Matching.Group group, PatientFacts patient, TenantSettings settings) {
    List<Chain> chains = group.whole();
    String ofBilling = smallest(chains.stream().map(chain -> chain.line().getBillingVisitId()));
    String ofCharge = smallest(chains.stream().map(Chain::smallestChargeId));
    String groupedBy =
        group.unknownVisitId() != null
            ? group.unknownVisitId()
            : ofBilling != null ? ofBilling : ofCharge;
    LocalDate date =
        chains.stream().map(Chain::dateOfService).min(comparing(one -> one)).orElseThrow();
    String name = "billing:" + groupedBy + "@" + date;
    return new Subject(
        patientKey, name, group.unknownVisitId(), null, group.chains(), false, patient, settings);
  }

  private static String smallest(Stream<String> texts) {
    return texts.filter(text -> text != null).min(Bytes.ORDER).orElse(null);
  }

  private Subject(
      String patientKey,
      String name,
      String unknownVisitId,
      VisitHistory history,
      List<Chain> chains,
      boolean providerMismatch,
      PatientFacts patient,
      TenantSettings settings) {
    this.patientKey = patientKey;
    this.name = name;
    this.unknownVisitId = unknownVisitId;
    this.history = history;
    this.visit = history == null ? null : history.standing();
    this.chains = chains;
    this.providerMismatch = providerMismatch;
    this.patient = patient;
    this.settings = settings;
    this.liveVisitMaking = chains.stream().filter(Chain::isLiveVisitMaking).toList();
    this.earliest = liveVisitMaking.stream().min(Chain.EARLIEST);
    this.suppression = visit == null ? Suppression.NONE : Documentation.suppression(visit);
    this.location =
        visit == null
            ? earliest.orElseThrow().location()
            : settings.location(visit.getClinicId(), visit.getPosCode(), visit.getDateOfService());
    this.financial =
        visit == null ? Optional.empty() : Optional.ofNullable(patient.financial().get(name));
    this.attached =
        visit == null ? List.of() : Attachment.of(history, financial, patient, settings);
    this.counted = isFinalized() && isInEmrTotal();
    this.billable = isFinalized() && !isSuppressed() && unitsToBill() != 0;
  }

  boolean isBillingOnly() {
    return visit == null;
  }

  boolean isFinalized() {
    return visit != null && visit.getStatus() == VisitStatus.FINALIZED;
  }

  boolean isRetracted() {
    return visit != null && visit.getStatus() == VisitStatus.RETRACTED;
  }

  boolean isSuppressed() {
    return suppression != Suppression.NONE;
  }

  private boolean isInEmrTotal() {
    boolean noCharge = suppression == Suppression.NC001 || suppression == Suppression.DO_NOT_BILL;
    boolean empty = visit.getLines().isEmpty() && !Documentation.mustHaveLines(visit);
    return (settings.emrCountsNoCharge() || !noCharge) && (settings.emrCountsEmpty() || !empty);
  }

  private long unitsToBill() {
    PayerLimits limits = limits();
    return documented().entrySet().stream()
        .filter(line -> !settings.pseudoCodes().contains(line.getKey()))
        .filter(line -> !settings.nonVisitCodes().contains(line.getKey()))
        .filter(line -> !limits.leavesNothingOf(line.getKey()))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  boolean isBilled() {
    return !liveVisitMaking.isEmpty();
  }

  boolean isBilledTwice() {
    Map<String, Long> documented = documented();
    boolean tooMuch =
        billed().entrySet().stream()
            .filter(code -> !settings.nonVisitCodes().contains(code.getKey()))
            .anyMatch(code -> code.getValue() > documented.getOrDefault(code.getKey(), 0L));
    return tooMuch && distinctBillingVisitIds(liveVisitMaking.stream()) > 1;
  }

  boolean hasOpenRejection() {
    return attached.stream().anyMatch(RejectionHistory::isOpen);
  }

  boolean isHeld() {
    return billable && !isBilled() && hasOpenRejection();
  }

  /** The number of billing visits among those of its non-void visit-making chains (section 5). */
  long billingVisits(Predicate<Chain> among) {
    List<Chain> found = liveVisitMaking.stream().filter(among).toList();
    long ids = distinctBillingVisitIds(found.stream());
    return ids == 0 && !found.isEmpty() ? 1 : ids;
  }

  private static long distinctBillingVisitIds(Stream<Chain> chains) {
    return chains
        .map(chain -> chain.line().getBillingVisitId())
        .filter(id -> id != null)
        .distinct()
        .count();
  }

  Map<String, Long> documented() {
    return visit == null ? Map.of() : Documentation.unitsByCode(visit);
  }

  Map<String, Long> billed() {
    return chains.stream()
        .filter(Chain::isLive)
        .collect(Collectors.groupingBy(Chain::code, Collectors.summingLong(Chain::units)));
  }

  long documentedUnits() {
    return documented().values().stream().mapToLong(units -> units).sum();
  }

  long billedUnits() {
    return billed().values().stream().mapToLong(units -> units).sum();
  }

  String payerId() {
    return visit != null && visit.getPayerId() != null
        ? visit.getPayerId()
        : earliest.map(chain -> chain.line().getPayerId()).orElse(null);
  }

  PayerLimits limits() {
    return settings.limits(payerId(), visit.getDateOfService());
  }

  boolean isAddendumNotRebilled() {
    return visit.getRevision() > 0 && Boolean.FALSE.equals(visit.getRebilled());
  }

  LocalDate dateOfService() {
    return visit != null
        ? visit.getDateOfService()
        : chains.stream().map(Chain::dateOfService).min(comparing(date -> date)).orElseThrow();
  }

  String providerId() {
    return visit != null ? visit.getTherapistId() : earliest.orElseThrow().provider();
  }

  /** Of all its chains, void ones too; only asked where there is a chain. */
  Instant earliestCreatedAt() {
    return chains.stream().map(Chain::firstCreatedAt).min(comparing(at -> at)).orElseThrow();
  }

  TransmissionStatus transmissionStatus() {
    return financial.map(Transmission::getStatus).orElse(null);
  }

  boolean transmissionFailed() {
    return transmissionStatus() == TransmissionStatus.VALIDATION_FAILED
        || transmissionStatus() == TransmissionStatus.TRANSMISSION_FAILED;
  }

  boolean transmissionPending() {
    return transmissionStatus() == TransmissionStatus.INITIATED
        || transmissionStatus() == TransmissionStatus.VALIDATION_PENDING
        || transmissionStatus() == TransmissionStatus.TRANSMISSION_PENDING
        || transmissionStatus() == TransmissionStatus.RESUBMITTED;
  }
}
