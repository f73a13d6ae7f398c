package org.visitbalance.alerts;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.visitbalance.output.AlertSaid;

/**
 * What a route has still to be told: how matters stand, less what was said of them (ADR 18). What
 * is open is a state, which the topic tells again after every restart; an end is an event, and
 * holds its partition's place until it was told.
 */
final class RouteBook {
  private static final TopicPartition NOWHERE = new TopicPartition("", 0);

  private final RouteFilter wanted;
  private final Map<String, Standing> open = new LinkedHashMap<>();
  private final List<Standing> ended = new ArrayList<>();
  private final Map<String, AlertSaid> said = new TreeMap<>();

  /** Of what was told to the end, so that it need not be remembered. */
  private final Set<String> finished = new HashSet<>();

  private record Standing(AlertSubject matter, TopicPartition partition, long offset) {}

  RouteBook(RouteFilter wanted) {
    this.wanted = wanted;
  }

  /** Replaces what is known to have been said. */
  void remember(Map<String, AlertSaid> all) {
    said.clear();
    said.putAll(all);
  }

  /**
   * Takes a matter as its topic has it.
   *
   * @param isNew false where this was dealt with before, or is older than the route
   */
  void take(TopicPartition partition, long offset, AlertSubject matter, boolean isNew) {
    Standing standing = new Standing(matter, partition, offset);
    if (matter.isOpen()) {
      open.put(matter.id(), standing);
      return;
    }
    open.remove(matter.id());
    AlertSaid known = said(matter);
    if (isNew || (known != null && !known.getResolved())) {
      ended.add(standing);
    } else if (known != null) {
      finished.add(matter.id());
    }
  }

  /** Takes what the watch finds: all of it, and so what it finds no more. */
  void take(List<AlertSubject> found, Instant now) {
    Set<String> ids = new HashSet<>();
    for (AlertSubject matter : found) {
      ids.add(matter.id());
      AlertSaid known = said.get(matter.id());
      // Another instance, or this one before, may have called it by another moment.
      AlertSubject same =
          known == null || known.getResolved() ? matter : matter.openedAt(known.getOpenedAt());
      open.put(matter.id(), new Standing(same, NOWHERE, 0));
    }
    open.keySet().removeIf(id -> AlertSubject.isOfTheWatch(id) && !ids.contains(id));
    Set<String> ending = new HashSet<>();
    ended.forEach(standing -> ending.add(standing.matter().id()));
    said.forEach(
        (id, known) -> {
          boolean isOver =
              AlertSubject.isOfTheWatch(id) && !ids.contains(id) && !known.getResolved();
          if (isOver && !ending.contains(id)) {
            ended.add(new Standing(AlertSubject.over(id, known.getOpenedAt(), now), NOWHERE, 0));
          }
        });
  }

  /** Forgets what is another instance's now. */
  void forget(TopicPartition partition) {
    open.values().removeIf(standing -> standing.partition().equals(partition));
    ended.removeIf(standing -> standing.partition().equals(partition));
  }

  /** The watch is another instance's. */
  void forgetTheWatch() {
    forget(NOWHERE);
  }

  /** What is to be told now, at most one message of each matter, ends first. */
  List<PendingMessage> due(Instant now) {
    List<PendingMessage> due = new ArrayList<>();
    Set<String> ending = new HashSet<>();
    Iterator<Standing> ends = ended.iterator();
    while (ends.hasNext()) {
      AlertSubject matter = ends.next().matter();
      if (ending.contains(matter.id())) {
        continue;
      }
      AlertSaid known = said(matter);
      if (known != null) {
        if (known.getResolved()) {
          ends.remove();
          continue;
        }
        due.add(new PendingMessage(matter, Transition.RESOLVED, known.getChanges()));
      } else if (wanted.isDue(matter, now)) {
        // It stood for longer than to settle: who was to hear of it hears of both.
        due.add(new PendingMessage(matter, Transition.OPENED, 0));
      } else {
        ends.remove();
        continue;
      }
      ending.add(matter.id());
    }
    for (Standing standing : open.values()) {
      if (!ending.contains(standing.matter().id())) {
        PendingMessage news = news(standing.matter(), now);
        if (news != null) {
          due.add(news);
        }
      }
    }
    return due;
  }

  private @Nullable PendingMessage news(AlertSubject matter, Instant now) {
    AlertSaid known = said(matter);
    if (known == null) {
      return wanted.isDue(matter, now) ? new PendingMessage(matter, Transition.OPENED, 0) : null;
    }
    return known.getResolved() || known.getFigures().equals(matter.figures())
        ? null
        : new PendingMessage(matter, Transition.CHANGED, known.getChanges() + 1);
  }

  /** What was said of this opening. */
  private @Nullable AlertSaid said(AlertSubject matter) {
    AlertSaid known = said.get(matter.id());
    return known != null && known.getOpenedAt().equals(matter.openedAt()) ? known : null;
  }

  /** It was told, or given up. */
  void told(PendingMessage due) {
    String id = due.matter().id();
    said.put(id, due.said());
    finished.remove(id);
    if (due.transition() == Transition.RESOLVED) {
      finished.add(id);
    }
  }

  /**
   * From where a partition has to be read again after a restart: the first end that is not told.
   */
  long place(TopicPartition partition, long position) {
    long place = position;
    for (Standing standing : ended) {
      if (standing.partition().equals(partition)) {
        place = Math.min(place, standing.offset());
      }
    }
    return place;
  }

  /** What need not be remembered any more; to be asked when all places are committed. */
  Set<String> finished() {
    Set<String> ids = new HashSet<>();
    Set<String> ending = new HashSet<>();
    ended.forEach(standing -> ending.add(standing.matter().id()));
    for (String id : finished) {
      AlertSaid known = said.get(id);
      if (!ending.contains(id) && known != null && known.getResolved()) {
        ids.add(id);
      }
    }
    return ids;
  }

  /** It is not remembered any more. */
  void forget(String id) {
    said.remove(id);
    finished.remove(id);
  }
}
