package org.visitbalance.audit;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.visitbalance.output.DeadLetter;

/**
 * The counts of the records of one partition of one topic: read = valid + dead-lettered + those of
 * other tenants. Not thread-safe.
 */
final class Tally {
  private static final int HEADER = 5;

  long read;
  long valid;
  long deadLettered;
  long ofOthers;
  long notYetKnown;

  /** The ids of the schemas with which values were written. */
  final TreeSet<Integer> schemaIds = new TreeSet<>();

  private final List<DeadLetter> letters = new ArrayList<>();
  private int last;

  void read(byte @Nullable [] value) {
    read++;
    if (value != null && value.length >= HEADER && value[0] == 0) {
      int id = ByteBuffer.wrap(value).getInt(1);
      if (id != last) {
        schemaIds.add(id);
        last = id;
      }
    }
  }

  /** Returns the dead letters by their offsets. */
  List<DeadLetter> letters() {
    return letters.stream().sorted(Comparator.comparing(DeadLetter::getPosition)).toList();
  }

  /** Counts an invalid record; it is reported if it may belong to the tenant. */
  void dead(DeadLetter letter, String tenant) {
    if (letter.getTenant() == null || letter.getTenant().equals(tenant)) {
      deadLettered++;
      letters.add(letter);
    } else {
      ofOthers++;
    }
  }
}
