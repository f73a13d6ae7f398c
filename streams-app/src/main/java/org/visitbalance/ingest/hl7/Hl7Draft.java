package org.visitbalance.ingest.hl7;

import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What has been found in a message so far. Not thread-safe. */
final class Hl7Draft {
  private final Hl7Profile profile;
  private final Hl7Message message;
  private final ZoneId zone;
  private final Instant receivedAt;
  private final Instant at;
  private final String event;
  private final List<Hl7Row> rows = new ArrayList<>();
  private final List<Hl7Merge> merges = new ArrayList<>();
  private final List<Hl7Reading.Dead> dead = new ArrayList<>();
  private int lines;
  private int ignored;
  private int assumed;

  /**
   * A draft with nothing in it.
   *
   * @param at when the message was written
   * @param event what its event ids begin with
   */
  Hl7Draft(
      Hl7Profile profile,
      Hl7Message message,
      ZoneId zone,
      Instant receivedAt,
      Instant at,
      String event) {
    this.profile = profile;
    this.message = message;
    this.zone = zone;
    this.receivedAt = receivedAt;
    this.at = at;
    this.event = event;
  }

  Hl7Profile profile() {
    return profile;
  }

  Hl7Message message() {
    return message;
  }

  ZoneId zone() {
    return zone;
  }

  Instant receivedAt() {
    return receivedAt;
  }

  Instant at() {
    return at;
  }

  String eventId(int index) {
    return event + index;
  }

  /**
   * Begins a row.
   *
   * @param of the segment that it is about; null for the message as a whole
   * @param number which one of its kind
   */
  Hl7Fields fields(String kind, @Nullable Hl7Segment of, int number) {
    return new Hl7Fields(this, kind, of, number);
  }

  /** Adds a row that counts as a part of the message. */
  void row(Hl7Row row) {
    lines++;
    rows.add(row);
  }

  /** Adds a row that follows from the others. */
  void further(Hl7Row row) {
    rows.add(row);
  }

  boolean merge(Hl7Merge merge) {
    if (merge.from().equals(merge.into())) {
      return true;
    }
    lines++;
    merges.add(merge);
    return true;
  }

  void dead(int segment, @Nullable String field, String reason) {
    lines++;
    dead.add(new Hl7Reading.Dead(segment, field, reason));
  }

  void ignored() {
    ignored++;
  }

  void assumed() {
    assumed++;
  }

  boolean isEmpty() {
    return lines == 0;
  }

  List<Hl7Row> rows() {
    return rows;
  }

  Hl7Reading reading(String kind, Hl7Reading.Use use, String sender, String control) {
    return new Hl7Reading(
        kind,
        use,
        sender,
        control,
        at,
        List.copyOf(rows),
        List.copyOf(merges),
        lines,
        ignored,
        assumed,
        List.copyOf(dead));
  }
}
