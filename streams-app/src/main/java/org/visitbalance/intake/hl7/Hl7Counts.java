package org.visitbalance.intake.hl7;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** What a listener has done since it was started. Thread-safe. */
public final class Hl7Counts {
  /** What is counted. */
  public enum Event {
    USED("aa"),
    PARTLY_USED("aa_partly"),
    UNUSED("aa_unused"),
    REPEATED("aa_repeated"),
    ERROR("ae"),
    REJECTED("ar"),
    ANSWER("answer"),
    TOO_LARGE("closed_large"),
    TOO_SLOW("closed_slow"),
    TOO_MANY("closed_many"),
    BROKEN("closed_broken");

    private final String label;

    Event(String label) {
      this.label = label;
    }

    /** Returns the name in metrics. */
    public String label() {
      return label;
    }
  }

  private final Map<Event, LongAdder> counts = new EnumMap<>(Event.class);
  private final LongAdder skipped = new LongAdder();

  Hl7Counts() {
    for (Event one : Event.values()) {
      counts.put(one, new LongAdder());
    }
  }

  void add(Event event) {
    Objects.requireNonNull(counts.get(event)).increment();
  }

  void skipped(long bytes) {
    skipped.add(bytes);
  }

  /** Returns how often something has happened. */
  public long get(Event event) {
    return Objects.requireNonNull(counts.get(event)).sum();
  }

  /** Returns how many bytes between messages were skipped. */
  public long skippedBytes() {
    return skipped.sum();
  }
}
