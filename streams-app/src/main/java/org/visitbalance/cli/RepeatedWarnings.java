package org.visitbalance.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.slf4j.LoggerFactory;

/**
 * Logs each of Kafka's warnings once a minute, whatever numbers are in it, with its count: a broker
 * that is down for some minutes causes thousands of them.
 */
final class RepeatedWarnings extends Filter<ILoggingEvent> {
  private static final long WINDOW_MS = 60_000;
  private static final int MOST = 1_000;
  private static final String KAFKA = "org.apache.kafka.";

  private final Map<String, Said> said = new HashMap<>();

  private static final class Said {
    final String logger;
    final String message;
    final long since;
    int times;

    Said(ILoggingEvent event) {
      this.logger = event.getLoggerName();
      this.message = event.getFormattedMessage();
      this.since = event.getTimeStamp();
    }
  }

  @Override
  public FilterReply decide(ILoggingEvent event) {
    boolean isRepeated = false;
    List<Said> over;
    synchronized (said) {
      over = takeOver(event.getTimeStamp());
      if (event.getLoggerName().startsWith(KAFKA)
          && !event.getLevel().isGreaterOrEqual(Level.ERROR)) {
        String key = event.getLoggerName() + event.getFormattedMessage().replaceAll("\\d+", "#");
        Said before = said.get(key);
        if (before != null) {
          before.times++;
          isRepeated = true;
        } else if (said.size() < MOST) {
          said.put(key, new Said(event));
        }
      }
    }
    over.forEach(RepeatedWarnings::sumUp);
    return isRepeated ? FilterReply.DENY : FilterReply.NEUTRAL;
  }

  private List<Said> takeOver(long now) {
    List<Said> over = new ArrayList<>();
    for (Iterator<Said> all = said.values().iterator(); all.hasNext(); ) {
      Said one = all.next();
      if (now - one.since >= WINDOW_MS) {
        all.remove();
        if (one.times > 0) {
          over.add(one);
        }
      }
    }
    return over;
  }

  private static void sumUp(Said one) {
    LoggerFactory.getLogger(RepeatedWarnings.class)
        .atWarn()
        .addKeyValue("logger", one.logger)
        .addKeyValue("times", one.times)
        .log("repeated {} times within a minute: {}", one.times, one.message);
  }
}
