package org.visitbalance.topology;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.DateJudge;
import org.visitbalance.core.Facts;
import org.visitbalance.core.PatientLedger;
import org.visitbalance.core.Retention;
import org.visitbalance.core.Revision;
import org.visitbalance.core.Tokens;
import org.visitbalance.fact.Feed;
import org.visitbalance.fact.FeedSource;
import org.visitbalance.output.DeadLetter;
import org.visitbalance.platform.serde.Codec;
import org.visitbalance.settings.Settings;
import org.visitbalance.state.DateSheet;
import org.visitbalance.state.DateVerdict;
import org.visitbalance.state.PartitionState;

/**
 * The logic of the ledger of one partition (rules.md#time). Facts are stored when they arrive; what
 * they touch is evaluated at once if the clock has reached the present, otherwise when it does. A
 * tick evaluates everything that was waiting for its moment: because of the clock, a feed, a change
 * of settings, or age; as much of it as fits between two commits, and the rest at the next tick.
 */
final class PartitionLedger {
  private static final String PARTITION = "partition";

  /**
   * The number of patients whose entries are held in memory, and the number of entries per patient
   * worth holding.
   */
  private static final int OPEN_PATIENTS = 2_000;

  private static final int OPEN_ENTRIES = 300;

  /**
   * The number of visits and charges of a date of service, and rejections of its patient, above
   * which it waits for a tick.
   */
  private static final int LARGE_DATE = 500;

  /** The number of patients between two checks of the remaining budget. */
  private static final int STEP = 100;

  private final TopologyOptions options;
  private final OutputDiff.Sink sink;
  private final int partition;
  private final SplitEntries patients;
  private final KeyValueStore<String, byte[]> ledger;
  private final Timers timers;
  private final PatientList walk;
  private final GlobalTable<Settings> settings;
  private final GlobalTable<Feed> feeds;
  private final SettingsInForce tenants;
  private final Tokens tokens;
  private final StoredPatient.Codecs codecs = new StoredPatient.Codecs();
  private final Codec<PartitionState> codec = new Codec<>(PartitionState.class);
  private final Map<String, Patient> open = new LinkedHashMap<>(16, 0.75f, true);

  /** The open patients with changes that are not written yet. */
  private final Set<StoredPatient> changed = new LinkedHashSet<>();

  private final Postings postings = new Postings();

  private PartitionState state;

  /**
   * Whether the clock has reached the present since the start, and everything touched before then
   * has been evaluated. Until then a fact waits, so that what it touches is evaluated together with
   * the patient's other changes.
   */
  private boolean isPresent;

  /** How many more dates may be evaluated before the next record. */
  private int budget;

  /** The opened entries of a patient. */
  private record Patient(
      String key, SettingsInForce.Tenant tenant, String patientKey, StoredPatient store) {
    PatientLedger ledger() {
      return new PatientLedger(store, tenant.settings);
    }
  }

  PartitionLedger(TopologyOptions options, ProcessorContext<?, ?> context, OutputDiff.Sink sink) {
    this.options = options;
    this.sink = sink;
    this.partition = context.taskId().partition();
    this.patients = new SplitEntries(context.getStateStore(PatientLedgerProcessor.PATIENTS_STORE));
    this.ledger = context.getStateStore(PatientLedgerProcessor.LEDGER_STORE);
    this.timers = new Timers(context.getStateStore(PatientLedgerProcessor.TIMERS_STORE));
    this.walk = new PatientList(context.getStateStore(PatientLedgerProcessor.WALK_STORE));
    this.settings = GlobalTable.settings(context);
    this.feeds = GlobalTable.feeds(context);
    this.tenants = new SettingsInForce(ledger, settings, feeds);
    this.tokens = new Tokens(options.tokenKey());
    PartitionState stored = codec.decodeIfThere(ledger.get(PARTITION));
    this.state = stored != null ? stored : new PartitionState(null, null, null, new HashMap<>());
  }

