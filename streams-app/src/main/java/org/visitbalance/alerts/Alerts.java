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

  private final List<Lane> lanes = new ArrayList<>();

  private Alerts() {}

  /**
   * The configuration.
   *
   * @param routes the routes, with unique names
   */
  public record Plan(Telling telling, Checking checking, List<Route> routes) {}

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
      Voice voice) {
    Alerts alerts = new Alerts();
    Delivery.Outlet outlet = new Delivery.Outlet(new Courier(), plan.telling(), random);
    CheckingWatch watch = new CheckingWatch(cluster, plan.checking(), application, time, voice);
    alerts.lanes.add(watch.start());
    for (Route route : plan.routes()) {
      if (route.door() instanceof Door.Alertmanagers door) {
        for (URI url : door.urls()) {
          alerts.lanes.add(
              new AlertmanagerLane(cluster, route, url, watch, time, outlet, voice).start());
        }
      } else {
        alerts.lanes.add(new WebhookLane(cluster, route, watch, time, outlet, voice).start());
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
    return lanes.stream().map(Lane::standing).toList();
  }

  /**
   * Sends one test message, marked as such.
   *
   * @return the response of each receiver, in words; a line that starts with "ok" means success
   */
  public static List<String> test(Route route, Telling telling, Instant now) {
    Courier courier = new Courier();
    Matter matter =
        Matter.ofTheWatch(
            "TEST|" + now,
            "TEST",
            now,
            "This is a test of the route " + route.name(),
            "No action needed.");
    List<String> lines = new ArrayList<>();
    if (route.door() instanceof Door.Webhook door) {
      Due due = new Due(matter, Transition.OPENED, 0);
      lines.add(
          sent(
              courier,
              door,
              Signature.request(door, due.messageId(route.name()), now, telling.message(due))));
    } else if (route.door() instanceof Door.Alertmanagers door) {
      AlertGroups groups = new AlertGroups(EVERYTHING);
      String body =
          AlertmanagerLane.body(
              telling, groups.alerts(List.of(matter), now), now.plusSeconds(TEST_SECONDS));
      for (URI url : door.urls()) {
        lines.add(sent(courier, door, AlertmanagerLane.request(door, url, body)));
      }
    }
    return lines;
  }

  private static final Wanted EVERYTHING =
      new Wanted(
          java.util.Set.of(),
          java.util.Set.of(),
          java.util.Set.of(),
          java.util.Set.of(),
          java.time.Duration.ZERO,
          java.time.Duration.ZERO);

  private static String sent(Courier courier, Door door, HttpRequest request) {
    String host = request.uri().getHost();
    try {
      Courier.Answer answer = courier.send(request, door.timeout());
      String body = answer.body().isBlank() ? "" : ": " + answer.body().strip();
      return (answer.isGood() ? "ok" : "failed") + " " + host + " HTTP " + answer.status() + body;
    } catch (IOException e) {
      return "failed " + host + " " + e.getMessage();
    }
  }

  /** Stops the alerts after finishing messages that are being sent. */
  @Override
  public void close() {
    lanes.forEach(Lane::stop);
    lanes.forEach(Lane::close);
  }
}
