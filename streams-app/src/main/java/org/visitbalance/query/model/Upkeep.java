package org.visitbalance.query.model;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;
import org.visitbalance.platform.Deadline;

/**
 * What the tables need besides their rows: indexes after the first fill, statistics, and unused
 * disk space given back. Of the thread that fills the tables only.
 */
final class Upkeep {
  /** After so many records the database counts again what is in its tables. */
  private static final long MUCH = 50_000;

  /** How often an embedded database gives back disk space. */
  private static final Duration TIDY = Duration.ofSeconds(5);

  /** The first fill is over, too, when nothing has moved for so long. */
  private static final Duration QUIET = Duration.ofSeconds(10);

  /** With so few records that are not in the tables, there is time to tidy. */
  private static final long FEW = 5_000;

  private final Database database;
  private final LongSupplier unread;
  private final BooleanSupplier isPresent;
  private Map<TopicPartition, Long> ends = Map.of();
  private boolean isLast;
  private boolean isWhole;
  private long missing = Long.MAX_VALUE;
  private long written;
  private long synced;
  private Deadline nextTidy = Deadline.in(TIDY);
  private Deadline quiet = Deadline.in(QUIET);

  /**
   * Creates an upkeep that has not begun.
   *
   * @param unread the facts that the topology has not read yet, and will make rows from
   * @param isPresent whether the topology has said all that it makes of the past
   */
  Upkeep(Database database, LongSupplier unread, BooleanSupplier isPresent) {
    this.database = database;
    this.unread = unread;
    this.isPresent = isPresent;
  }

  /**
   * Begins to fill the tables.
   *
   * @param sent the ends of the topics
   */
  void begin(Map<TopicPartition, Long> sent) throws SQLException {
    FirstFill.begin(database);
    ends = Map.copyOf(sent);
    isLast = false;
    isWhole = false;
    missing = Long.MAX_VALUE;
  }

  /** Counts what was written. */
  void written(long records) {
    written += records;
  }

  /** Returns whether nothing is to be made after the first fill. */
  boolean isWhole() {
    return isWhole;
  }

  /**
   * Does what is due.
   *
   * @param stored how far each partition is in the tables
   * @param sent the ends of the topics
   * @return how many records are not in the tables
   */
  long look(Map<TopicPartition, Long> stored, Map<TopicPartition, Long> sent) throws SQLException {
    long left = left(stored, sent);
    if (written > synced) {
      database.sync();
      synced = written;
    }
    if (!isWhole && isFirstFillOver(stored, sent)) {
      FirstFill.end(database);
      isWhole = true;
      analyze();
    } else if (left == 0) {
      analyze();
    }
    if (isWhole && left <= FEW && nextTidy.isOver()) {
      database.tidy();
      nextTidy = Deadline.in(TIDY);
    }
    return left;
  }

  /**
   * The first fill is over when the tables have all that was sent at its begin, the topology has
   * caught up, and the tables have all that was sent by then. What comes meanwhile does not put it
   * off, and neither does a topic or a topology that stands still.
   */
  private boolean isFirstFillOver(
      Map<TopicPartition, Long> stored, Map<TopicPartition, Long> sent) {
    long before = missing;
    missing = left(stored, ends) + unread.getAsLong();
    if (missing < before) {
      quiet = Deadline.in(QUIET);
    }
    if (left(stored, ends) == 0 && isPresent.getAsBoolean()) {
      if (isLast || left(stored, sent) == 0) {
        return true;
      }
      ends = Map.copyOf(sent);
      isLast = true;
      missing = Long.MAX_VALUE;
    }
    return quiet.isOver();
  }

  private static long left(Map<TopicPartition, Long> stored, Map<TopicPartition, Long> sent) {
    return sent.entrySet().stream()
        .mapToLong(end -> Math.max(0, end.getValue() - stored.getOrDefault(end.getKey(), 0L)))
        .sum();
  }

  private void analyze() {
    if (written > MUCH) {
      database.analyze();
      written = 0;
      synced = 0;
    }
  }
}
