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
import org.visitbalance.alerts.Digest;
import org.visitbalance.alerts.MailPlan;
import org.visitbalance.cli.Closeables;
import org.visitbalance.cli.ClusterOptions;
import org.visitbalance.cli.ExitStatus;
import org.visitbalance.cli.HealthOptions;
import org.visitbalance.cli.Logs;
import org.visitbalance.cli.Secrets;
import org.visitbalance.cli.Stopping;
import org.visitbalance.ingest.InputException;
import org.visitbalance.platform.serde.ValueSerdes;
import org.visitbalance.service.Access;
import org.visitbalance.service.ServiceProperties;
import org.visitbalance.service.TopicProvisioner;
import org.visitbalance.text.Words;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs the bridge to Alertmanager and webhooks; see docs/alerts.md. */
@Command(
    name = "alerts",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Sends findings to Alertmanager and to webhooks, and a mail with the figures each morning.",
      "",
      "Alertmanager reaches people by email, pager and chat; signed webhooks reach programs. Also"
          + " alerts when the service itself stops checking.",
      "",
      "Runs beside serve until it is stopped. A crash loses no message; it may repeat one, under"
          + " the same id. Several instances share the work. Each route works on its own: when one"
          + " receiver is down, the other routes go on.",
      "",
      "A first routes file, which sends a program every HIGH finding that has been open for 10"
          + " minutes:",
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
      "  bin/visit-balance alerts mail morning --routes routes.yaml",
      "  bin/visit-balance alerts --config cluster.properties --routes routes.yaml",
      "",
      "docs/alerts.md describes the routes file and how a receiver verifies a message.",
      "",
      "Exit status: 0 stopped, 2 cannot run."
    })
public final class AlertsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ClusterOptions cluster;

  @Option(
      names = "--routes",
      paramLabel = "FILE",
      description = "Routes file: which findings go where (required)")
  private @Nullable Path routes;

  @Mixin private HealthOptions health;

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
    TopicProvisioner.partitions(cluster.clientsSoon(), cluster.prefix(), Access.ALERTS);
    CountDownLatch stopped = new CountDownLatch(1);
    PrintWriter out = spec.commandLine().getOut();
    try (Closeables opened = new Closeables()) {
      Stopping.closes(opened);
      // If the port is taken, the command ends before it sends anything.
      AlertsHealth door = opened.open(() -> AlertsHealth.at(health.host(), health.port()));
      Alerts alerts = opened.open(() -> start(plan, clients));
      door.begin(alerts);
      int mails = plan.mail() == null ? 0 : plan.mail().digests().size();
      out.printf(
          "visit-balance: sending alerts through %d routes%s%n",
          plan.routes().size(),
          mails == 0 ? "" : ", and " + Words.count(mails, "morning mail", "morning mails"));
      out.flush();
      stopped.await();
    } catch (CancellationException e) {
      // It was stopped while it was starting.
    }
    return ExitStatus.OK;
  }

  private static Cluster at(ClusterOptions cluster, Map<String, Object> clients) {
    return new Cluster(clients, ValueSerdes.of(clients)::forClass, cluster.prefix());
  }

  private Alerts start(Alerts.Plan plan, Map<String, Object> clients) {
    return Alerts.start(
        at(cluster, clients),
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

  /** Checks a routes file. */
  @Command(
      name = "check",
      mixinStandardHelpOptions = true,
      description = {
        "Checks a routes file. Reports an error with its file, line, key and the allowed values;"
            + " lists secrets that are not set. With the cluster's options, also reports companies,"
            + " locations and groups that are neither in the settings nor in any balance.",
        "",
        "Exit status: 0 the file is valid, 1 it names what nobody knows, 2 it is not valid."
      })
  int check(
      @Parameters(paramLabel = "FILE", description = "Routes file") Path file,
      @Mixin ClusterOptions there) {
    PrintWriter err = spec.commandLine().getErr();
    Secrets secrets =
        new Secrets(System.getenv(), problem -> err.printf("visit-balance: %s%n", problem));
    Alerts.Plan plan = RoutesFile.read(file, secrets);
    PrintWriter out = spec.commandLine().getOut();
    for (AlertRoute route : plan.routes()) {
      out.printf("%s: %s%n", route.name(), route.destination());
    }
    if (plan.mail() != null) {
      for (Digest digest : plan.mail().digests()) {
        out.printf(
            "%s: mail of %s to %s at %s%n",
            digest.name(), digest.tenant(), String.join(", ", digest.to()), digest.at());
      }
    }
    out.flush();
    return checkNames(plan, there, err);
  }

  /** Looks whether there is what the routes and mails are limited to. */
  private static int checkNames(Alerts.Plan plan, ClusterOptions there, PrintWriter err) {
    if (!Alerts.isLimited(plan)) {
      return ExitStatus.OK;
    } else if (!there.isGiven()) {
      err.println(
          "visit-balance: whether there are such companies, locations, and groups was not checked;"
              + " give --config to check it");
      return ExitStatus.OK;
    }
    List<String> unknown = Alerts.unknown(at(there, there.clientsSoon()), plan);
    unknown.forEach(sentence -> err.printf("visit-balance: %s%n", sentence));
    return unknown.isEmpty() ? ExitStatus.OK : ExitStatus.DIFFERS;
  }

  /** Sends a test message through a route. */
  @Command(
      name = "test",
      mixinStandardHelpOptions = true,
      description = {
        "Sends one test message (kind TEST) through a route and prints the response.",
        "",
        "Exit status: 0 accepted, 1 not accepted, 2 the file cannot be used."
      })
  int test(
      @Parameters(paramLabel = "ROUTE", description = "Name of the route") String name,
      @Option(names = "--routes", paramLabel = "FILE", required = true, description = "Routes file")
          Path file) {
    Alerts.Plan plan = RoutesFile.read(file, new Secrets(System.getenv(), null));
    List<AlertRoute> named = plan.routes().stream().filter(one -> one.name().equals(name)).toList();
    if (named.isEmpty()) {
      throw new InputException(
          file
              + " has no route '"
              + name
              + "'; its routes are "
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

  /** Sends a morning mail now. */
  @Command(
      name = "mail",
      mixinStandardHelpOptions = true,
      description = {
        "Sends a morning mail now and prints the response. The mail of the next morning is sent"
            + " all the same.",
        "",
        "Exit status: 0 accepted, 1 not accepted, 2 the file cannot be used."
      })
  int mail(
      @Parameters(paramLabel = "MAIL", description = "Name of the mail, one of mail.digests")
          String name,
      @Option(names = "--routes", paramLabel = "FILE", required = true, description = "Routes file")
          Path file) {
    Alerts.Plan plan = RoutesFile.read(file, new Secrets(System.getenv(), null));
    MailPlan mail = plan.mail();
    if (mail == null) {
      throw new InputException(file + " has no mail; add the section mail");
    }
    Digest digest =
        mail.digests().stream()
            .filter(one -> one.name().equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    new InputException(
                        file
                            + " has no mail '"
                            + name
                            + "'; its mails are "
                            + mail.digests().stream()
                                .map(Digest::name)
                                .collect(Collectors.joining(", "))));
    String line = Alerts.mail(digest, mail, plan.formatter(), Instant.now());
    PrintWriter out = spec.commandLine().getOut();
    out.println(line);
    out.flush();
    return line.startsWith("ok") ? ExitStatus.OK : ExitStatus.DIFFERS;
  }
}
