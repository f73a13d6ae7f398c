package org.visitbalance.cli.serve;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.jspecify.annotations.Nullable;
import org.visitbalance.cli.Environment;
import org.visitbalance.cli.Setting;
import org.visitbalance.cli.intake.IntakeMeters;
import org.visitbalance.cli.intake.RunningIntake;
import org.visitbalance.ingest.InputException;
import org.visitbalance.platform.PeriodicTask;
import org.visitbalance.query.access.Authenticator;
import org.visitbalance.query.closes.ClosingPolicy;
import org.visitbalance.query.http.ApiServer;
import org.visitbalance.query.http.DomainMetrics;
import org.visitbalance.query.http.Health;
import org.visitbalance.query.model.Database;
import org.visitbalance.query.model.Freshness;
import org.visitbalance.query.model.Progress;
import org.visitbalance.query.model.Projector;
import org.visitbalance.query.model.Rebuild;
import org.visitbalance.query.model.Removal;
import org.visitbalance.query.model.Watch;
import org.visitbalance.query.settings.WhatIfDesk;
import org.visitbalance.query.signin.SignIn;
import org.visitbalance.service.BalancingService;
import org.visitbalance.service.FactProducer;
import org.visitbalance.service.LetterRetry;
import org.visitbalance.service.LetterSearch;
import org.visitbalance.service.ServiceProperties;
import org.visitbalance.topology.TopologyOptions;

/** What an instance shows to the outside: the read model, the API, the page and the metrics. */
public final class QueryService implements AutoCloseable {
  /** How many records the tables may be behind and still count as ready. */
  private static final long MUCH = 10_000;

  /** How long an evaluation with other settings may take. */
  private static final Duration WHAT_IF_LIMIT = Duration.ofMinutes(2);

  private final Database database;
  private final Projector projector;
  private final Watch watch;
  private final FactProducer producer;
  private final DomainMetrics metrics;
  private final ApiServer server;
  private final ClosingPolicy policy;
  private final PeriodicTask removing;
  private final WhatIfDesk desk;

  private QueryService(
      Database database,
      Projector projector,
      Watch watch,
      FactProducer producer,
      DomainMetrics metrics,
      ApiServer server,
      ClosingPolicy policy,
      PeriodicTask removing,
      WhatIfDesk desk) {
    this.database = database;
    this.projector = projector;
    this.watch = watch;
    this.producer = producer;
    this.metrics = metrics;
    this.server = server;
    this.policy = policy;
    this.removing = removing;
    this.desk = desk;
  }

  /**
   * The cluster to work on.
   *
   * @param registry supplies why a schema is not available and what to do; null if all are
   */
  public record Cluster(
      Map<String, Object> clients,
      TopologyOptions.Serdes serdes,
      String prefix,
      Supplier<@Nullable String> registry) {
    /** A cluster whose registry is not checked. */
    public Cluster(Map<String, Object> clients, TopologyOptions.Serdes serdes, String prefix) {
      this(clients, serdes, prefix, () -> null);
    }
  }

  /**
   * The configuration.
   *
   * @param signIn how people sign in with their browsers; null: not at all
   * @param stalledAfter how long nothing may move before the instance is not ready
   * @param whatIfRecords up to how many records the page evaluates with other settings
   * @param failures is told of requests that fail
   * @param intake reads files in this process, and takes those that people send; null: nothing does
   */
  public record Plan(
      ApiServer.Place place,
      Authenticator authenticator,
      @Nullable SignIn signIn,
      Duration stalledAfter,
      long whatIfRecords,
      Consumer<Exception> failures,
      @Nullable RunningIntake intake) {
    private static final long WHAT_IF_RECORDS = 200_000;

    /** The same plan with an intake in this process. */
    public Plan with(@Nullable RunningIntake running) {
      return new Plan(place, authenticator, signIn, stalledAfter, whatIfRecords, failures, running);
    }

    /** A configuration with the default limit of records. */
    public Plan(
        ApiServer.Place place,
        Authenticator authenticator,
        @Nullable SignIn signIn,
        Duration stalledAfter,
        Consumer<Exception> failures) {
      this(place, authenticator, signIn, stalledAfter, WHAT_IF_RECORDS, failures, null);
    }

    /** A configuration without sign-in by browser. */
    public Plan(
        ApiServer.Place place,
        Authenticator authenticator,
        Duration stalledAfter,
        Consumer<Exception> failures) {
      this(place, authenticator, null, stalledAfter, failures);
    }
  }

