package org.visitbalance.topology;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.visitbalance.fact.FeedSource;

/**
 * The dates of service that have to be evaluated at some moment, sorted by moment: by the clock, or
 * for each tenant by how far one of its feeds has come. Also the patients of whom something may
 * leave, sorted by business date.
 */
final class Timers {
  private static final byte[] NOTHING = {};
  private static final String CLOCK = "CLOCK";
  private static final String LEAVING = "LEAVING";

  private static final HexFormat HEX = HexFormat.of();

  /**
   * A date that is due.
   *
   * @param patient the key of the patient
   */
  record Due(String patient, LocalDate date, String timer) {}

  private final KeyValueStore<String, byte[]> store;
  private final TouchedPatients touched;

  /** Timers set or cleared but not written yet; most are cleared soon after they were set. */
  private final Map<String, Boolean> pending = new HashMap<>();

  /**
   * For each series, a bound before which no timer is set, so that nothing is sought among the
   * tombstones of all the timers that fired before; a series that has none was not searched yet.
   * Bounds end at a moment or date: from there on keys sort as texts and as bytes alike.
   */
  private final Map<String, String> bounds = new HashMap<>();

  Timers(KeyValueStore<String, byte[]> store) {
    this.store = store;
    this.touched = new TouchedPatients(store);
  }

  /** Returns the patients who wait for no moment, but for a tick. */
  TouchedPatients touched() {
    return touched;
  }

  /** Sets a timer; does nothing if the moment is null. */
  void set(@Nullable FeedSource feed, String patient, LocalDate date, @Nullable Instant moment) {
    if (moment != null) {
      String kind = kind(feed, patient);
      String bound = kind + "|" + sortable(moment);
      pending.put(bound + "|" + patient + "|" + date, true);
      lower(kind, bound);
    }
  }

  void clear(@Nullable FeedSource feed, String patient, LocalDate date, @Nullable Instant moment) {
    if (moment != null) {
      pending.put(kind(feed, patient) + "|" + sortable(moment) + "|" + patient + "|" + date, false);
    }
  }

  /** Remembers that something of a patient may leave once a business date is old. */
  void setLeaving(String patient, @Nullable LocalDate earliest) {
    if (earliest != null) {
      pending.put(LEAVING + "|" + earliest + "|" + patient, true);
      lower(LEAVING, LEAVING + "|" + earliest);
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
    String from = LEAVING + "|";
    return first(LEAVING, from, from + oldest, most, timer -> timer).stream()
        .map(timer -> timer.substring(timer.indexOf('|', from.length()) + 1))
        .toList();
  }

  /** Removes a timer that has been handled. */
  void clear(Due due) {
    pending.put(due.timer(), false);
  }

  /** Writes the changes; looking whether it is one costs less than a record of the changelog. */
  void flush() {
    pending.forEach(
        (key, isSet) -> {
          if (isSet != (store.get(key) != null)) {
            store.put(key, isSet ? NOTHING : null);
          }
        });
    pending.clear();
  }

  /**
   * Returns the first timers of the clock up to a moment.
   *
   * @param most how many; a patient's timers for the same moment are never separated, because a
   *     visit that moved from one date to another has touched both
   */
  List<Due> due(Instant now, int most) {
    return due(CLOCK, CLOCK + "|", until(CLOCK, now), most);
  }

  /** Returns the first timers of a tenant's feed up to a moment. */
  List<Due> due(String tenant, FeedSource feed, Instant completeUntil, int most) {
    String kind = feed + "/" + Keys.of(tenant);
    return due(kind, kind + "|", until(kind, completeUntil), most);
  }

  private List<Due> due(String kind, String from, String to, int most) {
    int at = kind.length() + 1;
    return first(kind, from, to, most, timer -> timer.substring(0, timer.lastIndexOf('|'))).stream()
        .map(
            timer -> {
              int date = timer.lastIndexOf('|');
              return new Due(
                  timer.substring(timer.indexOf('|', at) + 1, date),
                  LocalDate.parse(timer.substring(date + 1)),
                  timer);
            })
        .toList();
  }

  /**
   * Returns the first timers of a series.
   *
   * @param from where the series begins
   * @param to where to stop
   * @param most how many
   * @param together timers of which this is equal are not separated
   */
  private List<String> first(
      String series, String from, String to, int most, UnaryOperator<String> together) {
    String bound = bounds.getOrDefault(series, from);
    if (bound.compareTo(to) >= 0) {
      return List.of();
    }
    flush();
    List<String> found = new ArrayList<>();
    boolean isCut = false;
    String last = "";
    try (KeyValueIterator<String, byte[]> range = store.range(bound, to)) {
      while (range.hasNext() && !isCut) {
        String timer = range.next().key;
        isCut = found.size() >= most && !together.apply(timer).equals(last);
        if (!isCut) {
          last = together.apply(timer);
          found.add(timer);
        }
      }
    }
    if (!found.isEmpty()) {
      String timer = found.get(0);
      bounds.put(series, timer.substring(0, timer.indexOf('|', from.indexOf('|') + 1)));
    } else if (!isCut) {
      bounds.put(series, to);
    }
    return found;
  }

  private void lower(String series, String bound) {
    bounds.computeIfPresent(series, (any, now) -> bound.compareTo(now) < 0 ? bound : now);
  }

  /** Returns a bound after every timer of a moment: '}' follows '|'. */
  private static String until(String kind, Instant moment) {
    return kind + "|" + sortable(moment) + "}";
  }

  private static String kind(@Nullable FeedSource feed, String patient) {
    return feed == null ? CLOCK : feed + "/" + patient.substring(0, patient.indexOf('|'));
  }

  /** Returns a moment as a text of fixed length that sorts by time. */
  static String sortable(Instant moment) {
    return HEX.toHexDigits(moment.getEpochSecond() - Long.MIN_VALUE)
        + HEX.toHexDigits(moment.getNano());
  }
}