  /**
   * Takes a valid fact.
   *
   * @return whether its entity is new
   * @throws FactDecoder.NoFact if it is too old
   */
  boolean add(SpecificRecord fact) throws FactDecoder.NoFact {
    String tenant = Facts.tenant(fact);
    Patient patient = open(Keys.ofFact(fact));
    PatientLedger own = patient.ledger();
    LocalDate oldest = oldest();
    if (oldest != null && Facts.businessDate(fact).isBefore(oldest) && !own.knows(fact)) {
      throw new FactDecoder.NoFact(
          tenant,
          null,
          FactDecoder.TOO_OLD
              + ": its business date is before "
              + oldest
              + ", the oldest date that is kept, and nothing is known about its entity");
    }
    boolean isNew = own.add(fact);
    Set<LocalDate> touched = own.takeTouched();
    if (isPresent && touched.stream().noneMatch(date -> isLarge(patient.store(), date))) {
      judge(patient, touched);
    } else {
      for (LocalDate date : touched) {
        timers.set(null, patient.key(), date, Timers.AT_ONCE);
      }
    }
    return isNew;
  }

  /**
   * Returns whether a date of service has so much on it that evaluating it once per tick, and not
   * once per fact, keeps its patient from slowing down everybody else.
   */
  private static boolean isLarge(StoredPatient patient, LocalDate date) {
    DateSheet sheet = patient.sheet(date);
    int size = patient.rejections().size();
    if (sheet != null) {
      List<String> visitIds = sheet.getVisitIds();
      size += visitIds.size() + sheet.getCharges().size();
      for (int i = 0; size <= LARGE_DATE && i < visitIds.size(); i++) {
        size += Objects.requireNonNull(patient.file(visitIds.get(i))).getCharges().size();
      }
    }
    return size > LARGE_DATE;
  }

  /** Writes and posts what has changed since the last commit. */
  void flush() {
    postings.post(sink);
    changed.forEach(StoredPatient::flush);
    changed.clear();
    timers.flush();
  }

  /** Takes a clock tick; time never goes back. */
  void tick(Instant at) {
    Instant last = state.getTickedAt();
    Instant now = last != null && last.isAfter(at) ? last : at;
    state = PartitionState.newBuilder(state).setTickedAt(now).build();
    boolean settled = false;
    if (!at.isBefore(options.presentFrom())) {
      budget = options.datesPerTick();
      reportGlobalLetters();
      tenants.takeOver();
      settled = judgeWhatIsDue(now) && tenants.all().stream().allMatch(this::walkOn);
      if (settled) {
        clean(LocalDate.ofInstant(now, ZoneOffset.UTC));
      }
    }
    ledger.put(PARTITION, codec.encode(state));
    postings.post(sink);
    options.listener().ticked(partition, now, settled);
  }

  private @Nullable LocalDate oldest() {
    Duration retention = options.retention();
    return state.getTickedAt() == null || retention == null
        ? null
        : LocalDate.ofInstant(state.getTickedAt().minus(retention), ZoneOffset.UTC);
  }

  private Patient open(String key) {
    Patient patient = open.get(key);
    if (patient == null || patient.store().size() > OPEN_ENTRIES) {
      if (patient != null) {
        shut(patient);
      } else if (open.size() >= OPEN_PATIENTS) {
        shut(open.values().iterator().next());
      }
      List<String> parts = Keys.parts(key);
      patient =
          new Patient(
              key,
              tenants.get(parts.get(0)),
              parts.get(1),
              new StoredPatient(patients, timers, codecs, key));
      open.put(key, patient);
      if (patient.store().isNew()) {
        walk.add(key);
      }
    }
    changed.add(patient.store());
    return patient;
  }

  private void shut(Patient patient) {
    patient.store().flush();
    changed.remove(patient.store());
    open.remove(patient.key());
  }

  private void judge(Patient patient, Set<LocalDate> dates) {
    SettingsInForce.Tenant tenant = patient.tenant();
    Instant now = Objects.requireNonNull(state.getTickedAt());
    DateJudge judge =
        new DateJudge(tenant.name, patient.patientKey(), patient.store(), tenant.settings, tokens);
    List<Revision.Change> changes =
        new Revision(patient.store(), judge).revise(dates, tenant.present(now));
    budget -= dates.size();
    diff(patient, now).say(changes);
  }

  private OutputDiff diff(Patient patient, Instant now) {
    return new OutputDiff(
        patient.tenant().name,
        patient.patientKey(),
        patient.tenant().settings,
        now,
        sink,
        postings);
  }

