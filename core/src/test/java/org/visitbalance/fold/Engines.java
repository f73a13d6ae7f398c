package org.visitbalance.fold;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.visitbalance.core.CapBook;
import org.visitbalance.core.DateJudge;
import org.visitbalance.core.Facts;
import org.visitbalance.core.Items;
import org.visitbalance.core.JudgingTime;
import org.visitbalance.core.LateArrivals;
import org.visitbalance.core.MemoryStore;
import org.visitbalance.core.NaiveRetention;
import org.visitbalance.core.Outputs;
import org.visitbalance.core.PatientLedger;
import org.visitbalance.core.PeriodBook;
import org.visitbalance.core.Reasons;
import org.visitbalance.core.Registers;
import org.visitbalance.core.Revision;
import org.visitbalance.core.Scope;
import org.visitbalance.core.TenantSettings;
import org.visitbalance.core.Tokens;
import org.visitbalance.fact.Feed;
import org.visitbalance.fact.FeedSource;
import org.visitbalance.insight.InsightBook;
import org.visitbalance.insight.InsightTotals;
import org.visitbalance.insight.Insights;
import org.visitbalance.insight.VisitTraits;
import org.visitbalance.naive.KnownFact;
import org.visitbalance.naive.NaiveBalance;
import org.visitbalance.output.Close;
import org.visitbalance.output.DiscrepancyStatus;
import org.visitbalance.output.Granularity;
import org.visitbalance.report.Result;
import org.visitbalance.report.files.ResultFolder;
import org.visitbalance.report.html.HtmlReport;
import org.visitbalance.settings.Settings;
import org.visitbalance.state.CapSample;
import org.visitbalance.state.Contribution;
import org.visitbalance.state.Judgement;

/** Three ways from facts to the lines of the output files; they must agree. */
public final class Engines {
  private static final String KEY = "key";

  private Engines() {}

  /** The fold: all facts, then one judgement. */
  public static Map<String, List<String>> fold(
      Collection<KnownFact> facts, List<Settings> settings, Instant asOf) {
    return fold(facts, settings, List.of(), asOf);
  }

  /** The same where periods were closed: each close that stands. */
  public static Map<String, List<String>> fold(
      Collection<KnownFact> facts,
      List<Settings> settings,
      Collection<Close> closes,
      Instant asOf) {
    return fold(facts, settings, closes, asOf, KEY);
  }

  /** The same with another key of the tokens. */
  public static Map<String, List<String>> fold(
      Collection<KnownFact> facts,
      List<Settings> settings,
      Collection<Close> closes,
      Instant asOf,
      String key) {
    return lines(outputs(facts, settings, closes, asOf, key));
  }

  /** What the fold says, as records. */
  public static Outputs outputs(
      Collection<KnownFact> facts, List<Settings> settings, Instant asOf) {
    return outputs(facts, settings, List.of(), asOf, KEY);
  }

  private static Outputs outputs(
      Collection<KnownFact> facts,
      List<Settings> settings,
      Collection<Close> closes,
      Instant asOf,
      String key) {
    Map<String, Settings> documents = documents(settings);
    Fold fold = new Fold(documents, asOf, key, 2);
    facts.forEach(fact -> fold.add(fact.fact(), fact.knownAt()));
    Map<String, TenantSettings> own = new HashMap<>();
    documents.forEach((tenant, document) -> own.put(tenant, new TenantSettings(document)));
    Judging judging =
        new Judging(
            tenant -> own.getOrDefault(tenant, TenantSettings.defaults(tenant)), key, Scope.ALL);
    fold.judgeInto(judging);
    return judging.outputs(closes);
  }

  /** The naive reading of rules.md. */
  static Map<String, List<String>> naive(
      Collection<KnownFact> facts, List<Settings> settings, Instant asOf) {
    return new TreeMap<>(
        NaiveBalance.files(
            facts, settings, asOf, KEY, false, (kind, level) -> Reasons.action(kind)));
  }

  /** The discrepancies of the naive reading, with the visits' names. */
  static List<String> revealed(Collection<KnownFact> facts, List<Settings> settings, Instant asOf) {
    return NaiveBalance.files(facts, settings, asOf, KEY, true, (kind, level) -> "")
        .get("discrepancies.jsonl");
  }

  /**
   * One fact at a time: after each, only what it touched is judged again, and the books get the
   * difference. The feeds are there from the beginning, as a global table would be.
   */
  static Map<String, List<String>> oneByOne(
      Collection<KnownFact> facts, List<Settings> settings, Instant asOf) {
    return new OneByOne(documents(settings), asOf).run(facts);
  }

