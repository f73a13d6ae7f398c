package org.visitbalance.ingest;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Nets charges and credits that came in messages, in the order in which the messages were written.
 * A charge replaces an earlier one of its name. A credit removes the line of its name, or else a
 * line of the same visit, date, code and units; without one it waits for its charge. All rows that
 * may belong together must be there. Not thread-safe.
 */
final class MessageNetting {
  /** The name of a credit that names no line. */
  private static final String NAMELESS = "?hl7:";

  private static final Comparator<Row> WRITTEN =
      Comparator.comparing(MessageNetting::at)
          .thenComparing(row -> row.source().file().name())
          .thenComparingLong(Row::line);

  private final Map<String, Row> standing = new LinkedHashMap<>();
  private final Map<String, Row> removed = new LinkedHashMap<>();
  private final List<Row> waiting = new ArrayList<>();

  private MessageNetting() {}

  /** Returns what is left of some rows: the standing ones, and those that were removed. */
  static List<Row> net(List<Row> rows) {
    MessageNetting netting = new MessageNetting();
    rows.stream().sorted(WRITTEN).forEach(netting::add);
    List<Row> left = new ArrayList<>(netting.standing.values());
    left.addAll(netting.removed.values());
    for (Row credit : netting.waiting) {
      if (!isNameless(credit)) {
        left.add(credit);
      }
    }
    return left;
  }

  private void add(Row row) {
    if (row.get(Field.CHANGE) == RowKind.Change.REMOVED) {
      credit(row);
    } else {
      charge(row.copy());
    }
  }

  private void charge(Row charge) {
    String name = name(charge);
    Row before = standing.get(name);
    before = before == null ? removed.remove(name) : before;
    if (before != null) {
      keepFirst(charge, before);
    }
    Row credit = owed(charge);
    if (credit != null) {
      waiting.remove(credit);
      int left = units(charge) - units(credit);
      if (left <= 0) {
        standing.remove(name);
        remove(name, charge, credit);
        return;
      }
      charge.set(Field.UNITS, left);
    }
    standing.put(name, charge);
  }

  /** A line that is sent again was finalized when it was finalized first. */
  private static void keepFirst(Row charge, Row before) {
    Instant first = before.instant(Field.FINALIZED_AT);
    Instant now = charge.instant(Field.FINALIZED_AT);
    if (first != null && now != null && first.isBefore(now)) {
      charge.set(Field.FINALIZED_AT, first);
      charge.set(Field.FINALIZED_ON, before.date(Field.FINALIZED_ON));
    }
  }

  private @Nullable Row owed(Row charge) {
    for (Row credit : waiting) {
      if (name(credit).equals(name(charge))) {
        return credit;
      }
    }
    for (Row credit : waiting) {
      if (isSame(credit, charge) && message(credit).equals(message(charge))) {
        return credit;
      }
    }
    return null;
  }

  private void credit(Row credit) {
    String name = name(credit);
    Row line = isNameless(credit) ? null : standing.get(name);
    if (line == null && !removed.containsKey(name)) {
      line = alike(credit);
    }
    if (line == null) {
      if (!removed.containsKey(name)) {
        waiting.add(credit);
      }
      return;
    }
    int left = units(line) - units(credit);
    if (left > 0) {
      Row less = line.copy();
      less.set(Field.UNITS, left);
      less.set(changed(less), at(credit));
      standing.put(name(line), less);
    } else {
      standing.remove(name(line));
      remove(name(line), line, credit);
    }
  }

  /** Returns the newest line of the visit, date, code and units of a credit. */
  private @Nullable Row alike(Row credit) {
    Row found = null;
    for (Row line : standing.values()) {
      if (isSame(credit, line) && (found == null || WRITTEN.compare(line, found) > 0)) {
        found = line;
      }
    }
    return found;
  }

  private void remove(String name, Row line, Row credit) {
    Row gone = line.copy();
    gone.set(Field.CHANGE, RowKind.Change.REMOVED);
    gone.set(changed(gone), Row.later(at(line), at(credit)));
    gone.set(Field.EVENT_ID, credit.text(Field.EVENT_ID));
    removed.put(name, gone);
  }

  private static boolean isSame(Row credit, Row line) {
    LocalDate date = line.date(Field.DATE_OF_SERVICE);
    return Objects.equals(visit(credit), visit(line))
        && Objects.equals(credit.date(Field.DATE_OF_SERVICE), date)
        && Objects.equals(credit.text(Field.CPT), line.text(Field.CPT))
        && units(credit) == units(line);
  }

  private static @Nullable String visit(Row row) {
    return row.source().kind() == RowKind.VISIT
        ? row.text(Field.VISIT_ID)
        : row.text(Field.PATIENT_KEY) + " " + row.text(Field.BILLING_VISIT_ID);
  }

  private static String name(Row row) {
    return RowFacts.need(
        row.text(row.source().kind() == RowKind.VISIT ? Field.RECORD_POINTER : Field.CHARGE_ID));
  }

  private static boolean isNameless(Row row) {
    String name = name(row);
    return row.source().kind() == RowKind.VISIT
        ? name.contains(" / " + NAMELESS)
        : name.startsWith(NAMELESS);
  }

  private static Field changed(Row row) {
    return row.source().kind() == RowKind.VISIT ? Field.MODIFIED : Field.UPDATED_AT;
  }

  private static Instant at(Row row) {
    return RowFacts.need(row.instant(changed(row)));
  }

  private static int units(Row row) {
    Integer units = row.whole(Field.UNITS);
    return units == null ? 0 : units;
  }

  /** Returns what the event ids of a message's lines have in common. */
  private static String message(Row row) {
    String event = RowFacts.need(row.text(Field.EVENT_ID));
    return event.substring(0, event.lastIndexOf(':') + 1);
  }
}
