package org.visitbalance.topology;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.CapBook;
import org.visitbalance.core.Facts;
import org.visitbalance.core.PatientLedger;
import org.visitbalance.core.PeriodBook;
import org.visitbalance.core.Retention;
import org.visitbalance.core.StoredBooks;
import org.visitbalance.fact.Feed;
import org.visitbalance.fact.FeedSource;
import org.visitbalance.output.DeadLetter;
import org.visitbalance.platform.serde.Codec;
import org.visitbalance.state.DateSheet;
import org.visitbalance.state.PartitionState;
import org.visitbalance.state.StoredSettings;

/**
 * The logic of the ledger of one partition (rules.md#time). Facts are taken before a commit or
 * tick; what they touch is evaluated then if the clock has reached the present, otherwise when it
 * does. A tick evaluates everything that was waiting for its moment: because of the clock, a feed,
 * a change of settings, or age; as much of it as fits between two commits, and the rest at the next
 * tick.
 *
 * <p>What leaves is decided by each fact, by its known time; a tick only frees what left a day ago
 * (rules.md#retention).
 */
final class PartitionLedger {
  private static final String PARTITION = "partition";

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
  private final OpenPatients patients;
  private final PatientJudge judge;
  private final KeyValueStore<String, byte[]> ledger;
  private final Timers timers;
  private final PatientList walk;
  private final WalkProgress walkProgress;
  private final SettingsInForce tenants;
  private final GlobalLetters letters;
  private final InsightMarks marks;
  private final Codec<PartitionState> codec = new Codec<>(PartitionState.class);

  /**
   * The dates that facts have touched since the last commit, by patient: what comes together, such
   * as the lines of a visit, is evaluated once.
   */
  private final Map<String, Set<LocalDate>> unjudged = new LinkedHashMap<>();

  private final Postings postings = new Postings();
  private final Predicate<InputRecord> waited;

  /** The rebuild, until this partition has judged its moment. */
  private @Nullable LedgerRebuild rebuild;

  /** The rebuild after that, until the facts that have waited for it are taken. */
  private @Nullable LedgerRebuild waiting;

  private PartitionState state;

  /**
   * Whether the clock has reached the present since the start, and everything touched before then
   * has been evaluated. Until then a fact waits, so that what it touches is evaluated together with
   * the patient's other changes.
   */
  private boolean isPresent;

  /** How many more dates may be evaluated before the next record. */
  private int budget;

  /**
   * Opens the ledger.
   *
   * @param waited takes a fact that has waited for a rebuild; returns false if it has to wait on
   */
  PartitionLedger(
      TopologyOptions options,
      ProcessorContext<?, ?> context,
      OutputDiff.Sink sink,
      Predicate<InputRecord> waited) {
    this.waited = waited;
    this.options = options;
    this.sink = sink;
    this.partition = context.taskId().partition();
    this.ledger = context.getStateStore(PatientLedgerProcessor.LEDGER_STORE);
    this.timers = new Timers(context.getStateStore(PatientLedgerProcessor.TIMERS_STORE));
    this.walk = new PatientList(context.getStateStore(PatientLedgerProcessor.WALK_STORE));
    GlobalTable<StoredSettings> settings = GlobalTable.settings(context);
    GlobalTable<Feed> feeds = GlobalTable.feeds(context);
    this.letters = new GlobalLetters(settings, feeds, sink);
    this.walkProgress = new WalkProgress(partition, walk, settings, options.listener());
    LedgerRebuild under = LedgerRebuild.of(options, ledger, partition);
    boolean isJudged = under != null && under.isJudged();
    this.rebuild = isJudged ? null : under;
    this.waiting = isJudged ? under : null;
    this.tenants = new SettingsInForce(ledger, settings, feeds, rebuild != null);
    this.patients =
        new OpenPatients(
            new SplitEntries(context.getStateStore(PatientLedgerProcessor.PATIENTS_STORE)),
            timers,
            walk,
            tenants,
            options.partitions());
    this.judge = new PatientJudge(options, sink, postings);
    this.marks = new InsightMarks(partition, options.partitions(), sink);
    PartitionState stored = codec.decodeIfThere(ledger.get(PARTITION));
    this.state = stored != null ? stored : new PartitionState(null, new HashMap<>());
  }

