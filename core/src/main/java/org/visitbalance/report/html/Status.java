package org.visitbalance.report.html;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.visitbalance.output.Severity;
import org.visitbalance.output.Verdict;
import org.visitbalance.report.Figures;
import org.visitbalance.report.MoneyTotals;
import org.visitbalance.report.Silence;
import org.visitbalance.report.StatusSentence;
import org.visitbalance.report.TenantResult;
import org.visitbalance.text.Words;

/** The head of a tenant's report: its state in one sentence, then the totals. */
final class Status {
  private Status() {}

  static void write(Html html, TenantResult tenant) {
    Verdict verdict = StatusSentence.verdict(tenant.balances());
    html.element("p", "status " + verdict.name(), StatusSentence.of(tenant));
  }

  static void totals(Html html, TenantResult tenant) {
    Figures figures = Figures.of(tenant.days());
    MoneyTotals money = MoneyTotals.of(tenant.discrepancies(), tenant.today());
    HtmlTable visits = new HtmlTable(html, "small", "", "#Visits", "#Units");
    visits
        .row()
        .head("EMR, by Finalized Date")
        .cell(Words.count(figures.emrVisits()))
        .cell(Words.count(figures.emrUnits()))
        .end();
    visits
        .row()
        .head("Billing, by Created Date")
        .cell(Words.count(figures.billingVisits()))
        .cell(Words.count(figures.billingUnits()))
        .end();
    visits
        .row("total")
        .head("Difference")
        .cell(Words.signed(figures.emrVisits() - figures.billingVisits()))
        .cell(Words.signed(figures.emrUnits() - figures.billingUnits()))
        .end()
        .close();
    if (figures.emrNonVisitUnits() + figures.billingNonVisitUnits() > 0) {
      html.remark(
          "Of these units, "
              + Words.count(figures.emrNonVisitUnits())
              + " documented and "
              + Words.count(figures.billingNonVisitUnits())
              + " billed are supplies and fees (non-visit codes).");
    }
    html.raw("<dl class=\"totals\">\n");
    term(html, "Days by location", days(figures));
    term(html, "Unbilled visits", Words.count(figures.outstanding()));
    term(html, "At risk: documented, may never be paid", money.atRisk().words());
    term(html, "Exposed: billed, may have to be paid back", money.exposed().words());
    term(html, "Filing deadlines", deadlines(money));
    term(html, "Open discrepancies", severities(tenant));
    long held = tenant.lateArrivals().stream().filter(line -> line.getCreatedOn() == null).count();
    term(
        html,
        "Late visits",
        Words.count(held)
            + " still held, "
            + Words.count(tenant.lateArrivals().size() - held)
            + " arrived late");
    tenant
        .feeds()
        .forEach(
            feed ->
                term(
                    html,
                    Silence.name(feed.getSource()) + " data ends",
                    tenant.plain(feed.getCompleteUntil())));
    html.raw("</dl>\n");
  }

  private static void term(Html html, String term, String value) {
    html.raw("<div>").element("dt", term).element("dd", value).raw("</div>\n");
  }

  private static String days(Figures figures) {
    List<String> parts = new ArrayList<>();
    for (Verdict verdict :
        List.of(Verdict.BALANCED, Verdict.EXPLAINED, Verdict.WAITING, Verdict.OUT_OF_BALANCE)) {
      parts.add(
          Words.count(figures.days(verdict))
              + " "
              + Words.label(verdict).toLowerCase(Locale.ENGLISH));
    }
    return String.join(", ", parts);
  }

  private static String deadlines(MoneyTotals money) {
    List<String> parts = new ArrayList<>();
    if (money.overdue() > 0) {
      parts.add(Words.count(money.overdue(), "visit", "visits") + " past the last day to file");
    }
    if (money.dueSoon() > 0) {
      parts.add(Words.count(money.dueSoon(), "visit", "visits") + " to file within 14 days");
    }
    if (money.nextDeadline() != null) {
      parts.add("next on " + Words.day(money.nextDeadline()));
    }
    return parts.isEmpty() ? "none known" : String.join(", ", parts);
  }

  private static String severities(TenantResult tenant) {
    List<String> parts = new ArrayList<>();
    for (Severity severity : List.of(Severity.HIGH, Severity.MEDIUM, Severity.LOW)) {
      long count =
          tenant.discrepancies().stream().filter(found -> found.getSeverity() == severity).count();
      parts.add(Words.count(count) + " " + Words.label(severity).toLowerCase(Locale.ENGLISH));
    }
    return String.join(", ", parts);
  }
}
