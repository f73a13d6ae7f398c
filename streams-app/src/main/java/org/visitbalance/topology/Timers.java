package org.visitbalance.topology;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.visitbalance.fact.FeedSource;

/**
 * The dates of service that have to be evaluated at some moment, sorted by moment: by the clock, or
 * for each tenant by how far one of its feeds has come. Dates touched by a fact and not evaluated
 * yet are due at once. Also the patients of whom something may leave, sorted by business date.
 */
final class Timers {
  /** Before every moment. */
  static final Instant AT_ONCE = Instant.MIN;

  private static final byte[] NOTHING = {};
  private static final String CLOCK = "CLOCK";
  private static final String LEAVING = "LEAVING";
  private static final int SECOND_DIGITS = 16;
  private static final int NANO_DIGITS = 8;

  /**
   * A date that is due.
   *
   * @param patient the key of the patient
   */
  record Due(String patient, LocalDate date, String timer) {}

  private final KeyValueStore<String, byte[]> store;

  /** Timers set or cleared but not written yet; most are cleared soon after they were set. */
  private final Map<String, Boolean> pending = new HashMap<>();

  Timers(KeyValueStore<String, byte[]> store) {
    this.store = store;
  }

  /** Sets a timer; does nothing if the moment is null. */
  void set(@Nullable FeedSource feed, String patient, LocalDate date, @Nullable Instant moment) {
    if (moment != null) {
      pending.put(key(feed, patient, date, moment), true);
    }
  }

  void clear(@Nullable FeedSource feed, String patient, LocalDate date, @Nullable Instant moment) {
    if (moment != null) {
      pending.put(key(feed, patient, date, moment), false);
    }
  }

  /** Remembers that something of a patient may leave once a business date is old. */
  void setLeaving(String patient, @Nullable LocalDate earliest) {
    if (earliest != null) {
      pending.put(LEAVING + "|" + earliest + "|" + patient, true);
    }
  }

  void clearLeaving(String patient, @Nullable LocalDate earliest) {
    if (earliest != null) {
      pending.put(LEAVING + "|" + earliest + "|" + patient, false);
    }
  }

  /**
   * Returns the first patients of whom something may leave.
   *
   * @param oldest the first business date that is not old
   * @param most how many
   */
  List<String> leaving(LocalDate oldest, int most) {
    flush();
    List<String> patients = new ArrayList<>();
    String kind = LEAVING + "|";
    try (KeyValueIterator<String, byte[]> range = store.range(kind, kind + oldest)) {
      while (range.hasNext() && patients.size() < most) {
        String timer = range.next().key;
        patients.add(timer.substring(timer.indexOf('|', kind.length()) + 1));
      }
    }
    return patients;
  }

  /** Removes a timer that has been handled. */
  void clear(Due due) {
    pending.put(due.timer(), false);
  }

  /** Writes the changes. */
  void flush() {
    pending.forEach((key, isSet) -> store.put(key, isSet ? NOTHING : null));
    pending.clear();
  }

  /**
   * Returns the first timers of the clock up to a moment.
   *
   * @param most how many; a patient's timers for the same moment are never separated, because a
   *     visit that moved from one date to another has touched both
   */
  List<Due> due(Instant now, int most) {
    return due(CLOCK, now, most);
  }

  /** Returns the dates of a patient that are due at once. */
  Set<LocalDate> atOnce(String patient) {
    flush();
    Set<LocalDate> dates = new HashSet<>();
    String kind = CLOCK + "|" + sortable(AT_ONCE) + "|" + patient;
    try (KeyValueIterator<String, byte[]> range = store.range(kind + "|", kind + "}")) {
      while (range.hasNext()) {
        String timer = range.next().key;
        dates.add(LocalDate.parse(timer.substring(timer.lastIndexOf('|') + 1)));
      }
    }
    return dates;
  }

  /** Returns the first timers of a tenant's feed up to a moment. */
  List<Due> due(String tenant, FeedSource feed, Instant completeUntil, int most) {
    return due(kind(feed, Keys.of(tenant)), completeUntil, most);
  }

  private List<Due> due(String kind, Instant until, int most) {
    flush();
    List<Due> due = new ArrayList<>();
    String last = "";
    // '}' follows '|': the bound is after every timer of that moment.
    try (KeyValueIterator<String, byte[]> range =
        store.range(kind + "|", kind + "|" + sortable(until) + "}")) {
      while (range.hasNext()) {
        String timer = range.next().key;
        int date = timer.lastIndexOf('|');
        if (due.size() >= most && !timer.substring(0, date).equals(last)) {
          break;
        }
        last = timer.substring(0, date);
        int patient = timer.indexOf('|', kind.length() + 1) + 1;
        due.add(
            new Due(
                timer.substring(patient, date), LocalDate.parse(timer.substring(date + 1)), timer));
      }
    }
    return due;
  }

  private static String key(
      @Nullable FeedSource feed, String patient, LocalDate date, Instant moment) {
    String tenant = patient.substring(0, patient.indexOf('|'));
    return kind(feed, tenant) + "|" + sortable(moment) + "|" + patient + "|" + date;
  }

  private static String kind(@Nullable FeedSource feed, String tenant) {
    return feed == null ? CLOCK : feed + "/" + tenant;
  }

  /** Returns a moment as a text of fixed length that sorts by time. */
  static String sortable(Instant moment) {
    String seconds = Long.toHexString(moment.getEpochSecond() - Long.MIN_VALUE);
    String nanos = Integer.toHexString(moment.getNano());
    return "0".repeat(SECOND_DIGITS - seconds.length())
        + seconds
        + "0".repeat(NANO_DIGITS - nanos.length())
        + nanos;
  }
}
