package org.visitbalance.cli.alerts;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.visitbalance.alerts.AlertRoute;
import org.visitbalance.alerts.Alerts;
import org.visitbalance.alerts.Cluster;
import org.visitbalance.cli.Closeables;
import org.visitbalance.cli.ClusterOptions;
import org.visitbalance.cli.ExitStatus;
import org.visitbalance.cli.Logs;
import org.visitbalance.cli.Secrets;
import org.visitbalance.cli.Stopping;
import org.visitbalance.ingest.InputException;
import org.visitbalance.platform.serde.ValueSerdes;
import org.visitbalance.service.ServiceProperties;
import org.visitbalance.service.TopicProvisioner;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The bridge to Alertmanager and webhooks: docs/alerts.md. */
@Command(
    name = "alerts",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Tells people what the service finds: through Alertmanager, which mails, pages and chats, and"
          + " through signed webhooks to programs. It also tells when the checking itself stops.",
      "",
      "Runs beside serve, until it is stopped; a crash may repeat a message under the same id, and"
          + " loses none. Several instances share the work. Each route of the file is on its own: one"
          + " whose receiver is down waits, and the others go on.",
      "",
      "A first file, which tells a program of everything that is HIGH and stands for 10 minutes:",
      "",
      "  page: https://balance.example.com",
      "  routes:",
      "    - name: billing-desk",
      "      webhook:",
      "        url: https://desk.example.com/hooks/visit-balance",
      "        secrets: [{secretEnv: DESK_SECRET}]",
      "      severities: [HIGH]",
      "      settle: PT10M",
      ""
    },
    optionListHeading = "%nOptions:%n",
    commandListHeading = "%nCommands:%n",
    footer = {
      "",
      "Examples:",
      "  bin/visit-balance alerts check routes.yaml",
      "  bin/visit-balance alerts test billing-desk --routes routes.yaml",
      "  bin/visit-balance alerts --config cluster.properties --routes routes.yaml",
      "",
      "docs/alerts.md has all that can stand in the file, and how a receiver checks a message.",
      "",
      "Exit status: 0 stopped, 2 it cannot run."
    })
public final class AlertsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ClusterOptions cluster;

  @Option(names = "--routes", paramLabel = "FILE", description = "Who hears of what; needed.")
  private @Nullable Path routes;

  @Option(
      names = "--health-port",
      paramLabel = "N",
      description =
          "Answer at http://HOST:N/health with 200 while all routes work, else 503, and what is"
              + " wrong. Default: nowhere.")
  private @Nullable Integer healthPort;

  @Option(
      names = "--health-host",
      paramLabel = "HOST",
      defaultValue = "127.0.0.1",
      description =
          "The address that --health-port listens on; 0.0.0.0: all of this machine's. It needs no"
              + " token. Default: 127.0.0.1.")
  private String healthHost;

  @SuppressWarnings("NullAway.Init")
  AlertsCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    if (routes == null) {
      throw new ParameterException(spec.commandLine(), "Missing required option: '--routes=FILE'");
    }
    Logs.begin(cluster.environment());
    Alerts.Plan plan = RoutesFile.read(routes, new Secrets(System.getenv(), null));
    Map<String, Object> clients = cluster.clients();
    TopicProvisioner.partitions(clients, cluster.prefix());
    CountDownLatch stopped = new CountDownLatch(1);
    PrintWriter out = spec.commandLine().getOut();
    try (Closeables opened = new Closeables()) {
      Stopping.closes(opened);
      // A port that is taken is noticed before anybody is told anything.
      AlertsHealth health = opened.open(() -> AlertsHealth.at(healthHost, healthPort));
      Alerts alerts = opened.open(() -> start(plan, clients));
      health.begin(alerts);
      out.printf("visit-balance: telling %d routes%n", plan.routes().size());
      out.flush();
      stopped.await();
    } catch (CancellationException e) {
      // It was told to end while it started.
    }
    return ExitStatus.OK;
  }

  private Alerts start(Alerts.Plan plan, Map<String, Object> clients) {
    return Alerts.start(
        new Cluster(clients, ValueSerdes.of(clients)::forClass, cluster.prefix()),
        ServiceProperties.applicationId(cluster.prefix()),
        plan,
        InstantSource.system(),
        RandomGenerator.getDefault(),
        AlertsCommand::say);
  }

  private static void say(String who, boolean isWell, String sentence) {
    LoggerFactory.getLogger(AlertsCommand.class)
        .atLevel(isWell ? Level.INFO : Level.WARN)
        .addKeyValue("route", who)
        .log("{} {}", who, sentence);
  }

  /** Whether a file can be used. */
  @Command(
      name = "check",
      mixinStandardHelpOptions = true,
      description = {
        "Reads a file of routes and says what is wrong with it: file, line, key, and what is"
            + " allowed. Secrets need not be there; it says which are not.",
        "",
        "Exit status: 0 it can be used, 2 it cannot."
      })
  int check(@Parameters(paramLabel = "FILE", description = "The routes.") Path file) {
    PrintWriter err = spec.commandLine().getErr();
    Secrets secrets =
        new Secrets(System.getenv(), problem -> err.printf("visit-balance: %s%n", problem));
    Alerts.Plan plan = RoutesFile.read(file, secrets);
    PrintWriter out = spec.commandLine().getOut();
    for (AlertRoute route : plan.routes()) {
      out.printf("%s: %s%n", route.name(), route.destination());
    }
    out.flush();
    return ExitStatus.OK;
  }

  /** Whether a route leads anywhere. */
  @Command(
      name = "test",
      mixinStandardHelpOptions = true,
      description = {
        "Sends one message that says of itself that it is a test (kind TEST) through a route, and"
            + " prints what came back.",
        "",
        "Exit status: 0 it was taken, 1 it was not, 2 the file cannot be used."
      })
  int test(
      @Parameters(paramLabel = "ROUTE", description = "The name of the route.") String name,
      @Option(
              names = "--routes",
              paramLabel = "FILE",
              required = true,
              description = "The file that has it.")
          Path file) {
    Alerts.Plan plan = RoutesFile.read(file, new Secrets(System.getenv(), null));
    List<AlertRoute> named = plan.routes().stream().filter(one -> one.name().equals(name)).toList();
    if (named.isEmpty()) {
      throw new InputException(
          file
              + " has no route '"
              + name
              + "'; it has "
              + plan.routes().stream().map(AlertRoute::name).collect(Collectors.joining(", ")));
    }
    List<String> lines = Alerts.test(named.get(0), plan.formatter(), Instant.now());
    PrintWriter out = spec.commandLine().getOut();
    lines.forEach(out::println);
    out.flush();
    return lines.stream().allMatch(line -> line.startsWith("ok"))
        ? ExitStatus.OK
        : ExitStatus.DIFFERS;
  }
}
