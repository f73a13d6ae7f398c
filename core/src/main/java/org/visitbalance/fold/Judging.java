package org.visitbalance.fold;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.CapBook;
import org.visitbalance.core.Closes;
import org.visitbalance.core.DateJudge;
import org.visitbalance.core.Items;
import org.visitbalance.core.JudgingTime;
import org.visitbalance.core.LateArrivals;
import org.visitbalance.core.Outputs;
import org.visitbalance.core.PeriodBook;
import org.visitbalance.core.Scope;
import org.visitbalance.core.TenantSettings;
import org.visitbalance.core.Tokens;
import org.visitbalance.insight.InsightBook;
import org.visitbalance.insight.InsightTotals;
import org.visitbalance.insight.Insights;
import org.visitbalance.insight.VisitTraits;
import org.visitbalance.output.Balance;
import org.visitbalance.output.CapProposal;
import org.visitbalance.output.Close;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.output.DiscrepancyStatus;
import org.visitbalance.output.Granularity;
import org.visitbalance.output.Insight;
import org.visitbalance.output.Item;
import org.visitbalance.output.LateArrival;
import org.visitbalance.output.UnitVariance;
import org.visitbalance.output.VisitIds;
import org.visitbalance.output.VisitSummary;
import org.visitbalance.state.CapSample;
import org.visitbalance.state.Contribution;
import org.visitbalance.state.Judgement;

/**
 * The books that all patients add to, and the reported results. Several folds, each with its own
 * patients, may be evaluated into one, from several threads.
 */
public final class Judging {
  /** Looked up for each contribution: what Java makes for a record takes longer. */
  private record PeriodId(String tenant, String location, Granularity granularity, LocalDate from) {
    @Override
    public int hashCode() {
      int hash = 31 * tenant.hashCode() + location.hashCode();
      return 31 * (31 * hash + granularity.name().hashCode()) + from.hashCode();
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof PeriodId id
          && from.equals(id.from)
          && granularity == id.granularity
          && location.equals(id.location)
          && tenant.equals(id.tenant);
    }

    static PeriodId of(Balance balance) {
      return new PeriodId(
          balance.getTenant(), balance.getLocation(), balance.getGranularity(), balance.getFrom());
    }
  }

  private record LocationId(String tenant, String location) {}

  private record InsightId(String tenant, String location, LocalDate day) {
    @Override
    public int hashCode() {
      return 31 * (31 * tenant.hashCode() + location.hashCode()) + day.hashCode();
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof InsightId id
          && day.equals(id.day)
          && location.equals(id.location)
          && tenant.equals(id.tenant);
    }
  }

  private record CapId(String tenant, String payerId, String cpt, String month) {}

  private final Function<String, TenantSettings> settings;
  private final String tokenKey;
  private final Scope scope;
  private final Said all = new Said();
  private final Map<PeriodId, PeriodBook> periods = new ConcurrentHashMap<>();
  private final Map<CapId, CapBook> caps = new ConcurrentHashMap<>();
  private final Map<InsightId, InsightBook> insights = new ConcurrentHashMap<>();

  /** By tenant, the earliest time of its patients: no insight may know more than all of them. */
  private final Map<String, JudgingTime> times = new ConcurrentHashMap<>();

  /**
   * Creates empty books.
   *
   * @param settings the settings of each tenant
   * @param tokenKey the key of the tokens
   * @param scope the part of the results to report
   */
  public Judging(Function<String, TenantSettings> settings, String tokenKey, Scope scope) {
    this.settings = settings;
    this.tokenKey = tokenKey;
    this.scope = scope;
  }

  /** The results of one thread. */
  private static final class Said {
    final List<Item> items = new ArrayList<>();
    final List<VisitSummary> visits = new ArrayList<>();
    final List<Discrepancy> discrepancies = new ArrayList<>();
    final List<LateArrival> lateArrivals = new ArrayList<>();
    final List<UnitVariance> unitVariances = new ArrayList<>();
    final List<VisitIds> visitIds = new ArrayList<>();

    void addAll(Said other) {
      items.addAll(other.items);
      visits.addAll(other.visits);
      discrepancies.addAll(other.discrepancies);
      lateArrivals.addAll(other.lateArrivals);
      unitVariances.addAll(other.unitVariances);
      visitIds.addAll(other.visitIds);
    }
  }

  /** Evaluates patients; those of one shard are evaluated by one thread. */
  void judge(
      List<Supplier<Collection<Fold.Patient>>> shards,
      Function<String, JudgingTime> time,
      Function<Fold.Patient, Map<LocalDate, Instant>> left,
      int threads) {
    if (threads == 1) {
      shards.forEach(shard -> add(judge(shard.get(), time, left)));
      return;
    }
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Future<Said>> parts = new ArrayList<>();
      for (Supplier<Collection<Fold.Patient>> shard : shards) {
        parts.add(pool.submit(() -> judge(shard.get(), time, left)));
      }
      for (Future<Said> part : parts) {
        add(part.get());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while evaluating", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("the evaluation failed", e.getCause());
    } finally {
      pool.shutdownNow();
    }
  }

  private void add(Said said) {
    synchronized (all) {
      all.addAll(said);
    }
  }

  private Said judge(
      Collection<Fold.Patient> patients,
      Function<String, JudgingTime> time,
      Function<Fold.Patient, Map<LocalDate, Instant>> left) {
    Said said = new Said();
    Tokens tokens = new Tokens(tokenKey);
    for (Fold.Patient patient : patients) {
      TenantSettings own = settings.apply(patient.tenant());
      JudgingTime now = time.apply(patient.tenant());
      DateJudge judge =
          new DateJudge(patient.tenant(), patient.patientKey(), patient.store(), own, tokens);
      Map<LocalDate, Instant> leftAt = left.apply(patient);
      for (LocalDate date : patient.ledger().takeTouched()) {
        Instant moment = leftAt.getOrDefault(date, now.now());
        for (Judgement judgement : judge.judge(date, now.at(moment)).getJudgements()) {
          take(said, patient, judgement, own, now);
        }
      }
    }
    return said;
  }

