package org.visitbalance.alerts;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Sends discrepancies to people and programs: one thread for each route and each morning mail, and
 * one that watches the checking itself.
 */
public final class Alerts implements AutoCloseable {
  private static final int TEST_SECONDS = 60;
  private static final Duration MAIL_BACKOFF = Duration.ofMinutes(1);
  private static final Duration LONGEST_MAIL_BACKOFF = Duration.ofMinutes(15);

  private final List<RouteWorker> workers = new ArrayList<>();

  private Alerts() {}

  /**
   * The configuration.
   *
   * @param routes the routes, with unique names
   * @param mail the morning mails; null for none
   */
  public record Plan(
      MessageFormatter formatter,
      WatchdogLimits limits,
      List<AlertRoute> routes,
      @Nullable MailPlan mail) {}

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
    alerts.workers.add(watch);
    List<DiscrepancyWorker> limited = new ArrayList<>();
    for (AlertRoute route : plan.routes()) {
      if (route.destination() instanceof Destination.Alertmanagers destination) {
        for (URI url : destination.urls()) {
          limited.add(new AlertmanagerWorker(cluster, route, url, watch, time, outlet, listener));
        }
      } else {
        limited.add(new WebhookWorker(cluster, route, watch, time, outlet, listener));
      }
    }
    alerts.workers.addAll(limited);
    limited.removeIf(worker -> !worker.route.filter().isLimited());
    if (!limited.isEmpty()) {
      alerts.workers.add(new FilterWatch(cluster, limited, listener));
    }
    if (plan.mail() != null) {
      DigestWorker.Delivery delivery = delivery(plan.mail(), plan.formatter(), random);
      for (Digest digest : plan.mail().digests()) {
        alerts.workers.add(new DigestWorker(cluster, digest, delivery, time, listener));
      }
    }
    alerts.workers.forEach(RouteWorker::start);
    return alerts;
  }

  /** Returns whether a route or a mail is limited to what may not exist. */
  public static boolean isLimited(Plan plan) {
    return plan.mail() != null
        || plan.routes().stream().anyMatch(route -> route.filter().isLimited());
  }

  /**
   * Looks whether there is what routes and mails are limited to: routes by what is on the topics,
   * mails by what the service says whose figures they have.
   *
   * @return a sentence for each of which something is unknown
   */
  public static List<String> unknown(Cluster cluster, Plan plan) {
    List<String> sentences = new ArrayList<>();
    KnownPlaces places = new KnownPlaces(cluster);
    places.read(plan.routes().stream().map(AlertRoute::filter).toList());
    for (AlertRoute route : plan.routes()) {
      add(sentences, route.name(), places.unknown(route.filter()));
    }
    if (plan.mail() != null) {
      DigestSource source = new DigestSource(new HttpSender(), plan.mail());
      for (Digest digest : plan.mail().digests()) {
        try {
          add(sentences, digest.name(), source.unknown(digest));
        } catch (IOException e) {
          add(sentences, digest.name(), "cannot be checked: " + e.getMessage());
        }
      }
    }
    return sentences;
  }

  private static void add(List<String> sentences, String name, @Nullable String what) {
    if (what != null) {
      sentences.add(name + " " + what);
    }
  }

  private static DigestWorker.Delivery delivery(
      MailPlan plan, MessageFormatter formatter, RandomGenerator random) {
    return new DigestWorker.Delivery(
        new DigestSource(new HttpSender(), plan),
        new DigestText(formatter.page(), formatter.words()),
        new MailSender(plan),
        new Backoff(MAIL_BACKOFF, LONGEST_MAIL_BACKOFF, random));
  }

  /**
   * Sends a morning mail now: that of the latest morning, again or for the first time.
   *
   * @return what became of it, in words; a line that starts with "ok" means success
   */
  public static String mail(Digest digest, MailPlan plan, MessageFormatter formatter, Instant now) {
    DigestWorker.Delivery delivery = delivery(plan, formatter, RandomGenerator.getDefault());
    try {
      Digest.Morning morning = digest.latest(now, delivery.source().zone(digest.tenant()));
      MailSender.Result result = DigestWorker.send(digest, morning, delivery, now, () -> {});
      String trouble = result.trouble() == null ? "" : ": " + result.trouble();
      return (result.outcome() == MailSender.Outcome.SENT ? "ok " : "failed ")
          + plan.server().host()
          + trouble;
    } catch (IOException e) {
      return "failed " + plan.server().host() + ": " + e.getMessage();
    }
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
      new RouteFilter(Set.of(), Set.of(), Set.of(), Set.of(), Duration.ZERO, Duration.ZERO);

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
