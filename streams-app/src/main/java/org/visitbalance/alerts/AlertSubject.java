package org.visitbalance.alerts;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.visitbalance.insight.Insights;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.output.DiscrepancyStatus;
import org.visitbalance.output.FileState;
import org.visitbalance.output.Insight;
import org.visitbalance.output.ReceivedFile;
import org.visitbalance.output.Severity;
import org.visitbalance.topology.InsightEmitter;
import org.visitbalance.topology.Keys;

/**
 * Something to report: a discrepancy, an insight, a file that is late or refused, or a problem with
 * the checking itself.
 *
 * @param id a stable ID: the discrepancy's, or one given by the watch
 * @param tenant the tenant; null if it concerns all, like every problem that the watch finds
 * @param date the business date; of a late file the day on which it was expected
 * @param openedAt when it opened; a reopening is a new opening
 * @param resolvedAt when it was resolved; null while it is open
 * @param seenAt when it changed to its present state
 * @param what what happened, in words; null for a discrepancy
 * @param discrepancy the discrepancy; null for everything else
 */
public record AlertSubject(
    String id,
    @Nullable String tenant,
    String kind,
    Severity severity,
    @Nullable String location,
    @Nullable LocalDate date,
    Instant openedAt,
    @Nullable Instant resolvedAt,
    Instant seenAt,
    @Nullable String what,
    String action,
    @Nullable Discrepancy discrepancy) {

  /** The clock has stopped, nothing is balanced, or the cluster does not respond. */
  public static final String CHECKING_STOPPED = "CHECKING_STOPPED";

  /** A topic has received no new facts for too long. */
  public static final String SOURCE_SILENT = "SOURCE_SILENT";

  /** Too many records are invalid. */
  public static final String DEAD_LETTERS = "DEAD_LETTERS";

  /** The clock of a host that sends ticks is wrong, and they are refused. */
  public static final String WRONG_CLOCK = "WRONG_CLOCK";

  /** A file did not come by its time. */
  public static final String FILE_MISSING = "FILE_MISSING";

  /** A file cannot be used. */
  public static final String FILE_REFUSED = "FILE_REFUSED";

  /** A discrepancy as it stands on its topic since a moment. */
  static AlertSubject of(Discrepancy found, Instant seenAt) {
    boolean isOpen = found.getStatus() != DiscrepancyStatus.RESOLVED;
    Instant opened = found.getOpenedAt() == null ? seenAt : found.getOpenedAt();
    Instant resolved = found.getResolvedAt() == null ? seenAt : found.getResolvedAt();
    return new AlertSubject(
        found.getId(),
        found.getTenant(),
        found.getKind(),
        found.getSeverity(),
        found.getLocation(),
        found.getDate(),
        opened,
        isOpen ? null : resolved,
        seenAt,
        null,
        found.getAction(),
        found);
  }

  /**
   * A file as it stands on its topic since a moment; null while it is being read. A file that was
   * used is over, whether it was refused before or not: who takes it must know. The name of a
   * received file is not part of it: people name files as they like, after a patient too.
   */
  static @Nullable AlertSubject of(ReceivedFile file, Instant seenAt) {
    if (file.getState() == FileState.RECEIVED
        || file.getState() == FileState.READ
        || file.getState() == FileState.UNKNOWN) {
      return null;
    }
    boolean isExpected = file.getSha256().isEmpty();
    boolean isOpen =
        file.getState() == FileState.MISSING || file.getState() == FileState.QUARANTINED;
    String kind = isExpected ? FILE_MISSING : FILE_REFUSED;
    return new AlertSubject(
        Keys.of(kind, file.getTenant(), file.getSha256(), file.getPart()),
        file.getTenant(),
        kind,
        Severity.HIGH,
        null,
        isExpected ? file.getFirstDate() : null,
        isExpected ? file.getReceivedAt() : file.getChangedAt(),
        isOpen ? null : file.getChangedAt(),
        seenAt,
        isExpected ? "The file " + file.getName() + LATE.get(file.getState()) : refused(file),
        isOpen
            ? (isExpected
                ? "Ask the sender for the file. If it will not come, give it up with"
                    + " 'visit-balance intake accept-gap'."
                : "Open the view Files to see the reason. Correct the file or the mapping, and send"
                    + " or read the file again.")
            : "No action needed.",
        null);
  }

  /**
   * An insight as it stands on its topic since a moment; null for what nobody is told of: one that
   * a rebuild opened, or a proposed setting.
   */
  static @Nullable AlertSubject of(Insight found, Instant seenAt) {
    if (!INSIGHTS.contains(found.getKind()) || Boolean.TRUE.equals(found.getOpenedByRules())) {
      return null;
    }
    boolean isOpen = found.getStatus() != DiscrepancyStatus.RESOLVED;
    Instant opened = found.getOpenedAt() == null ? seenAt : found.getOpenedAt();
    Instant resolved = found.getResolvedAt() == null ? seenAt : found.getResolvedAt();
    return new AlertSubject(
        InsightEmitter.key(found),
        found.getTenant(),
        found.getKind(),
        Severity.MEDIUM,
        found.getLocation(),
        found.getDate(),
        opened,
        isOpen ? null : resolved,
        seenAt,
        found.getText(),
        isOpen ? "Open the view Today to see what stands out." : "No action needed.",
        null);
  }

  /** The kinds of insights that a route can ask for. */
  public static final List<String> INSIGHTS =
      List.of(Insights.ARRIVALS_BEHIND, Insights.COMMON_CAUSE, Insights.OUT_OF_CONTROL);

  boolean isInsight() {
    return INSIGHTS.contains(kind);
  }

  /** What tells one insight from others of its place and date; empty if there is only one. */
  String about() {
    return Keys.parts(id).get(ABOUT);
  }

  private static final int ABOUT = 4;

  private static final Map<FileState, String> LATE =
      Map.of(
          FileState.MISSING, " did not come by its time",
          FileState.CAME, " has come",
          FileState.GIVEN_UP, " was given up");

  private static final Map<FileState, String> REFUSED =
      Map.of(
          FileState.QUARANTINED, " cannot be used",
          FileState.DONE, " was read again and used",
          FileState.REPLACED, " was replaced by another one",
          FileState.GIVEN_UP, " was given up");

  private static String refused(ReceivedFile file) {
    String sha = file.getSha256();
    return "The file "
        + sha.substring(0, Math.min(sha.length(), SHA_DIGITS))
        + REFUSED.get(file.getState());
  }

  private static final int SHA_DIGITS = 8;

  boolean isOfAFile() {
    return kind.equals(FILE_MISSING) || kind.equals(FILE_REFUSED);
  }

  /** Something that the watch finds open; the worst of all, since nothing else is sure then. */
  static AlertSubject ofTheWatch(
      String id, String kind, Instant since, String what, String action) {
    return new AlertSubject(
        id, null, kind, Severity.HIGH, null, null, since, null, since, what, action, null);
  }

  /** Something that the watch once said, and finds no more. */
  static AlertSubject over(String id, Instant openedAt, Instant now) {
    String kind = id.contains("|") ? id.substring(0, id.indexOf('|')) : id;
    return new AlertSubject(
        id,
        null,
        kind,
        Severity.HIGH,
        null,
        null,
        openedAt,
        now,
        now,
        "Back to normal",
        "No action needed.",
        null);
  }

  /** Whether an id is one of the watch's. */
  static boolean isOfTheWatch(String id) {
    return id.startsWith(CHECKING_STOPPED)
        || id.startsWith(SOURCE_SILENT)
        || id.startsWith(DEAD_LETTERS)
        || id.startsWith(WRONG_CLOCK);
  }

  boolean isOpen() {
    return resolvedAt == null;
  }

  /** Whether the service knows the visit no more: nobody is told of it, nor of its end. */
  boolean hasLeft() {
    return discrepancy != null && discrepancy.getLeftAt() != null;
  }

  /** Whether a rebuild opened it by new rules: nobody is told of this opening, nor of its end. */
  boolean isByRules() {
    return discrepancy != null && Boolean.TRUE.equals(discrepancy.getOpenedByRules());
  }

  AlertSubject openedAt(Instant opening) {
    return new AlertSubject(
        id,
        tenant,
        kind,
        severity,
        location,
        date,
        opening,
        resolvedAt,
        seenAt,
        what,
        action,
        discrepancy);
  }

  /** What is worth a message when it changes: not a wording, nor who works it. */
  String figures() {
    return discrepancy == null
        ? ""
        : severity + " " + discrepancy.getDifference() + " " + discrepancy.getUnits();
  }
}
