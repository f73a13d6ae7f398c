package org.visitbalance.fold;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.visitbalance.core.CapBook;
import org.visitbalance.core.DateJudge;
import org.visitbalance.core.Items;
import org.visitbalance.core.LateArrivals;
import org.visitbalance.core.Outputs;
import org.visitbalance.core.PeriodBook;
import org.visitbalance.core.Present;
import org.visitbalance.core.TenantSettings;
import org.visitbalance.core.Tokens;
import org.visitbalance.output.Balance;
import org.visitbalance.output.CapProposal;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.output.DiscrepancyStatus;
import org.visitbalance.output.Granularity;
import org.visitbalance.output.Item;
import org.visitbalance.output.LateArrival;
import org.visitbalance.output.UnitVariance;
import org.visitbalance.output.VisitIds;
import org.visitbalance.output.VisitSummary;
import org.visitbalance.state.CapSample;
import org.visitbalance.state.Contribution;
import org.visitbalance.state.Judgement;

/** Judges every patient once, in parallel, and keeps the books that they all add to. */
final class Judging {
  private record PeriodId(
      String tenant, String location, Granularity granularity, LocalDate from) {}

  private record LocationId(String tenant, String location) {}

  private record CapId(String tenant, String payerId, String cpt, String month) {}

  private final Function<String, TenantSettings> settings;
  private final Function<String, Present> present;
  private final String tokenKey;
  private final Map<PeriodId, PeriodBook> periods = new ConcurrentHashMap<>();
  private final Map<CapId, CapBook> caps = new ConcurrentHashMap<>();

  Judging(
      Function<String, TenantSettings> settings,
      Function<String, Present> present,
      String tokenKey) {
    this.settings = settings;
    this.present = present;
    this.tokenKey = tokenKey;
  }

  /** What one thread has said. */
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

  Outputs judge(List<Collection<Fold.Patient>> shards, int threads) {
    Said all = new Said();
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Future<Said>> parts = new ArrayList<>();
      for (Collection<Fold.Patient> shard : shards) {
        parts.add(pool.submit(() -> judge(shard)));
      }
      for (Future<Said> part : parts) {
        all.addAll(part.get());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while judging", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("judging failed", e.getCause());
    } finally {
      pool.shutdownNow();
    }
    return outputs(all);
  }

  private Said judge(Collection<Fold.Patient> patients) {
    Said said = new Said();
    Tokens tokens = new Tokens(tokenKey);
    for (Fold.Patient patient : patients) {
      TenantSettings own = settings.apply(patient.tenant());
      Present now = present.apply(patient.tenant());
      DateJudge judge =
          new DateJudge(patient.tenant(), patient.patientKey(), patient.store(), own, tokens);
      for (LocalDate date : patient.ledger().takeTouched()) {
        for (Judgement judgement : judge.judge(date, now).getJudgements()) {
          take(said, patient, judgement, own, now);
        }
      }
    }
    return said;
  }

  private void take(
      Said said, Fold.Patient patient, Judgement judgement, TenantSettings own, Present now) {
    String tenant = patient.tenant();
    for (Contribution contribution : judgement.getContributions()) {
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
    said.items.addAll(Items.of(tenant, judgement));
    if (judgement.getSummary() != null) {
      said.visits.add(judgement.getSummary());
    }
    if (judgement.getLateArrival() != null) {
      said.lateArrivals.add(
          LateArrivals.on(
              LocalDate.ofInstant(now.now(), own.zone()), judgement.getLateArrival(), own));
    }
    said.unitVariances.addAll(judgement.getVariances());
    for (Discrepancy discrepancy : judgement.getDiscrepancies()) {
      if (discrepancy.getStatus() == DiscrepancyStatus.OPEN) {
        said.discrepancies.add(discrepancy);
      }
    }
    said.visitIds.add(
        new VisitIds(tenant, judgement.getToken(), patient.patientKey(), judgement.getName()));
  }

  private Outputs outputs(Said said) {
    Tokens tokens = new Tokens(tokenKey);
    List<Balance> balances = new ArrayList<>(periods.size());
    Map<LocationId, Boolean> locations = new ConcurrentHashMap<>();
    periods.forEach(
        (id, book) -> {
          balances.add(book.balance(id.tenant(), id.location(), id.granularity(), id.from()));
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
    return new Outputs(
        balances,
        said.items,
        said.visits,
        said.discrepancies,
        said.lateArrivals,
        said.unitVariances,
        proposals,
        said.visitIds);
  }

  private static <T> void addIfPresent(List<T> list, @org.jspecify.annotations.Nullable T element) {
    if (element != null) {
      list.add(element);
    }
  }
}
