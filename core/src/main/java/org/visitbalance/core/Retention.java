package org.visitbalance.core;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.visitbalance.fact.Charge;
import org.visitbalance.fact.Decision;
import org.visitbalance.fact.Rejection;
import org.visitbalance.fact.RejectionStatus;
import org.visitbalance.fact.Transmission;
import org.visitbalance.state.BillingVisit;
import org.visitbalance.state.DateSheet;
import org.visitbalance.state.LinkedChain;
import org.visitbalance.state.RejectionRegister;
import org.visitbalance.state.Retained;
import org.visitbalance.state.VisitFile;

/**
 * What leaves a patient's state, and when (rules.md#retention). Facts decide: each fact finds what
 * has not left at its known time, however many clock ticks there were. Dates of service that share
 * a visit or a chain leave together, since a visit without its charges, or charges without their
 * visit, would be evaluated differently. Nothing is retracted.
 */
public final class Retention {
  /** How long after its dates are old something still belongs to what its patient has. */
  private static final Duration GRACE = Duration.ofDays(2);

  /** How long a tick leaves in storage what has left. */
  private static final Duration FREED_AFTER = Duration.ofDays(1);

  /** Before every business date: what is bound to what has to be looked at. */
  private static final LocalDate UNKNOWN = LocalDate.of(1900, 1, 1);

  private final PatientStore store;
  private final Supplier<TenantSettings> settings;
  private final Duration kept;

  /** What was looked through last: a patient may have many rejections, and each fact asks. */
  private @Nullable Earliest looked;

  /** The earliest business date that anything leaves by, and what it was found in. */
  private record Earliest(
      List<RejectionRegister> rejections,
      List<Decision> decisions,
      @Nullable Retained retained,
      @Nullable LocalDate date) {
    /**
     * Returns whether it is still that of these: whatever changes is put anew, and to compare what
     * is in them would cost as much as to look through them.
     */
    @SuppressWarnings("ReferenceEquality")
    boolean isOf(
        List<RejectionRegister> rejections, List<Decision> decisions, @Nullable Retained retained) {
      return this.rejections == rejections
          && this.decisions == decisions
          && this.retained == retained;
    }
  }

  /**
   * Dates of service that leave together.
   *
   * @param at the moment from which no fact finds them; they are evaluated as of then, for the last
   *     time
   */
  public record Leaving(Set<LocalDate> dates, Instant at) {}

  /**
   * Applies to the entries of one patient.
   *
   * @param settings those in force
   * @param kept how long business dates are kept
   */
  public Retention(PatientStore store, Supplier<TenantSettings> settings, Duration kept) {
    this.store = store;
    this.settings = settings;
    this.kept = kept;
  }

  /** Returns the oldest business date that is not old at a moment. */
  public static LocalDate oldest(Instant at, Duration kept) {
    return Instants.utcDate(Instants.minus(at, kept));
  }

  /** Returns the moment as of which a tick frees storage: what had left by then. */
  public static Instant freedBy(Instant tick) {
    return Instants.minus(tick, FREED_AFTER);
  }

  /** Returns the oldest business date of what has not left at a moment. */
  public static LocalDate oldestStaying(Instant at, Duration kept) {
    return oldest(Instants.minus(at, GRACE), kept);
  }

  /** Returns whether a fact comes too late to be one. */
  public boolean isTooOld(SpecificRecord fact, PatientLedger ledger, Instant knownAt) {
    LocalDate oldest = oldest(knownAt, kept);
    if (!Facts.businessDate(fact).isBefore(oldest)) {
      return false;
    }
    LocalDate latest = latest(ledger.standing(fact));
    return latest == null || latest.isBefore(oldest);
  }

  /**
   * Adds a fact to the patient's ledger.
   *
   * @return whether its entity is new
   */
  public boolean add(SpecificRecord fact, PatientLedger ledger) {
    LocalDate before = latest(ledger.standing(fact));
    boolean isNew = ledger.add(fact);
    SpecificRecord standing = isNew ? fact : Objects.requireNonNull(ledger.standing(fact));
    LocalDate latest = later(before, Facts.businessDate(fact));
    Retained retained = retained();
    Map<String, LocalDate> exceptions = retained.getLatest();
    if (latest.isAfter(Facts.businessDate(standing))) {
      exceptions = new HashMap<>(exceptions);
      exceptions.put(entity(standing), latest);
    } else if (!exceptions.isEmpty() && exceptions.containsKey(entity(standing))) {
      exceptions = new HashMap<>(exceptions);
      exceptions.remove(entity(standing));
    }
    LocalDate earliest = earliest(retained.getEarliest(), standing, latest, ledger);
    if (exceptions != retained.getLatest() || !Objects.equals(earliest, retained.getEarliest())) {
      put(new Retained(earliest, exceptions));
    }
    return isNew;
  }

