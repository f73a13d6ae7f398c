package org.visitbalance.lab.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.visitbalance.cli.ExitStatus;
import org.visitbalance.cli.serve.QueryService;
import org.visitbalance.platform.Folders;
import org.visitbalance.platform.Patience;
import org.visitbalance.platform.serde.ValueSerdes;
import org.visitbalance.query.access.Authenticator;
import org.visitbalance.query.http.ApiServer;
import org.visitbalance.query.model.Database;
import org.visitbalance.query.model.Projector;
import org.visitbalance.query.model.Rebuild;
import org.visitbalance.scenario.TimedFact;
import org.visitbalance.service.BalancingService;
import org.visitbalance.service.FactProducer;
import org.visitbalance.service.TopicProvisioner;
import org.visitbalance.settings.Settings;
import org.visitbalance.topology.AppliedSettings;
import org.visitbalance.topology.Topic;
import org.visitbalance.topology.TopologyOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures the way of a year's facts through the topology into the read model. */
@Command(
    name = "bench-year",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures how long a year's facts of a large company take into the read model.",
      "",
      "The broker runs in its own process on this machine. The facts are put on their topics for"
          + " each measurement; then an instance starts and catches up: the topology alone, twice,"
          + " with the tables on H2, and with the tables on PostgreSQL if --database is given. Each"
          + " time the company's settings are changed. After that the tables are rebuilt, and serve"
          + " is killed and started again, with visits that came while it was down.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  bench-year",
      "  bench-year --clinics 6 --database jdbc:postgresql://127.0.0.1/empty?user=me",
    })
public final class BenchYearCommand implements Callable<Integer> {
  private static final double NANOS = 1e9;
  private static final double MILLIS = 1e3;

  /** Visits that come while serve is down. */
  private static final int WHILE_DOWN = 300;

  private static final Duration PATIENCE = Duration.ofHours(1);
  private static final Duration BREATH = Duration.ofMillis(300);
  private static final String KEY = "bench-year-has-no-secrets-to-keep-0123456789";

  @Spec private CommandSpec spec;

  @Option(
      names = "--clinics",
      paramLabel = "N",
      defaultValue = "60",
      description = "Clinics, each with two locations (default: 60)")
  private int clinics;

  @Option(
      names = "--days",
      paramLabel = "N",
      defaultValue = "365",
      description = "Days of activity (default: 365)")
  private int days;