  /**
   * Takes a valid fact.
   *
   * @param knownAt its known time
   * @return whether its entity is new
   * @throws FactDecoder.NoFact if it is too old
   */
  boolean add(SpecificRecord fact, Instant knownAt) throws FactDecoder.NoFact {
    OpenPatient patient = patients.get(Keys.ofFact(fact));
    PatientLedger own = patient.ledger();
    Duration kept = options.retention();
    boolean isNew;
    if (kept == null) {
      isNew = own.add(fact);
    } else {
      leave(patient, kept, knownAt);
      Retention retention = patient.retention(kept);
      if (retention.isTooOld(fact, own, knownAt)) {
        patients.forgetIfEmpty(patient);
        throw new FactDecoder.NoFact(
            Facts.tenant(fact),
            null,
            FactDecoder.TOO_OLD
                + ": its business date, and those of all earlier facts about the same, are"
                + " before "
                + Retention.oldest(knownAt, kept)
                + ", the oldest date that was kept when it arrived");
      }
      isNew = retention.add(fact, own);
    }
    Set<LocalDate> touched = own.takeTouched();
    if (isPresent) {
      unjudged.computeIfAbsent(patient.key(), any -> new HashSet<>()).addAll(touched);
    } else {
      patient.store().touch(touched);
    }
    return isNew;
  }

  /** Evaluates what facts have touched of a patient; what is large waits for a tick. */
  void evaluate(String key) {
    if (unjudged.containsKey(key)) {
      evaluate(patients.get(key));
    }
  }

  private void evaluate(OpenPatient patient) {
    Set<LocalDate> dates = unjudged.remove(patient.key());
    if (dates != null) {
      judgeNow(patient, dates);
    }
  }

  /** Evaluates and writes a patient of whom nothing more is taken before the commit. */
  void settle(String key) {
    evaluate(key);
    patients.write(key);
  }

  /** Evaluates what facts have touched since the last commit; what is large waits for a tick. */
  private void judgeUnjudged() {
    unjudged.forEach((key, dates) -> judgeNow(patients.get(key), dates));
    unjudged.clear();
  }

  private void judgeNow(OpenPatient patient, Set<LocalDate> dates) {
    if (dates.stream().anyMatch(date -> isLarge(patient.store(), date))) {
      patient.store().touch(dates);
    } else {
      judge(patient, dates);
    }
  }

  /** Keeps a record for later if a rebuild has to judge what was before it first. */
  boolean holds(InputRecord record) {
    if (waiting != null) {
      waiting.hold(record);
      return true;
    }
    return rebuild != null && rebuild.holds(record);
  }

