package org.visitbalance.scenario;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Facts that exist but are not known yet, by the UTC day on which they become known. */
final class Agenda {
  private final TreeMap<Long, List<TimedFact>> days = new TreeMap<>();
  private long openDay = Long.MIN_VALUE;
  private List<TimedFact> openFacts = List.of();

  void add(TimedFact fact) {
    long day = Math.floorDiv(fact.knownAt().getEpochSecond(), WallClock.DAY);
    if (day != openDay) {
      openDay = day;
      openFacts = days.computeIfAbsent(day, d -> new ArrayList<>());
    }
    openFacts.add(fact);
  }

  /**
   * Returns the facts of the earliest day if it is before the given one, in order of known time,
   * equal ones in the order in which they were added; otherwise null.
   */
  @Nullable List<TimedFact> takeBefore(long epochDay) {
    Map.Entry<Long, List<TimedFact>> first = days.firstEntry();
    if (first == null || first.getKey() >= epochDay) {
      return null;
    }
    days.remove(first.getKey());
    openDay = Long.MIN_VALUE;
    List<TimedFact> facts = first.getValue();
    facts.sort(Comparator.comparing(TimedFact::knownAt));
    return facts;
  }
}
