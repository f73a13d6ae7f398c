package org.visitbalance.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.visitbalance.fact.RejectionType;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.output.LateArrival;
import org.visitbalance.output.Level;

/**
 * The open discrepancies in the order of work: the worst first, held visits by PATIENT, CASE and
 * CHARGE as rejections are worked, then the oldest.
 */
final class WorkList {
  private static final int MOST_LINES = 50;

  private final UnaryOperator<String> visitName;
  private final Map<String, LateArrival> late = new HashMap<>();

  WorkList(UnaryOperator<String> visitName, List<LateArrival> late) {
    this.visitName = visitName;
    late.forEach(line -> this.late.put(line.getVisit(), line));
  }

  /** One heading of the list. */
  private record Task(String severity, String kind) {}

  void appendTo(StringBuilder text, List<Discrepancy> discrepancies) {
    text.append("\n\nWork list\n---------\n");
    List<Discrepancy> ordered = new ArrayList<>(discrepancies);
    ordered.removeIf(found -> found.getLevel() == Level.PERIOD);
    if (ordered.isEmpty()) {
      text.append("  No open discrepancies.\n");
      return;
    }
    ordered.sort(
        Comparator.comparing(Discrepancy::getSeverity)
            .thenComparing(Discrepancy::getKind)
            .thenComparing(this::rejectionType)
            .thenComparing(found -> String.valueOf(found.getDate()))
            .thenComparing(Discrepancy::getLocation)
            .thenComparing(this::name));
    Map<Task, List<Discrepancy>> tasks = new LinkedHashMap<>();
    for (Discrepancy found : ordered) {
      tasks
          .computeIfAbsent(
              new Task(Words.label(found.getSeverity()), found.getKind()), any -> new ArrayList<>())
          .add(found);
    }
    tasks.forEach((task, found) -> append(text, task, found));
  }

  private void append(StringBuilder text, Task task, List<Discrepancy> found) {
    text.append("\n  ").append(task.severity()).append("  ").append(Words.of(task.kind()));
    text.append(" (").append(Words.count(found.size())).append(")\n");
    text.append("  Next: ").append(found.get(0).getAction()).append('\n');
    TextTable table = new TextTable("llllll");
    for (Discrepancy one : found.subList(0, Math.min(MOST_LINES, found.size()))) {
      if (one.getLevel() == Level.VISIT) {
        table.row(
            "  " + Words.day(Objects.requireNonNull(one.getDate())),
            one.getLocation(),
            "visit " + name(one),
            "date of service " + one.getDateOfService(),
            "provider " + one.getProviderId(),
            rejection(one));
      } else {
        table.row("  " + one.getLocation(), "", "", "", "", "");
      }
    }
    table.appendTo(text);
    if (found.size() > MOST_LINES) {
      text.append("    ").append(Words.count(found.size() - MOST_LINES));
      text.append(" more; see discrepancies.jsonl\n");
    }
  }

  private String name(Discrepancy found) {
    return found.getVisit() == null ? "" : visitName.apply(found.getVisit());
  }

  /** The rejection that holds a visit: type and reason; empty for anything else. */
  private String rejection(Discrepancy found) {
    LateArrival line = found.getKind().equals("HELD") ? late.get(found.getVisit()) : null;
    if (line == null || line.getRejectionType() == null) {
      return "";
    }
    return Words.label(line.getRejectionType()) + " rejection " + line.getReasonCode();
  }

  private RejectionType rejectionType(Discrepancy found) {
    LateArrival line = found.getKind().equals("HELD") ? late.get(found.getVisit()) : null;
    return line == null || line.getRejectionType() == null
        ? RejectionType.UNKNOWN
        : line.getRejectionType();
  }
}
