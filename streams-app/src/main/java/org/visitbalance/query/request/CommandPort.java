package org.visitbalance.query.request;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.visitbalance.fact.Decision;
import org.visitbalance.output.AccessEntry;
import org.visitbalance.output.Close;
import org.visitbalance.settings.Settings;

/** What the API writes, and where to: the package knows no producer and no format of files. */
public interface CommandPort {
  /** Nothing could be written just now; what was sent may or may not have arrived. */
  final class Closed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public Closed(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * A line that is no fact.
   *
   * @param line from 1
   * @param reason never shows the line's text
   */
  record Rejected(long line, @Nullable String field, String reason) {}

  /** What became of the lines of a request. */
  record Taken(long accepted, List<Rejected> rejected) {}

  /**
   * Sends the facts of some JSON lines; all replicas have what was accepted when this returns.
   *
   * @param mayWrite whether the caller may write for a tenant
   * @throws Closed if not all was acknowledged
   */
  Taken facts(byte[] lines, Predicate<String> mayWrite);

  /** A settings document, read. */
  record Document(Settings settings, List<String> warnings) {}

  /**
   * Reads a settings document, JSON or YAML, as files are read.
   *
   * @param tenant the one that it is of if it does not say
   * @throws IllegalArgumentException if it is none; the message says where and why
   */
  Document document(String text, String tenant);

  /**
   * Replaces a tenant's settings, and writes down who did.
   *
   * @throws Closed if not all was acknowledged
   */
  void replace(Settings settings, AccessEntry entry);

  /**
   * Closes a period, and writes down who did; nobody did where there is no entry.
   *
   * @throws Closed if not all was acknowledged
   */
  void close(Close close, @Nullable AccessEntry entry);

  /**
   * Sends what somebody has decided, and writes down who has, and what they noted.
   *
   * @throws Closed if not all was acknowledged
   */
  void decide(List<Decision> decisions, List<AccessEntry> entries);

  /**
   * Dead letters that are to be sent again.
   *
   * @param tenant whether those that name a company are meant; null where it could not be read
   * @param source the topic; null: any
   * @param reason a part of what is wrong; null: any
   * @param since only those of records from this moment on; null: from the beginning
   * @param until only those of records before this moment; null: to the end
   * @param repartition whether a record in the wrong partition is sent to the right one
   */
  record Retry(
      Predicate<@Nullable String> tenant,
      @Nullable String source,
      @Nullable String reason,
      @Nullable Instant since,
      @Nullable Instant until,
      boolean repartition) {}

  /** Dead letters of a topic that still cannot be facts, for one reason. */
  record StillRefused(String source, @Nullable String field, String reason, long records) {}

  /**
   * What became of dead letters.
   *
   * @param sent records by topic
   * @param repartitioned how many of these went to another partition
   * @param left those that were not looked at, because enough were sent at once
   */
  record Retried(
      Map<String, Long> sent, long repartitioned, List<StillRefused> failing, long left) {}

  /** Looks what a retry would send, and sends nothing. */
  Retried look(Retry retry);

  /**
   * Sends dead letters again that are facts today, each once, and writes down who did first.
   *
   * @throws Closed if not all was acknowledged
   */
  Retried retry(Retry retry, AccessEntry entry);

  /**
   * Writes down what somebody did; it stands there when this returns.
   *
   * @throws Closed if it was not acknowledged
   */
  void writeDown(AccessEntry entry);
}
