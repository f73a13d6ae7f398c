package org.visitbalance.report.html;

import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.MoneyKinds;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.output.LateArrival;
import org.visitbalance.output.Level;
import org.visitbalance.report.TenantResult;
import org.visitbalance.report.WorkOrder;
import org.visitbalance.text.Words;

/** The work list: what to do, in the order of work, with amounts and filing deadlines. */
final class Work {
  /** More discrepancies of one kind than this are left to the files of the run. */
  private static final int MOST = 500;

  private record Task(String severity, String kind) {}

  private final TenantResult tenant;
  private final UnaryOperator<String> visitName;
  private final WorkOrder order;

  Work(TenantResult tenant, UnaryOperator<String> visitName) {
    this.tenant = tenant;
    this.visitName = visitName;
    this.order = new WorkOrder(tenant.lateArrivals());
  }

  void write(Html html, String prefix) {
    html.section(prefix + "work", "Work list");
    Map<Task, List<Discrepancy>> tasks = new LinkedHashMap<>();
    for (Discrepancy found : tenant.discrepancies()) {
      if (found.getLevel() != Level.PERIOD) {
        tasks
            .computeIfAbsent(
                new Task(Words.label(found.getSeverity()), found.getKind()),
                any -> new ArrayList<>())
            .add(found);
      }
    }
    if (tasks.isEmpty()) {
      html.paragraph("No open discrepancies.");
    } else {
      HtmlTable table =
          new HtmlTable(
              html,
              "",
              "Day",
              "Location",
              "Visit",
              "Date of service",
              "Provider",
              "#Units",
              "#Amount",
              "",
              "File by",
              "");
      tasks.forEach((task, found) -> write(table, task, found));
      table.close();
    }
    html.close("section");
  }

  private void write(HtmlTable table, Task task, List<Discrepancy> found) {
    table.across(
        "task",
        task.severity() + ": " + Words.of(task.kind()) + " (" + Words.count(found.size()) + ")",
        found.get(0).getAction());
    for (Discrepancy one : found.subList(0, Math.min(MOST, found.size()))) {
      boolean isVisit = one.getLevel() == Level.VISIT;
      table
          .row()
          .cell("day", day(one.getDate()))
          .cell(one.getLocation())
          .cell("id", one.getVisit() == null ? "" : visitName.apply(one.getVisit()))
          .cell("day", one.getDateOfService() == null ? "" : one.getDateOfService().toString())
          .cell(one.getProviderId() == null ? "" : one.getProviderId())
          .cell(one.getUnits() == null ? "" : Words.signed(one.getUnits()))
          .cell(Words.dollars(one.getAmountCents()))
          .cell("quiet", isVisit ? side(one) : "")
          .cell("day", fileBy(one.getFileBy()))
          .cell(rejection(one))
          .end();
    }
    if (found.size() > MOST) {
      table.across("", "", Words.count(found.size() - MOST) + " more are in discrepancies.jsonl.");
    }
  }

  private static String side(Discrepancy found) {
    if (found.getAmountCents() == null) {
      return "";
    }
    return MoneyKinds.isExposed(found.getKind()) ? "exposed" : "at risk";
  }

  private static String day(@Nullable LocalDate day) {
    return day == null ? "" : Words.day(day);
  }

  private String fileBy(@Nullable LocalDate day) {
    return day == null
        ? ""
        : day + " (" + Words.daysLeft(ChronoUnit.DAYS.between(tenant.today(), day)) + ")";
  }

  private String rejection(Discrepancy found) {
    LateArrival held = order.held(found);
    return held == null || held.getRejectionType() == null
        ? ""
        : Words.label(held.getRejectionType()) + " rejection " + held.getReasonCode();
  }
}
