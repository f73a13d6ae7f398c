package org.visitbalance.ingest;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** Finds the moment at which a report was taken in the name of its file. */
final class SnapshotName {
  private static final Pattern MOMENT =
      Pattern.compile(
          "(?<y>\\d{4})[-_.]?(?<m>\\d{2})[-_.]?(?<d>\\d{2})"
              + "(?:[T _-]*(?<h>\\d{2})[-_.:h]?(?<min>\\d{2})(?:[-_.:m]?(?<s>\\d{2}))?)?");
  private static final Pattern AMERICAN =
      Pattern.compile(
          "(?<m>\\d{1,2})[-_.](?<d>\\d{1,2})[-_.](?<y>\\d{4})"
              + "(?:[T _-]*(?<h>\\d{2})[-_.:h]?(?<min>\\d{2})(?:[-_.:m]?(?<s>\\d{2}))?)?");

  private final Pattern pattern;

  private SnapshotName(Pattern pattern) {
    this.pattern = pattern;
  }

  /** Reads the {@code snapshot} key of a mapping. */
  static SnapshotName read(RowKind kind, Yaml place) {
    if (kind.givenBySnapshot().isEmpty()) {
      throw place.error("applies to rejections, notes and transmissions only");
    }
    String wanted =
        "a regular expression with a group around the date, such as"
            + " \"exceptions_(\\\\d{4}-\\\\d{2}-\\\\d{2})\"";
    try {
      Pattern pattern = Pattern.compile(place.text(wanted));
      if (pattern.matcher("").groupCount() == 0) {
        throw place.error("must be " + wanted);
      }
      return new SnapshotName(pattern);
    } catch (PatternSyntaxException e) {
      throw place.error("must be " + wanted);
    }
  }

  /** Returns the moment of a file; with a date alone, the last second of that day. */
  Instant moment(RowSource source) {
    String fileName = source.file().fileName();
    ZoneId zone = source.zone();
    Matcher name = pattern.matcher(fileName);
    if (!name.find()) {
      throw new InputException(
          fileName
              + ": the file name has no date that matches the mapping's snapshot pattern "
              + pattern);
    }
    StringBuilder groups = new StringBuilder();
    for (int group = 1; group <= name.groupCount(); group++) {
      String part = name.group(group);
      if (part != null) {
        groups.append(groups.isEmpty() ? "" : " ").append(part);
      }
    }
    Instant moment = parse(groups, source, new LocalClock(zone));
    if (moment == null) {
      throw new InputException(
          fileName
              + ": the date in the file name is not in a form such as 2026-11-04, 20261104 or"
              + " 2026-11-04_1705");
    }
    return moment;
  }

  private static @Nullable Instant parse(CharSequence text, RowSource source, LocalClock clock) {
    Matcher moment = MOMENT.matcher(text);
    if (!moment.matches()) {
      moment = AMERICAN.matcher(text);
      if (!moment.matches()) {
        return null;
      }
    }
    try {
      LocalDate date = LocalDate.of(number(moment, "y"), number(moment, "m"), number(moment, "d"));
      if (moment.group("h") == null) {
        return source.onDay(date);
      }
      LocalTime time =
          LocalTime.of(number(moment, "h"), number(moment, "min"), number(moment, "s"));
      return clock.at(date.toEpochDay(), time.toSecondOfDay(), 0);
    } catch (DateTimeException e) {
      return null;
    }
  }

  private static int number(Matcher moment, String group) {
    String digits = moment.group(group);
    return digits == null ? 0 : Integer.parseInt(digits);
  }
}
