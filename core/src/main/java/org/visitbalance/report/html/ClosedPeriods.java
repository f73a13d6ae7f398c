package org.visitbalance.report.html;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
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
    List<Discrepancy> changed =
        tenant.discrepancies().stream()
            .filter(one -> one.getKind().equals(Closes.CHANGED))
            .toList();
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
      Discrepancy since = changed.stream().filter(one -> isOf(one, then)).findFirst().orElse(null);
      table
          .row()
          .cell(then.getLocation())
          .cell("day", PeriodWords.name(then))
          .cell(String.valueOf(close.getVersion()))
          .cell(close.getClosedBy())
          .cell("day", tenant.plain(close.getClosedAt()))
          .cell(
              "quiet",
              Words.inWords(since == null ? Closes.words(then) : String.valueOf(since.getBefore())))
          .cell("HIGH", since == null ? "" : Words.inWords(String.valueOf(since.getAfter())))
          .end();
    }
    table.close();
    html.close("section");
  }

  /** What it was closed as may be followed by what the other figures were. */
  private static boolean isOf(Discrepancy changed, Balance then) {
    return changed.getLocation().equals(then.getLocation())
        && then.getFrom().equals(changed.getDate())
        && String.valueOf(changed.getBefore()).startsWith(Closes.words(then));
  }
}
