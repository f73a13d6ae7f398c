package org.visitbalance.report.html;

import java.util.List;
import java.util.function.UnaryOperator;
import org.visitbalance.output.LateArrival;
import org.visitbalance.output.LateStatus;
import org.visitbalance.report.TenantResult;
import org.visitbalance.text.Words;

/** Late arrivals: visits that are held, and those that were billed after their Finalized Date. */
final class Late {
  private static final int MOST = 1000;

  private Late() {}

  static void write(
      Html html, TenantResult tenant, String prefix, UnaryOperator<String> visitName) {
    html.section(prefix + "late", "Late arrivals");
    List<LateArrival> late = tenant.lateArrivals();
    if (late.isEmpty()) {
      html.paragraph("No visit is held, and none arrived late.").close("section");
      return;
    }
    HtmlTable table =
        new HtmlTable(
            html,
            "",
            "Status",
            "Location",
            "Visit",
            "Provider",
            "Finalized",
            "Created",
            "#Days late",
            "Cause",
            "Billed in");
    for (LateArrival line : late.subList(0, Math.min(MOST, late.size()))) {
      boolean isHeld = line.getStatus() == LateStatus.HELD;
      table
          .row()
          .cell(isHeld ? "Held" : "Arrived late")
          .cell(line.getLocation())
          .cell("id", visitName.apply(line.getVisit()))
          .cell(line.getProviderId())
          .cell("day", Words.day(line.getFinalizedOn()))
          .cell("day", line.getCreatedOn() == null ? "" : Words.day(line.getCreatedOn()))
          .cell(line.getLagDays() == null ? "" : Words.count(line.getLagDays()))
          .cell(cause(line))
          .cell("quiet", isHeld ? "" : where(line))
          .end();
    }
    table.close();
    if (late.size() > MOST) {
      html.remark(Words.count(late.size() - MOST) + " more are in late-arrivals.jsonl.");
    }
    html.close("section");
  }

  private static String cause(LateArrival line) {
    return line.getRejectionType() == null
        ? ""
        : Words.label(line.getRejectionType()) + " rejection " + line.getReasonCode();
  }

  private static String where(LateArrival line) {
    if (Boolean.TRUE.equals(line.getSameWeek())) {
      return "the same week";
    }
    return Boolean.TRUE.equals(line.getSameMonth()) ? "another week" : "another month";
  }
}
