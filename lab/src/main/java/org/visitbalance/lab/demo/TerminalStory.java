package org.visitbalance.lab.demo;

import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.visitbalance.service.TopicReader;

/** Shows the simulated company on a terminal: a line at the end of each day. */
final class TerminalStory {
  /** Set by bin/visit-balance when standard error is a terminal. */
  private static final String TERMINAL = "visitbalance.terminal";

  private static final String CLEAR_LINE = "\r\u001b[K";

  /** By then the files of the day have come. */
  private static final int DAY_IS_OVER_AT_HOUR = 6;

  /** When nothing has changed for so long, what the files say has been told. */
  private static final Duration QUIET = Duration.ofSeconds(1);

  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(" HH:mm  ", Locale.US);

  private final CompanyStory story;
  private final ZoneId zone;
  private final PrintWriter out;
  private final PrintWriter err;
  private LocalDate day;
  private @Nullable Long overSince;

  /**
   * Creates an empty story.
   *
   * @param begins everything before this moment is history
   */
  TerminalStory(ZoneId zone, Instant begins, PrintWriter out, PrintWriter err) {
    this.story = new CompanyStory(zone, begins);
    this.zone = zone;
    this.out = out;
    this.err = err;
    this.day = LocalDate.ofInstant(begins, zone);
  }

  /** Starts reading the service's outputs. */
  Worker start(TopicReader reader) {
    return Worker.start(
        "terminal story", stopped -> reader.follow(CompanyStory.TOPICS, story::put, stopped));
  }

  /** Takes the moment of the company's time up to which the service has evaluated. */
  void now(Instant time) {
    story.now(time);
    if (Boolean.getBoolean(TERMINAL)) {
      err.print(CLEAR_LINE);
      err.flush();
    }
    while (isOver(day, time) && (isQuiet() || isOver(day.plusDays(1), time))) {
      out.println(story.line(day));
      out.flush();
      day = day.plusDays(1);
      overSince = null;
    }
    if (Boolean.getBoolean(TERMINAL)) {
      err.print(story.line(day) + TIME.format(time.atZone(zone)));
      err.flush();
    }
  }

  private boolean isOver(LocalDate one, Instant time) {
    return one.plusDays(1).atTime(DAY_IS_OVER_AT_HOUR, 0).atZone(zone).toInstant().isBefore(time);
  }

  /** Returns whether nothing has changed for a while since the day was over. */
  private boolean isQuiet() {
    long now = System.nanoTime();
    if (overSince == null) {
      overSince = now;
    }
    long passed = Math.min(now - overSince, now - story.changedAt());
    return passed > QUIET.toNanos();
  }
}
