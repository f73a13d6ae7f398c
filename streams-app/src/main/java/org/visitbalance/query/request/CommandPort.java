package org.visitbalance.query.request;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.visitbalance.fact.Decision;
import org.visitbalance.output.AccessEntry;
import org.visitbalance.output.Annotation;
import org.visitbalance.output.Close;
import org.visitbalance.settings.MappingDocument;
import org.visitbalance.settings.Settings;

/**
 * Receives what the API writes, so that this package does not depend on producers or file formats.
 */
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

  /**
   * A value of a settings document that cannot be used.
   *
   * @param field its path, such as payerRules[1].visitCap, counted from 1; empty for the document
   * @param problem the rest of a sentence that begins with the field
   */
  record Wrong(String field, String problem) {}

  /** A settings document that cannot be used; the message says where and why. */
  final class Unusable extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient List<Wrong> values;

    public Unusable(String message, List<Wrong> values, Throwable cause) {
      super(message, cause);
      this.values = List.copyOf(values);
    }

    /** Returns every value that cannot be used; none if the text cannot be read at all. */
    public List<Wrong> values() {
      return values;
    }
  }

  /** A settings document, read. */
  record Document(Settings settings, List<String> warnings) {}

  /**
   * Reads a settings document, JSON or YAML, as files are read.
   *
   * @param tenant the one that it is of if it does not say
   * @throws Unusable if it is none
   */
  Document document(String text, String tenant);

  /**
   * Replaces a tenant's settings, and writes down who did, and why if the entry has a note.
   *
   * @return the version of the settings
   * @throws Closed if not all was acknowledged
   */
  long replace(Settings settings, AccessEntry entry);

  /**
   * Checks a tenant's mapping of files, JSON or YAML, as files are read.
   *
   * @return the same as JSON, with the tenant
   * @throws Unusable if it is none, or is for another tenant
   */
  String mapping(String text, String tenant);

  /**
   * Replaces a tenant's mapping of files, and writes down who did, and why if the entry has a note.
   *
   * @return the version of the mapping
   * @throws Closed if not all was acknowledged
   */
  long replace(MappingDocument mapping, AccessEntry entry);

  /**
   * Closes a period, and writes down who did; nobody did where there is no entry.
   *
   * @throws Closed if not all was acknowledged
   */
  void close(Close close, @Nullable AccessEntry entry);

  /**
   * Stores what somebody notes about a week, and writes down who did.
   *
   * @throws Closed if not all was acknowledged
   */
  void annotate(Annotation annotation, AccessEntry entry);

  /**
   * Sends what somebody has decided, and writes down who has, and what they noted.
   *
   * @throws Closed if not all was acknowledged
   */
  void decide(List<Decision> decisions, List<AccessEntry> entries);

  /**
   * Selects dead letters to send again.
   *
   * @param tenant accepts a company, or null if it could not be read
   * @param source the topic; null: any
   * @param reason a part of the field and the reason; null: any
   * @param since only those of records from this time on; null: from the beginning
   * @param until only those of records before this time; null: to the end
   * @param repartition whether to send a record in the wrong partition to the right one
   */
  record Retry(
      Predicate<@Nullable String> tenant,
      @Nullable String source,
      @Nullable String reason,
      @Nullable Instant since,
      @Nullable Instant until,
      boolean repartition) {}

  /** Counts the records of a topic that are still invalid, for one reason. */
  record StillRefused(String source, @Nullable String field, String reason, long records) {}

  /**
   * The result of a retry.
   *
   * @param sent records by topic
   * @param repartitioned how many of these went to another partition
   * @param left those that were not examined, because the limit was reached
   */
  record Retried(
      Map<String, Long> sent, long repartitioned, List<StillRefused> failing, long left) {}

  /** Returns what a retry would send, and sends nothing. */
  Retried look(Retry retry);

  /**
   * Sends dead letters again that are valid now, each only once; logs the user first.
   *
   * @throws Closed if not all was acknowledged
   */
  Retried retry(Retry retry, AccessEntry entry);

  /** An open dead letter whose record contains an id. */
  record LetterWith(String source, @Nullable String field, String reason, Instant at) {}

  /**
   * Searches the records of dead letters for an id, the newest first.
   *
   * @param tenant accepts a company, or null if it could not be read
   * @throws Closed if the topics could not be read
   */
  List<LetterWith> lettersWith(String id, Predicate<@Nullable String> tenant);

  /** Returns what takes the files that people send; null if this process reads no files. */
  default @Nullable FileDoor files() {
    return null;
  }

  /**
   * Writes down what somebody did; it stands there when this returns.
   *
   * @throws Closed if it was not acknowledged
   */
  void writeDown(List<AccessEntry> entries);
}