  private void take(
      Said said, Fold.Patient patient, Judgement judgement, TenantSettings own, JudgingTime now) {
    String tenant = patient.tenant();
    addInsight(tenant, judgement, now);
    for (Contribution contribution : judgement.getContributions()) {
      if (!scope.holds(
          contribution.getLocation(), contribution.getGranularity(), contribution.getFrom())) {
        continue;
      }
      PeriodBook book =
          periods.computeIfAbsent(
              new PeriodId(
                  tenant,
                  contribution.getLocation(),
                  contribution.getGranularity(),
                  contribution.getFrom()),
              id -> new PeriodBook());
      synchronized (book) {
        book.add(contribution, 1);
      }
    }
    for (CapSample sample : judgement.getCapSamples()) {
      CapBook book =
          caps.computeIfAbsent(
              new CapId(tenant, sample.getPayerId(), sample.getCpt(), sample.getMonth()),
              id -> new CapBook());
      synchronized (book) {
        book.add(sample, 1);
      }
    }
    if (!scope.holds(judgement)) {
      return;
    }
    Items.of(tenant, judgement).stream().filter(scope::holds).forEach(said.items::add);
    if (judgement.getSummary() != null) {
      said.visits.add(judgement.getSummary());
    }
    if (judgement.getLateArrival() != null) {
      said.lateArrivals.add(
          LateArrivals.on(
              LocalDate.ofInstant(now.now(), own.zone()), judgement.getLateArrival(), own));
    }
    said.unitVariances.addAll(judgement.getVariances());
    judgement.getDiscrepancies().stream()
        .filter(found -> found.getStatus() == DiscrepancyStatus.OPEN && scope.holds(found))
        .forEach(said.discrepancies::add);
    VisitIds ids = Items.ids(tenant, patient.patientKey(), judgement);
    if (ids != null) {
      said.visitIds.add(ids);
    }
  }

  private void addInsight(String tenant, Judgement judgement, JudgingTime now) {
    VisitTraits visit = VisitTraits.of(judgement);
    if (visit == null || Insights.isOver(visit.finalizedOn(), now.now())) {
      return;
    }
    times.merge(tenant, now, (one, other) -> other.now().isBefore(one.now()) ? other : one);
    InsightBook book =
        insights.computeIfAbsent(
            new InsightId(tenant, visit.location(), visit.finalizedOn()), id -> new InsightBook());
    synchronized (book) {
      book.add(visit, 1);
    }
  }

  private List<Insight> insights() {
    Map<String, InsightTotals> byTenant = new HashMap<>();
    insights.forEach(
        (id, book) ->
            byTenant
                .computeIfAbsent(
                    id.tenant(),
                    tenant -> {
                      JudgingTime time = Objects.requireNonNull(times.get(tenant));
                      return new InsightTotals(
                          Insights.last(settings.apply(tenant), time.now(), time.billingUntil()));
                    })
                .add(id.location(), id.day(), book, 1));
    return byTenant.entrySet().stream()
        .flatMap(
            one ->
                Insights.found(
                    one.getKey(),
                    settings.apply(one.getKey()),
                    Objects.requireNonNull(times.get(one.getKey())).now(),
                    one.getValue())
                    .stream())
        .filter(scope::holds)
        .toList();
  }

  /**
   * Returns everything to report.
   *
   * @param closes the closes in force of the reported periods; those that have changed since they
   *     were closed are discrepancies
   */
  public Outputs outputs(Collection<Close> closes) {
    Said said = all;
    Tokens tokens = new Tokens(tokenKey);
    Map<PeriodId, Balance> balances = new HashMap<>();
    Map<LocationId, Boolean> locations = new ConcurrentHashMap<>();
    periods.forEach(
        (id, book) -> {
          balances.put(id, book.balance(id.tenant(), id.location(), id.granularity(), id.from()));
          locations.put(new LocationId(id.tenant(), id.location()), true);
          if (id.granularity() == Granularity.DAY) {
            addIfPresent(
                said.discrepancies,
                book.discrepancy(id.tenant(), id.location(), id.from(), tokens));
          }
        });
    for (LocationId id : locations.keySet()) {
      addIfPresent(
          said.discrepancies, PeriodBook.mappingMissing(id.tenant(), id.location(), tokens));
    }
    for (Close close : closes) {
      addIfPresent(
          said.discrepancies,
          Closes.changed(close, balances.get(PeriodId.of(close.getBalance())), tokens));
    }
    List<CapProposal> proposals = new ArrayList<>();
    caps.forEach(
        (id, book) ->
            addIfPresent(
                proposals,
                book.proposal(
                    id.tenant(),
                    id.payerId(),
                    id.cpt(),
                    id.month(),
                    settings.apply(id.tenant()).ruledCap(id.payerId(), id.cpt(), id.month()))));
    proposals.removeIf(proposal -> !scope.holds(proposal));
    return new Outputs(
        List.copyOf(balances.values()),
        said.items,
        said.visits,
        said.discrepancies,
        said.lateArrivals,
        said.unitVariances,
        proposals,
        said.visitIds,
        insights());
  }

  private static <T> void addIfPresent(List<T> list, @Nullable T element) {
    if (element != null) {
      list.add(element);
    }
  }
}