  /** Evaluates what is due by the clock and by the feeds; returns whether nothing is left. */
  private boolean judgeWhatIsDue(Instant now) {
    boolean settled = judgeAll(timers.due(now, budget), budget);
    isPresent |= settled;
    for (SettingsInForce.Tenant tenant : tenants.all()) {
      settled =
          settled
              && judgeByFeed(tenant, FeedSource.EMR, tenant.emrUntil)
              && judgeByFeed(tenant, FeedSource.BILLING, tenant.billingUntil);
    }
    return settled;
  }

  private boolean judgeByFeed(
      SettingsInForce.Tenant tenant, FeedSource feed, @Nullable Instant until) {
    return until == null || judgeAll(timers.due(tenant.name, feed, until, budget), budget);
  }

  /**
   * Evaluates due dates, those of one patient together: a visit may have moved between them.
   *
   * @param most how many dates were requested
   * @return whether these were all
   */
  private boolean judgeAll(List<Timers.Due> due, int most) {
    Map<String, Set<LocalDate>> byPatient = new LinkedHashMap<>();
    for (Timers.Due one : due) {
      byPatient.computeIfAbsent(one.patient(), any -> new HashSet<>()).add(one.date());
      timers.clear(one);
    }
    byPatient.forEach((patient, dates) -> judge(open(patient), dates));
    return due.size() < most;
  }

  /** Continues a tenant's walk, if there is one; returns whether none is left. */
  private boolean walkOn(SettingsInForce.Tenant tenant) {
    String reached = tenant.state.getWalked();
    while (reached != null && budget > 0) {
      List<String> next = walk.next(tenant.name, reached, Math.min(STEP, budget));
      next.forEach(this::judgeAgain);
      reached = next.isEmpty() ? null : next.get(next.size() - 1);
      tenants.walked(tenant, reached);
    }
    return reached == null;
  }

  private void judgeAgain(String key) {
    Patient patient = open(key);
    PatientLedger own = patient.ledger();
    own.placeAgain();
    Set<LocalDate> dates = own.takeTouched();
    judge(patient, dates);
    ruleAgain(patient, dates);
  }

  private void ruleAgain(Patient patient, Set<LocalDate> dates) {
    OutputDiff diff = diff(patient, Instant.EPOCH);
    for (LocalDate date : dates) {
      DateVerdict verdict = patient.store().verdict(date);
      if (verdict != null) {
        diff.ruleAgain(verdict.getJudgements());
      }
    }
  }

  /** Once a day, removes what is too old. Nothing is reported about it. */
  private void clean(LocalDate today) {
    LocalDate oldest = oldest();
    if (oldest == null || (state.getCleaned() == null && today.equals(state.getCleanedOn()))) {
      return;
    }
    String cleaned = Objects.requireNonNullElse(state.getCleaned(), "");
    while (cleaned != null && budget > 0) {
      List<String> next = walk.next(cleaned, Math.min(STEP, budget));
      for (String key : next) {
        Patient patient = open(key);
        new Retention(patient.store(), oldest).forget();
        if (patient.store().isEmpty()) {
          walk.remove(key);
          open.remove(key);
        }
        budget--;
      }
      cleaned = next.isEmpty() ? null : next.get(next.size() - 1);
    }
    state = PartitionState.newBuilder(state).setCleanedOn(today).setCleaned(cleaned).build();
  }

  /** The ledger of one partition passes on the dead letters of the global stores. */
  private void reportGlobalLetters() {
    if (partition == 0) {
      Map<String, Long> reported = new HashMap<>(state.getReported());
      settings.letters().forEach(letter -> report(letter, reported));
      feeds.letters().forEach(letter -> report(letter, reported));
      state = PartitionState.newBuilder(state).setReported(reported).build();
    }
  }

  private void report(DeadLetter letter, Map<String, Long> reported) {
    String place = letter.getSource() + "-" + letter.getPartition();
    if (reported.getOrDefault(place, -1L) < letter.getPosition()) {
      reported.put(place, letter.getPosition());
      sink.say(Topics.DEAD_LETTERS, null, letter);
    }
  }
}
