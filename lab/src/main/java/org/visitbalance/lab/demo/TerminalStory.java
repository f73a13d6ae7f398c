package org.visitbalance.lab.demo;

import java.io.PrintWriter;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.visitbalance.service.TopicReader;

/** Tells a company's story on a terminal while it happens: a line when a day is over. */
final class TerminalStory {
  /** Set by bin/visit-balance where standard error is a terminal. */
  private static final String TERMINAL = "visitbalance.terminal";

  private static final String CLEAR_LINE = "\r\u001b[K";

  /** By then the evening's feeds have come and what they tell has been judged. */
  private static final int DAY_IS_OVER_AT_HOUR = 6;

  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(" HH:mm  ", Locale.US);

  private final CompanyStory story;
  private final ZoneId zone;
  private final PrintWriter out;
  private final PrintWriter err;
  private LocalDate day;

  /**
   * A story that nothing is known of yet.
   *
   * @param begins the moment up to which everything is history
   */
  TerminalStory(ZoneId zone, Instant begins, PrintWriter out, PrintWriter err) {
    this.story = new CompanyStory(zone, begins);
    this.zone = zone;
    this.out = out;
    this.err = err;
    this.day = LocalDate.ofInstant(begins, zone);
  }

  /** Begins to read what the service says. */
  Worker start(TopicReader reader) {
    return Worker.start(
        "terminal story", stopped -> reader.follow(CompanyStory.TOPICS, story::put, stopped));
  }

  /** Hears up to which moment of the company's time the service has judged. */
  void now(Instant time) {
    story.now(time);
    if (Boolean.getBoolean(TERMINAL)) {
      err.print(CLEAR_LINE);
      err.flush();
    }
    while (day.plusDays(1).atTime(DAY_IS_OVER_AT_HOUR, 0).atZone(zone).toInstant().isBefore(time)) {
      out.println(story.line(day));
      out.flush();
      day = day.plusDays(1);
    }
    if (Boolean.getBoolean(TERMINAL)) {
      err.print(story.line(day) + TIME.format(time.atZone(zone)));
      err.flush();
    }
  }
}
