package org.visitbalance.lab.start;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.streams.StreamsConfig;
import org.visitbalance.cli.Closeables;
import org.visitbalance.cli.Setting;
import org.visitbalance.cli.intake.RunningIntake;
import org.visitbalance.cli.serve.ClockTicker;
import org.visitbalance.cli.serve.QueryService;
import org.visitbalance.embedded.EmbeddedCluster;
import org.visitbalance.embedded.EmbeddedPorts;
import org.visitbalance.ingest.InputException;
import org.visitbalance.platform.PeriodicTask;
import org.visitbalance.platform.serde.ValueSerdes;
import org.visitbalance.query.http.ApiServer;
import org.visitbalance.query.model.Database;
import org.visitbalance.query.signin.OneUser;
import org.visitbalance.service.Access;
import org.visitbalance.service.BalancingService;
import org.visitbalance.service.FactProducer;
import org.visitbalance.service.RunStart;
import org.visitbalance.service.TopicProvisioner;
import org.visitbalance.topology.ProgressListener;
import org.visitbalance.topology.TopologyOptions;

/** A cluster and the service on a data folder, in this process. */
final class OwnService {
  static final String HOST = "127.0.0.1";

  private static final String NO_PREFIX = "";
  private static final int PARTITIONS = 4;
  private static final int THREADS = 2;
  private static final Duration STALLED_AFTER = Duration.ofMinutes(10);

  private final QueryService page;
  private final OneUser user;

  private OwnService(QueryService page, OneUser user) {
    this.page = page;
    this.user = user;
  }

  /**
   * Starts everything.
   *
   * @param opened receives what has to be closed
   * @param folder was prepared, and is this process's only
   * @param port the port of the page; 0 for a free one
   * @param ports of the cluster
   * @param problems is told what goes wrong in the service
   * @param failures is told of requests that fail
   */
  static OwnService start(
      Closeables opened,
      DataFolder folder,
      int port,
      EmbeddedPorts ports,
      BalancingService.Problems problems,
      Consumer<Exception> failures) {
    String tokenKey = folder.tokenKey();
    OneUser user = new OneUser(folder.accessToken(), InstantSource.system());
    EmbeddedCluster broker = opened.open(() -> EmbeddedCluster.kept(folder.cluster(), ports));
    Map<String, Object> clients = new HashMap<>();
    clients.put("bootstrap.servers", broker.bootstrapServers());
    clients.put("schema.registry.url", broker.registryUrl());
    TopicProvisioner.create(clients, NO_PREFIX, PARTITIONS);
    int partitions = TopicProvisioner.partitions(clients, NO_PREFIX, Access.SERVE);
    ValueSerdes values = ValueSerdes.of(clients);
    TopologyOptions options =
        new TopologyOptions(
            NO_PREFIX,
            values::forClass,
            tokenKey,
            partitions,
            RunStart.now(InstantSource.system()),
            TopologyOptions.RETENTION,
            false,
            TopologyOptions.DATES_PER_TICK,
            ProgressListener.NONE,
            null);
    Map<String, Object> streams = new HashMap<>(clients);
    streams.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, Integer.toString(THREADS));
    BalancingService service =
        opened.open(() -> BalancingService.prepare(options, streams, folder.state(), problems));
    FactProducer producer =
        opened.open(() -> new FactProducer(clients, values::forClass, NO_PREFIX));
    PeriodicTask clock = ClockTicker.of(producer, service, HOST);
    QueryService.Cluster cluster =
        new QueryService.Cluster(clients, values::forClass, NO_PREFIX, values::trouble);
    RunningIntake intake =
        opened.open(
            () ->
                RunningIntake.start(
                    clients,
                    values::forClass,
                    NO_PREFIX,
                    List.of(folder.intake()),
                    folder.intakeState(),
                    InstantSource.system()));
    QueryService page =
        opened.open(
            () ->
                QueryService.start(
                    new QueryService.Plan(
                            new ApiServer.Place(HOST, port, null, null),
                            user,
                            STALLED_AFTER,
                            failures)
                        .with(intake),
                    cluster,
                    database(folder),
                    service,
                    clock));
    service.begin();
    AutoCloseable unused = opened.open(() -> ticking(clock, producer));
    unused = opened.open(() -> connection(folder, clients, tokenKey, page.port()));
    return new OwnService(page, user);
  }

  private static Database database(DataFolder folder) {
    try {
      return Database.embedded(folder.state());
    } catch (Database.Unusable e) {
      throw new InputException(String.valueOf(e.getMessage()), e);
    }
  }

  /** Starts the clock; at the end, its last tick does not wait. */
  private static AutoCloseable ticking(PeriodicTask clock, FactProducer producer) {
    clock.start();
    return () -> {
      clock.stop();
      producer.close();
      clock.close();
    };
  }

  /** Tells other commands of this user where the cluster is, as long as it runs. */
  private static AutoCloseable connection(
      DataFolder folder, Map<String, Object> clients, String tokenKey, int port) {
    StringBuilder text = new StringBuilder("# For --config of other commands.\n");
    clients.forEach((name, value) -> text.append(name).append('=').append(value).append('\n'));
    text.append(Setting.TOKEN_KEY.property()).append('=').append(tokenKey).append('\n');
    text.append(RunningService.PORT).append('=').append(port).append('\n');
    try {
      folder.write(DataFolder.CONNECTION, text.toString());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write into the folder " + folder.path(), e);
    }
    return () -> Files.deleteIfExists(folder.connection());
  }

  /** Returns the address of the page. */
  String address() {
    return address(page.port());
  }

  static String address(int port) {
    return "http://" + HOST + ":" + port + "/";
  }

  /** Returns an address of the page that signs a browser in, once. */
  String addressToOpen() {
    return addressToOpen(page.port(), user.code());
  }

  static String addressToOpen(int port, String code) {
    return "http://" + HOST + ":" + port + OneUser.PATH + "?code=" + code;
  }
}
