package org.visitbalance.report;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.visitbalance.fact.Feed;
import org.visitbalance.output.Balance;
import org.visitbalance.output.CapProposal;
import org.visitbalance.output.Granularity;
import org.visitbalance.output.Severity;
import org.visitbalance.output.UnitVariance;
import org.visitbalance.output.Verdict;
import org.visitbalance.text.PlainTime;
import org.visitbalance.text.Printable;
import org.visitbalance.text.Words;

/** What a person reads of a run: no manual needed, the most important things first. */
public final class Summary {
  private static final String LINE = "=".repeat(TextLines.WIDTH);

  private final Result result;
  private final UnaryOperator<String> visitName;
  private final StringBuilder text = new StringBuilder();

  /**
   * The summary of a result.
   *
   * @param visitName what stands for a visit's token
   */
  public Summary(Result result, UnaryOperator<String> visitName) {
    this.result = result;
    this.visitName = visitName;
  }

  /** Returns its text. */
  public String text() {
    List<TenantResult> tenants = TenantResult.of(result);
    warnings(Silence.warnings(result, tenants));
    tenants.forEach(this::tenant);
    if (tenants.isEmpty()) {
      text.append("Nothing to balance: no visits, charges or open notes as of ")
          .append(PlainTime.utc(Instant.parse(result.account().asOf())))
          .append(".\n\n");
    }
    account();
    return Printable.lines(text.toString());
  }

  private void warnings(List<String> warnings) {
    if (!warnings.isEmpty()) {
      text.append("Read this first\n---------------\n");
      warnings.forEach(warning -> TextLines.append(text, "  ! ", warning));
      text.append('\n');
    }
  }

  private void tenant(TenantResult tenant) {
    text.append(LINE).append('\n');
    TextLines.append(
        text, "", "Visit balance of " + tenant.tenant() + ", as of " + tenant.plain(tenant.asOf()));
    text.append(LINE).append("\n\n");
    TextLines.append(text, "  ", StatusSentence.of(tenant));
    inShort(tenant);
    UrgentWork urgent = new UrgentWork(tenant);
    tenant.locations().forEach((location, own) -> location(location, own, urgent));
    new WorkList(tenant, visitName).appendTo(text);
    units(tenant);
  }

  private void inShort(TenantResult tenant) {
    Figures figures = Figures.of(tenant.days());
    text.append('\n');
    new TextTable("lrr")
        .row("", "Visits", "Units")
        .row(
            "EMR, by Finalized Date",
            Words.count(figures.emrVisits()),
            Words.count(figures.emrUnits()))
        .row(
            "Billing, by Created Date",
            Words.count(figures.billingVisits()),
            Words.count(figures.billingUnits()))
        .row(
            "Difference",
            Words.signed(figures.emrVisits() - figures.billingVisits()),
            Words.signed(figures.emrUnits() - figures.billingUnits()))
        .appendTo(text);
    if (figures.emrNonVisitUnits() + figures.billingNonVisitUnits() > 0) {
      text.append("\n  Of these units, ").append(Words.count(figures.emrNonVisitUnits()));
      text.append(" documented and ").append(Words.count(figures.billingNonVisitUnits()));
      text.append(" billed are supplies and fees (non-visit codes).\n");
    }
    List<String> days = new ArrayList<>();
    for (Verdict verdict :
        List.of(Verdict.BALANCED, Verdict.EXPLAINED, Verdict.WAITING, Verdict.OUT_OF_BALANCE)) {
      days.add(Words.count(figures.days(verdict)) + " " + TextLines.lower(Words.label(verdict)));
    }
    text.append("\n  Days by location: ").append(String.join(", ", days)).append(".\n");
    text.append("  Unbilled visits: ").append(Words.count(figures.outstanding())).append(".\n");
    money(MoneyTotals.of(tenant.discrepancies(), tenant.today()));
    List<String> open = new ArrayList<>();
    for (Severity severity : List.of(Severity.HIGH, Severity.MEDIUM, Severity.LOW)) {
      long count =
          tenant.discrepancies().stream().filter(found -> found.getSeverity() == severity).count();
      open.add(Words.count(count) + " " + TextLines.lower(Words.label(severity)));
    }
    text.append("  Open discrepancies: ").append(String.join(", ", open)).append(".\n");
    long held = tenant.lateArrivals().stream().filter(line -> line.getCreatedOn() == null).count();
    text.append("  Late arrivals: ").append(Words.count(held)).append(" still held, ");
    text.append(Words.count(tenant.lateArrivals().size() - held)).append(" arrived late.\n");
    for (Feed feed : tenant.feeds()) {
      text.append("  ").append(Silence.name(feed.getSource()));
      text.append(" data ends ").append(tenant.plain(feed.getCompleteUntil()));
      text.append(". Nothing after that is reported as missing.\n");
    }
  }

