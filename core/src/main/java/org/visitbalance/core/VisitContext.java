package org.visitbalance.core;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.visitbalance.fact.NoteType;
import org.visitbalance.fact.Transmission;
import org.visitbalance.fact.Visit;
import org.visitbalance.fact.VisitLine;
import org.visitbalance.fact.VisitStatus;
import org.visitbalance.output.Reason;
import org.visitbalance.state.RejectionRegister;
import org.visitbalance.state.VisitRegister;

/**
 * Everything known about one visit, or about chains without one, at the moment of evaluation: the
 * terms of rules.md#terms, computed once.
 */
final class VisitContext {
  final String name;
  final String token;
  final TenantSettings settings;
  final DueTimes dueTimes;

  /** The visit fact in force; null for chains without a visit. */
  final @Nullable Visit visit;

  final boolean finalized;

  /** All chains that belong to it, including void ones and those of non-visit codes. */
  final List<Chain> chains;

  /** The non-void visit-making chains, earliest first. */
  final List<Chain> billing;

  final @Nullable Reason suppressed;
  final boolean counted;
  final boolean billable;
  final boolean billed;
  final boolean billedTwice;
  final boolean held;
  final boolean providerMismatch;
  final @Nullable String payerId;
  final PayerRules.Rule rule;
  final Attachment attachment;

  /** The FINANCIAL transmission in force, or null. */
  final @Nullable Transmission transmission;

  /** First finalized and last sent; for chains without a visit, their first createdAt. */
  final Instant first;

  final Instant lastSent;
  final String location;

  /** The units of the visit's lines. */
  final long documentedUnits;

  /** The part of them that is of non-visit codes. */
  final long documentedNonVisitUnits;

  /** Creates the context of a visit with its chains. */
  VisitContext(
      String token,
      TenantSettings settings,
      DueTimes dueTimes,
      Matching.MatchCandidate candidate,
      List<RejectionRegister> rejections) {
    VisitRegister register = Objects.requireNonNull(candidate.file.getVisit());
    Visit standing = register.getStanding();
    this.name = standing.getVisitId();
    this.token = token;
    this.settings = settings;
    this.dueTimes = dueTimes;
    this.visit = standing;
    this.documentedUnits = documented(standing);
    this.documentedNonVisitUnits = documentedNonVisit(standing, settings);
    this.finalized = standing.getStatus() == VisitStatus.FINALIZED;
    this.chains = candidate.chains;
    this.billing = billing(candidate.chains);
    this.first = register.getFirstFinalized();
    this.lastSent = register.getLastSent();
    this.location =
        settings.location(
            standing.getClinicId(), standing.getPosCode(), standing.getDateOfService());
    this.suppressed = Suppression.of(standing);
    this.billed = !billing.isEmpty();
    this.payerId = payer(standing, billing);
    this.rule = settings.payerRules.on(payerId, standing.getDateOfService());
    this.counted = finalized && isCounted(standing, suppressed, settings);
    this.billable = finalized && suppressed == null && hasUnitsToBill(standing, rule, settings);
    this.billedTwice = billing.size() > 1 && isBilledTwice();
    this.transmission = PatientLedger.financial(candidate.file);
    this.attachment =
        Attachment.of(
            register,
            Attachment.awaitedSince(register, transmission == null ? null : transmission.getAt()),
            rejections,
            settings);
    this.held = billable && !billed && attachment.anyOpen();
    this.providerMismatch = candidate.providerMismatch;
  }

  /**
   * Creates the dossier of chains without a visit: a billing-only visit, or chains that are no
   * visit but have units.
   */
  VisitContext(
      String name, String token, TenantSettings settings, DueTimes dueTimes, List<Chain> chains) {
    this.name = name;
    this.token = token;
    this.settings = settings;
    this.dueTimes = dueTimes;
    this.visit = null;
    this.documentedUnits = 0;
    this.documentedNonVisitUnits = 0;
    this.finalized = false;
    this.chains = chains;
    this.billing = billing(chains);
    this.first =
        chains.stream().map(chain -> chain.firstCreatedAt).min(Instant::compareTo).orElseThrow();
    this.lastSent = first;
    this.location = billing.isEmpty() ? chains.get(0).location() : billing.get(0).location();
    this.suppressed = null;
    this.counted = false;
    this.billable = false;
    this.billed = !billing.isEmpty();
    this.billedTwice = false;
    this.payerId = null;
    this.rule = settings.payerRules.on(null, chains.get(0).dateOfService());
    this.transmission = null;
    this.attachment = new Attachment(List.of());
    this.held = false;
    this.providerMismatch = false;
  }

  private static List<Chain> billing(List<Chain> chains) {
    List<Chain> billing = new ArrayList<>(chains.size());
    for (int i = 0; i < chains.size(); i++) {
      if (chains.get(i).bills()) {
        billing.add(chains.get(i));
      }
    }
    billing.sort(Chain.BY_CREATED_DATE);
    return billing;
  }

