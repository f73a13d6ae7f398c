package org.visitbalance.query.model;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Writes one batch after the other to the tables, in a thread of its own, so that the next one can
 * be read and decoded meanwhile. Each is a transaction together with its offsets.
 */
final class Writing implements AutoCloseable {
  /** What was read from some records, in the order of each partition. */
  record Piece(
      Batch batch, List<ConsumerRecord<byte[], byte[]>> records, Map<TopicPartition, Long> ends) {}

  private final Database database;

  /** Reads records once more where the database refuses what is in one of them. */
  private final Intake intake;

  private final PassedOver passedOver;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread made = new Thread(task, "read-model-writing");
            made.setDaemon(true);
            return made;
          });
  private final AtomicLong written = new AtomicLong();
  private @Nullable Future<?> pending;

  /** Where each partition of this reader stands in the tables. Changed while nothing is pending. */
  private final Map<TopicPartition, Long> applied = new HashMap<>();

  Writing(Database database, Intake intake, PassedOver passedOver) {
    this.database = database;
    this.intake = intake;
    this.passedOver = passedOver;
  }

  /** Goes on from where a partition stands in the tables; nothing may be pending. */
  void from(TopicPartition partition, long offset) {
    applied.put(partition, offset);
  }

  /** Returns whether something has begun that was not waited for. */
  boolean hasBegun() {
    return pending != null;
  }

  /** Begins to write; nothing may be pending. */
  void begin(Piece piece) {
    pending =
        thread.submit(
            () -> {
              write(piece);
              written.addAndGet(piece.records.size());
              return null;
            });
  }

  /**
   * Waits until what has begun is written.
   *
   * @return how many records were written since the last time
   * @throws Offsets.Overtaken if other tables have replaced these, or another instance has written
   */
  long finish() throws SQLException {
    Future<?> begun = pending;
    pending = null;
    if (begun != null) {
      try {
        begun.get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      } catch (ExecutionException e) {
        throw problem(e);
      }
    }
    return written.getAndSet(0);
  }

  private static SQLException problem(ExecutionException problem) {
    if (problem.getCause() instanceof SQLException refused) {
      return refused;
    } else if (problem.getCause() instanceof RuntimeException other) {
      throw other;
    } else if (problem.getCause() instanceof Error error) {
      throw error;
    }
    throw new IllegalStateException(problem.getCause());
  }

  /**
   * Writes what was taken from some records. If the database refuses what is in them, each half is
   * written by itself: in the end, one record is passed over and all others are written.
   */
  private void write(Piece piece) throws SQLException {
    List<ConsumerRecord<byte[], byte[]>> records = piece.records;
    try {
      apply(piece);
    } catch (SQLException | RuntimeException e) {
      if (records.isEmpty() || !isOfTheData(e)) {
        throw e;
      } else if (records.size() > 1) {
        int half = records.size() / 2;
        List<ConsumerRecord<byte[], byte[]>> first = records.subList(0, half);
        List<ConsumerRecord<byte[], byte[]>> second = records.subList(half, records.size());
        write(new Piece(batch(first), first, ends(first)));
        write(new Piece(batch(second), second, piece.ends));
      } else {
        apply(new Piece(new Batch(), records, piece.ends));
        passedOver.add(PassedOver.place(records.get(0)));
      }
    }
  }

  /** All of these could be read already; if one cannot now, all of it is read again later. */
  private Batch batch(List<ConsumerRecord<byte[], byte[]>> records) {
    Batch batch = new Batch();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      try {
        intake.take(record, batch);
      } catch (Intake.Unreadable e) {
        throw new IllegalStateException(e);
      }
    }
    return batch;
  }

  /** Returns where reading continues after some records. */
  private static Map<TopicPartition, Long> ends(List<ConsumerRecord<byte[], byte[]>> records) {
    Map<TopicPartition, Long> ends = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      ends.put(new TopicPartition(record.topic(), record.partition()), record.offset() + 1);
    }
    return ends;
  }

  /**
   * Returns whether a database refuses a row because of its values, and always will: a value that
   * its type does not have, a broken constraint, or more than an index takes.
   */
  private static boolean isOfTheData(Throwable problem) {
    String state = Database.sqlState(problem);
    return state != null
        && (state.startsWith("22") || state.startsWith("23502") || state.startsWith("54"));
  }

  /** Offsets are moved in their order: two instances wait for each other, and never for ever. */
  private void apply(Piece piece) throws SQLException {
    Map<TopicPartition, Long> ends = new TreeMap<>(ORDER);
    ends.putAll(piece.ends);
    database
        .jdbi()
        .useTransaction(
            handle -> {
              Connection connection = handle.getConnection();
              for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
                long from = applied.getOrDefault(end.getKey(), 0L);
                Offsets.move(connection, end.getKey(), from, end.getValue());
              }
              piece.batch.write(connection);
            });
    applied.putAll(ends);
  }

  private static final Comparator<TopicPartition> ORDER =
      Comparator.comparing(TopicPartition::topic).thenComparing(TopicPartition::partition);

  /** Waits until a transaction that has begun is completed or rolled back. */
  @Override
  public void close() {
    thread.shutdown();
    boolean isInterrupted = false;
    while (!thread.isTerminated()) {
      try {
        boolean unused = thread.awaitTermination(1, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        isInterrupted = true;
      }
    }
    if (isInterrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
