package org.visitbalance.report.html;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.visitbalance.core.Closes;
import org.visitbalance.output.Balance;
import org.visitbalance.output.Close;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.report.PeriodWords;
import org.visitbalance.report.TenantResult;
import org.visitbalance.text.Words;

/** All closes of a tenant's periods, and what has changed since the last one. */
final class ClosedPeriods {
  private ClosedPeriods() {}

  static void write(Html html, TenantResult tenant, List<Close> closes, String prefix) {
    html.section(prefix + "closes", "Closed periods");
    if (closes.isEmpty()) {
      html.paragraph("No periods have been closed.").close("section");
      return;
    }
    Map<String, Discrepancy> changed = new HashMap<>();
    for (Discrepancy one : tenant.discrepancies()) {
      if (one.getKind().equals(Closes.CHANGED)) {
        changed.put(one.getLocation() + one.getDate() + one.getBefore(), one);
      }
    }
    List<Close> ordered = new ArrayList<>(closes);
    ordered.sort(
        Comparator.comparing((Close close) -> close.getBalance().getLocation())
            .thenComparing(close -> close.getBalance().getGranularity())
            .thenComparing(close -> close.getBalance().getFrom())
            .thenComparing(Close::getVersion));
    HtmlTable table =
        new HtmlTable(
            html,
            "",
            "Location",
            "Period",
            "#Version",
            "Closed by",
            "Closed at",
            "Closed as",
            "Now");
    for (Close close : ordered) {
      Balance then = close.getBalance();
      Discrepancy since = changed.get(then.getLocation() + then.getFrom() + Closes.words(then));
      table
          .row()
          .cell(then.getLocation())
          .cell("day", PeriodWords.name(then))
          .cell(String.valueOf(close.getVersion()))
          .cell(close.getClosedBy())
          .cell("day", tenant.plain(close.getClosedAt()))
          .cell("quiet", Words.inWords(Closes.words(then)))
          .cell("HIGH", since == null ? "" : Words.inWords(String.valueOf(since.getAfter())))
          .end();
    }
    table.close();
    html.close("section");
  }
}