  private static @Nullable String payer(Visit visit, List<Chain> billing) {
    return visit.getPayerId() != null || billing.isEmpty()
        ? visit.getPayerId()
        : billing.get(0).line.getPayerId();
  }

  private static boolean isCounted(
      Visit visit, @Nullable Reason suppressed, TenantSettings settings) {
    boolean flagged =
        suppressed == Reason.SUPPRESSED_NC001 || suppressed == Reason.SUPPRESSED_DO_NOT_BILL;
    boolean empty = visit.getLines().isEmpty() && !needsCodes(visit);
    return !(flagged && !settings.emrCountsNoCharge) && !(empty && !settings.emrCountsEmpty);
  }

  /** Returns whether a note of this type without lines is one that somebody forgot to code. */
  static boolean needsCodes(Visit visit) {
    return visit.getNoteType() == NoteType.DAILY_NOTE
        || visit.getNoteType() == NoteType.INITIAL_EVALUATION;
  }

  private static boolean hasUnitsToBill(
      Visit visit, PayerRules.Rule rule, TenantSettings settings) {
    List<VisitLine> lines = visit.getLines();
    for (int i = 0; i < lines.size(); i++) {
      if (units(lines.get(i)) > 0 && isToBill(lines.get(i).getCpt(), rule, settings)) {
        return true;
      }
    }
    return false;
  }

  /** Returns whether units of a code are billed to a payer at all. */
  static boolean isToBill(String code, PayerRules.Rule rule, TenantSettings settings) {
    return !settings.isPseudo(code) && !settings.isNonVisit(code) && rule.allowed(code, 1) > 0;
  }

  /** Returns the documented units of a line; NORCM, in any spelling, has none. */
  static long units(VisitLine line) {
    return Suppression.isNorcm(line.getCpt()) ? 0 : line.getUnits();
  }

  private boolean isBilledTwice() {
    return billingVisits(billing) > 1 && !unitsBilledBeyondDocumented().isEmpty();
  }

  /** By code that makes visits, what is billed in all beyond what is documented; all above 0. */
  Map<String, Long> unitsBilledBeyondDocumented() {
    Map<String, Long> units = new HashMap<>();
    for (Chain chain : chains) {
      String code = chain.line.getCpt();
      if (chain.live && !settings.isNonVisit(code)) {
        units.merge(code, (long) chain.line.getUnits(), Long::sum);
      }
    }
    for (VisitLine line : Objects.requireNonNull(visit).getLines()) {
      units.computeIfPresent(line.getCpt(), (code, billed) -> billed - units(line));
    }
    units.values().removeIf(excess -> excess <= 0);
    return units;
  }

  /**
   * Returns the number of billing visits among chains: the distinct ids, or 1 if none has an id.
   */
  static int billingVisits(List<Chain> billing) {
    if (billing.size() <= 1) {
      return billing.size();
    }
    Set<@Nullable String> ids = null;
    String first = billing.get(0).billingVisitId();
    for (int i = 1; i < billing.size(); i++) {
      String id = billing.get(i).billingVisitId();
      if (!Objects.equals(id, first)) {
        ids = ids == null ? new HashSet<>() : ids;
        ids.add(id);
        ids.add(first);
      }
    }
    // Nearly every visit has one billing visit, on all of its chains.
    if (ids == null) {
      return 1;
    }
    ids.remove(null);
    return ids.size();
  }

  private static long documented(Visit visit) {
    long units = 0;
    for (int i = 0; i < visit.getLines().size(); i++) {
      units += units(visit.getLines().get(i));
    }
    return units;
  }

  private static long documentedNonVisit(Visit visit, TenantSettings settings) {
    long units = 0;
    for (int i = 0; i < visit.getLines().size(); i++) {
      VisitLine line = visit.getLines().get(i);
      units += settings.isNonVisit(line.getCpt()) ? units(line) : 0;
    }
    return units;
  }

  long evaluationUnits() {
    long units = 0;
    if (visit != null) {
      for (int i = 0; i < visit.getLines().size(); i++) {
        VisitLine line = visit.getLines().get(i);
        units += settings.isEvaluation(line.getCpt()) ? units(line) : 0;
      }
    }
    return units;
  }

  long billedUnits() {
    long units = 0;
    for (int i = 0; i < chains.size(); i++) {
      units += chains.get(i).live ? chains.get(i).line.getUnits() : 0;
    }
    return units;
  }

  /** Returns the visit's date of service; without a visit, the smallest one of its chains. */
  LocalDate dateOfService() {
    return visit != null ? visit.getDateOfService() : Chain.firstDateOfService(chains);
  }

  /** Returns the therapist of the visit; for billing only, the provider of the earliest chain. */
  String providerId() {
    return visit != null ? visit.getTherapistId() : billing.get(0).provider();
  }

  /**
   * Returns whether the visit, first finalized (or created) at {@link #first}, has waited too long.
   */
  boolean isOverdue() {
    return dueTimes.passed(Instants.plus(first, settings.escalateAfter));
  }
}
