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

  private final RouteFilter filter;
  private final Map<String, Standing> open = new LinkedHashMap<>();
  private final List<Standing> ended = new ArrayList<>();
  private final Map<String, AlertSaid> said = new TreeMap<>();

  /** Of what was told to the end, so that it need not be remembered. */
  private final Set<String> finished = new HashSet<>();

  /** Whose visits the service knows no more, so that what was said need not be remembered. */
  private final Set<String> left = new HashSet<>();

  private record Standing(AlertSubject subject, TopicPartition partition, long offset) {}

  RouteBook(RouteFilter filter) {
    this.filter = filter;
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
  void take(TopicPartition partition, long offset, AlertSubject subject, boolean isNew) {
    if (subject.isOfAFile()) {
      AlertSubject same = sameOpening(subject);
      if (same == null) {
        return;
      }
      takeAsItIs(partition, offset, same, isNew);
    } else {
      takeAsItIs(partition, offset, subject, isNew);
    }
  }

  /**
   * A file's record does not say when its matter opened: it is what was said, or what stands here;
   * null for the end of a matter that never was one, such as of a file that was read at once.
   */
  private @Nullable AlertSubject sameOpening(AlertSubject subject) {
    AlertSaid known = said.get(subject.id());
    Standing before = open.get(subject.id());
    if (known != null && !(subject.isOpen() && known.getResolved())) {
      return subject.openedAt(known.getOpenedAt());
    } else if (before != null) {
      return subject.openedAt(before.subject().openedAt());
    }
    return subject.isOpen() ? subject : null;
  }

  private void takeAsItIs(
      TopicPartition partition, long offset, AlertSubject subject, boolean isNew) {
    Standing standing = new Standing(subject, partition, offset);
    if (subject.hasLeft() || subject.isByRules()) {
      open.remove(subject.id());
      left.add(subject.id());
      return;
    }
    left.remove(subject.id());
    if (subject.isOpen()) {
      open.put(subject.id(), standing);
      return;
    }
    open.remove(subject.id());
    AlertSaid known = said(subject);
    if (isNew || (known != null && !known.getResolved())) {
      ended.add(standing);
    } else if (known != null) {
      finished.add(subject.id());
    }
  }

  /** Takes what the watch finds: all of it, and so what it finds no more. */
  void take(List<AlertSubject> found, Instant now) {
    Set<String> ids = new HashSet<>();
    for (AlertSubject subject : found) {
      ids.add(subject.id());
      AlertSaid known = said.get(subject.id());
      // Another instance, or this one before, may have called it by another moment.
      AlertSubject same =
          known == null || known.getResolved() ? subject : subject.openedAt(known.getOpenedAt());
      open.put(subject.id(), new Standing(same, NOWHERE, 0));
    }
    open.keySet().removeIf(id -> AlertSubject.isOfTheWatch(id) && !ids.contains(id));
    Set<String> ending = new HashSet<>();
    ended.forEach(standing -> ending.add(standing.subject().id()));
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
  List<PendingMessage> pending(Instant now) {
    List<PendingMessage> pending = new ArrayList<>();
    Set<String> ending = new HashSet<>();
    Iterator<Standing> ends = ended.iterator();
    while (ends.hasNext()) {
      AlertSubject subject = ends.next().subject();
      if (ending.contains(subject.id())) {
        continue;
      }
      AlertSaid known = said(subject);
      if (known != null) {
        if (known.getResolved()) {
          ends.remove();
          continue;
        }
        pending.add(new PendingMessage(subject, Transition.RESOLVED, known.getChanges()));
      } else if (filter.isDue(subject, now)) {
        // It stood for longer than to settle: who was to hear of it hears of both.
        pending.add(new PendingMessage(subject, Transition.OPENED, 0));
      } else {
        ends.remove();
        continue;
      }
      ending.add(subject.id());
    }
    for (Standing standing : open.values()) {
      if (!ending.contains(standing.subject().id())) {
        PendingMessage news = news(standing.subject(), now);
        if (news != null) {
          pending.add(news);
        }
      }
    }
    return pending;
  }

  private @Nullable PendingMessage news(AlertSubject subject, Instant now) {
    AlertSaid known = said(subject);
    if (known == null) {
      return filter.isDue(subject, now) ? new PendingMessage(subject, Transition.OPENED, 0) : null;
    }
    return known.getResolved() || known.getFigures().equals(subject.figures())
        ? null
        : new PendingMessage(subject, Transition.CHANGED, known.getChanges() + 1);
  }

  /** What was said of this opening. */
  private @Nullable AlertSaid said(AlertSubject subject) {
    AlertSaid known = said.get(subject.id());
    return known != null && known.getOpenedAt().equals(subject.openedAt()) ? known : null;
  }

  /** It was told, or given up. */
  void told(PendingMessage pending) {
    String id = pending.subject().id();
    said.put(id, pending.said());
    finished.remove(id);
    if (pending.transition() == Transition.RESOLVED) {
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
    ended.forEach(standing -> ending.add(standing.subject().id()));
    for (String id : finished) {
      AlertSaid known = said.get(id);
      if (!ending.contains(id) && known != null && known.getResolved()) {
        ids.add(id);
      }
    }
    for (String id : left) {
      if (!ending.contains(id) && said.containsKey(id)) {
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