  /** Returns a lower bound of the business dates that something has to leave by. */
  private static @Nullable LocalDate earliest(
      @Nullable LocalDate before, SpecificRecord standing, LocalDate latest, PatientLedger ledger) {
    if (ledger.isLoosened()) {
      return UNKNOWN;
    } else if (standing instanceof Rejection rejection
        && rejection.getStatus() == RejectionStatus.OPEN) {
      return before;
    }
    return earlier(before, latest);
  }

  /** Is told that charges were placed again, so that other dates may be bound to each other. */
  public void placedAgain(PatientLedger ledger) {
    if (ledger.isLoosened() && retained().getEarliest() != null) {
      put(new Retained(UNKNOWN, retained().getLatest()));
    }
  }

  /** Returns whether anything may have left at a moment; seldom true, and quickly told. */
  public boolean mayHaveLeft(Instant at) {
    LocalDate earliest = earliest();
    return earliest != null && earliest.isBefore(oldestStaying(at, kept));
  }

  private @Nullable LocalDate earliest() {
    List<RejectionRegister> rejections = store.rejections();
    List<Decision> decisions = store.decisions();
    Retained retained = store.retained();
    Earliest before = looked;
    if (before != null && before.isOf(rejections, decisions, retained)) {
      return before.date;
    }
    LocalDate earliest = retained == null ? null : retained.getEarliest();
    for (RejectionRegister register : rejections) {
      if (!Attachment.isOpen(register)) {
        earliest = earlier(earliest, Objects.requireNonNull(latest(register.getStanding())));
      }
    }
    for (Decision decision : decisions) {
      earliest = earlier(earliest, Objects.requireNonNull(latest(decision)));
    }
    looked = new Earliest(rejections, decisions, retained, earliest);
    return earliest;
  }

  /** Returns the dates that have left at a moment, those that leave together as one, in order. */
  public List<Leaving> left(Instant at) {
    LocalDate oldest = oldestStaying(at, kept);
    List<Leaving> left = new ArrayList<>();
    for (Bound bound : bound()) {
      if (bound.latest.isBefore(oldest)) {
        left.add(new Leaving(bound.dates, leftAt(bound.latest)));
      }
    }
    left.sort(
        Comparator.comparing(Leaving::at).thenComparing(one -> new TreeSet<>(one.dates).first()));
    return left;
  }

  /** Returns when each date has left that has left at a moment. */
  public Map<LocalDate, Instant> leftAt(Instant at) {
    LocalDate earliest = retained().getEarliest();
    if (earliest == null || !earliest.isBefore(oldestStaying(at, kept))) {
      return Map.of();
    }
    Map<LocalDate, Instant> moments = new HashMap<>();
    for (Leaving leaving : left(at)) {
      leaving.dates.forEach(date -> moments.put(date, leaving.at));
    }
    return moments;
  }

  /** The first moment at which something with this latest business date has left. */
  private Instant leftAt(LocalDate latest) {
    return Instants.plus(
        Instants.plus(latest.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant(), GRACE), kept);
  }

  /**
   * Removes what has left at a moment.
   *
   * @param leaving {@link #left} at that moment, after their last evaluation
   */
  public void forget(List<Leaving> leaving, Instant at) {
    LocalDate oldest = oldestStaying(at, kept);
    Map<String, LocalDate> exceptions = new HashMap<>(retained().getLatest());
    for (Leaving one : leaving) {
      forgetDecisionsOn(one.dates);
      for (LocalDate date : one.dates) {
        DateSheet sheet = store.sheet(date);
        if (sheet != null) {
          sheet.getVisitIds().forEach(visitId -> forgetFile(visitId, exceptions));
          sheet.getCharges().forEach(charge -> forgetCharge(charge, exceptions));
          store.putSheet(date, null);
        }
        store.putVerdict(date, null);
      }
    }
    LocalDate earliest = forgetUndatedFiles(oldest, exceptions);
    earliest = earlier(earliest, forgetRejections(oldest, exceptions));
    earliest = earlier(earliest, forgetDecisions(oldest));
    for (Bound bound : bound()) {
      earliest = earlier(earliest, bound.latest);
    }
    put(new Retained(earliest, exceptions));
  }

