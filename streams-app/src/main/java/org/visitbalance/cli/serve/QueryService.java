package org.visitbalance.cli.serve;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.visitbalance.cli.Environment;
import org.visitbalance.cli.Setting;
import org.visitbalance.ingest.InputException;
import org.visitbalance.query.access.Authenticator;
import org.visitbalance.query.closes.ClosingPolicy;
import org.visitbalance.query.http.ApiServer;
import org.visitbalance.query.http.DomainMetrics;
import org.visitbalance.query.http.Health;
import org.visitbalance.query.model.Database;
import org.visitbalance.query.model.Freshness;
import org.visitbalance.query.model.Projector;
import org.visitbalance.query.model.Watch;
import org.visitbalance.service.BalancingService;
import org.visitbalance.service.FactProducer;
import org.visitbalance.service.ServiceProperties;
import org.visitbalance.topology.TopologyOptions;

/** What the outside sees of a running instance: the read model, the API, the page, the metrics. */
public final class QueryService implements AutoCloseable {
  /** Records that the tables may be behind and still be called ready. */
  private static final long MUCH = 10_000;

  private final Database database;
  private final Projector projector;
  private final Watch watch;
  private final FactProducer producer;
  private final DomainMetrics metrics;
  private final ApiServer server;
  private final ClosingPolicy policy;

  private QueryService(
      Database database,
      Projector projector,
      Watch watch,
      FactProducer producer,
      DomainMetrics metrics,
      ApiServer server,
      ClosingPolicy policy) {
    this.database = database;
    this.projector = projector;
    this.watch = watch;
    this.producer = producer;
    this.metrics = metrics;
    this.server = server;
    this.policy = policy;
  }

  /**
   * The cluster that it works on.
   *
   * @param registry what keeps schemas from being had, and what that means; null: nothing
   */
  public record Cluster(
      Map<String, Object> clients,
      TopologyOptions.Serdes serdes,
      String prefix,
      Supplier<@Nullable String> registry) {
    /** One of whose registry nothing is known. */
    public Cluster(Map<String, Object> clients, TopologyOptions.Serdes serdes, String prefix) {
      this(clients, serdes, prefix, () -> null);
    }
  }

  /**
   * How it is to be.
   *
   * @param stalledAfter how long nothing may move before the instance is not ready
   * @param failures hears of faults in the answering of requests
   */
  public record Plan(
      ApiServer.Place place,
      Authenticator authenticator,
      Duration stalledAfter,
      Consumer<Exception> failures) {}

  /** The plan that is set; null where no port is wanted. */
  public static @Nullable Plan plan(Environment environment, Consumer<Exception> failures) {
    if ("off".equals(environment.get(Setting.HTTP_PORT))) {
      return null;
    }
    String host = environment.need(Setting.HTTP_HOST, "it listens there");
    String keystore = environment.get(Setting.HTTP_KEYSTORE);
    if (keystore != null) {
      requireKeystore(keystore, environment);
    }
    return new Plan(
        new ApiServer.Place(
            host,
            environment.whole(Setting.HTTP_PORT, 65_535),
            keystore,
            environment.get(Setting.HTTP_KEYSTORE_PASSWORD)),
        Access.of(environment, host),
        Duration.ofMinutes(environment.whole(Setting.STALLED_AFTER, 1_440)),
        failures);
  }

  /** A store that cannot be opened is said now, and not by the server when all else runs. */
  private static void requireKeystore(String keystore, Environment environment) {
    String password =
        environment.need(Setting.HTTP_KEYSTORE_PASSWORD, "the keystore is opened with it");
    try {
      KeyStore.getInstance(new File(keystore), password.toCharArray());
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      throw new InputException(
          Setting.HTTP_KEYSTORE.variable()
              + ": the keystore "
              + keystore
              + " cannot be opened ("
              + e.getMessage()
              + "); it must be PKCS #12 or JKS, with the password that is set",
          e);
    }
  }

