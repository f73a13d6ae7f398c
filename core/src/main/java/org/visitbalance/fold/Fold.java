package org.visitbalance.fold;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
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

  /** 2^32 divided by the golden ratio: Fibonacci hashing. */
  private static final int SPREAD = 0x9E3779B9;

  private record PatientId(String tenant, String patientKey) {}

  private record FeedId(String tenant, FeedSource source) {}

  /** A patient's entries and the ledger over them. */
  record Patient(String tenant, String patientKey, MemoryStore store, PatientLedger ledger) {}

  /** Some of the patients, and the counts of their facts; locked while in use. */
  private static final class Shard {
    final Map<PatientId, Patient> patients = new HashMap<>();
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
      PatientId id = new PatientId(Facts.tenant(fact), String.valueOf(Facts.patientKey(fact)));
      Shard shard = shards.get(shardOf(id));
      synchronized (shard) {
        Patient patient = shard.patients.get(id);
        if (patient == null) {
          patient = patient(id);
          shard.patients.put(id, patient);
        }
        shard.facts++;
        shard.standing += add(patient, fact, knownAt) ? 1 : 0;
      }
    }
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
    return new Retention(patient.store(), settings(patient.tenant()), beyond.kept());
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
  private static int shardOf(PatientId id) {
    return (id.hashCode() * SPREAD) >>> SHARD_SHIFT;
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
    long known = feedFacts.sum();
    long standing = feeds.size();
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
    if (horizon != null) {
      for (Shard shard : shards) {
        shard.patients.values().forEach(one -> leave(one, horizon, Retention.freedBy(asOf)));
      }
    }
    judging.judge(
        shards.stream().map(shard -> shard.patients.values()).toList(),
        this::present,
        this::leftAt,
        threads);
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