  /** Dates bound to each other, and the latest business date on them. */
  private static final class Bound {
    final Set<LocalDate> dates = new HashSet<>();
    LocalDate latest = LocalDate.MIN;

    void add(LocalDate date, @Nullable LocalDate businessDate) {
      dates.add(date);
      if (businessDate != null && businessDate.isAfter(latest)) {
        latest = businessDate;
      }
    }
  }

  /** Returns the patient's dates of service, those that leave together as one. */
  private Collection<Bound> bound() {
    Map<LocalDate, Bound> byDate = new TreeMap<>();
    Set<String> seen = new HashSet<>();
    for (LocalDate date : store.dates()) {
      DateSheet sheet = store.sheet(date);
      if (sheet != null) {
        Bound own = new Bound();
        own.dates.add(date);
        for (Charge charge : sheet.getCharges()) {
          own.add(charge.getDateOfService(), latest(charge));
        }
        merge(own, byDate);
        for (String visitId : sheet.getVisitIds()) {
          if (seen.add(visitId)) {
            VisitFile file = Objects.requireNonNull(store.file(visitId));
            Bound shared = new Bound();
            shared.dates.addAll(PatientIndex.dates(file));
            shared.latest = later(latest(file), shared.latest);
            merge(shared, byDate);
          }
        }
      }
    }
    Links links = Links.of(store);
    for (String chainId : links.chains()) {
      Bound linked = new Bound();
      linked.dates.addAll(PatientIndex.dates(chainId, store));
      if (!linked.dates.isEmpty()) {
        linked.dates.addAll(PatientIndex.visitDates(links.visitOf(chainId)));
        merge(linked, byDate);
      }
    }
    return new HashSet<>(byDate.values());
  }

  private static void merge(Bound bound, Map<LocalDate, Bound> byDate) {
    for (LocalDate date : List.copyOf(bound.dates)) {
      Bound other = byDate.get(date);
      if (other != null && other != bound) {
        bound.dates.addAll(other.dates);
        bound.latest = later(other.latest, bound.latest);
      }
    }
    bound.dates.forEach(date -> byDate.put(date, bound));
  }

  private @Nullable LocalDate latest(VisitFile file) {
    LocalDate latest = null;
    if (file.getVisit() != null) {
      latest = latest(file.getVisit().getStanding());
    }
    if (file.getNote() != null) {
      latest = later(latest, Objects.requireNonNull(latest(file.getNote())));
    }
    for (Transmission transmission : file.getTransmissions()) {
      latest = later(latest, Objects.requireNonNull(latest(transmission)));
    }
    for (Charge charge : file.getCharges()) {
      latest = later(latest, Objects.requireNonNull(latest(charge)));
    }
    return latest;
  }

  /** Returns the latest business date of all facts about the entity of a fact in force. */
  private @Nullable LocalDate latest(@Nullable SpecificRecord standing) {
    if (standing == null) {
      return null;
    }
    Map<String, LocalDate> exceptions = retained().getLatest();
    LocalDate own = Facts.businessDate(standing);
    return exceptions.isEmpty() ? own : later(exceptions.get(entity(standing)), own);
  }

  private boolean isBefore(SpecificRecord standing, LocalDate oldest) {
    return Objects.requireNonNull(latest(standing)).isBefore(oldest);
  }

  private static String entity(SpecificRecord fact) {
    FactKind kind = FactKind.of(fact);
    return kind.label() + "|" + kind.entityName(fact);
  }

  private void forgetFile(String visitId, Map<String, LocalDate> exceptions) {
    VisitFile file = store.file(visitId);
    if (file == null) {
      return;
    }
    file.getCharges().forEach(charge -> forgetCharge(charge, exceptions));
    file.getTransmissions().forEach(transmission -> exceptions.remove(entity(transmission)));
    if (file.getNote() != null) {
      exceptions.remove(entity(file.getNote()));
    }
    if (file.getVisit() != null) {
      exceptions.remove(entity(file.getVisit().getStanding()));
      store.putSent(visitId, PatientIndex.awaitedSince(file), null);
    }
    store.putFile(visitId, null);
  }

