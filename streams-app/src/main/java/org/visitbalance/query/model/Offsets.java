package org.visitbalance.query.model;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * How far each partition is applied, in the same transaction as what was applied. Whoever writes
 * must have gone on from what stands there: an instance that was thought dead, or tables that were
 * replaced meanwhile, are noticed here, and nothing is applied twice or left out.
 */
final class Offsets {
  private Offsets() {}

  /** Somebody else has written, or emptied the tables. */
  static final class Overtaken extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Overtaken(TopicPartition partition) {
      super(partition + " was moved by another reader; reading again from where it stands");
    }
  }

  /** The topic is not the one that was read: the tables have more of it than it has. */
  static final class Ahead extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Ahead(TopicPartition partition, long stored, long end) {
      super(
          "the tables have read "
              + partition
              + " to offset "
              + stored
              + ", and it ends at "
              + end
              + ": it was deleted and made again, or Kafka was restored");
    }
  }

  /** What stands there; a partition without a row was never read. */
  static Map<TopicPartition, Long> read(Jdbi jdbi) {
    return jdbi.withHandle(Offsets::read);
  }

  static Map<TopicPartition, Long> read(Handle handle) {
    return handle
        .createQuery("select topic, partition_no, next_offset from read_offset")
        .reduceRows(
            new HashMap<>(),
            (offsets, row) -> {
              offsets.put(
                  new TopicPartition(
                      row.getColumn("topic", String.class),
                      row.getColumn("partition_no", Integer.class)),
                  row.getColumn("next_offset", Long.class));
              return offsets;
            });
  }

  /**
   * Moves a partition on.
   *
   * @param from where this reader went on from; 0 where there was nothing
   * @throws Overtaken if that is not what stands there
   */
  static void move(Connection connection, TopicPartition partition, long from, long to)
      throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "update read_offset set next_offset = ?"
                + " where topic = ? and partition_no = ? and next_offset = ?")) {
      update.setLong(1, to);
      update.setString(2, partition.topic());
      update.setInt(3, partition.partition());
      update.setLong(4, from);
      if (update.executeUpdate() == 1) {
        return;
      }
    }
    if (from != 0) {
      throw new Overtaken(partition);
    }
    // Two that begin at the same time: the primary key lets one of them pass.
    try (PreparedStatement insert =
        connection.prepareStatement(
            "insert into read_offset (topic, partition_no, next_offset) values (?, ?, ?)")) {
      insert.setString(1, partition.topic());
      insert.setInt(2, partition.partition());
      insert.setLong(3, to);
      insert.executeUpdate();
    }
  }
}
