package org.visitbalance.lab.faults;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.visitbalance.output.DeadLetter;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.output.DiscrepancyStatus;
import org.visitbalance.service.TopicReader;
import org.visitbalance.topology.Topic;
import org.visitbalance.topology.Topics;

/**
 * What is committed on the output topics, read record by record from the beginning as any consumer
 * would, and what must never be seen there: a record said twice, or a discrepancy opened twice.
 */
final class Committed implements AutoCloseable {
  private static final int MOST_SHOWN = 20;

  private final Map<Topic<?>, Map<String, SpecificRecord>> tables = new HashMap<>();
  private final Set<String> letters = new HashSet<>();
  private final List<String> wrong = new ArrayList<>();
  private long records;
  private volatile boolean isOver;
  private volatile boolean isUpdating;
  private final Thread thread;

  Committed(TopicReader reader) {
    Topics.OUTPUTS.forEach(topic -> tables.put(topic, new HashMap<>()));
    thread =
        new Thread(
            () -> reader.follow(Topics.OUTPUTS, this::put, () -> isOver), "committed outputs");
    thread.setDaemon(true);
    thread.start();
  }

  private synchronized void put(
      Topic<?> topic, @Nullable String key, @Nullable SpecificRecord value) {
    records++;
    if (value instanceof DeadLetter letter) {
      String place =
          letter.getSource() + "-" + letter.getPartition() + " at offset " + letter.getPosition();
      if (!letters.add(place)) {
        note("a dead letter twice: " + place);
      }
      return;
    }
    Map<String, SpecificRecord> table = Objects.requireNonNull(tables.get(topic));
    SpecificRecord before =
        value == null ? table.remove(String.valueOf(key)) : table.put(String.valueOf(key), value);
    // A balance is reported whenever its book has changed, even back and forth.
    if (value != null
        && value.equals(before)
        && !topic.equals(Topics.BALANCES)
        && !mayRepeat(topic)) {
      note("said twice on " + topic.name() + ": " + key);
    }
    if (value instanceof Discrepancy now
        && before instanceof Discrepancy old
        && old.getStatus() == DiscrepancyStatus.OPEN
        && !String.valueOf(now.getOpenedAt()).equals(String.valueOf(old.getOpenedAt()))) {
      note("opened twice: " + now.getKind() + " " + key);
    }
  }

  /** A newer version writes the IDs of visits in a newer form, which may say the same. */
  private boolean mayRepeat(Topic<?> topic) {
    return isUpdating && topic.equals(Topics.VISIT_IDS);
  }

  /** Says whether instances of two versions are at work. */
  void updating(boolean is) {
    isUpdating = is;
  }

  private void note(String what) {
    if (wrong.size() < MOST_SHOWN) {
      wrong.add(what);
    }
  }

  static String place(String topic, int partition, long offset) {
    return topic + "-" + partition + " at offset " + offset;
  }

  /** The latest values of a topic, by key. */
  synchronized Map<String, SpecificRecord> table(Topic<?> topic) {
    return new HashMap<>(Objects.requireNonNull(tables.get(topic)));
  }

  /** The discrepancies of both levels that are open. */
  List<Discrepancy> open() {
    List<Discrepancy> open = new ArrayList<>();
    for (Topic<?> topic : List.of(Topics.PERIOD_DISCREPANCIES, Topics.VISIT_DISCREPANCIES)) {
      for (SpecificRecord one : table(topic).values()) {
        if (one instanceof Discrepancy found && found.getStatus() == DiscrepancyStatus.OPEN) {
          open.add(found);
        }
      }
    }
    return open;
  }

  /** Where the records stand that became dead letters. */
  synchronized Set<String> letters() {
    return new HashSet<>(letters);
  }

  /** What must not have happened, and has. */
  synchronized List<String> wrong() {
    return List.copyOf(wrong);
  }

  /** How many records there were. */
  synchronized long records() {
    return records;
  }

  @Override
  public void close() {
    isOver = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