  private void forgetCharge(Charge charge, Map<String, LocalDate> exceptions) {
    exceptions.remove(entity(charge));
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

  /** Removes transmissions of no visit; returns the earliest business date of the others. */
  private @Nullable LocalDate forgetUndatedFiles(
      LocalDate oldest, Map<String, LocalDate> exceptions) {
    LocalDate earliest = null;
    for (String visitId : store.visitIds()) {
      VisitFile file = Objects.requireNonNull(store.file(visitId));
      if (PatientIndex.dates(file).isEmpty()) {
        LocalDate latest = Objects.requireNonNull(latest(file));
        if (latest.isBefore(oldest)) {
          forgetFile(visitId, exceptions);
        } else {
          earliest = earlier(earliest, latest);
        }
      }
    }
    return earliest;
  }

  /**
   * Removes rejections that are cleared, old and attached to no visit that stays; returns the
   * earliest business date of cleared ones that are not old. Those that are attached leave with
   * their visits.
   */
  private @Nullable LocalDate forgetRejections(
      LocalDate oldest, Map<String, LocalDate> exceptions) {
    List<RejectionRegister> rejections = store.rejections();
    Set<RejectionRegister> attached = null;
    List<RejectionRegister> staying = new ArrayList<>();
    LocalDate earliest = null;
    for (RejectionRegister register : rejections) {
      if (Attachment.isOpen(register)) {
        staying.add(register);
      } else if (!isBefore(register.getStanding(), oldest)) {
        staying.add(register);
        earliest = earlier(earliest, Objects.requireNonNull(latest(register.getStanding())));
      } else {
        attached = attached == null ? attached() : attached;
        if (attached.contains(register)) {
          staying.add(register);
        } else {
          exceptions.remove(entity(register.getStanding()));
        }
      }
    }
    if (staying.size() < rejections.size()) {
      store.putRejections(staying);
    }
    return earliest;
  }

  private Set<RejectionRegister> attached() {
    Set<RejectionRegister> attached = new HashSet<>();
    for (String visitId : store.visitIds()) {
      VisitFile file = Objects.requireNonNull(store.file(visitId));
      if (file.getVisit() != null) {
        attached.addAll(
            Attachment.of(
                    file.getVisit(),
                    Objects.requireNonNull(PatientIndex.awaitedSince(file)),
                    store.rejections(),
                    settings.get())
                .rejections());
      }
    }
    return attached;
  }

  /** Removes the decisions about visits that leave. */
  private void forgetDecisionsOn(Set<LocalDate> leaving) {
    forgetDecisions(
        decision -> {
          List<LocalDate> dates = VisitDecisions.dates(decision, store);
          return !dates.isEmpty() && leaving.containsAll(dates);
        });
  }

  /** Removes old decisions about no known visit; returns the earliest date of the others. */
  private @Nullable LocalDate forgetDecisions(LocalDate oldest) {
    forgetDecisions(
        decision ->
            Facts.businessDate(decision).isBefore(oldest)
                && VisitDecisions.dates(decision, store).isEmpty());
    LocalDate earliest = null;
    for (Decision decision : store.decisions()) {
      if (VisitDecisions.dates(decision, store).isEmpty()) {
        earliest = earlier(earliest, Facts.businessDate(decision));
      }
    }
    return earliest;
  }

  private void forgetDecisions(Predicate<Decision> which) {
    List<Decision> staying = new ArrayList<>(store.decisions());
    if (staying.removeIf(which)) {
      store.putDecisions(staying);
    }
  }

  private Retained retained() {
    Retained retained = store.retained();
    return retained == null ? new Retained(null, Map.of()) : retained;
  }

  private void put(Retained retained) {
    Retained old = store.retained();
    boolean isEmpty = retained.getEarliest() == null && retained.getLatest().isEmpty();
    Retained changed = isEmpty ? null : retained;
    if (!Objects.equals(old, changed)) {
      store.putRetained(changed);
    }
  }

  private static LocalDate later(@Nullable LocalDate one, LocalDate other) {
    return one == null || other.isAfter(one) ? other : one;
  }

  private static @Nullable LocalDate earlier(@Nullable LocalDate one, @Nullable LocalDate other) {
    return one == null || (other != null && other.isBefore(one)) ? other : one;
  }
}
