package org.visitbalance.lab.demo;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.visitbalance.output.Balance;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.output.DiscrepancyStatus;
import org.visitbalance.output.Granularity;
import org.visitbalance.output.LateArrival;
import org.visitbalance.output.LateStatus;
import org.visitbalance.topology.Topic;
import org.visitbalance.topology.Topics;

/** The company's days, one line each, as the output topics report them. */
final class CompanyStory {
  static final List<Topic<?>> TOPICS =
      List.of(Topics.BALANCES, Topics.LATE_ARRIVALS, Topics.VISIT_DISCREPANCIES);

  /** The reasons of a charge that will not come by itself. */
  private static final Set<String> MISSING = Set.of("LOST_AFTER_ACCEPTANCE", "MISSING_CHARGE");

  private static final int DAYS_KEPT = 3;
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("EEE yyyy-MM-dd", Locale.US);

  private final ZoneId zone;
  private final Instant begins;
  private final Map<LocalDate, Map<String, Balance>> balances = new HashMap<>();
  private final Map<LocalDate, Set<String>> arrived = new HashMap<>();
  private final Map<LocalDate, Set<String>> missing = new HashMap<>();
  private final Set<String> held = new HashSet<>();
  private LocalDate today = LocalDate.MIN;
  private long changedAt = System.nanoTime();

  /**
   * Creates an empty story.
   *
   * @param zone the time zone of the company's days
   * @param begins what was found before this moment is history
   */
  CompanyStory(ZoneId zone, Instant begins) {
    this.zone = zone;
    this.begins = begins;
    now(begins);
  }

  /** Takes the current value of a key on an output topic; keeps nothing from long ago. */
  synchronized void put(Topic<?> topic, @Nullable String key, @Nullable SpecificRecord value) {
    String name = Objects.requireNonNull(key);
    changedAt = System.nanoTime();
    if (topic.equals(Topics.LATE_ARRIVALS)) {
      held.remove(name);
    }
    if (value instanceof Balance balance && balance.getGranularity() == Granularity.DAY) {
      of(balances, balance.getFrom(), new HashMap<>()).put(name, balance);
    } else if (value instanceof LateArrival late) {
      if (late.getStatus() == LateStatus.HELD) {
        held.add(name);
      } else if (late.getCreatedOn() != null) {
        of(arrived, late.getCreatedOn(), new HashSet<>()).add(name);
      }
    } else if (value instanceof Discrepancy found
        && found.getStatus() == DiscrepancyStatus.OPEN
        && MISSING.contains(found.getKind())
        && found.getOpenedAt() != null
        && found.getOpenedAt().isAfter(begins)) {
      LocalDate day = LocalDate.ofInstant(found.getOpenedAt(), zone);
      of(missing, day, new HashSet<>()).add(name);
    }
  }

  private <V> V of(Map<LocalDate, V> days, LocalDate day, V nothing) {
    return day.isBefore(today.minusDays(DAYS_KEPT))
        ? nothing
        : days.computeIfAbsent(day, unused -> nothing);
  }

  /** Sets the company's current time. */
  final synchronized void now(Instant time) {
    today = LocalDate.ofInstant(time, zone);
    LocalDate first = today.minusDays(DAYS_KEPT);
    List.of(balances, arrived, missing)
        .forEach(days -> days.keySet().removeIf(day -> day.isBefore(first)));
  }

  /** Returns when something has changed last, as {@link System#nanoTime}. */
  synchronized long changedAt() {
    return changedAt;
  }

  /** Returns one line about a day, as known now. */
  synchronized String line(LocalDate day) {
    long emr = 0;
    long billing = 0;
    for (Balance balance : balances.getOrDefault(day, Map.of()).values()) {
      emr += balance.getReported().getEmrVisits();
      billing += balance.getReported().getBillingVisits();
    }
    return String.format(
        Locale.ROOT,
        "%s  %4d finalized  %4d billed  %3d arrived late  %3d held  %3d found missing",
        DAY.format(day),
        emr,
        billing,
        arrived.getOrDefault(day, Set.of()).size(),
        held.size(),
        missing.getOrDefault(day, Set.of()).size());
  }
}
