package org.visitbalance.alerts;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.visitbalance.platform.CommittedReading;

/**
 * Tells one Alertmanager what is open, again and again, as its protocol wants it: an alert that is
 * not said again ends by itself. So there is no place to keep: each instance reads all partitions
 * and says the same, as several Prometheus servers do, and Alertmanager takes it as one. Of a
 * cluster of them each has a worker, so that one that hangs keeps no other waiting.
 */
final class AlertmanagerWorker extends DiscrepancyWorker {
  /** An alert ends by itself when it was not said so often. */
  private static final int MISSED = 4;

  private static final Duration SOON = Duration.ofSeconds(5);
  private static final int AT_ONCE = 500;

  private final Destination.Alertmanagers destination;
  private final URI url;
  private final WebhookDelivery.Outlet outlet;

  AlertmanagerWorker(
      Cluster cluster,
      AlertRoute route,
      URI url,
      Watchdog watch,
      InstantSource time,
      WebhookDelivery.Outlet outlet,
      StatusListener listener) {
    super(route.name() + "@" + place(url), cluster, route, watch, time, listener);
    this.destination = (Destination.Alertmanagers) route.destination();
    this.url = url;
    this.outlet = outlet;
  }

  /** Without what a secret may stand in. */
  private static String place(URI url) {
    return url.getHost() + (url.getPort() < 0 ? "" : ":" + url.getPort());
  }

  @Override
  void work() {
    Subjects subjects = new Subjects();
    AlertGroups groups = new AlertGroups(route.filter());
    try (KafkaConsumer<byte[], byte[]> opened = open(kafka.reading())) {
      Consumer<ConsumerRecord<byte[], byte[]>> sink =
          record -> {
            AlertSubject subject = subjects.of(record);
            if (subject != null) {
              groups.take(subject);
            }
          };
      CommittedReading.begin(opened, topics());
      CommittedReading.readToEnd(opened, sink);
      Rounds rounds = new Rounds();
      while (!isClosed()) {
        cluster.good();
        List<AlertSubject> found = watch.found();
        rounds.go(groups, found == null ? List.of() : found);
        opened.poll(POLL).forEach(sink);
      }
    } catch (WakeupException e) {
      // It is to end.
    }
  }

  /** What was said in the last round; what is new since is said at once. */
  private final class Rounds {
    private Map<Map<String, String>, AlertGroups.Alert> said = Map.of();
    private Instant next = Instant.MIN;

    void go(AlertGroups groups, List<AlertSubject> found) {
      Instant now = time.instant();
      Map<Map<String, String>, AlertGroups.Alert> all = new LinkedHashMap<>();
      groups.alerts(found, now).forEach(alert -> all.put(alert.labels(), alert));
      boolean isAll = !now.isBefore(next);
      List<AlertGroups.Alert> news =
          all.values().stream()
              .filter(alert -> isAll || !alert.equals(said.get(alert.labels())))
              .toList();
      if (isAll || !news.isEmpty()) {
        said = all;
        boolean isTold = tell(news, now);
        next = isTold ? (isAll ? now.plus(destination.resendEvery()) : next) : now.plus(SOON);
      }
    }
  }

  /** Whether all of them were taken. A request that is refused keeps no other from being sent. */
  private boolean tell(List<AlertGroups.Alert> alerts, Instant now) {
    Instant ends = now.plus(destination.resendEvery().multipliedBy(MISSED));
    String trouble = null;
    int refused = 0;
    for (int from = 0; from < alerts.size() && !isClosed(); from += AT_ONCE) {
      List<AlertGroups.Alert> some = alerts.subList(from, Math.min(alerts.size(), from + AT_ONCE));
      String wrong = post(body(outlet.formatter(), some, ends));
      if (wrong == null) {
        receiver.took(some.size());
      } else {
        trouble = wrong;
        refused += some.size();
      }
    }
    if (trouble == null) {
      receiver.good();
      return true;
    }
    String of = refused == alerts.size() ? "" : refused + " of " + alerts.size() + " ";
    receiver.bad("did not accept " + of + "alerts (" + trouble + "); retrying");
    return false;
  }

  /** Sends alerts; what is wrong, or null. */
  private @Nullable String post(String body) {
    try {
      HttpSender.Answer answer =
          outlet.sender().send(request(destination, url, body), destination.timeout());
      return answer.isGood() ? null : "HTTP " + answer.status();
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  static HttpRequest request(Destination.Alertmanagers destination, URI url, String body) {
    String base = url.toString();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + (base.endsWith("/") ? "" : "/") + "api/v2/alerts"))
            .timeout(destination.timeout())
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body));
    if (destination.bearer() != null) {
      request.header("Authorization", "Bearer " + destination.bearer());
    }
    return request.build();
  }

  /** The alerts of one request, each with the moment at which it ends if it is not said again. */
  static String body(
      MessageFormatter formatter, Collection<AlertGroups.Alert> alerts, Instant ends) {
    return MessageFormatter.json(
        json -> {
          json.writeStartArray();
          for (AlertGroups.Alert alert : alerts) {
            formatter.writeAlert(json, alert, ends);
          }
          json.writeEndArray();
        });
  }
}
