package org.visitbalance.report.html;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.visitbalance.output.Balance;
import org.visitbalance.output.Granularity;
import org.visitbalance.output.NewPatients;
import org.visitbalance.report.PeriodWords;
import org.visitbalance.report.TenantResult;
import org.visitbalance.text.Words;

/** New patients, as the two reports count them: month by month, since the reports are. */
final class Evaluations {
  private Evaluations() {}

  static void write(Html html, TenantResult tenant, String prefix) {
    html.section(prefix + "evaluations", "New patients");
    List<Balance> months =
        tenant.balances().stream()
            .filter(balance -> balance.getGranularity() == Granularity.MONTH)
            .filter(balance -> isAny(balance.getNewPatients()))
            .toList();
    if (months.isEmpty()) {
      html.paragraph("Neither system has an initial evaluation.").close("section");
      return;
    }
    html.remark(
        "The EMR counts units of initial evaluations; billing counts visits that have one. For"
            + " information only: this does not affect the balance.");
    HtmlTable table =
        new HtmlTable(
            html,
            "",
            "Location",
            "Month",
            "#EMR evaluation units",
            "#Billing visits",
            "#Difference",
            "Why they differ");
    for (Balance month : months) {
      NewPatients figures = month.getNewPatients();
      table
          .row()
          .head(month.getLocation())
          .cell("day", PeriodWords.name(month))
          .cell(Words.count(figures.getEmrUnits()))
          .cell(Words.count(figures.getBillingVisits()))
          .cell(Words.signed(figures.getDifference()))
          .cell(reasons(figures.getItems()))
          .end();
    }
    table.close();
    html.close("section");
  }

  private static boolean isAny(NewPatients figures) {
    return figures.getEmrUnits() > 0 || figures.getBillingVisits() > 0;
  }

  private static String reasons(Map<String, Long> items) {
    List<String> reasons = new ArrayList<>();
    new TreeMap<>(items)
        .forEach((reason, sum) -> reasons.add(Words.signed(sum) + " " + Words.of(reason)));
    return String.join("; ", reasons);
  }
}
