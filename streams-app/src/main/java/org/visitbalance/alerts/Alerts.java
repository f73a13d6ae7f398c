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

/** The bridge to the outside: a thread for each route, and one that watches the checking itself. */
public final class Alerts implements AutoCloseable {
  private static final int TEST_SECONDS = 60;

  private final List<RouteWorker> workers = new ArrayList<>();

  private Alerts() {}

  /**
   * What is set.
   *
   * @param routes whose names are different
   */
  public record Plan(MessageFormatter formatter, WatchdogLimits limits, List<AlertRoute> routes) {}

  /**
   * Starts it; it goes on until it is closed, whatever happens outside.
   *
   * @param application the consumer group of the topology that is watched
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
   * How a route is; of several Alertmanagers each is one.
   *
   * @param trouble what is wrong with it; null: nothing
   * @param told messages that were taken
   * @param givenUp messages that were not, and will not be told any more
   * @param passed records that cannot be read, and of which nobody is told
   */
  public record Standing(
      String name, @Nullable String trouble, long told, long givenUp, long passed) {}

  /** How each route is, and the watch. */
  public List<Standing> standings() {
    return workers.stream().map(RouteWorker::standing).toList();
  }

  /**
   * Sends one message that says of itself that it is a test.
   *
   * @return what came back of each receiver, in words; a line that begins with "ok" is good
   */
  public static List<String> test(AlertRoute route, MessageFormatter formatter, Instant now) {
    HttpSender sender = new HttpSender();
    AlertSubject subject =
        AlertSubject.ofTheWatch(
            "TEST|" + now,
            "TEST",
            now,
            "This is a test of the route " + route.name() + "; all is well",
            "Nothing.");
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

  /** Ends it; what is being sent is waited for. */
  @Override
  public void close() {
    workers.forEach(RouteWorker::stop);
    workers.forEach(RouteWorker::close);
  }
}