  private void money(MoneyTotals money) {
    if (money.atRisk().visits() > 0) {
      text.append("  At risk: ").append(money.atRisk().words()).append(".\n");
    }
    if (money.exposed().visits() > 0) {
      text.append("  Exposed: ").append(money.exposed().words()).append(".\n");
    }
    if (money.overdue() > 0) {
      text.append("  PAST THE LAST DAY TO FILE: ");
      text.append(Words.count(money.overdue(), "visit", "visits")).append(".\n");
    }
    if (money.dueSoon() > 0) {
      text.append("  To file within 14 days: ");
      text.append(Words.count(money.dueSoon(), "visit", "visits")).append(".\n");
    }
    if (money.nextDeadline() != null) {
      text.append("  Next filing deadline: ").append(Words.day(money.nextDeadline()));
      text.append(".\n");
    }
  }

  private void location(String location, List<Balance> balances, UrgentWork urgent) {
    TextLines.heading(text, location);
    TextTable table =
        new TextTable("lrrrrrll")
            .row("", "EMR", "Billing", "Diff.", "EMR units", "Billing units", "Status", "");
    for (Balance balance : balances) {
      table.row(
          PeriodWords.name(balance),
          Words.count(balance.getReported().getEmrVisits()),
          Words.count(balance.getReported().getBillingVisits()),
          Words.signed(balance.getReported().getDifference()),
          Words.count(balance.getReported().getEmrUnits()),
          Words.count(balance.getReported().getBillingUnits()),
          Words.label(balance.getVerdict()),
          PeriodWords.remarks(balance));
    }
    table.appendTo(text);
    balances.stream()
        .filter(balance -> balance.getGranularity() == Granularity.DAY)
        .filter(
            balance ->
                balance.getVerdict() != Verdict.BALANCED || !balance.getReadiness().getReady())
        .forEach(balance -> bridge(balance, urgent));
  }

  private void bridge(Balance balance, UrgentWork urgent) {
    text.append("\n  ").append(Words.day(balance.getFrom())).append(": EMR ");
    text.append(Words.count(balance.getReported().getEmrVisits())).append(", billing ");
    text.append(Words.count(balance.getReported().getBillingVisits())).append(", difference ");
    text.append(Words.signed(balance.getReported().getDifference())).append('\n');
    TextTable table = new TextTable("rll");
    new TreeMap<>(balance.getItems())
        .forEach(
            (reason, sum) ->
                table.row(
                    "  " + Words.signed(sum),
                    Words.of(reason),
                    "(" + urgent.kind(reason, balance) + ")"));
    table.appendTo(text);
    String open = PeriodWords.beforeYouBalance(balance);
    if (!open.isEmpty()) {
      TextLines.append(text, "    ", open);
    }
  }

  private void units(TenantResult tenant) {
    List<UnitVariance> variances = tenant.unitVariances();
    if (!variances.isEmpty()) {
      long scrubbed = variances.stream().mapToLong(UnitVariance::getScrubbed).sum();
      long added = variances.stream().mapToLong(UnitVariance::getAdded).sum();
      long unexplained = variances.stream().mapToLong(UnitVariance::getUnexplained).sum();
      TextLines.heading(text, "Units");
      text.append("  ").append(Words.count(scrubbed, "unit", "units")).append(" scrubbed, ");
      text.append(Words.count(added)).append(" added on the visits compared; ");
      text.append(Words.count(unexplained)).append(" unexplained.\n");
    }
    for (CapProposal proposal : tenant.capProposals()) {
      TextLines.append(text, "  ", sentence(proposal));
    }
  }

  /** Returns what a proposed cap says. */
  public static String sentence(CapProposal proposal) {
    return "Payer "
        + proposal.getPayerId()
        + " appears to limit "
        + proposal.getCpt()
        + " to "
        + Words.count(proposal.getCap(), "unit", "units")
        + " ("
        + proposal.getMonth()
        + ", "
        + Words.count(proposal.getSupport(), "visit", "visits")
        + "). If that is right, add a payer rule to the settings.";
  }

  private void account() {
    TextLines.heading(text, "Records");
    TextLines.append(
        text,
        "  ",
        result.account().sentence()
            + (result.account().deadLetters() > 0 ? " See dead-letters.jsonl." : ""));
  }
}
