package org.visitbalance.alerts;

import java.time.Instant;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.output.DiscrepancyStatus;
import org.visitbalance.output.Severity;

/**
 * Something to report: a discrepancy, or a problem with the checking itself.
 *
 * @param id a stable ID: the discrepancy's, or one given by the watch
 * @param tenant the tenant; null if it concerns all, like every problem that the watch finds
 * @param openedAt when it opened; a reopening is a new opening
 * @param resolvedAt when it was resolved; null while it is open
 * @param seenAt when it changed to its present state
 * @param what what happened, in words, for problems that the watch finds; null for a discrepancy
 * @param discrepancy the discrepancy; null for problems that the watch finds
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
