package org.visitbalance.lab.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.visitbalance.cli.ExitStatus;
import org.visitbalance.platform.Folders;
import org.visitbalance.platform.Patience;
import org.visitbalance.platform.serde.ValueSerdes;
import org.visitbalance.scenario.Preset;
import org.visitbalance.scenario.Scenario;
import org.visitbalance.scenario.TimedFact;
import org.visitbalance.service.FactProducer;
import org.visitbalance.service.TopicProvisioner;
import org.visitbalance.topology.Topic;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures what an installation costs while nothing happens. */
@Command(
    name = "bench-idle",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures what an installation costs while nothing happens.",
      "",
      "The broker and each instance of serve run in their own processes on this machine. The facts"
          + " are put on their topics, and the instances catch up. Then only the clock goes on.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  bench-idle",
      "  bench-idle --days 2     the same companies without their history",
    })
public final class BenchIdleCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofHours(1);
  private static final Duration BREATH = Duration.ofSeconds(1);
  private static final String KEY = "bench-idle-has-no-secrets-to-keep-0123456789";
  private static final List<String> SMALL = List.of("-Xmx512m", "-Xmn150m");
  private static final double PERCENT = 100;

  @Spec private CommandSpec spec;

  @Option(
      names = "--tenants",
      paramLabel = "N",
      defaultValue = "200",
      description = "Companies, each with one clinic (default: 200)")
  private int tenants;

  @Option(
      names = "--days",
      paramLabel = "N",
      defaultValue = "365",
      description = "Days of activity, up to yesterday (default: 365)")
  private int days;

  @Option(
      names = "--visits",
      paramLabel = "N",
      defaultValue = "3",
      description = "Average visits per company and open day (default: 3)")
  private int visits;

  @Option(
      names = "--instances",
      paramLabel = "N",
      defaultValue = "4",
      description = "Instances of serve (default: 4)")
  private int instances;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      defaultValue = "4",
      description = "Partitions per topic (default: 4)")
  private int partitions;

  @Option(
      names = "--rest",
      paramLabel = "SECONDS",
      defaultValue = "120",
      description = "How long to let them come to rest before measuring (default: 120)")
  private int rest;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "180",
      description = "How long to measure (default: 180)")
  private int seconds;

  @SuppressWarnings("NullAway.Init")
  BenchIdleCommand() {}

  @Override
  public Integer call() throws Exception {
    Path folder = Measuring.folder("idle");
    List<ServeProcess> running = new ArrayList<>();
    try (BrokerProcess broker = BrokerProcess.start(partitions)) {
      Map<String, Object> clients = broker.clients();
      say("%,d facts of %,d companies", produce(clients), tenants);
      long begun = System.nanoTime();
      for (int i = 0; i < instances; i++) {
        Path state = Files.createDirectories(folder.resolve(Integer.toString(i)));
        running.add(ServeProcess.start(clients, "", state, KEY, SMALL));
      }
      for (ServeProcess one : running) {
        Patience.await("serve", PATIENCE, BREATH, () -> one.isReady() || !one.isAlive());
      }
      say("ready after %.0f s", (System.nanoTime() - begun) / 1e9);
      Thread.sleep(Duration.ofSeconds(rest).toMillis());
      measure(running, broker);
    } finally {
      running.forEach(ServeProcess::close);
      Folders.delete(folder);
    }
    return ExitStatus.OK;
  }

  private long produce(Map<String, Object> clients) {
    TopicProvisioner.create(clients, "", partitions, Topic.Time.SIMULATION);
    LocalDate today = LocalDate.now(ZoneOffset.UTC);
    Scenario scenario =
        new Scenario(
            Preset.CLINIC
                .options()
                .with()
                .tenants(tenants)
                .clinics(1, 1)
                .firstDay(today.minusDays(days))
                .days(days)
                .visitsPerDay(visits)
                .build());
    Instant now = today.atStartOfDay(ZoneOffset.UTC).toInstant();
    long[] facts = {0};
    try (FactProducer producer = new FactProducer(clients, ValueSerdes.of(clients)::forClass, "");
        Stream<TimedFact> all = scenario.facts()) {
      scenario.settings().forEach(producer::settings);
      all.takeWhile(timed -> !timed.knownAt().isAfter(now))
          .forEach(
              timed -> {
                producer.fact(timed.fact(), timed.knownAt());
                facts[0]++;
              });
      producer.flush();
    }
    return facts[0];
  }

  private void measure(List<ServeProcess> running, BrokerProcess broker)
      throws InterruptedException {
    List<Duration> before = running.stream().map(ServeProcess::cpu).toList();
    Duration ofBroker = broker.cpu();
    Thread.sleep(Duration.ofSeconds(seconds).toMillis());
    List<Double> shares = new ArrayList<>();
    for (int i = 0; i < running.size(); i++) {
      shares.add(share(before.get(i), running.get(i).cpu()));
    }
    say(
        "idle for %d s: instances used %s %% of a core (the most: %.2f %%), the broker %.2f %%",
        seconds,
        shares.stream().map(one -> String.format("%.2f", one)).toList(),
        shares.stream().max(Comparator.naturalOrder()).orElse(0.0),
        share(ofBroker, broker.cpu()));
  }

  private double share(Duration before, Duration after) {
    return PERCENT * after.minus(before).toMillis() / Duration.ofSeconds(seconds).toMillis();
  }

  @SuppressWarnings("AnnotateFormatMethod")
  private void say(String text, Object... values) {
    spec.commandLine().getOut().printf(text + "%n", values);
    spec.commandLine().getOut().flush();
  }
}
