package org.visitbalance.core;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;
import org.visitbalance.fact.Charge;
import org.visitbalance.fact.Decision;
import org.visitbalance.fact.DecisionAction;
import org.visitbalance.fact.Note;
import org.visitbalance.fact.Rejection;
import org.visitbalance.fact.Transmission;
import org.visitbalance.fact.Visit;
import org.visitbalance.state.Judgement;
import org.visitbalance.state.RejectionRegister;
import org.visitbalance.state.VisitFile;

/**
 * A slow reading of rules.md#retention: it keeps every fact that is there, looks at all of them
 * before each fact, and builds the patient's entries anew whenever it needs them.
 */
public final class NaiveRetention {
  /** Takes judgements. */
  @FunctionalInterface
  public interface Sink {
    void take(String tenant, Judgement judgement, int times);
  }

  private record PatientId(String tenant, String patientKey) {}

  private final Duration kept;
  private final Instant asOf;
  private final Function<String, TenantSettings> settings;
  private final Tokens tokens;
  private final Sink sink;
  private final Map<PatientId, List<SpecificRecord>> there = new LinkedHashMap<>();
  private final Map<PatientId, Map<String, LocalDate>> everLatest = new HashMap<>();
  private final Set<String> left = new HashSet<>();
  private final Set<String> again = new HashSet<>();
  private long tooOld;

  public NaiveRetention(
      Duration kept,
      Instant asOf,
      Function<String, TenantSettings> settings,
      String tokenKey,
      Sink sink) {
    this.kept = kept;
    this.asOf = asOf;
    this.settings = settings;
    this.tokens = new Tokens(tokenKey);
    this.sink = sink;
  }

  /** Takes the next fact; facts come in the order in which they became known. */
  public void add(SpecificRecord fact, Instant knownAt) {
    if (knownAt.isAfter(asOf)) {
      return;
    }
    PatientId id = new PatientId(Facts.tenant(fact), Facts.patientKey(fact));
    leave(id, knownAt);
    LocalDate oldest = date(knownAt.minus(kept));
    Map<String, LocalDate> latest = everLatest.computeIfAbsent(id, any -> new HashMap<>());
    LocalDate known = latest.getOrDefault(entity(fact), LocalDate.MIN);
    LocalDate own = Facts.businessDate(fact);
    if (own.isBefore(oldest) && known.isBefore(oldest)) {
      tooOld++;
    } else {
      there.computeIfAbsent(id, any -> new ArrayList<>()).add(fact);
      latest.merge(entity(fact), own, (one, other) -> one.isAfter(other) ? one : other);
    }
  }

  /** Judges what is there in the end. */
  public void end() {
    for (PatientId id : List.copyOf(there.keySet())) {
      leave(id, asOf.minus(Duration.ofDays(1)));
      MemoryStore store = store(id);
      Map<LocalDate, Instant> out = new HashMap<>();
      for (Together one : together(id, store)) {
        if (!one.leftAt().isAfter(asOf)) {
          one.dates.forEach(date -> out.put(date, one.leftAt()));
        }
      }
      for (LocalDate date : store.dates()) {
        judge(id, store, date, out.getOrDefault(date, asOf), false);
      }
    }
  }

  /** How many facts came too late. */
  public long tooOld() {
    return tooOld;
  }

  /** The tokens of visits that left and were judged again later. */
  public Set<String> again() {
    return again;
  }

  private void judge(
      PatientId id, MemoryStore store, LocalDate date, Instant moment, boolean leaves) {
    DateJudge judge =
        new DateJudge(id.tenant, id.patientKey, store, settings.apply(id.tenant), tokens);
    for (Judgement judgement : judge.judge(date, new JudgingTime(moment)).getJudgements()) {
      if (left.contains(judgement.getToken())) {
        again.add(judgement.getToken());
      }
      if (leaves) {
        left.add(judgement.getToken());
      }
      sink.take(id.tenant, judgement, 1);
    }
  }

  private MemoryStore store(PatientId id) {
    MemoryStore store = new MemoryStore();
    PatientLedger ledger = new PatientLedger(store, settings.apply(id.tenant));
    there.getOrDefault(id, List.of()).forEach(ledger::add);
    return store;
  }

  /** Dates of service that leave together, and the entities on them. */
  private final class Together {
    final Set<LocalDate> dates = new HashSet<>();
    final Set<String> entities = new HashSet<>();
    final Set<String> chains = new HashSet<>();
    LocalDate latest = LocalDate.MIN;

    void add(List<SpecificRecord> facts, SpecificRecord standing) {
      entities.add(entity(standing));
      if (standing instanceof Charge charge) {
        chains.add(Chain.idOf(charge));
      }
      LocalDate own = latest(facts, entity(standing));
      latest = own.isAfter(latest) ? own : latest;
    }

    Instant leftAt() {
      return latest.plusDays(3).atStartOfDay(ZoneOffset.UTC).toInstant().plus(kept);
    }
  }

