package org.visitbalance.alerts;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Sends discrepancies to people and programs: one thread for each route, and one that watches the
 * checking itself.
 */
public final class Alerts implements AutoCloseable {
  private static final int TEST_SECONDS = 60;

  private final List<RouteWorker> workers = new ArrayList<>();

  private Alerts() {}

  /**
   * The configuration.
   *
   * @param routes the routes, with unique names
   */
  public record Plan(MessageFormatter formatter, WatchdogLimits limits, List<AlertRoute> routes) {}

  /**
   * Starts the alerts. They run until they are closed, whatever happens outside.
   *
   * @param application the consumer group of the topology to watch
   */
  public static Alerts start(
      Cluster cluster,
      String application,
      Plan plan,
      InstantSource time,
      RandomGenerator random,
      StatusListener listener) {
    Alerts alerts = new Alerts();
    WebhookDelivery.Outlet outlet =
        new WebhookDelivery.Outlet(new HttpSender(), plan.formatter(), random);
    Watchdog watch = new Watchdog(cluster, plan.limits(), application, time, listener);
    alerts.workers.add(watch.start());
    for (AlertRoute route : plan.routes()) {
      if (route.destination() instanceof Destination.Alertmanagers destination) {
        for (URI url : destination.urls()) {
          alerts.workers.add(
              new AlertmanagerWorker(cluster, route, url, watch, time, outlet, listener).start());
        }
      } else {
        alerts.workers.add(
            new WebhookWorker(cluster, route, watch, time, outlet, listener).start());
      }
    }
    return alerts;
  }

  /**
   * The state of a route; each Alertmanager counts as a route.
   *
   * @param trouble what is wrong; null if nothing is
   * @param told the number of delivered messages
   * @param givenUp the number of messages that were given up
   */
  public record Standing(String name, @Nullable String trouble, long told, long givenUp) {}

  /** Returns the state of each route and of the watch. */
  public List<Standing> standings() {
    return workers.stream().map(RouteWorker::standing).toList();
  }

  /**
   * Sends one test message, marked as such.
   *
   * @return the response of each receiver, in words; a line that starts with "ok" means success
   */
  public static List<String> test(AlertRoute route, MessageFormatter formatter, Instant now) {
    HttpSender sender = new HttpSender();
    AlertSubject subject =
        AlertSubject.ofTheWatch(
            "TEST|" + now,
            "TEST",
            now,
            "This is a test of the route " + route.name(),
            "No action needed.");
    List<String> lines = new ArrayList<>();
    if (route.destination() instanceof Destination.Webhook destination) {
      PendingMessage pending = new PendingMessage(subject, Transition.OPENED, 0);
      lines.add(
          sent(
              sender,
              destination,
              Signature.request(
                  destination, pending.messageId(route.name()), now, formatter.message(pending))));
    } else if (route.destination() instanceof Destination.Alertmanagers destination) {
      AlertGroups groups = new AlertGroups(EVERYTHING);
      String body =
          AlertmanagerWorker.body(
              formatter, groups.alerts(List.of(subject), now), now.plusSeconds(TEST_SECONDS));
      for (URI url : destination.urls()) {
        lines.add(sent(sender, destination, AlertmanagerWorker.request(destination, url, body)));
      }
    }
    return lines;
  }

  private static final RouteFilter EVERYTHING =
      new RouteFilter(
          java.util.Set.of(),
          java.util.Set.of(),
          java.util.Set.of(),
          java.util.Set.of(),
          java.time.Duration.ZERO,
          java.time.Duration.ZERO);

  private static String sent(HttpSender sender, Destination destination, HttpRequest request) {
    String host = request.uri().getHost();
    try {
      HttpSender.Answer answer = sender.send(request, destination.timeout());
      String body = answer.body().isBlank() ? "" : ": " + answer.body().strip();
      return (answer.isGood() ? "ok" : "failed") + " " + host + " HTTP " + answer.status() + body;
    } catch (IOException e) {
      return "failed " + host + " " + e.getMessage();
    }
  }

  /** Stops the alerts after finishing messages that are being sent. */
  @Override
  public void close() {
    workers.forEach(RouteWorker::stop);
    workers.forEach(RouteWorker::close);
  }
}
