package org.visitbalance.report;

import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.output.LateArrival;
import org.visitbalance.output.Level;
import org.visitbalance.text.Words;

/** The open discrepancies for people, location by location in the order of work. */
final class WorkList {
  private static final int MOST_LINES = 50;

  private final TenantResult tenant;
  private final UnaryOperator<String> visitName;
  private final WorkOrder order;

  WorkList(TenantResult tenant, UnaryOperator<String> visitName) {
    this.tenant = tenant;
    this.visitName = visitName;
    this.order = new WorkOrder(tenant.lateArrivals());
  }

  /** One heading of the list. */
  private record Task(String severity, String kind) {}

  void appendTo(StringBuilder text) {
    TextLines.heading(text, "Work list");
    Map<String, Map<Task, List<Discrepancy>>> locations = new TreeMap<>();
    for (Discrepancy found : tenant.discrepancies()) {
      if (found.getLevel() != Level.PERIOD) {
        locations
            .computeIfAbsent(found.getLocation(), any -> new LinkedHashMap<>())
            .computeIfAbsent(
                new Task(Words.label(found.getSeverity()), found.getKind()),
                any -> new ArrayList<>())
            .add(found);
      }
    }
    if (locations.isEmpty()) {
      text.append("  No open discrepancies.\n");
    }
    locations.forEach(
        (location, tasks) -> {
          TextLines.append(text.append('\n'), "  ", location + amounts(tasks));
          tasks.forEach((task, found) -> append(text, task, found));
        });
  }

  /** What a location's work is worth. */
  private String amounts(Map<Task, List<Discrepancy>> tasks) {
    List<Discrepancy> all = new ArrayList<>();
    tasks.values().forEach(all::addAll);
    MoneyTotals money = MoneyTotals.of(all, tenant.today());
    List<String> amounts = new ArrayList<>();
    if (money.atRisk().cents() > 0) {
      amounts.add(Words.dollars(money.atRisk().cents()) + " at risk");
    }
    if (money.exposed().cents() > 0) {
      amounts.add(Words.dollars(money.exposed().cents()) + " exposed");
    }
    return amounts.isEmpty() ? "" : ": " + String.join(", ", amounts);
  }

  private void append(StringBuilder text, Task task, List<Discrepancy> found) {
    TextLines.append(
        text.append('\n'),
        "    " + task.severity() + "  ",
        Words.of(task.kind()) + " (" + Words.count(found.size()) + ")");
    TextLines.append(text, "    Next: ", found.get(0).getAction());
    TextTable table = new TextTable("llllrll", "      ");
    for (Discrepancy one : found.subList(0, Math.min(MOST_LINES, found.size()))) {
      if (one.getLevel() == Level.VISIT) {
        table.row(
            Words.day(Objects.requireNonNull(one.getDate())),
            "visit " + visitName.apply(String.valueOf(one.getVisit())),
            served(one),
            one.getProviderId() == null ? "" : "provider " + one.getProviderId(),
            Words.dollars(one.getAmountCents()),
            fileBy(one.getFileBy()),
            rejection(one));
      }
    }
    table.appendTo(text);
    if (found.size() > MOST_LINES) {
      text.append("      ").append(Words.count(found.size() - MOST_LINES));
      text.append(" more; see discrepancies.jsonl\n");
    }
  }

  /** The date of service where it is not the day of the list. */
  private static String served(Discrepancy found) {
    return found.getDateOfService() == null || found.getDateOfService().equals(found.getDate())
        ? ""
        : "served " + found.getDateOfService();
  }

  private String fileBy(@Nullable LocalDate day) {
    return day == null
        ? ""
        : "file by "
            + day
            + " ("
            + Words.daysLeft(ChronoUnit.DAYS.between(tenant.today(), day))
            + ")";
  }

  /** The rejection that holds a visit: type and reason; empty for anything else. */
  private String rejection(Discrepancy found) {
    LateArrival held = order.held(found);
    return held == null || held.getRejectionType() == null
        ? ""
        : Words.label(held.getRejectionType()) + " rejection " + held.getReasonCode();
  }
}