  private List<Together> together(PatientId id, MemoryStore store) {
    List<SpecificRecord> facts = there.getOrDefault(id, new ArrayList<>());
    List<Together> all = new ArrayList<>();
    for (String visitId : store.visitIds()) {
      VisitFile file = store.file(visitId);
      Together one = new Together();
      if (file.getVisit() != null) {
        one.dates.add(file.getVisit().getStanding().getDateOfService());
        one.add(facts, file.getVisit().getStanding());
      }
      if (file.getNote() != null) {
        one.dates.add(file.getNote().getDateOfService());
        one.add(facts, file.getNote());
      }
      file.getTransmissions().forEach(row -> one.add(facts, row));
      for (Charge charge : file.getCharges()) {
        one.dates.add(charge.getDateOfService());
        one.add(facts, charge);
      }
      all.add(one);
    }
    for (LocalDate date : store.dates()) {
      Together one = new Together();
      one.dates.add(date);
      for (Charge charge : store.sheet(date).getCharges()) {
        one.dates.add(charge.getDateOfService());
        one.add(facts, charge);
      }
      all.add(one);
    }
    for (Decision decision : store.decisions()) {
      VisitFile file = store.file(decision.getVisit());
      if (decision.getAction() == DecisionAction.LINKED
          && file != null
          && file.getVisit() != null) {
        Together one = new Together();
        one.dates.add(file.getVisit().getStanding().getDateOfService());
        for (Together other : List.copyOf(all)) {
          if (other.chains.contains(decision.getChain())) {
            one.dates.addAll(other.dates);
            all.add(one);
          }
        }
      }
    }
    boolean joined = true;
    while (joined) {
      joined = false;
      for (int i = 0; i < all.size(); i++) {
        for (int j = all.size() - 1; j > i; j--) {
          Together one = all.get(i);
          Together other = all.get(j);
          if (one.dates.stream().anyMatch(other.dates::contains)) {
            one.dates.addAll(other.dates);
            one.entities.addAll(other.entities);
            one.latest = one.latest.isAfter(other.latest) ? one.latest : other.latest;
            all.remove(j);
            joined = true;
          }
        }
      }
    }
    all.sort(Comparator.comparing(Together::leftAt));
    return all;
  }

  private void leave(PatientId id, Instant at) {
    List<SpecificRecord> facts = there.getOrDefault(id, new ArrayList<>());
    for (Together one : together(id, store(id))) {
      if (!one.leftAt().isAfter(at)) {
        MemoryStore store = store(id);
        for (LocalDate date : one.dates) {
          judge(id, store, date, one.leftAt(), true);
        }
        Set<String> decided = new HashSet<>();
        for (Decision decision : store.decisions()) {
          List<LocalDate> dates = VisitDecisions.dates(decision, store);
          if (!dates.isEmpty() && one.dates.containsAll(dates)) {
            decided.add(entity(decision));
          }
        }
        facts.removeIf(fact -> decided.contains(entity(fact)));
        facts.removeIf(fact -> one.entities.contains(entity(fact)));
      }
    }
    LocalDate oldest = date(at.minus(kept).minus(Duration.ofDays(2)));
    MemoryStore store = store(id);
    Set<String> decided = new HashSet<>();
    for (Decision decision : store.decisions()) {
      if (VisitDecisions.dates(decision, store).isEmpty()
          && latest(facts, entity(decision)).isBefore(oldest)) {
        decided.add(entity(decision));
      }
    }
    facts.removeIf(fact -> decided.contains(entity(fact)));
    Set<String> rejections = new HashSet<>();
    for (RejectionRegister register : store.rejections()) {
      String entity = entity(register.getStanding());
      if (!Attachment.isOpen(register)
          && latest(facts, entity).isBefore(oldest)
          && !isAttached(id, register, store)) {
        rejections.add(entity);
      }
    }
    facts.removeIf(fact -> rejections.contains(entity(fact)));
  }

  private boolean isAttached(PatientId id, RejectionRegister register, MemoryStore store) {
    for (String visitId : store.visitIds()) {
      VisitFile file = store.file(visitId);
      if (file.getVisit() != null
          && Attachment.of(
                  file.getVisit(),
                  PatientIndex.awaitedSince(file),
                  store.rejections(),
                  settings.apply(id.tenant))
              .rejections()
              .contains(register)) {
        return true;
      }
    }
    return false;
  }

  private static LocalDate latest(List<SpecificRecord> facts, String entity) {
    return facts.stream()
        .filter(fact -> entity(fact).equals(entity))
        .map(Facts::businessDate)
        .max(Comparator.naturalOrder())
        .orElseThrow();
  }

  private static String entity(SpecificRecord fact) {
    if (fact instanceof Visit visit) {
      return "V " + visit.getVisitId();
    } else if (fact instanceof Charge charge) {
      return "C " + charge.getChargeId();
    } else if (fact instanceof Note note) {
      return "N " + note.getNoteId();
    } else if (fact instanceof Rejection rejection) {
      return "R " + rejection.getRejectionId();
    } else if (fact instanceof Transmission row) {
      return "T " + row.getVisitId() + " " + row.getKind();
    } else if (fact instanceof Decision decision && decision.getChain() != null) {
      return "L " + decision.getChain();
    } else if (fact instanceof Decision decision) {
      return "D "
          + String.join(
              " ",
              decision.getVisit(),
              decision.getKind(),
              decision.getLocation(),
              decision.getDate().toString(),
              String.valueOf(VisitDecisions.isAboutAcceptance(decision)));
    }
    throw new IllegalArgumentException(fact.getClass().getName());
  }

  private static LocalDate date(Instant moment) {
    return LocalDate.ofInstant(moment, ZoneOffset.UTC);
  }
}
