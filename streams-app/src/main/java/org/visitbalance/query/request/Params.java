package org.visitbalance.query.request;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The query parameters of a request. An unknown one is refused: a filter that is misspelled must
 * not give everything.
 */
public final class Params {
  private static final int LONGEST = 2_000;
  private static final int MOST = 200;
  private static final LocalDate FIRST = LocalDate.of(1678, 1, 1);
  private static final LocalDate LAST = LocalDate.of(2261, 12, 31);

  /** What stands for bytes that are no text. */
  private static final char REPLACEMENT = '\uFFFD';

  private static final String NUMBER = "[0-9]{1,9}";

  /** Parameters that say where something begins and ends. */
  private static final Map<String, String> SPANS =
      Map.of("from", "to", "fileFrom", "fileTo", "since", "until");

  /** Parameters that are the least and the most of a number. */
  private static final Map<String, String> RANGES = Map.of("minAge", "maxAge");

  private final Map<String, List<String>> given;

  /**
   * The parameters of a request.
   *
   * @param query as it was sent; what cannot be decoded is not among those given
   */
  public static Params of(
      @Nullable String query, Map<String, List<String>> given, Set<String> known) {
    if (query != null && !isEncoded(query)) {
      throw Problem.unusable(
          "query", "is not percent-encoded UTF-8. Write a percent sign as %25 and try again");
    }
    return new Params(given, known);
  }

  private static boolean isEncoded(String query) {
    try {
      return URLDecoder.decode(query, UTF_8).indexOf(REPLACEMENT) < 0;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  public Params(Map<String, List<String>> given, Set<String> known) {
    this.given = given;
    for (Map.Entry<String, List<String>> one : given.entrySet()) {
      if (!known.contains(one.getKey())) {
        throw Problem.unusable(
            "parameter", "is unknown; allowed are " + String.join(", ", new TreeSet<>(known)));
      } else if (one.getValue().size() > MOST) {
        throw Problem.unusable(one.getKey(), "is given more than " + MOST + " times");
      } else if (one.getValue().stream().anyMatch(value -> value.length() > LONGEST)) {
        throw Problem.unusable(one.getKey(), "is longer than " + LONGEST + " characters");
      } else if (!one.getValue().stream().allMatch(Params::isText)) {
        throw Problem.unusable(one.getKey(), "contains invalid characters");
      }
    }
    SPANS.forEach((from, to) -> check(from, to, Params::isAfter, "after"));
    RANGES.forEach((least, most) -> check(least, most, Params::isAbove, "above"));
  }

  /** What ends before it begins would give nothing, which looks like an answer. */
  private void check(String from, String to, BiPredicate<String, String> isWrong, String relation) {
    List<String> begin = texts(from);
    List<String> end = texts(to);
    if (begin.size() == 1 && end.size() == 1 && isWrong.test(begin.get(0), end.get(0))) {
      throw Problem.unusable(from, "must not be " + relation + " '" + to + "'");
    }
  }

  private static boolean isAbove(String one, String other) {
    return one.matches(NUMBER)
        && other.matches(NUMBER)
        && Integer.parseInt(one) > Integer.parseInt(other);
  }

  /** Returns whether a day or a time is after another; no other texts are. */
  private static boolean isAfter(String one, String other) {
    try {
      return one.contains("T")
          ? Instant.parse(one).isAfter(Instant.parse(other))
          : LocalDate.parse(one).isAfter(LocalDate.parse(other));
    } catch (DateTimeException e) {
      // Whoever reads them says what they should be.
      return false;
    }
  }

  /** Whether a text has neither a NUL nor half a character in it: no database takes these. */
  public static boolean isText(String value) {
    return value
        .codePoints()
        .noneMatch(c -> c == 0 || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE));
  }

  /** A text that is not blank, or null. */
  public @Nullable String text(String name) {
    List<String> values = texts(name);
    if (values.size() > 1) {
      throw Problem.unusable(name, "is given more than once");
    }
    return values.isEmpty() ? null : values.get(0);
  }

  public String need(String name, String wanted) {
    String value = text(name);
    if (value == null) {
      throw Problem.unusable(name, "is required and must be " + wanted);
    }
    return value;
  }

  /** All values of a parameter that are not blank. */
  public List<String> texts(String name) {
    return given.getOrDefault(name, List.of()).stream().filter(one -> !one.isBlank()).toList();
  }

  /** The names of the parameters that have a value. */
  public Set<String> names() {
    return given.keySet().stream()
        .filter(name -> !texts(name).isEmpty())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The values of a parameter, each one of some. */
  public List<String> symbols(String name, List<String> allowed) {
    List<String> values = texts(name);
    if (!allowed.containsAll(values)) {
      throw Problem.unusable(name, "must be one of " + String.join(", ", allowed));
    }
    return values;
  }

  public @Nullable String symbol(String name, List<String> allowed) {
    String value = text(name);
    if (value != null && !allowed.contains(value)) {
      throw Problem.unusable(name, "must be one of " + String.join(", ", allowed));
    }
    return value;
  }

  public @Nullable LocalDate day(String name) {
    String value = text(name);
    return value == null ? null : day(name, value);
  }

  /** Returns the day in a text; it must be one that every database can hold. */
  public static LocalDate day(String name, String value) {
    try {
      LocalDate day = LocalDate.parse(value);
      if (!day.isBefore(FIRST) && !day.isAfter(LAST)) {
        return day;
      }
    } catch (DateTimeException e) {
      // Reported below.
    }
    throw Problem.unusable(name, "must be a date such as 2026-11-04");
  }

  public @Nullable Instant moment(String name) {
    String value = text(name);
    return value == null ? null : moment(name, value);
  }

  /** Returns the time in a text; its year must be one that every database can hold. */
  public static Instant moment(String name, String value) {
    try {
      Instant moment = Instant.parse(value);
      LocalDate day = LocalDate.ofInstant(moment, ZoneOffset.UTC);
      if (!day.isBefore(FIRST) && !day.isAfter(LAST)) {
        return moment;
      }
    } catch (DateTimeException e) {
      // Reported below.
    }
    throw Problem.unusable(name, "must be a time such as 2026-11-04T18:00:00Z");
  }

  public @Nullable Integer whole(String name, int least, int most) {
    String value = text(name);
    if (value == null) {
      return null;
    }
    if (value.matches("[0-9]{1,9}")) {
      int number = Integer.parseInt(value);
      if (number >= least && number <= most) {
        return number;
      }
    }
    throw Problem.unusable(name, "must be a whole number from " + least + " to " + most);
  }

  public @Nullable Boolean truth(String name) {
    String value = text(name);
    if (value != null && !Arrays.asList("true", "false").contains(value)) {
      throw Problem.unusable(name, "must be true or false");
    }
    return value == null ? null : Boolean.valueOf(value);
  }
}
