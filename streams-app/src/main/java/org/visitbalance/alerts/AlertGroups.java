package org.visitbalance.alerts;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.MoneyKinds;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.topology.Keys;

/**
 * The alerts that Alertmanager is told: one for all open matters of a tenant, location, kind,
 * severity and date, with their number. Somebody who silences, groups or reads alerts thinks of
 * "missing charges downtown on Monday" and not of one visit; 5,000 open visits are some hundred
 * alerts, and which visits they are is on the page that the alert links to.
 */
final class AlertGroups {
  /** How long an end is said again, so that a lost call does not matter; as Prometheus does. */
  static final Duration REPEATED = Duration.ofMinutes(15);

  private final RouteFilter filter;
  private final Map<String, AlertSubject> open = new HashMap<>();

  /** What ended not long ago, by labels. */
  private final Map<String, Alert> ended = new HashMap<>();

  private Map<String, Alert> last = Map.of();

  /**
   * An alert.
   *
   * @param first the oldest of its matters
   * @param cents what is known of their amounts, added up: each is of another visit
   * @param unpriced how many of them have an amount that is not known
   * @param fileBy the earliest last day to file a claim; null without one
   * @param endedAt null while any of them is open
   */
  record Alert(
      Map<String, String> labels,
      AlertSubject first,
      int count,
      long difference,
      long cents,
      int unpriced,
      @Nullable LocalDate fileBy,
      @Nullable Instant endedAt) {
    static Alert ended(Map<String, String> labels, AlertSubject first, @Nullable Instant at) {
      return new Alert(labels, first, 0, 0, 0, 0, null, at);
    }
  }

  AlertGroups(RouteFilter filter) {
    this.filter = filter;
  }

  void take(AlertSubject subject) {
    if (subject.hasLeft() || subject.isByRules()) {
      open.remove(subject.id());
      return;
    } else if (subject.isOpen()) {
      open.put(subject.id(), subject);
      return;
    }
    AlertSubject before = open.remove(subject.id());
    if (subject.isOfAFile() && before == null) {
      return;
    }
    AlertSubject end =
        subject.isOfAFile() && before != null ? subject.openedAt(before.openedAt()) : subject;
    if (filter.isDue(end, end.seenAt())) {
      Map<String, String> labels = labels(end);
      ended.put(key(labels), Alert.ended(labels, end, end.resolvedAt()));
    }
  }

  /** What Alertmanager is to know now: what is open, and what has ended within the last minutes. */
  Collection<Alert> alerts(Collection<AlertSubject> found, Instant now) {
    Map<String, List<AlertSubject>> groups = new LinkedHashMap<>();
    for (Collection<AlertSubject> subjects : List.of(open.values(), found)) {
      for (AlertSubject subject : subjects) {
        if (filter.isDue(subject, now)) {
          groups.computeIfAbsent(key(labels(subject)), any -> new ArrayList<>()).add(subject);
        }
      }
    }
    Map<String, Alert> all = new LinkedHashMap<>();
    groups.forEach((key, subjects) -> all.put(key, alert(subjects)));
    last.forEach(
        (key, alert) -> {
          if (!all.containsKey(key)) {
            ended.putIfAbsent(key, Alert.ended(alert.labels, alert.first, now));
          }
        });
    last = Map.copyOf(all);
    ended.keySet().removeAll(all.keySet());
    ended.values().removeIf(alert -> isOld(alert, now));
    all.putAll(ended);
    return all.values();
  }

  private static boolean isOld(Alert alert, Instant now) {
    return alert.endedAt == null || alert.endedAt.plus(REPEATED).isBefore(now);
  }

  private static Alert alert(List<AlertSubject> subjects) {
    AlertSubject first = subjects.get(0);
    long difference = 0;
    long cents = 0;
    int unpriced = 0;
    LocalDate fileBy = null;
    for (AlertSubject subject : subjects) {
      first = subject.openedAt().isBefore(first.openedAt()) ? subject : first;
      Discrepancy found = subject.discrepancy();
      if (found != null) {
        difference += found.getDifference();
        Long amount = found.getAmountCents();
        cents += amount == null ? 0 : amount;
        unpriced += amount == null && hasAmount(found.getKind()) ? 1 : 0;
        fileBy = earlier(fileBy, found.getFileBy());
      }
    }
    return new Alert(
        labels(first), first, subjects.size(), difference, cents, unpriced, fileBy, null);
  }

  private static boolean hasAmount(String kind) {
    return MoneyKinds.isAtRisk(kind) || MoneyKinds.isExposed(kind);
  }

  private static @Nullable LocalDate earlier(@Nullable LocalDate one, @Nullable LocalDate other) {
    return one == null || (other != null && other.isBefore(one)) ? other : one;
  }

  private static String key(Map<String, String> labels) {
    return Keys.of(labels.values().toArray());
  }

  private static Map<String, String> labels(AlertSubject subject) {
    Map<String, String> labels = new TreeMap<>();
    boolean isOfTheWatch =
        subject.discrepancy() == null && !subject.isOfAFile() && !subject.isInsight();
    labels.put(
        "alertname",
        subject.discrepancy() != null
            ? "VisitBalanceDiscrepancy"
            : subject.isOfAFile()
                ? "VisitBalanceFile"
                : subject.isInsight() ? "VisitBalanceInsight" : "VisitBalanceChecking");
    labels.put("kind", subject.kind());
    labels.put("severity", subject.severity().name());
    labels.put("tenant", subject.tenant() == null ? "" : subject.tenant());
    labels.put("location", subject.location() == null ? "" : subject.location());
    labels.put("date", subject.date() == null ? "" : subject.date().toString());
    // What the watch finds is told apart by what it is about, such as a source.
    labels.put(
        "about",
        isOfTheWatch
            ? subject.id().substring(Math.min(subject.id().length(), from(subject)))
            : subject.isInsight() ? subject.about() : "");
    return labels;
  }

  private static int from(AlertSubject subject) {
    return subject.kind().length() + 1;
  }
}
