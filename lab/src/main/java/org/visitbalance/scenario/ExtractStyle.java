package org.visitbalance.scenario;

import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How a system writes its CSV files.
 *
 * @param bom whether files begin with a byte order mark
 * @param crlf whether lines end with CRLF, otherwise LF
 * @param delimiter comma, semicolon or tab
 * @param dates how dates and times look
 * @param thousands whether whole numbers are written like 1,200
 * @param shuffleSeed null for rows in order of time; otherwise the seed of a random order, in which
 *     the rows of one visit keep the order of its lines
 */
public record ExtractStyle(
    boolean bom,
    boolean crlf,
    char delimiter,
    Dates dates,
    boolean thousands,
    @Nullable Long shuffleSeed) {

  /** What the vendors' systems write. */
  public static final ExtractStyle USUAL =
      new ExtractStyle(false, true, ',', Dates.US, false, null);

  /** Date styles. */
  public enum Dates {
    /** 2026-11-04, 2026-11-04T17:05:00 */
    ISO("yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm:ss"),
    /** 11/4/2026, 11/4/2026 5:05:00 PM */
    US("M/d/yyyy", "M/d/yyyy h:mm:ss a"),
    /** 11/04/26, 2026-11-04 17:05:00 */
    SHORT("MM/dd/yy", "yyyy-MM-dd HH:mm:ss");

    final DateTimeFormatter date;
    final DateTimeFormatter time;

    Dates(String date, String time) {
      this.date = DateTimeFormatter.ofPattern(date, Locale.US);
      this.time = DateTimeFormatter.ofPattern(time, Locale.US);
    }
  }

  /** An amount in dollars, with the same thousands as whole numbers. */
  String money(long cents) {
    return String.format(Locale.US, thousands ? "$%,d.%02d" : "%d.%02d", cents / 100, cents % 100);
  }

  String number(int value) {
    return thousands ? String.format(Locale.US, "%,d", value) : String.valueOf(value);
  }
}
