package org.visitbalance.alerts;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.visitbalance.alerts.HttpSender.Answer;
import org.visitbalance.output.AlertLetter;

/** Sends what is due to one receiver, and minds what it answers. Of one thread. */
final class WebhookDelivery {
  /** So long at most is sent between two looks at the topics. */
  private static final Duration SPELL = Duration.ofSeconds(2);

  private final String route;
  private final Destination.Webhook destination;
  private final Outlet outlet;
  private final Backoff backoff;
  private final Condition condition;
  private final Map<String, Try> tries = new HashMap<>();
  private Instant closedUntil = Instant.MIN;
  private int failures;
  private boolean disabled;

  /** How messages are worded and sent. */
  record Outlet(HttpSender sender, MessageFormatter formatter, RandomGenerator random) {}

  private record Try(int failed, Instant next) {}

  WebhookDelivery(AlertRoute route, Outlet outlet, Condition condition) {
    this.route = route.name();
    this.destination = (Destination.Webhook) route.destination();
    this.outlet = outlet;
    this.backoff = new Backoff(destination.backoff(), destination.longest(), outlet.random());
    this.condition = condition;
  }

  /** Whether the receiver wants nothing any more. */
  boolean isDisabled() {
    return disabled;
  }

  /** Tells what is due and may be tried now, for a short while. */
  void deliver(RouteBook book, DeliveryLog deliveryLog, InstantSource time) {
    Instant end = time.instant().plus(SPELL);
    List<PendingMessage> all = book.pending(time.instant());
    if (!tries.isEmpty()) {
      tries.keySet().retainAll(all.stream().map(pending -> pending.messageId(route)).toList());
    }
    for (PendingMessage pending : all) {
      Instant now = time.instant();
      if (disabled || now.isBefore(closedUntil) || now.isAfter(end)) {
        return;
      }
      String id = pending.messageId(route);
      Try before = tries.getOrDefault(id, new Try(0, Instant.MIN));
      if (!now.isBefore(before.next) && isDone(pending, id, before.failed, deliveryLog, time)) {
        deliveryLog.write(pending.subject().id(), pending.said());
        book.told(pending);
        tries.remove(id);
      }
    }
  }

  /** Tries once; whether it is told or given up. */
  private boolean isDone(
      PendingMessage pending, String id, int failed, DeliveryLog deliveryLog, InstantSource time) {
    String body = outlet.formatter().message(pending);
    HttpRequest request = Signature.request(destination, id, time.instant(), body);
    String reason;
    boolean isClosed = true;
    Instant asked = null;
    try {
      Answer answer = outlet.sender().send(request, destination.timeout());
      if (answer.isGood()) {
        failures = 0;
        condition.told(1);
        return true;
      }
      reason = "HTTP " + answer.status();
      if (answer.status() == 410) {
        disabled = true;
        condition.bad(
            "is disabled: the receiver answered HTTP 410; restart alerts to enable it again");
        return false;
      }
      asked = RetryAfter.of(answer.headers(), time.instant());
      if (answer.status() == 429 && asked != null) {
        // The receiver works and says when to come back: that is not a failed try.
        Instant soonest = time.instant().plus(backoff.after(++failures));
        closedUntil = asked.isAfter(soonest) ? asked : soonest;
        condition.bad("is waiting as the receiver requested (HTTP 429); no message is lost");
        return false;
      }
      isClosed =
          answer.status() >= 500
              || answer.status() == 408
              || answer.status() == 429
              || asked != null;
    } catch (IOException e) {
      reason = String.valueOf(e.getMessage());
    }
    int all = failed + 1;
    if (all >= destination.tries()) {
      deliveryLog.giveUp(new AlertLetter(route, id, pending.subject().id(), all, reason, body));
      condition.gaveUp(
          "gave up on a message after "
              + all
              + " tries ("
              + reason
              + "); it is on balancing.alert-dead-letters");
      sayBad(reason);
      return true;
    }
    sayBad(reason);
    Instant next = time.instant().plus(backoff.after(isClosed ? ++failures : all));
    if (asked != null && asked.isAfter(next)) {
      next = asked;
    }
    tries.put(id, new Try(all, next));
    if (isClosed) {
      closedUntil = next;
    }
    return false;
  }

  private void sayBad(String reason) {
    condition.bad(
        "cannot deliver ("
            + reason
            + (condition.givenUp() == 0
                ? "); retrying, no message is lost"
                : "); messages that it gave up on are on balancing.alert-dead-letters"));
  }
}
