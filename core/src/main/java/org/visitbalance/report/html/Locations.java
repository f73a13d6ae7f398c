package org.visitbalance.report.html;

import java.util.List;
import java.util.Map;
import org.visitbalance.output.Balance;
import org.visitbalance.output.Granularity;
import org.visitbalance.output.Verdict;
import org.visitbalance.report.Figures;
import org.visitbalance.report.MoneyTotals;
import org.visitbalance.report.PeriodWords;
import org.visitbalance.report.TenantResult;
import org.visitbalance.report.UrgentWork;
import org.visitbalance.text.Words;

/** The balances: an overview of the locations, then each with its days and their bridges. */
final class Locations {
  /** More pictures of one location than this are left to the files of the run. */
  private static final int MOST_BRIDGES = 62;

  private Locations() {}

  static void write(Html html, TenantResult tenant, String prefix) {
    Map<String, List<Balance>> locations = tenant.locations();
    html.section(prefix + "locations", "Locations");
    overview(html, tenant, locations);
    html.close("section");
    html.section(prefix + "days", "Days by location");
    UrgentWork urgent = new UrgentWork(tenant);
    locations.forEach((location, own) -> location(html, location, own, urgent));
    html.close("section");
  }

  private static void overview(
      Html html, TenantResult tenant, Map<String, List<Balance>> locations) {
    HtmlTable table =
        new HtmlTable(
            html,
            "",
            "Location",
            "#EMR visits",
            "#Billing visits",
            "#Difference",
            "#Balanced days",
            "#Explained",
            "#Waiting",
            "#Out of balance",
            "#At risk",
            "#Exposed");
    locations.forEach(
        (location, own) -> {
          Figures figures = Figures.of(days(own));
          MoneyTotals money =
              MoneyTotals.of(
                  tenant.discrepancies().stream()
                      .filter(found -> found.getLocation().equals(location))
                      .toList(),
                  tenant.today());
          long out = figures.days(Verdict.OUT_OF_BALANCE);
          table
              .row()
              .head(location)
              .cell(Words.count(figures.emrVisits()))
              .cell(Words.count(figures.billingVisits()))
              .cell(Words.signed(figures.emrVisits() - figures.billingVisits()))
              .cell(Words.count(figures.days(Verdict.BALANCED)))
              .cell(Words.count(figures.days(Verdict.EXPLAINED)))
              .cell(Words.count(figures.days(Verdict.WAITING)))
              .cell(out > 0 ? Verdict.OUT_OF_BALANCE.name() : "", Words.count(out))
              .cell(amount(money.atRisk()))
              .cell(amount(money.exposed()))
              .end();
        });
    table.close();
  }

  private static String amount(MoneyTotals.Total total) {
    if (total.visits() == 0) {
      return "";
    }
    return total.unknown() == 0
        ? Words.dollars(total.cents())
        : total.cents() == 0 ? "unknown" : "over " + Words.dollars(total.cents());
  }

  private static List<Balance> days(List<Balance> balances) {
    return balances.stream()
        .filter(balance -> balance.getGranularity() == Granularity.DAY)
        .toList();
  }

  private static void location(
      Html html, String location, List<Balance> balances, UrgentWork urgent) {
    html.element("h3", location);
    HtmlTable table =
        new HtmlTable(
            html,
            "",
            "Period",
            "#EMR visits",
            "#Billing visits",
            "#Difference",
            "#EMR units",
            "#Billing units",
            "Status",
            "");
    for (Balance balance : balances) {
      table
          .row(balance.getGranularity() == Granularity.DAY ? "" : "sum")
          .head("day", PeriodWords.name(balance))
          .cell(Words.count(balance.getReported().getEmrVisits()))
          .cell(Words.count(balance.getReported().getBillingVisits()))
          .cell(Words.signed(balance.getReported().getDifference()))
          .cell(Words.count(balance.getReported().getEmrUnits()))
          .cell(Words.count(balance.getReported().getBillingUnits()))
          .raw("", verdict(balance.getVerdict()))
          .cell("quiet", PeriodWords.remarks(balance))
          .end();
    }
    table.close();
    bridges(html, location, days(balances), urgent);
  }

  private static String verdict(Verdict verdict) {
    return "<span class=\"verdict "
        + verdict.name()
        + "\">"
        + Html.escaped(Words.label(verdict))
        + "</span>";
  }

  private static void bridges(Html html, String location, List<Balance> days, UrgentWork urgent) {
    List<Balance> out =
        days.stream().filter(day -> day.getVerdict() == Verdict.OUT_OF_BALANCE).toList();
    List<Balance> others =
        days.stream()
            .filter(day -> day.getVerdict() != Verdict.OUT_OF_BALANCE)
            .filter(day -> day.getVerdict() != Verdict.BALANCED || !day.getReadiness().getReady())
            .toList();
    pictures(html, out, urgent);
    if (!others.isEmpty()) {
      html.fold(
          "Bridges of the other days of " + location + " that differ (" + others.size() + ")",
          out.isEmpty());
      pictures(html, others, urgent);
      html.close("details");
    }
  }

  /** The newest days, in their order. */
  private static void pictures(Html html, List<Balance> days, UrgentWork urgent) {
    int left = Math.max(0, days.size() - MOST_BRIDGES);
    if (left > 0) {
      html.remark(
          "The bridges of "
              + Words.count(left, "earlier day", "earlier days")
              + " are not drawn; balances.jsonl has them.");
    }
    html.raw("<div class=\"bridges\">\n");
    for (Balance day : days.subList(left, days.size())) {
      html.raw("<div class=\"day\">").element("h4", PeriodWords.name(day));
      if (!day.getItems().isEmpty()) {
        new BridgePicture(day).write(html, urgent);
      }
      String open = PeriodWords.beforeYouBalance(day);
      if (!open.isEmpty()) {
        html.paragraph(open);
      }
      html.raw("</div>\n");
    }
    html.raw("</div>\n");
  }
}