  /** The read model's database that is set, else an embedded one in a folder. */
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

  /**
   * Starts it beside an instance of the topology.
   *
   * @param database is closed with it
   */
  public static QueryService start(
      Plan plan, Cluster cluster, Database database, BalancingService service) {
    return start(plan, cluster, database, service, InstantSource.system());
  }

  /**
   * The same where time is not the wall clock's.
   *
   * @param time that of the ticks on the clock's topic
   */
  public static QueryService start(
      Plan plan, Cluster cluster, Database database, BalancingService service, InstantSource time) {
    Projector projector = new Projector(database, cluster.clients, cluster.serdes, cluster.prefix);
    Watch watch =
        new Watch(
            database,
            cluster.clients,
            cluster.serdes,
            cluster.prefix,
            ServiceProperties.applicationId(cluster.prefix),
            time);
    FactProducer producer = new FactProducer(soon(cluster.clients), cluster.serdes, cluster.prefix);
    PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    StreamsMeters.bind(service, meters);
    DomainMetrics metrics = new DomainMetrics(database, watch::freshness, meters, time);
    Gauge.builder("visit_balance_read_model_passed_records", projector::passed)
        .description("That the tables do not reflect, because they cannot be read.")
        .register(meters);
    try {
      ApiServer server =
          ApiServer.start(
              plan.place,
              new ApiServer.Parts(
                  database,
                  watch::freshness,
                  new KafkaCommandPort(producer),
                  plan.authenticator,
                  health(plan, cluster, service, database, projector, watch, time),
                  meters,
                  time,
                  plan.failures));
      ClosingPolicy policy =
          new ClosingPolicy(
              database,
              watch::freshness,
              close -> new KafkaCommandPort(producer).close(close, null),
              time,
              plan.failures);
      projector.start();
      watch.start();
      policy.start();
      return new QueryService(database, projector, watch, producer, metrics, server, policy);
    } catch (IllegalArgumentException e) {
      close(producer, metrics, watch, projector, database);
      throw new InputException(Setting.HTTP_PORT.variable() + ": " + e.getMessage(), e);
    }
  }

  /** A caller hears within half a minute that Kafka does not answer. */
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
      InstantSource time) {
    Health.Check topology = new Health.Check("topology", service::trouble);
    return new Health(
        List.of(new Health.Check("topology", () -> service.hasFailed() ? service.trouble() : null)),
        List.of(
            topology,
            new Health.Check(
                "progress",
                () -> StallCheck.trouble(watch.freshness(), time.instant(), plan.stalledAfter)),
            new Health.Check(
                "database",
                () -> database.isThere() ? null : "does not answer; look at it, and at its log"),
            new Health.Check("schema-registry", cluster.registry),
            new Health.Check(
                "read-model",
                () -> trouble(projector.problem(), watch.freshness()),
                () -> note(projector))));
  }

  private static @Nullable String trouble(@Nullable String problem, Freshness freshness) {
    if (problem != null) {
      return "cannot go on just now (" + problem + "); it tries again";
    } else if (freshness.lag() > MUCH) {
      return "is " + freshness.lag() + " records behind; wait";
    }
    return null;
  }

  /** What cannot be read is passed over, and is no reason to answer nothing. */
  private static String note(Projector projector) {
    String last = projector.lastPassed();
    return last == null
        ? "is well"
        : "is well, but has passed over "
            + projector.passed()
            + " records that cannot be read, the last one "
            + last
            + "; look for who else writes there, and run read-model rebuild when it is mended";
  }

  /** Closes now what is due by policy, which else happens now and then. */
  public void closeWhatIsDue() {
    policy.closeWhatIsDue();
  }

  /** Whether the tables have all that was on the topics. */
  public boolean isFilled() {
    return projector.behind() == 0;
  }

  /** The port that it listens on. */
  public int port() {
    return server.port();
  }

  @Override
  public void close() {
    policy.close();
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
