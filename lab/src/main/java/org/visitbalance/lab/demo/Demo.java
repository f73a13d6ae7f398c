package org.visitbalance.lab.demo;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.streams.StreamsConfig;
import org.visitbalance.cli.Closeables;
import org.visitbalance.cli.serve.QueryService;
import org.visitbalance.embedded.EmbeddedCluster;
import org.visitbalance.embedded.EmbeddedPorts;
import org.visitbalance.platform.serde.ValueSerdes;
import org.visitbalance.query.access.Authenticator;
import org.visitbalance.query.http.ApiServer;
import org.visitbalance.query.model.Database;
import org.visitbalance.scenario.HurryingClock;
import org.visitbalance.scenario.LivingCompany;
import org.visitbalance.service.BalancingService;
import org.visitbalance.service.FactProducer;
import org.visitbalance.service.TopicProvisioner;
import org.visitbalance.service.TopicReader;
import org.visitbalance.topology.Topic;
import org.visitbalance.topology.TopologyOptions;

/** A simulated company, a cluster and the service in one process; nothing is kept. */
final class Demo {
  private static final String NO_PREFIX = "";
  private static final String LOOPBACK = "127.0.0.1";

  /** In the company's time, which runs fast. */
  private static final Duration STALLED_AFTER = Duration.ofDays(1);

  /** One partition and one thread start fastest. */
  private static final int PARTITIONS = 1;

  private final LivingCompany company;
  private final Map<String, Object> clients;
  private final TopologyOptions.Serdes serdes;
  private final BalancingService service;
  private final Deliveries deliveries;
  private final Simulation simulation;

  private Demo(
      LivingCompany company,
      Map<String, Object> clients,
      TopologyOptions.Serdes serdes,
      BalancingService service,
      Deliveries deliveries,
      Simulation simulation) {
    this.company = company;
    this.clients = clients;
    this.serdes = serdes;
    this.service = service;
    this.deliveries = deliveries;
    this.simulation = simulation;
  }

  /**
   * Starts everything, and returns when the company's history has been evaluated; its clock is not
   * running yet.
   *
   * @param opened receives what has to be closed
   * @param tokenKey the key of the tokens
   * @param speed how fast the company's time runs
   * @param ports of the cluster
   * @param problems is told what goes wrong in the service
   */
  static Demo start(
      Closeables opened,
      LivingCompany company,
      String tokenKey,
      double speed,
      EmbeddedPorts ports,
      BalancingService.Problems problems) {
    EmbeddedCluster cluster = opened.open(() -> EmbeddedCluster.temporary(ports));
    Map<String, Object> clients =
        Map.of(
            "bootstrap.servers", cluster.bootstrapServers(),
            "schema.registry.url", cluster.registryUrl());
    Map<String, Object> streams = new HashMap<>(clients);
    streams.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, "1");
    TopologyOptions.Serdes serdes = ValueSerdes.of(clients)::forClass;
    TopicProvisioner.create(clients, NO_PREFIX, PARTITIONS, Topic.Time.SIMULATION);
    CatchUpProgress ledgers = new CatchUpProgress(PARTITIONS);
    TopologyOptions options =
        new TopologyOptions(
            NO_PREFIX,
            serdes,
            tokenKey,
            PARTITIONS,
            company.begins(),
            TopologyOptions.RETENTION,
            true,
            TopologyOptions.DATES_PER_TICK,
            ledgers);
    BalancingService service =
        opened.open(() -> BalancingService.startTemporary(options, streams, problems));
    HurryingClock clock = new HurryingClock(company.firstNight(), speed);
    FactProducer producer = opened.open(() -> new FactProducer(clients, serdes, NO_PREFIX, clock));
    company.settings().forEach(producer::settings);
    producer.flush();
    Deliveries deliveries = opened.open(() -> Deliveries.open(company, clients, serdes, clock));
    Simulation simulation =
        new Simulation(company, clock, producer, deliveries, ledgers, PARTITIONS);
    simulation.tellHistory();
    return new Demo(company, clients, serdes, service, deliveries, simulation);
  }

  LivingCompany company() {
    return company;
  }

  /** Returns a reader of the service's outputs. */
  TopicReader reader() {
    return new TopicReader(clients, serdes, NO_PREFIX);
  }

  /**
   * Starts the page and the API on the service's outputs, in the company's time, for this machine
   * only.
   *
   * @param port the port to listen on; 0 for a free one
   * @param failures is told of requests that fail
   */
  QueryService page(Closeables opened, int port, Consumer<Exception> failures) {
    QueryService.Plan plan =
        new QueryService.Plan(
                new ApiServer.Place(LOOPBACK, port, null, null),
                Authenticator.NONE,
                STALLED_AFTER,
                failures)
            .with(deliveries.intake());
    return opened.open(
        () ->
            QueryService.start(
                plan,
                new QueryService.Cluster(clients, serdes, NO_PREFIX),
                Database.temporary(),
                service,
                null,
                simulation.time()));
  }

  /** Lets the company's time run until it is closed; see {@link Simulation#start}. */
  void run(Closeables opened, Consumer<Instant> judged, Consumer<RuntimeException> failed) {
    opened.open(() -> simulation.start(judged, failed));
  }
}