  private static Map<String, Settings> documents(List<Settings> settings) {
    Map<String, Settings> documents = new TreeMap<>();
    settings.forEach(document -> documents.put(document.getTenant(), document));
    return documents;
  }

  /** The lines of the output files, by file. */
  public static Map<String, List<String>> lines(Outputs outputs) {
    try {
      Path folder = Files.createTempDirectory("engines");
      Result result =
          new Result(
              outputs,
              List.of(),
              Map.of(),
              List.of(),
              false,
              new Result.Account("2026-11-14T12:00:00Z", 0, 0, 0, 0, 0),
              List.of(),
              List.of());
      new ResultFolder(folder).write(result, HtmlReport.About.FILES, Set.of());
      Map<String, List<String>> lines = new TreeMap<>();
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.toList()) {
          String name = file.getFileName().toString();
          if (name.endsWith(".jsonl") && !name.startsWith("dead")) {
            lines.put(name, Files.readAllLines(file));
          }
          Files.delete(file);
        }
      }
      Files.delete(folder);
      return lines;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The same facts in the order in which they became known, where what is old leaves: read from
   * rules.md#retention, without what the service stores for it.
   */
  public static Retaining retaining(
      List<KnownFact> facts, List<Settings> settings, Instant asOf, Duration kept) {
    Books books = new Books(documents(settings), asOf, tenant -> null);
    NaiveRetention retention = new NaiveRetention(kept, asOf, books::settings, KEY, books::book);
    facts.forEach(fact -> retention.add(fact.fact(), fact.knownAt()));
    retention.end();
    return new Retaining(books.outputs(), retention.tooOld(), retention.again());
  }

  /**
   * What is reported where old facts leave.
   *
   * @param tooOld how many facts came too late
   * @param again the tokens of visits that left and were reported again later
   */
  public record Retaining(Outputs outputs, long tooOld, Set<String> again) {}

  /** What the topology will do, without its topics. */
  private static final class OneByOne {
    private record Patient(PatientLedger ledger, Revision revision) {}

    private final Books books;
    private final Instant asOf;
    private final Tokens tokens = new Tokens(KEY);
    private final Map<List<String>, Patient> patients = new HashMap<>();
    private final Map<List<Object>, Feed> feeds = new HashMap<>();

    OneByOne(Map<String, Settings> documents, Instant asOf) {
      this.asOf = asOf;
      this.books = new Books(documents, asOf, tenant -> present(tenant).billingUntil());
    }

    Map<String, List<String>> run(Collection<KnownFact> facts) {
      for (KnownFact fact : facts) {
        if (!fact.knownAt().isAfter(asOf) && fact.fact() instanceof Feed feed) {
          feeds.merge(List.of(feed.getTenant(), feed.getSource()), feed, Registers::standing);
        }
      }
      for (KnownFact fact : facts) {
        if (!fact.knownAt().isAfter(asOf) && !(fact.fact() instanceof Feed)) {
          add(fact.fact());
        }
      }
      return lines(books.outputs());
    }

    private void add(SpecificRecord fact) {
      String tenant = Facts.tenant(fact);
      String key = Facts.patientKey(fact);
      Patient patient = patients.computeIfAbsent(List.of(tenant, key), id -> patient(tenant, key));
      patient.ledger().add(fact);
      for (Revision.Change change :
          patient.revision().revise(patient.ledger().takeTouched(), present(tenant))) {
        if (change.before() != null) {
          books.book(tenant, change.before(), -1);
        }
        if (change.after() != null) {
          books.book(tenant, change.after(), 1);
        }
      }
    }

    private Patient patient(String tenant, String key) {
      MemoryStore store = new MemoryStore();
      TenantSettings own = books.settings(tenant);
      DateJudge judge = new DateJudge(tenant, key, store, own, tokens);
      return new Patient(new PatientLedger(store, own), new Revision(store, judge));
    }

    private JudgingTime present(String tenant) {
      Feed emr = feeds.get(List.of(tenant, FeedSource.EMR));
      Feed billing = feeds.get(List.of(tenant, FeedSource.BILLING));
      return new JudgingTime(
          asOf,
          emr == null ? null : emr.getCompleteUntil(),
          billing == null ? null : billing.getCompleteUntil());
    }
  }

