package org.visitbalance.core;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Checks the fields of one fact against their bounds, and keeps the first problem. */
final class FieldChecks {
  /** How many days a business date may lie after the date on which its fact was recorded. */
  private static final int DAYS_AHEAD = 2;

  private static final long SECONDS_A_DAY = 86_400;

  /** How far a time in a fact may be after the moment the fact became known. */
  private static final Duration AHEAD = Duration.ofDays(DAYS_AHEAD);

  private static final char DELETE = 0x7F;

  /** Whatever lies outside of these years is a mistake. */
  private static final int FIRST_YEAR = 1900;

  private static final int LAST_YEAR = 2199;
  private static final Instant EARLIEST = Instant.parse("1900-01-01T00:00:00Z");
  private static final Instant LATEST = Instant.parse("2199-12-31T23:59:59.999999999Z");

  /** Code points of a text. */
  private static final int LONGEST = 256;

  /** The same of texts that are made of others. */
  private static final int LONGEST_NAME = 1024;

  private static final int MOST_MODIFIERS = 20;

  private final Instant latest;
  private Facts.@Nullable Problem found;

  FieldChecks(Instant knownAt) {
    this.latest = Instants.plus(knownAt, AHEAD);
  }

  /** Returns the first problem found, or null. */
  Facts.@Nullable Problem problem() {
    return found;
  }

  void envelope(String tenant, String eventId, Instant occurredAt) {
    text("tenant", tenant);
    name("eventId", eventId);
    instant("occurredAt", occurredAt);
  }

  void text(String field, String value) {
    text(field, value, LONGEST);
  }

  /** A text that may be longer than others, for it is made of several. */
  void name(String field, String value) {
    text(field, value, LONGEST_NAME);
  }

  private void text(String field, String value, int longest) {
    if (Facts.isBlank(value)) {
      fail(field, "is missing");
    } else {
      content(field, value, longest);
    }
  }

  void optional(String field, @Nullable String value) {
    if (value != null) {
      content(field, value, LONGEST);
    }
  }

  void modifiers(String field, List<String> modifiers) {
    atMost(field, modifiers.size(), MOST_MODIFIERS);
    for (int i = 0; i < modifiers.size(); i++) {
      content(field, modifiers.get(i), LONGEST);
    }
  }

  private void content(String field, String value, int longest) {
    if (value.length() > longest && value.codePointCount(0, value.length()) > longest) {
      fail(field, "is longer than " + longest + " characters");
    }
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c < ' ' || c == DELETE) {
        fail(field, "has a control character, such as a line break");
      } else if (Character.isSurrogate(c)) {
        boolean isPair =
            i + 1 < value.length() && Character.isSurrogatePair(c, value.charAt(i + 1));
        if (!isPair) {
          fail(field, "has half of a surrogate pair");
        }
        i++;
      }
    }
  }

  void atMost(String field, int size, int most) {
    if (size > most) {
      fail(field, "has more than " + most);
    }
  }

  void whole(String field, long value, long most) {
    if (value < 0 || value > most) {
      fail(field, "is not a whole number from 0 to " + most);
    }
  }

  void amount(String field, @Nullable Long cents) {
    if (cents != null) {
      whole(field, cents, FactProblems.MOST_CENTS);
    }
  }

  void date(String field, @Nullable LocalDate value) {
    String reason = value == null ? null : dateProblem(value);
    if (reason != null) {
      fail(field, reason);
    }
  }

  /** Returns why a date is out of range; null if it is not. */
  static @Nullable String dateProblem(LocalDate date) {
    return date.getYear() < FIRST_YEAR || date.getYear() > LAST_YEAR
        ? "is not a date between the years 1900 and 2199"
        : null;
  }

  void instant(String field, Instant value) {
    if (value.isBefore(EARLIEST) || value.isAfter(LATEST)) {
      fail(field, "is not between the years 1900 and 2199");
    } else if (value.isAfter(latest)) {
      fail(field, FactProblems.IN_FUTURE);
    }
  }

  void notAhead(String field, LocalDate date, Instant occurredAt) {
    date(field, date);
    long recorded = Math.floorDiv(occurredAt.getEpochSecond(), SECONDS_A_DAY);
    if (date.toEpochDay() - recorded > DAYS_AHEAD) {
      fail(field, "is more than 2 days after the date of occurredAt");
    }
  }

  <E extends Enum<E>> void symbol(String field, E value, E unknown) {
    if (value == unknown) {
      StringBuilder wanted = new StringBuilder();
      for (E symbol : value.getDeclaringClass().getEnumConstants()) {
        if (symbol != unknown) {
          wanted.append(wanted.isEmpty() ? "" : ", ").append(symbol);
        }
      }
      fail(field, "is not one of " + wanted);
    }
  }

  void fail(String field, String reason) {
    if (found == null) {
      found = new Facts.Problem(field, reason);
    }
  }
}