  /** Returns whether a record is reported as invalid: not if an older program has done that. */
  boolean isNews(DeadLetter letter) {
    return rebuild == null || !rebuild.previous().has(letter);
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

  /** Evaluates, posts and writes what has changed since the last commit. */
  void flush() {
    judgeUnjudged();
    post();
    patients.flush();
    timers.flush();
    timers.touched().flush();
  }

  /**
   * A new version's instance may wait for hours until the older ones have stopped. The ticks of
   * those hours are history too: what was reported then is later than they are.
   */
  private boolean isBeforeRebuild(Instant at) {
    return rebuild != null && at.isBefore(rebuild.moment());
  }

  /** Takes a clock tick; time never goes back. */
  void tick(Instant at) {
    judgeUnjudged();
    Instant last = state.getTickedAt();
    Instant now = last != null && last.isAfter(at) ? last : at;
    state = PartitionState.newBuilder(state).setTickedAt(now).build();
    boolean settled = false;
    budget = options.datesPerTick();
    boolean isPresentTick = !at.isBefore(options.presentFrom().get()) && !isBeforeRebuild(at);
    if (rebuild != null && isPresentTick) {
      rebuild.began(now);
    }
    boolean rebuilt = rebuild == null || (isPresentTick && rebuildOn(rebuild, now));
    rebuilt = rebuilt && takeWaiting();
    boolean freed = rebuilt && free(now);
    if (rebuilt && isPresentTick) {
      if (partition == 0) {
        state = letters.pass(state);
      }
      walkProgress.look(tenants.all());
      tenants.takeOver();
      settled = freed && judgeWhatIsDue(now) && tenants.all().stream().allMatch(this::walkOn);
      walkProgress.tell(tenants.all(), now);
    }
    ledger.put(PARTITION, codec.encode(state));
    post();
    if (settled) {
      marks.mark(now);
    }
    options.listener().ticked(partition, now, settled);
  }

  private void post() {
    if (postings.hasInsights()) {
      marks.posted();
    }
    if (rebuild == null) {
      postings.post(sink);
    } else {
      postings.postThen(sink, options.partitions());
    }
  }

  private void judge(OpenPatient patient, Set<LocalDate> dates) {
    judge.judge(patient, dates, Objects.requireNonNull(state.getTickedAt()));
    budget -= dates.size();
  }

  /** Evaluates what is due by the clock and by the feeds; returns whether nothing is left. */
  private boolean judgeWhatIsDue(Instant now) {
    boolean settled = judgeTouched() && judgeAll(timers.due(now, budget), budget);
    isPresent |= settled;
    for (SettingsInForce.Tenant tenant : tenants.all()) {
      settled =
          settled
              && judgeByFeed(tenant, FeedSource.EMR, tenant.emrUntil)
              && judgeByFeed(tenant, FeedSource.BILLING, tenant.billingUntil);
    }
    return settled;
  }

  /** Evaluates what facts have touched; returns whether these were all such dates. */
  private boolean judgeTouched() {
    TouchedPatients touched = timers.touched();
    while (budget > 0) {
      List<String> keys = touched.take(Math.min(STEP, budget));
      if (keys.isEmpty()) {
        return true;
      }
      for (String key : keys) {
        if (budget > 0) {
          judgeTouched(patients.get(key));
        } else {
          touched.add(key);
        }
      }
    }
    return touched.isEmpty();
  }

  private void judgeTouched(OpenPatient patient) {
    Set<LocalDate> dates = patient.store().touched();
    if (dates.isEmpty()) {
      // A rebuild has evaluated them, or all that there was has left.
      patients.forgetIfEmpty(patient);
      return;
    }
    judge(patient, dates);
    patient.store().evaluated(dates);
    // All that waited is done: to hold it until the commit would only be work for the collector.
    patients.close(patient);
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
    byPatient.forEach((patient, dates) -> judge(patients.get(patient), dates));
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
    OpenPatient patient = patients.get(key);
    PatientLedger own = patient.ledger();
    own.placeAgain();
    Duration kept = options.retention();
    if (kept != null) {
      patient.retention(kept).placedAgain(own);
    }
    Set<LocalDate> dates = own.takeTouched();
    judge(patient, dates);
    judge.ruleAgain(patient, dates);
  }

  /**
   * Judges what was known at the moment of a rebuild, as of then, and compares it with what the
   * older program reported: as much as fits between two commits.
   *
   * @return whether all of it is judged
   */
  private boolean rebuildOn(LedgerRebuild under, Instant now) {
    while (budget > 0) {
      List<String> next = under.next(walk, STEP);
      if (next.isEmpty()) {
        end(under, now);
        return true;
      }
      for (String key : next) {
        judgeThen(under, key, now);
        under.judged(key);
        if (budget <= 0) {
          break;
        }
      }
    }
    return false;
  }

  private void judgeThen(LedgerRebuild under, String key, Instant now) {
    OpenPatient patient = patients.get(key);
    Duration kept = options.retention();
    if (kept != null) {
      leave(patient, kept, Retention.freedBy(under.moment()));
    }
    budget -= 1 + judge.judgeThen(patient, under, now);
    patient.store().evaluated(patient.store().touched());
    patients.forgetIfEmpty(patient);
  }

  private void end(LedgerRebuild under, Instant now) {
    post();
    for (int book = 0; book < options.partitions(); book++) {
      String mark = Silence.mark(partition, book, options.partitions());
      sink.say(Topics.PERIOD_POSTINGS, mark, StoredBooks.figures(new PeriodBook(), 1, now));
      sink.say(Topics.CAP_POSTINGS, mark, StoredBooks.figures(new CapBook(), 1, null));
    }
    if (partition == 0) {
      state = letters.skipped(state, under.previous()::has);
    }
    under.judgedAll();
    rebuild = null;
    waiting = under;
    tenants.goOn();
  }

  /**
   * Takes facts that have waited for the rebuild, as many as fit between two commits.
   *
   * @return whether all of them could be taken
   */
  private boolean takeWaiting() {
    if (waiting == null) {
      return true;
    }
    int most = budget;
    int[] unreadable = {0};
    int taken = waiting.take(most, record -> unreadable[0] += waited.test(record) ? 0 : 1);
    budget -= taken;
    if (taken < most) {
      waiting = null;
    }
    return taken < most && unreadable[0] == 0;
  }

  /**
   * Frees what had left a day before a tick: as much as fits between two commits.
   *
   * @return whether nothing is left to be freed
   */
  private boolean free(Instant tick) {
    Duration kept = options.retention();
    if (kept == null) {
      return true;
    }
    Instant at = Retention.freedBy(tick);
    int most = budget;
    List<String> keys = timers.leaving(Retention.oldestStaying(at, kept), most);
    for (String key : keys) {
      OpenPatient patient = patients.get(key);
      leave(patient, kept, at);
      patients.forgetIfEmpty(patient);
      budget--;
    }
    return keys.size() < most;
  }

  /**
   * Evaluates what had left at a moment for the last time, and removes it. What it adds to its
   * periods stays in their books, and nothing is retracted.
   */
  private void leave(OpenPatient patient, Duration kept, Instant at) {
    Retention retention = patient.retention(kept);
    if (!retention.mayHaveLeft(at)) {
      return;
    }
    evaluate(patient);
    List<Retention.Leaving> leaving = retention.left(at);
    Set<LocalDate> waiting = isPresent ? Set.of() : patient.store().touched();
    for (Retention.Leaving one : leaving) {
      judge.leave(patient, one, waiting, rebuild);
      patient.store().evaluated(one.dates());
      budget -= one.dates().size();
    }
    retention.forget(leaving, at);
  }
}