  /** Returns the configured plan; null if the port is off. */
  public static @Nullable Plan plan(Environment environment, Consumer<Exception> failures) {
    if ("off".equals(environment.get(Setting.HTTP_PORT))) {
      return null;
    }
    String host = environment.need(Setting.HTTP_HOST, "the server listens on it");
    int port = environment.whole(Setting.HTTP_PORT, 65_535);
    requireFree(host, port);
    String keystore = environment.get(Setting.HTTP_KEYSTORE);
    if (keystore != null) {
      requireKeystore(keystore, environment);
    }
    return new Plan(
        new ApiServer.Place(host, port, keystore, environment.get(Setting.HTTP_KEYSTORE_PASSWORD)),
        Access.of(environment, host),
        Access.signIn(environment),
        Duration.ofMinutes(environment.whole(Setting.STALLED_AFTER, 1_440)),
        environment.whole(Setting.WHAT_IF_RECORDS, 999_999_999),
        failures,
        null);
  }

  /** Fails now, before anything else is opened, if the server cannot listen there. */
  private static void requireFree(String host, int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(host, port));
    } catch (IOException e) {
      throw new InputException(
          Setting.HTTP_PORT.variable()
              + ": "
              + host
              + ":"
              + port
              + " is in use or not of this machine; choose another",
          e);
    }
  }

  /**
   * Fails now, instead of in the server when everything else is running, if the keystore cannot be
   * opened.
   */
  private static void requireKeystore(String keystore, Environment environment) {
    String password = environment.need(Setting.HTTP_KEYSTORE_PASSWORD, "it opens the keystore");
    try {
      KeyStore.getInstance(new File(keystore), password.toCharArray());
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      throw new InputException(
          Setting.HTTP_KEYSTORE.variable()
              + ": the keystore "
              + keystore
              + " cannot be opened ("
              + e.getMessage()
              + "); it must be a PKCS #12 or JKS file with the configured password",
          e);
    }
  }

  /** Returns the configured read-model database, else an embedded one in a folder. */
  static Database database(Environment environment, Path state) {
    String url = environment.get(Setting.READ_MODEL_URL);
    try {
      return url == null
          ? Database.embedded(state)
          : Database.open(
              url,
              Objects.requireNonNullElse(environment.get(Setting.READ_MODEL_USER), ""),
              environment.get(Setting.READ_MODEL_PASSWORD));
    } catch (Database.Unusable e) {
      throw new InputException(String.valueOf(e.getMessage()), e);
    }
  }

  /** Begins a rebuild of the tables that {@link #database} opens. */
  static Rebuild rebuild(Environment environment, Path state) {
    String url = environment.get(Setting.READ_MODEL_URL);
    try {
      return url == null
          ? Rebuild.embedded(state)
          : Rebuild.shared(
              url,
              Objects.requireNonNullElse(environment.get(Setting.READ_MODEL_USER), ""),
              environment.get(Setting.READ_MODEL_PASSWORD));
    } catch (Database.Unusable e) {
      throw new InputException(String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * Starts the web parts beside an instance of the topology.
   *
   * @param database is closed together with them
   * @param clock sends the ticks of this process; null: it sends none
   */
  public static QueryService start(
      Plan plan,
      Cluster cluster,
      Database database,
      BalancingService service,
      @Nullable PeriodicTask clock) {
    return start(plan, cluster, database, service, clock, InstantSource.system());
  }

  /**
   * Starts the web parts with another clock than the wall clock.
   *
   * @param time the time of the ticks on the clock topic
   */
  public static QueryService start(
      Plan plan,
      Cluster cluster,
      Database database,
      BalancingService service,
      @Nullable PeriodicTask clock,
      InstantSource time) {
    Map<String, Object> reading = new HashMap<>(cluster.clients);
    if (service.instance() != null) {
      reading.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, service.instance());
    }
    Watch watch =
        new Watch(
            database,
            cluster.clients,
            cluster.serdes,
            cluster.prefix,
            ServiceProperties.applicationId(cluster.prefix),
            service::applied,
            time);
    Projector projector =
        new Projector(
            database,
            reading,
            cluster.serdes,
            cluster.prefix,
            () -> watch.freshness().unread(),
            watch::isPresent);
    Supplier<Freshness> freshness =
        () -> {
          Freshness seen = watch.freshness();
          return seen.with(
              StallCheck.stopped(
                  seen,
                  service.changedTopics(),
                  projector.failure(),
                  watch.failure(),
                  watch.wrongClocks(),
                  time.instant(),
                  plan.stalledAfter));
        };
    RunningIntake intake = plan.intake;
    Map<String, Object> soon = soon(cluster.clients);
    FactProducer producer = new FactProducer(soon, cluster.serdes, cluster.prefix, time);
    KafkaCommandPort commands =
        new KafkaCommandPort(
            producer,
            new LetterRetry(soon, cluster.serdes, cluster.prefix, time),
            new LetterSearch(soon, cluster.serdes, cluster.prefix),
            intake == null ? null : intake.door(),
            time);
    WhatIfDesk desk =
        new WhatIfDesk(
            new LogWhatIf(cluster, service.tokenKey(), plan.whatIfRecords),
            commands,
            service.retention(),
            WHAT_IF_LIMIT,
            plan.failures);
    PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    StreamsMeters.bind(service, meters);
    if (intake != null) {
      IntakeMeters.bind(intake, meters);
    }
    Gauge.builder("visit_balance_read_model_passed_over", projector::passedOver)
        .description("Records that this instance could not write to the tables since its start.")
        .register(meters);
    DomainMetrics metrics =
        new DomainMetrics(database, freshness, watch::wrongClocks, meters, time);
    ClosingPolicy policy =
        new ClosingPolicy(database, watch::freshness, close -> commands.close(close, null), time);
    Removal removal = new Removal(database, watch::freshness, service.retention());
    List<PeriodicTask> tasks =
        Stream.of(clock, watch.task(), metrics.task(), policy.task(), removal.task())
            .filter(Objects::nonNull)
            .toList();
    try {
      ApiServer server =
          ApiServer.start(
              plan.place,
              new ApiServer.Parts(
                  database,
                  freshness,
                  commands,
                  desk,
                  plan.authenticator,
                  plan.signIn,
                  health(plan, cluster, service, database, projector, watch, tasks, time),
                  meters,
                  time,
                  service.retention(),
                  plan.failures));
      projector.start();
      watch.start();
      policy.start();
      PeriodicTask removing = removal.task().start();
      return new QueryService(
          database, projector, watch, producer, metrics, server, policy, removing, desk);
    } catch (IllegalArgumentException e) {
      desk.close();
      close(producer, metrics, watch, projector, database);
      throw new InputException(Setting.HTTP_PORT.variable() + ": " + e.getMessage(), e);
    }
  }

  /** Sets timeouts with which a caller learns within half a minute that Kafka does not answer. */
  private static Map<String, Object> soon(Map<String, Object> clients) {
    Map<String, Object> soon = new HashMap<>(clients);
    soon.putAll(
        Map.of(
            "max.block.ms", "10000",
            "request.timeout.ms", "10000",
            "delivery.timeout.ms", "20000",
            "linger.ms", "5"));
    return soon;
  }

  private static Health health(
      Plan plan,
      Cluster cluster,
      BalancingService service,
      Database database,
      Projector projector,
      Watch watch,
      List<PeriodicTask> tasks,
      InstantSource time) {
    List<Health.Check> ready = new ArrayList<>();
    ready.add(Health.Check.of("topology", service::trouble, () -> warning(service)));
    ready.add(Health.Check.of("topics", () -> StallCheck.changedTopics(service.changedTopics())));
    ready.add(
        Health.Check.of(
            "progress",
            () ->
                StallCheck.trouble(
                    watch.freshness(),
                    watch.failure(),
                    watch.wrongClocks(),
                    time.instant(),
                    plan.stalledAfter),
            () -> clocks(watch)));
    ready.add(
        Health.Check.of(
            "database",
            () -> database.isThere() ? null : "does not answer; check the database and its log"));
    ready.add(Health.Check.of("schema-registry", cluster.registry));
    ready.add(
        Health.Check.of(
            "read-model",
            () -> trouble(projector.problem(), watch.freshness()),
            () -> passedOver(projector)));
    ready.add(Health.Check.of("settings", () -> null, () -> applying(watch.freshness())));
    tasks.forEach(task -> ready.add(Health.Check.of(task)));
    RunningIntake intake = plan.intake;
    if (intake != null) {
      ready.add(Health.Check.of("intake", () -> null, intake::problem));
    }
    return new Health(
        List.of(Health.Check.of("topology", () -> service.hasFailed() ? service.trouble() : null)),
        ready);
  }

  private static @Nullable String clocks(Watch watch) {
    String unguarded = watch.unguardedClock();
    String wrong = StallCheck.wrongClocks(watch.wrongClocks());
    return unguarded == null || wrong == null
        ? (unguarded == null ? wrong : unguarded)
        : unguarded + "; " + wrong;
  }

  private static @Nullable String warning(BalancingService service) {
    String clock = service.warning();
    String passedOver = passedOver(service);
    if (clock == null) {
      return passedOver;
    }
    return passedOver == null ? clock : clock + "; it also " + passedOver;
  }

  private static @Nullable String passedOver(BalancingService service) {
    String last = service.lastPassedOver();
    return last == null
        ? null
        : "could not send a record "
            + service.passedOver()
            + " times since its start; last: "
            + last;
  }

  /** Names no company: health is for everybody. */
  private static @Nullable String applying(Freshness freshness) {
    return freshness.applying().values().stream()
        .min(Comparator.comparingInt(Progress::percent))
        .map(
            least ->
                "are being applied, "
                    + least.percent()
                    + "% done; until then, figures are in between: some by the old settings, some by"
                    + " the new ones")
        .orElse(null);
  }

  private static @Nullable String passedOver(Projector projector) {
    String last = projector.lastPassedOver();
    return last == null
        ? null
        : "could not write "
            + projector.passedOver()
            + " records to the tables since its start; last: "
            + last
            + ". See docs/operating.md#not-written";
  }

  private static @Nullable String trouble(@Nullable String problem, Freshness freshness) {
    if (problem != null) {
      return "cannot go on for now (" + problem + "); it will try again";
    } else if (freshness.lag() > MUCH) {
      return "is " + freshness.lag() + " records behind; wait";
    }
    return null;
  }

  /** Closes the periods that are due by policy now; this also happens from time to time. */
  public void closeWhatIsDue() {
    policy.closeWhatIsDue();
  }

  /** Asks whether the tables have everything that is on the topics now; see {@link #isFilled}. */
  public void askWhetherFilled() {
    projector.askForLook();
  }

  /** Returns whether the tables had everything that was on the topics after the last question. */
  public boolean isFilled() {
    return projector.isFilled();
  }

  /** Returns the port that the server listens on. */
  public int port() {
    return server.port();
  }

  @Override
  public void close() {
    policy.close();
    removing.close();
    desk.close();
    server.close();
    close(producer, metrics, watch, projector, database);
  }

  private static void close(
      FactProducer producer,
      DomainMetrics metrics,
      Watch watch,
      Projector projector,
      Database database) {
    producer.close();
    metrics.close();
    watch.close();
    projector.close();
    database.close();
  }
}
