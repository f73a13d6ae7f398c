package org.visitbalance.fold;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.CodePoints;
import org.visitbalance.core.DateJudge;
import org.visitbalance.core.Engine;
import org.visitbalance.core.Facts;
import org.visitbalance.core.JudgingTime;
import org.visitbalance.core.MemoryStore;
import org.visitbalance.core.Outputs;
import org.visitbalance.core.PatientLedger;
import org.visitbalance.core.Registers;
import org.visitbalance.core.Retention;
import org.visitbalance.core.Scope;
import org.visitbalance.core.TenantSettings;
import org.visitbalance.core.Tokens;
import org.visitbalance.fact.Feed;
import org.visitbalance.fact.FeedSource;
import org.visitbalance.settings.Settings;

/**
 * The one-shot engine: takes facts in any order and from any thread, then evaluates everything
 * once. It keeps only the facts in force in memory, not everything that was read.
 */
public final class Fold implements Engine {
  /** Enough that threads seldom meet; patients are independent of each other. */
  private static final int SHARDS = 256;

  private static final int SHARD_SHIFT = 24;
  private static final int BYTES_A_FACT = 600;

  /**
   * In a shard, so that all of them need a quarter of the memory at most. Beyond this only the
   * facts in force are kept, not all that were read.
   */
  private static final int MOST_WAITING =
      (int) Math.min(1 << 13, Runtime.getRuntime().maxMemory() / (4L * SHARDS * BYTES_A_FACT));

  /** 2^32 divided by the golden ratio: Fibonacci hashing. */
  private static final int SPREAD = 0x9E3779B9;

  /** Looked up for each fact: what Java makes for a record takes longer. */
  private record PatientId(String tenant, String patientKey) {
    @Override
    public int hashCode() {
      return 31 * tenant.hashCode() + patientKey.hashCode();
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof PatientId id
          && patientKey.equals(id.patientKey)
          && tenant.equals(id.tenant);
    }
  }

  private record FeedId(String tenant, FeedSource source) {}

  /** A patient's entries and the ledger over them. */
  record Patient(String tenant, String patientKey, MemoryStore store, PatientLedger ledger) {}

  /**
   * Some of the patients; locked while in use. Their facts wait as they are: patients whose facts
   * are taken one after another, and evaluated at once, are still in the processor's caches, and
   * are gone before the garbage collector would have to copy them.
   */
  private static final class Shard {
    final Map<PatientId, Patient> patients = new HashMap<>();
    final List<SpecificRecord> waiting = new ArrayList<>();
    final List<Instant> knownAt = new ArrayList<>();
    long facts;
    long standing;
  }

  private final Instant asOf;
  private final String tokenKey;
  private final int threads;
  private final @Nullable Horizon horizon;
  private final Map<String, TenantSettings> settings = new ConcurrentHashMap<>();
  private final List<Shard> shards = new ArrayList<>();
  private final Map<FeedId, Feed> feeds = new ConcurrentHashMap<>();
  private final LongAdder feedFacts = new LongAdder();
  private final LongAdder notYetKnown = new LongAdder();

  /**
   * Creates an engine that evaluates as of a moment, from what was known by then.
   *
   * @param documents the settings by tenant; a tenant without a document has the defaults
   * @param tokenKey the key of the tokens
   * @param threads how many threads may evaluate at the same time; the result does not depend on it
   */
  public Fold(Map<String, Settings> documents, Instant asOf, String tokenKey, int threads) {
    this(documents, asOf, tokenKey, threads, null);
  }

  /**
   * The same where old facts leave as they do in the service. The facts about a patient have to be
   * added in the order in which they became known.
   *
   * @param horizon is told what leaves; null if nothing does
   */
  public Fold(
      Map<String, Settings> documents,
      Instant asOf,
      String tokenKey,
      int threads,
      @Nullable Horizon horizon) {
    this.asOf = asOf;
    this.horizon = horizon;
    this.tokenKey = tokenKey;
    this.threads = threads;
    documents.forEach((tenant, document) -> settings.put(tenant, new TenantSettings(document)));
    for (int i = 0; i < SHARDS; i++) {
      shards.add(new Shard());
    }
  }

  @Override
  public void add(SpecificRecord fact, Instant knownAt) {
    if (knownAt.isAfter(asOf)) {
      notYetKnown.increment();
    } else {
      addKnown(fact, knownAt);
    }
  }

  /** Adds a fact that was known by the as-of, whatever its known time. */
  public void addKnown(SpecificRecord fact, Instant knownAt) {
    if (fact instanceof Feed feed) {
      feedFacts.increment();
      feeds.merge(new FeedId(feed.getTenant(), feed.getSource()), feed, Registers::standing);
    } else {
      Shard shard = shards.get(shardOf(String.valueOf(Facts.patientKey(fact))));
      synchronized (shard) {
        shard.facts++;
        shard.waiting.add(fact);
        shard.knownAt.add(knownAt);
        if (shard.waiting.size() >= MOST_WAITING) {
          take(shard);
        }
      }
    }
  }

