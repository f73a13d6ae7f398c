package org.visitbalance.lab.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.visitbalance.platform.Folders;
import org.visitbalance.platform.Patience;
import org.visitbalance.platform.serde.ValueSerdes;
import org.visitbalance.scenario.TimedFact;
import org.visitbalance.service.FactProducer;
import org.visitbalance.service.ServiceProperties;
import org.visitbalance.service.TopicProvisioner;
import org.visitbalance.topology.Topic;
import org.visitbalance.topology.TopologyOptions;

/**
 * The service and a page of plain Kafka Streams take turns on the same topics: which share of a
 * bare count's speed the explanation has.
 */
final class PeerRounds {
  private static final double NANOS = 1e9;
  private static final Duration PATIENCE = Duration.ofMinutes(15);
  private static final Duration BREATH = Duration.ofMillis(100);

  private final Map<String, Object> clients;
  private final TopologyRun.Plan plan;
  private final int warmUp;
  private final int facts;
  private final Consumer<String> say;

  PeerRounds(
      Map<String, Object> clients,
      TopologyRun.Plan plan,
      int warmUp,
      int facts,
      Consumer<String> say) {
    this.clients = clients;
    this.plan = plan;
    this.warmUp = warmUp;
    this.facts = facts;
    this.say = say;
  }

  /** Runs some rounds, and says the medians. */
  void run(int rounds, Path folder) throws Exception {
    List<Double> ours = new ArrayList<>();
    List<Double> peers = new ArrayList<>();
    List<Double> ratios = new ArrayList<>();
    for (int round = 1; round <= rounds; round++) {
      String prefix = "round" + round + ".";
      BenchCompany company = new BenchCompany((long) facts + warmUp, 2 * BenchTopologyCommand.DAYS);
      TopicProvisioner.create(clients, prefix, plan.partitions(), Topic.Time.SIMULATION);
      try (Admin admin = Admin.create(clients)) {
        admin
            .createTopics(
                List.of(new NewTopic(NaivePage.output(prefix), plan.partitions(), (short) 1)))
            .all()
            .get();
      }
      TopologyOptions.Serdes serdes = ValueSerdes.of(clients)::forClass;
      TopologyRun.Took own;
      double peer;
      try (FactProducer producer = new FactProducer(clients, serdes, prefix);
          Stream<TimedFact> all = company.facts()) {
        company.settings().forEach(producer::settings);
        Iterator<TimedFact> next = all.iterator();
        TopologyRun run = new TopologyRun(clients, prefix, plan);
        Path state = Files.createDirectories(folder.resolve(prefix + "own"));
        Path other = Files.createDirectories(folder.resolve(prefix + "peer"));
        Instant end = run.produce(producer, next, warmUp);
        own = run.serveOnce(state, producer, end, warmUp);
        peer = peer(other, prefix, serdes, company, warmUp);
        end = run.produce(producer, next, facts);
        // Who goes first has the quieter broker.
        if (round % 2 == 1) {
          own = run.serveOnce(state, producer, end, facts);
          peer = peer(other, prefix, serdes, company, facts);
        } else {
          peer = peer(other, prefix, serdes, company, facts);
          own = run.serveOnce(state, producer, end, facts);
        }
        Folders.delete(state);
        Folders.delete(other);
      }
      double speed = facts / own.all();
      ours.add(speed);
      peers.add(peer);
      ratios.add(speed / peer);
      say(
          "round %d: %,.0f facts/s, %,d days live; peer %,.0f facts/s: %.2f",
          round, speed, own.days(), peer, speed / peer);
    }
    say(
        "medians of %d rounds: %,.0f facts/s, peer %,.0f facts/s: %.2f",
        rounds, Measuring.median(ours), Measuring.median(peers), Measuring.median(ratios));
  }

  private double peer(
      Path state, String prefix, TopologyOptions.Serdes serdes, BenchCompany company, long taken) {
    Map<String, Object> streams = new HashMap<>(clients);
    streams.put("commit.interval.ms", plan.commitMs());
    streams.put("num.stream.threads", plan.threads());
    Properties properties = ServiceProperties.of(prefix, streams, state);
    try (NaivePage page = new NaivePage(properties, prefix, serdes, company.settings())) {
      Patience.await("the peer", PATIENCE, BREATH, () -> page.isRunning() && page.read() > 0);
      long reading = System.nanoTime();
      Patience.await(
          "the peer",
          PATIENCE,
          BREATH,
          () -> page.isRunning() && page.read() >= taken && page.isCounted());
      return taken / ((System.nanoTime() - reading) / NANOS);
    }
  }

  private void say(String text, Object... values) {
    say.accept(String.format(Locale.ROOT, text, values));
  }
}
