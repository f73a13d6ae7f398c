package org.visitbalance.naive;

import static java.util.stream.Collectors.groupingBy;
import static org.visitbalance.naive.OutputFile.object;

import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.visitbalance.output.Granularity;
import org.visitbalance.output.Verdict;
import org.visitbalance.settings.Settings;

/**
 * A second reading of rules.md: collect everything, then count. It knows nothing of the core, so
 * that where the two disagree one of them is wrong.
 */
public final class NaiveBalance {
  private final Tokens tokens;
  private final BiFunction<String, String, String> action;

  private final OutputFile balances = new OutputFile("tenant", "location", "granularity", "from");
  private final OutputFile items =
      new OutputFile("tenant", "location", "granularity", "from", "list", "visit");
  private final OutputFile visits = new OutputFile("tenant", "visit");
  private final OutputFile discrepancies =
      new OutputFile("tenant", "level", "kind", "location", "date", "visit");
  private final OutputFile lateArrivals = new OutputFile("tenant", "visit");
  private final OutputFile unitVariances = new OutputFile("tenant", "visit", "cpt");
  private final OutputFile capProposals = new OutputFile("tenant", "payerId", "cpt", "month");

  private NaiveBalance(Tokens tokens, BiFunction<String, String, String> action) {
    this.tokens = tokens;
    this.action = action;
  }

  /**
   * The lines of each output file of contract.md, by its name, but for dead letters and the
   * summary.
   *
   * @param facts valid ones, in any order, repeats allowed
   * @param settings one a tenant; a tenant without any has the defaults
   * @param tokenKey its UTF-8 bytes are the key of the tokens
   * @param reveal whether visits are named by their ids
   * @param action what to do next, of a discrepancy's kind and level
   */
  public static Map<String, List<String>> files(
      Collection<KnownFact> facts,
      Collection<Settings> settings,
      Instant asOf,
      String tokenKey,
      boolean reveal,
      BiFunction<String, String, String> action) {
    NaiveBalance balance = new NaiveBalance(new Tokens(tokenKey, reveal), action);
    Map<String, Settings> documents = new TreeMap<>();
    for (Settings document : settings) {
      if (documents.put(document.getTenant(), document) != null) {
        throw new IllegalArgumentException("two settings documents of one tenant");
      }
    }
    Map<String, List<SpecificRecord>> known =
        facts.stream()
            .filter(fact -> !fact.knownAt().isAfter(asOf))
            .map(KnownFact::fact)
            .collect(groupingBy(NaiveBalance::tenantOf, TreeMap::new, Collectors.toList()));
    known.forEach(
        (name, ofTenant) -> {
          TenantSettings own =
              documents.containsKey(name)
                  ? TenantSettings.of(documents.get(name))
                  : TenantSettings.defaults(name);
          balance.judge(new Tenant(name, own, asOf, ofTenant));
        });
    return balance.files();
  }

  private static String tenantOf(SpecificRecord fact) {
    return (String) fact.get(fact.getSchema().getField("tenant").pos());
  }

  private Map<String, List<String>> files() {
    Map<String, List<String>> files = new LinkedHashMap<>();
    files.put("balances.jsonl", balances.sorted());
    files.put("items.jsonl", items.sorted());
    files.put("visits.jsonl", visits.sorted());
    files.put("discrepancies.jsonl", discrepancies.sorted());
    files.put("late-arrivals.jsonl", lateArrivals.sorted());
    files.put("unit-variances.jsonl", unitVariances.sorted());
    files.put("cap-proposals.jsonl", capProposals.sorted());
    return files;
  }

  private void judge(Tenant tenant) {
    Set<String> unmapped = new TreeSet<>();
    DiscrepancyLines lines = new DiscrepancyLines(tenant, tokens, action);
    tenant
        .activePeriods()
        .forEach(
            (period, contents) -> {
              PeriodFigures figures = new PeriodFigures(period, contents, tenant.moment);
              balances.add(BalanceLine.of(tenant.name, figures));
              for (PeriodFigures.Entry entry : figures.entries) {
                Map<String, Object> line =
                    object(
                        "tenant", tenant.name,
                        "location", period.location(),
                        "granularity", period.granularity(),
                        "from", period.from(),
                        "list", entry.list(),
                        "visit", tokens.shown(tenant.name, entry.patientKey(), entry.name()),
                        "reason", entry.reason(),
                        "difference", entry.difference());
                if (entry.acceptedBecause() != null) {
                  line.put("acceptedBecause", entry.acceptedBecause().toString());
                }
                items.add(line);
              }
              if (period.granularity() == Granularity.DAY
                  && figures.verdict() == Verdict.OUT_OF_BALANCE) {
                discrepancies.add(lines.ofDay(figures));
              }
              if (period.location().startsWith(TenantSettings.UNMAPPED)) {
                unmapped.add(period.location());
              }
            });
    unmapped.forEach(location -> discrepancies.add(lines.ofLocation(location)));
    for (Subject subject : tenant.subjects) {
      VisitLines ofVisit = new VisitLines(tenant, subject, tokens);
      visits.add(ofVisit.summary());
      ofVisit.lateArrival().ifPresent(lateArrivals::add);
      ofVisit.unitVariances().forEach(unitVariances::add);
      lines.ofVisit(subject).forEach(discrepancies::add);
    }
    for (CapInference.Proposal one :
        CapInference.proposals(tenant.subjects, tenant.settings, tenant.moment)) {
      capProposals.add(
          object(
              "tenant", tenant.name,
              "payerId", one.payerId(),
              "cpt", one.cpt(),
              "month", one.month(),
              "cap", one.cap(),
              "support", one.support()));
    }
  }
}