  private void take(Shard shard) {
    for (int i = 0; i < shard.waiting.size(); i++) {
      SpecificRecord fact = shard.waiting.get(i);
      PatientId id = new PatientId(Facts.tenant(fact), String.valueOf(Facts.patientKey(fact)));
      Patient patient = shard.patients.get(id);
      if (patient == null) {
        patient = patient(id);
        shard.patients.put(id, patient);
      }
      shard.standing += add(patient, fact, shard.knownAt.get(i)) ? 1 : 0;
    }
    shard.waiting.clear();
    shard.knownAt.clear();
  }

  private boolean add(Patient patient, SpecificRecord fact, Instant knownAt) {
    if (horizon == null) {
      return patient.ledger().add(fact);
    }
    leave(patient, horizon, knownAt);
    Retention retention = retention(patient, horizon);
    return !retention.isTooOld(fact, patient.ledger(), knownAt)
        && retention.add(fact, patient.ledger());
  }

  private Retention retention(Patient patient, Horizon beyond) {
    return new Retention(patient.store(), () -> settings(patient.tenant()), beyond.kept());
  }

  private void leave(Patient patient, Horizon beyond, Instant at) {
    Retention retention = retention(patient, beyond);
    if (!retention.mayHaveLeft(at)) {
      return;
    }
    List<Retention.Leaving> leaving = retention.left(at);
    DateJudge judge =
        new DateJudge(
            patient.tenant(),
            patient.patientKey(),
            patient.store(),
            settings(patient.tenant()),
            new Tokens(tokenKey));
    for (Retention.Leaving one : leaving) {
      for (LocalDate date : one.dates()) {
        judge
            .judge(date, present(patient.tenant()).at(one.at()))
            .getJudgements()
            .forEach(judgement -> beyond.add(patient.tenant(), judgement));
      }
    }
    retention.forget(leaving, at);
  }

  /** Uses other bits of the hash than the shard's own map does. */
  private static int shardOf(String patientKey) {
    return (patientKey.hashCode() * SPREAD) >>> SHARD_SHIFT;
  }

  private Patient patient(PatientId id) {
    MemoryStore store = new MemoryStore();
    return new Patient(
        id.tenant(), id.patientKey(), store, new PatientLedger(store, settings(id.tenant())));
  }

  private TenantSettings settings(String tenant) {
    return settings.computeIfAbsent(tenant, TenantSettings::defaults);
  }

  @Override
  public List<Feed> feeds() {
    return feeds.values().stream()
        .sorted(
            Comparator.comparing(Feed::getTenant, CodePoints.ORDER).thenComparing(Feed::getSource))
        .toList();
  }

  @Override
  public long taken() {
    return counts().valid();
  }

  @Override
  public Counts counts() {
    Counts patients = countsOfPatients();
    long known = feedFacts.sum();
    return new Counts(
        patients.valid() + known,
        patients.standing() + feeds.size(),
        patients.superseded() + known - feeds.size(),
        patients.notYetKnown());
  }

  /** Returns the same of the facts about patients alone. */
  public Counts countsOfPatients() {
    long known = 0;
    long standing = 0;
    for (Shard shard : shards) {
      synchronized (shard) {
        known += shard.facts;
        standing += shard.standing;
      }
    }
    return new Counts(known + notYetKnown.sum(), standing, known - standing, notYetKnown.sum());
  }

  @Override
  public Outputs judge() {
    Judging judging = new Judging(this::settings, tokenKey, Scope.ALL);
    judgeInto(judging);
    return judging.outputs(List.of());
  }

  /** Evaluates everything into books that others also add to; no facts may be added afterward. */
  public void judgeInto(Judging judging) {
    judging.judge(
        shards.stream().<Supplier<Collection<Patient>>>map(shard -> () -> patients(shard)).toList(),
        this::present,
        this::leftAt,
        threads);
  }

  /** Takes the waiting facts, and lets go of the patients. */
  private Collection<Patient> patients(Shard shard) {
    synchronized (shard) {
      take(shard);
      List<Patient> patients = List.copyOf(shard.patients.values());
      shard.patients.clear();
      if (horizon != null) {
        patients.forEach(one -> leave(one, horizon, Retention.freedBy(asOf)));
      }
      return patients;
    }
  }

  @Override
  public void close() {
    // Everything is in memory.
  }

  private Map<LocalDate, Instant> leftAt(Patient patient) {
    return horizon == null ? Map.of() : retention(patient, horizon).leftAt(asOf);
  }

  private JudgingTime present(String tenant) {
    return new JudgingTime(
        asOf, completeUntil(tenant, FeedSource.EMR), completeUntil(tenant, FeedSource.BILLING));
  }

  private @Nullable Instant completeUntil(String tenant, FeedSource source) {
    Feed feed = feeds.get(new FeedId(tenant, source));
    return feed == null ? null : feed.getCompleteUntil();
  }
}
