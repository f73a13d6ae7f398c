package org.visitbalance.alerts;

import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A mail that is sent every morning.
 *
 * @param name its name, which no route has; a changed name is a new mail
 * @param to the addresses
 * @param locations none: all, or those of the groups
 * @param groups groups of locations as the settings have them; none: no limit
 * @param at when it is sent, in the company's time zone
 * @param days the days on which it is sent
 * @param attach a file to attach, such as the report of {@code balance}
 */
public record Digest(
    String name,
    String tenant,
    List<String> to,
    Set<String> locations,
    Set<String> groups,
    LocalTime at,
    Set<DayOfWeek> days,
    @Nullable Path attach) {

  /**
   * A morning on which it is sent.
   *
   * @param due when it is sent
   * @param from the first business date that it is about: the day of the mail before
   * @param to the last one, which is the day before
   */
  record Morning(Instant due, LocalDate from, LocalDate to) {}

  /** Returns the latest morning that has come. */
  Morning latest(Instant now, ZoneId zone) {
    LocalDate day = LocalDate.ofInstant(now, zone);
    Instant due = day.atTime(at).atZone(zone).toInstant();
    if (!days.contains(day.getDayOfWeek()) || due.isAfter(now)) {
      day = before(day);
      due = day.atTime(at).atZone(zone).toInstant();
    }
    return new Morning(due, before(day), day.minusDays(1));
  }

  private LocalDate before(LocalDate day) {
    LocalDate before = day.minusDays(1);
    while (!days.contains(before.getDayOfWeek())) {
      before = before.minusDays(1);
    }
    return before;
  }
}