  @Option(
      names = "--visits",
      paramLabel = "N",
      defaultValue = "15",
      description = "Average visits per clinic and day (default: 15)")
  private int visits;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      defaultValue = "4",
      description = "Partitions per topic (default: 4)")
  private int partitions;

  @Option(
      names = "--database",
      paramLabel = "URL",
      description = "JDBC address of an empty PostgreSQL database to measure with as well")
  private @Nullable String url;

  @SuppressWarnings("NullAway.Init")
  BenchYearCommand() {}

  @Override
  public Integer call() throws Exception {
    Path folder = Measuring.folder("year");
    try (BrokerProcess broker = BrokerProcess.start(partitions)) {
      Map<String, Object> clients = broker.clients();
      catchUp(clients, "first.", folder.resolve("first"), null, "to warm up, the topology alone");
      catchUp(clients, "alone.", folder.resolve("alone"), null, "the topology alone");
      Path h2 = Files.createDirectories(folder.resolve("h2"));
      catchUp(clients, "h2.", h2, Database.embedded(h2), "with tables on H2");
      sizes(h2);
      rebuild(clients, "h2.", Rebuild.embedded(h2), "on H2");
      sizes(h2);
      if (url != null) {
        Path postgres = folder.resolve("postgres");
        catchUp(
            clients, "pg.", postgres, Database.open(url, "", null), "with tables on PostgreSQL");
        rebuild(clients, "pg.", Rebuild.shared(url, "", null), "on PostgreSQL");
      }
      restart(clients, "h2.", h2);
    } finally {
      Folders.delete(folder);
    }
    return ExitStatus.OK;
  }

  /** Puts the facts on topics of their own, and measures until everything from them is there. */
  private void catchUp(
      Map<String, Object> clients,
      String prefix,
      Path state,
      @Nullable Database database,
      String what) {
    TopologyOptions.Serdes serdes = ValueSerdes.of(clients)::forClass;
    TopicProvisioner.create(clients, prefix, partitions, Topic.Time.SIMULATION);
    LargeCompany company = new LargeCompany(clinics, days, visits);
    Instant end = company.asOf();
    try (FactProducer producer = new FactProducer(clients, serdes, prefix)) {
      long facts = produce(company, producer);
      Map<Integer, Boolean> settled = new ConcurrentHashMap<>();
      long begun = System.nanoTime();
      long worked = Measuring.cpuNanos();
      try (BalancingService service = start(clients, serdes, prefix, state, end, settled);
          AutoCloseable web =
              database == null ? () -> {} : web(clients, serdes, prefix, database, service, end)) {
        Measuring.await(
            service,
            PATIENCE,
            BREATH,
            () -> service.counts().ofPatientFacts("facts-read") >= facts);
        Measuring.await(service, PATIENCE, BREATH, () -> isSettled(producer, end, settled));
        Measuring.await(service, PATIENCE, BREATH, service::isBooked);
        String booked = String.format("%.0f s", (System.nanoTime() - begun) / NANOS);
        if (web instanceof QueryService tables) {
          tables.askWhetherFilled();
          Measuring.await(service, PATIENCE, BREATH, tables::isFilled);
        }
        say(
            "%s: %,d facts in %.0f s (booked after %s), %.0f s of CPU time in this process",
            what,
            facts,
            (System.nanoTime() - begun) / NANOS,
            booked,
            (Measuring.cpuNanos() - worked) / NANOS);
        if (database != null) {
          sizes(state);
        }
        change(company, producer, service, web);
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** Measures a change of settings until the tables have everything that it changes. */
  private void change(
      LargeCompany company, FactProducer producer, BalancingService service, AutoCloseable web) {
    long begun = System.nanoTime();
    Settings changed = Settings.newBuilder(company.settings()).setMissingAfter("P7D").build();
    producer.settings(changed);
    producer.flush();
    Set<AppliedSettings> before = Set.copyOf(service.applied().values());
    Measuring.await(
        service,
        PATIENCE,
        BREATH,
        () -> {
          producer.tick(company.asOf(), partitions);
          producer.flush();
          return service.applied().values().stream()
              .allMatch(one -> one.isDone() && !before.contains(one));
        });
    String judged = String.format("%.1f s", (System.nanoTime() - begun) / NANOS);
    Measuring.await(service, PATIENCE, BREATH, service::isBooked);
    if (web instanceof QueryService tables) {
      tables.askWhetherFilled();
      Measuring.await(service, PATIENCE, BREATH, tables::isFilled);
    }
    say(
        "a change of settings: %.1f s (judged after %s)",
        (System.nanoTime() - begun) / NANOS, judged);
  }

  private long produce(LargeCompany company, FactProducer producer) {
    producer.settings(company.settings());
    long[] facts = {0};
    try (Stream<TimedFact> all = company.facts()) {
      all.forEach(
          timed -> {
            producer.fact(timed.fact(), timed.knownAt());
            facts[0] += timed.fact() instanceof org.visitbalance.fact.Feed ? 0 : 1;
          });
    }
    producer.flush();
    return facts[0];
  }

  private boolean isSettled(FactProducer producer, Instant end, Map<Integer, Boolean> settled) {
    boolean done =
        settled.size() == partitions && settled.values().stream().allMatch(Boolean::booleanValue);
    if (!done) {
      producer.tick(end, partitions);
      producer.flush();
    }
    return done;
  }

  private BalancingService start(
      Map<String, Object> clients,
      TopologyOptions.Serdes serdes,
      String prefix,
      Path state,
      Instant end,
      Map<Integer, Boolean> settled) {
    Map<String, Object> streams = new HashMap<>(clients);
    streams.put("commit.interval.ms", "1000");
    TopologyOptions options =
        new TopologyOptions(
            prefix,
            serdes,
            KEY,
            partitions,
            end,
            TopologyOptions.RETENTION,
            false,
            TopologyOptions.DATES_PER_TICK,
            (partition, now, isSettled) -> settled.put(partition, isSettled && now.equals(end)));
    return BalancingService.start(options, streams, state, (problem, goesOn) -> {});
  }

  private QueryService web(
      Map<String, Object> clients,
      TopologyOptions.Serdes serdes,
      String prefix,
      Database database,
      BalancingService service,
      Instant end) {
    QueryService.Plan plan =
        new QueryService.Plan(
            new ApiServer.Place("127.0.0.1", 0, null, null),
            Authenticator.NONE,
            PATIENCE,
            problem -> say("a request failed: %s", problem));
    QueryService.Cluster cluster = new QueryService.Cluster(clients, serdes, prefix);
    return QueryService.start(plan, cluster, database, service, null, () -> end);
  }

  private void rebuild(Map<String, Object> clients, String prefix, Rebuild rebuild, String where) {
    TopologyOptions.Serdes serdes = ValueSerdes.of(clients)::forClass;
    long begun = System.nanoTime();
    long worked = Measuring.cpuNanos();
    try (rebuild;
        Projector filler = new Projector(rebuild.tables(), clients, serdes, prefix)) {
      filler.start();
      Patience.await("the new tables", PATIENCE, BREATH, () -> filler.behind() == 0);
      say("rows: %s", rebuild.tables().rows());
      boolean unused = rebuild.finish(filler);
    }
    say(
        "tables rebuilt %s in %.0f s, %.0f s of CPU time in this process",
        where, (System.nanoTime() - begun) / NANOS, (Measuring.cpuNanos() - worked) / NANOS);
  }

  /**
   * Measures serve from its start until it is right again, after a stop and after kills: it has to
   * be ready, and to show the visits that came while it was down, on a day of their own.
   */
  private void restart(Map<String, Object> clients, String prefix, Path state) throws IOException {
    LargeCompany company = new LargeCompany(clinics, days, visits);
    List<String> ends = List.of("a stop", "a kill", "another kill");
    for (int i = 0; i < ends.size(); i++) {
      LocalDate day = LocalDate.ofInstant(company.asOf(), ZoneOffset.UTC).plusDays(i);
      try (FactProducer producer =
          new FactProducer(clients, ValueSerdes.of(clients)::forClass, prefix)) {
        company.visitsOn(day, WHILE_DOWN).forEach(producer::fact);
      }
      long begun = System.nanoTime();
      try (ServeProcess serve = ServeProcess.start(clients, prefix, state, KEY, List.of())) {
        Patience.await("serve", PATIENCE, BREATH, () -> serve.isReady() || !serve.isAlive());
        double ready = (System.nanoTime() - begun) / NANOS;
        Patience.await(
            "what came meanwhile",
            PATIENCE,
            BREATH,
            () -> serve.visitsOn(LargeCompany.TENANT, day) == WHILE_DOWN || !serve.isAlive());
        say(
            "serve is %s %.1f s after its start after %s, ready after %.1f s, %.1f s of CPU time",
            serve.isAlive() ? "right" : "GONE",
            (System.nanoTime() - begun) / NANOS,
            ends.get(i),
            ready,
            serve.cpu().toMillis() / MILLIS);
      }
    }
  }

  private void sizes(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      files
          .filter(file -> file.getFileName().toString().startsWith("read-model"))
          .forEach(file -> say("%s: %,d MB", file.getFileName(), file.toFile().length() >> 20));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @SuppressWarnings("AnnotateFormatMethod")
  private void say(String text, Object... values) {
    spec.commandLine().getOut().printf(text + "%n", values);
    spec.commandLine().getOut().flush();
  }
}