  /** What all judgements add up to. */
  private static final class Books {
    private final Map<String, TenantSettings> settings = new HashMap<>();
    private final Instant asOf;
    private final Function<String, Instant> billingUntil;
    private final Tokens tokens = new Tokens(KEY);
    private final Map<List<Object>, PeriodBook> periods = new HashMap<>();
    private final Map<List<String>, CapBook> caps = new HashMap<>();
    private final Map<List<Object>, InsightBook> insights = new HashMap<>();
    private final Map<List<String>, Judgement> standing = new HashMap<>();

    Books(Map<String, Settings> documents, Instant asOf, Function<String, Instant> billingUntil) {
      this.asOf = asOf;
      this.billingUntil = billingUntil;
      documents.forEach((tenant, document) -> settings.put(tenant, new TenantSettings(document)));
    }

    TenantSettings settings(String tenant) {
      return settings.computeIfAbsent(tenant, TenantSettings::defaults);
    }

    void book(String tenant, Judgement judgement, int times) {
      VisitTraits visit = VisitTraits.of(judgement);
      if (visit != null) {
        insights
            .computeIfAbsent(
                List.of(tenant, visit.location(), visit.finalizedOn()), id -> new InsightBook())
            .add(visit, times);
      }
      for (Contribution part : judgement.getContributions()) {
        periods
            .computeIfAbsent(
                List.of(tenant, part.getLocation(), part.getGranularity(), part.getFrom()),
                id -> new PeriodBook())
            .add(part, times);
      }
      for (CapSample sample : judgement.getCapSamples()) {
        caps.computeIfAbsent(
                List.of(tenant, sample.getPayerId(), sample.getCpt(), sample.getMonth()),
                id -> new CapBook())
            .add(sample, times);
      }
      List<String> id =
          List.of(tenant, judgement.getToken(), judgement.getSummary() == null ? "" : "visit");
      if (times < 0) {
        standing.remove(id);
      } else {
        standing.put(id, judgement);
      }
    }

    Outputs outputs() {
      Outputs outputs =
          new Outputs(
              new ArrayList<>(),
              new ArrayList<>(),
              new ArrayList<>(),
              new ArrayList<>(),
              new ArrayList<>(),
              new ArrayList<>(),
              new ArrayList<>(),
              new ArrayList<>(),
              new ArrayList<>());
      periods.forEach(
          (id, book) -> {
            if (book.isActive()) {
              String tenant = (String) id.get(0);
              String location = (String) id.get(1);
              LocalDate from = (LocalDate) id.get(3);
              outputs.balances().add(book.balance(tenant, location, (Granularity) id.get(2), from));
              addIfThere(
                  outputs.discrepancies(), PeriodBook.mappingMissing(tenant, location, tokens));
              if (id.get(2) == Granularity.DAY) {
                addIfThere(
                    outputs.discrepancies(), book.discrepancy(tenant, location, from, tokens));
              }
            }
          });
      caps.forEach(
          (id, book) ->
              addIfThere(
                  outputs.capProposals(),
                  book.proposal(
                      id.get(0),
                      id.get(1),
                      id.get(2),
                      id.get(3),
                      settings(id.get(0)).ruledCap(id.get(1), id.get(2), id.get(3)))));
      standing.forEach((id, judgement) -> add(outputs, id.get(0), judgement));
      settings.forEach(
          (tenant, own) -> {
            InsightTotals totals =
                new InsightTotals(Insights.last(own, asOf, billingUntil.apply(tenant)));
            insights.forEach(
                (id, book) -> {
                  if (id.get(0).equals(tenant)) {
                    totals.add((String) id.get(1), (LocalDate) id.get(2), book, 1);
                  }
                });
            outputs.insights().addAll(Insights.found(tenant, own, asOf, totals));
          });
      return outputs;
    }

    private void add(Outputs outputs, String tenant, Judgement judgement) {
      TenantSettings own = settings(tenant);
      LocalDate today = LocalDate.ofInstant(asOf, own.zone());
      outputs.items().addAll(Items.of(tenant, judgement));
      judgement.getDiscrepancies().stream()
          .filter(one -> one.getStatus() == DiscrepancyStatus.OPEN)
          .forEach(outputs.discrepancies()::add);
      outputs.unitVariances().addAll(judgement.getVariances());
      addIfThere(outputs.visits(), judgement.getSummary());
      if (judgement.getLateArrival() != null) {
        outputs.lateArrivals().add(LateArrivals.on(today, judgement.getLateArrival(), own));
      }
    }

    private static <T> void addIfThere(List<T> list, T element) {
      if (element != null && !list.contains(element)) {
        list.add(element);
      }
    }
  }
}
