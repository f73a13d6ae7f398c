package org.visitbalance.core;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.visitbalance.settings.LocationRow;
import org.visitbalance.settings.PayerRule;
import org.visitbalance.settings.Settings;

/**
 * Checks whether a settings document can be used (rules.md#settings). The check is the same for
 * every source, since a document on a topic did not pass through the file reader.
 */
public final class SettingsProblems {
  /** The longest duration; a longer one would lead out of the range of instants. */
  public static final Duration LONGEST = Duration.ofDays(36_500);

  /** The most characters of a name of a location, group, payer or therapist. */
  public static final int LONGEST_NAME = 100;

  private static final Pattern DAYS = Pattern.compile("P[0-9]{1,5}D");

  private Facts.@Nullable Problem found;

  private SettingsProblems() {}

  /** Returns the first value that cannot be used, or null. */
  public static Facts.@Nullable Problem of(Settings document) {
    SettingsProblems problems = new SettingsProblems();
    problems.text("tenant", document.getTenant());
    problems.weekDay(document.getWeekStartsOn());
    problems.zone(document.getZone());
    problems.duration("missingAfter", document.getMissingAfter());
    problems.duration("heldWithin", document.getHeldWithin());
    problems.duration("escalateAfter", document.getEscalateAfter());
    problems.duration("closeAfter", document.getCloseAfter());
    problems.locations(document.getLocations());
    problems.payerRules(document.getPayerRules());
    problems.fees(document.getFees());
    problems.names("payerNames", document.getPayerNames());
    problems.names("therapistNames", document.getTherapistNames());
    return problems.found;
  }

  /** Whether a text is a number of days such as P90D that is not longer than {@link #LONGEST}. */
  public static boolean isDays(String text) {
    return DAYS.matcher(text).matches() && Duration.parse(text).compareTo(LONGEST) <= 0;
  }

  /** Whether a text can be shown as a name. */
  public static boolean isName(String text) {
    return !text.isBlank()
        && text.length() <= LONGEST_NAME
        && text.chars().noneMatch(Character::isISOControl);
  }

  private void locations(@Nullable List<LocationRow> rows) {
    if (rows != null) {
      for (LocationRow row : rows) {
        text("locations.clinicId", row.getClinicId());
        text("locations.locationId", row.getLocationId());
        days("locations.until", row.getFrom(), row.getUntil());
        name("locations.name", row.getName());
        name("locations.group", row.getGroup());
      }
    }
  }

  private void payerRules(@Nullable List<PayerRule> rules) {
    if (rules != null) {
      for (PayerRule rule : rules) {
        text("payerRules.payerId", rule.getPayerId());
        rule.getCodeCap().values().forEach(units -> whole("payerRules.codeCap", units));
        whole("payerRules.visitCap", rule.getVisitCap());
        days("payerRules.until", rule.getFrom(), rule.getUntil());
        filing("payerRules.timelyFiling", rule.getTimelyFiling());
      }
    }
  }

  private void fees(@Nullable Map<String, Long> fees) {
    if (fees != null) {
      for (long cents : fees.values()) {
        if (cents < 0 || cents > FactProblems.MOST_CENTS) {
          fail("fees", "is not a whole number of cents from 0 to " + FactProblems.MOST_CENTS);
        }
      }
    }
  }

  private void names(String field, @Nullable Map<String, String> names) {
    if (names != null) {
      for (Map.Entry<String, String> name : names.entrySet()) {
        if (name.getKey().isBlank()) {
          fail(field, "has a name without an ID");
        }
        name(field, name.getValue());
      }
    }
  }

  private void name(String field, @Nullable String name) {
    if (name != null && !isName(name)) {
      fail(field, "is not a name of 1 to " + LONGEST_NAME + " characters in one line");
    }
  }

  /** Whole days only: a deadline is a day. */
  private void filing(String field, @Nullable String value) {
    if (value != null && !isDays(value)) {
      fail(field, "is not a number of days such as P90D, at most P36500D");
    }
  }

  private void text(String field, String value) {
    if (value.isBlank()) {
      fail(field, "is missing");
    }
  }

  private void whole(String field, @Nullable Integer value) {
    if (value != null && value < 0) {
      fail(field, "is not a whole number >= 0");
    }
  }

  private void days(String field, @Nullable LocalDate from, @Nullable LocalDate until) {
    if (from != null && until != null && until.isBefore(from)) {
      fail(field, "is before 'from'; both days are inclusive");
    }
  }

  private void weekDay(@Nullable String value) {
    if (value != null
        && Arrays.stream(DayOfWeek.values()).noneMatch(day -> day.name().equals(value))) {
      fail("weekStartsOn", "is not one of MONDAY to SUNDAY");
    }
  }

  private void zone(@Nullable String value) {
    try {
      if (value != null) {
        ZoneId.of(value);
      }
    } catch (DateTimeException e) {
      fail("zone", "is not a time zone such as America/New_York or UTC");
    }
  }

  private void duration(String field, @Nullable String value) {
    try {
      Duration duration = value == null ? Duration.ZERO : Duration.parse(value);
      if (duration.isNegative() || duration.compareTo(LONGEST) > 0) {
        fail(field, "is not between PT0S and P36500D");
      }
    } catch (DateTimeException e) {
      fail(field, "is not an ISO 8601 duration such as PT24H");
    }
  }

  private void fail(String field, String reason) {
    if (found == null) {
      found = new Facts.Problem(field, reason);
    }
  }
}
