package org.visitbalance.query.model;

import java.sql.SQLException;
import org.visitbalance.platform.EmbeddedSpace;
import org.visitbalance.platform.FailureText;

/**
 * Why the tables, or who looks how far they are, cannot go on at the moment.
 *
 * @param side who has to be looked at
 * @param said what may be said of it to anybody; it contains no values of records
 */
public record Failure(Side side, String said) {
  /** Where it comes from. */
  public enum Side {
    /** Kafka is away, or refuses. */
    KAFKA,
    /** So does the database. */
    DATABASE,
    /** The file of an embedded database cannot be read or written. */
    FILE,
    /** The tables were made from other topics than those that are there now. */
    TOPICS,
    /** Neither of them has anything to do with it. */
    SERVICE
  }

  /** Returns what may be said of a problem. */
  static Failure of(Throwable problem) {
    if (EmbeddedSpace.isUnusable(problem)) {
      return new Failure(Side.FILE, "the file of the database cannot be read or written");
    }
    for (Throwable cause = problem; cause != null; cause = cause.getCause()) {
      if (cause instanceof Offsets.Ahead) {
        return new Failure(Side.TOPICS, String.valueOf(cause.getMessage()));
      } else if (cause instanceof SQLException) {
        String state = Database.sqlState(cause);
        // Its message may hold the values of a row; its code does not.
        return new Failure(
            Side.DATABASE,
            "the database refused, with "
                + (state == null ? FailureText.of(cause) : "SQL state " + state));
      }
    }
    return FailureText.isKafkas(problem)
        ? new Failure(Side.KAFKA, FailureText.of(problem))
        : new Failure(Side.SERVICE, FailureText.withPlace(problem));
  }

  /** Returns what to do; a sentence without its end. */
  public String action() {
    return switch (side) {
      case KAFKA ->
          "check whether Kafka answers, and whether it lets the user of this service read; the"
              + " service tries again by itself";
      case DATABASE ->
          "check the database and its log; the service tries again by itself, and a restart helps if"
              + " nothing is wrong there";
      case FILE ->
          "check whether the disk of the state folder is full, and whether this user may write"
              + " there; the service goes on by itself when there is room";
      case TOPICS ->
          "do what docs/operating.md#made-again says: rebuild the tables, and, if it is a topic of"
              + " facts or another cluster, the state before";
      case SERVICE ->
          "restart this instance, and report what its log says if that does not help; the service"
              + " tries again by itself";
    };
  }
}
