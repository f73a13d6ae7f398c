package org.visitbalance.text;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Moments as people read them. */
public final class PlainTime {
  private static final DateTimeFormatter FORM =
      DateTimeFormatter.ofPattern("yyyy-MM-dd h:mm a z", Locale.US);

  private PlainTime() {}

  /** To the minute, with the name of the time zone: 2026-11-14 7:00 AM EST. */
  public static String of(Instant at, ZoneId zone) {
    return FORM.format(at.atZone(zone));
  }

  /** The same in UTC. */
  public static String utc(Instant at) {
    return of(at, ZoneId.of("UTC"));
  }
}
