package org.visitbalance.report.html;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
    Map<List<Object>, Balance> balances = new HashMap<>();
    tenant.balances().forEach(one -> balances.put(period(one), one));
    Map<List<Object>, Close> last = new HashMap<>();
    ordered.forEach(close -> last.put(period(close.getBalance()), close));
    for (Close close : ordered) {
      Balance then = close.getBalance();
      Balance now = balances.get(period(then));
      boolean isChanged =
          Objects.equals(close, last.get(period(then)))
              && changed.stream().anyMatch(one -> isOf(one, then))
              && Closes.isChanged(close, now);
      table
          .row()
          .cell(then.getLocation())
          .cell("day", PeriodWords.name(then))
          .cell(String.valueOf(close.getVersion()))
          .cell(close.getClosedBy())
          .cell("day", tenant.plain(close.getClosedAt()))
          .cell("quiet", Words.inWords(isChanged ? Closes.before(then, now) : Closes.words(then)))
          .cell("HIGH", isChanged ? Words.inWords(Closes.after(then, now)) : "")
          .end();
    }
    table.close();
    html.close("section");
  }

  private static List<Object> period(Balance balance) {
    return List.of(balance.getLocation(), balance.getGranularity(), balance.getFrom());
  }

  /** A day, a week, and a month may begin together; which of them has changed, its figures say. */
  private static boolean isOf(Discrepancy changed, Balance then) {
    return changed.getLocation().equals(then.getLocation())
        && then.getFrom().equals(changed.getDate());
  }
}
