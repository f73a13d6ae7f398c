package org.visitbalance.report.html;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.visitbalance.output.CapProposal;
import org.visitbalance.output.UnitVariance;
import org.visitbalance.report.Summary;
import org.visitbalance.report.TenantResult;
import org.visitbalance.text.Words;

/** Units that billing took away or added: by payer and code, and the unexplained ones singly. */
final class Units {
  private static final int MOST = 500;

  private Units() {}

  private record Group(String payer, String code) {}

  private static final class Sum {
    long visits;
    long documented;
    long billed;
    long scrubbed;
    long added;
    long unexplained;

    void add(UnitVariance one) {
      visits++;
      documented += one.getDocumented();
      billed += one.getBilled();
      scrubbed += one.getScrubbed();
      added += one.getAdded();
      unexplained += one.getUnexplained();
    }
  }

  static void write(
      Html html, TenantResult tenant, String prefix, UnaryOperator<String> visitName) {
    html.section(prefix + "units", "Units");
    if (tenant.unitVariances().isEmpty()) {
      html.paragraph("Every visit that was compared is billed in the units documented.");
    } else {
      sums(html, tenant.unitVariances());
      unexplained(html, tenant.unitVariances(), visitName);
    }
    for (CapProposal proposal : tenant.capProposals()) {
      html.paragraph(Summary.sentence(proposal));
    }
    html.close("section");
  }

  private static void sums(Html html, List<UnitVariance> variances) {
    Map<Group, Sum> sums =
        new TreeMap<>(Comparator.comparing(Group::payer).thenComparing(Group::code));
    for (UnitVariance one : variances) {
      String payer = one.getPayerId() == null ? "" : one.getPayerId();
      sums.computeIfAbsent(new Group(payer, one.getCpt()), any -> new Sum()).add(one);
    }
    HtmlTable table =
        new HtmlTable(
            html,
            "",
            "Payer",
            "Code",
            "#Visits",
            "#Documented",
            "#Billed",
            "#Scrubbed",
            "#Added",
            "#Unexplained");
    sums.forEach(
        (group, sum) ->
            table
                .row()
                .cell(group.payer())
                .cell(group.code())
                .cell(Words.count(sum.visits))
                .cell(Words.count(sum.documented))
                .cell(Words.count(sum.billed))
                .cell(Words.count(sum.scrubbed))
                .cell(Words.count(sum.added))
                .cell(sum.unexplained == 0 ? "" : "HIGH", Words.count(sum.unexplained))
                .end());
    table.close();
  }

  private static void unexplained(
      Html html, List<UnitVariance> variances, UnaryOperator<String> visitName) {
    List<UnitVariance> lines = variances.stream().filter(one -> one.getUnexplained() > 0).toList();
    if (lines.isEmpty()) {
      html.paragraph("A payer rule explains all of them.");
      return;
    }
    html.element("h3", "Unexplained units");
    HtmlTable table =
        new HtmlTable(
            html,
            "",
            "Finalized",
            "Location",
            "Visit",
            "Payer",
            "Code",
            "#Documented",
            "#Billed",
            "#Unexplained");
    for (UnitVariance one : lines.subList(0, Math.min(MOST, lines.size()))) {
      table
          .row()
          .cell("day", Words.day(one.getFinalizedOn()))
          .cell(one.getLocation())
          .cell("id", visitName.apply(one.getVisit()))
          .cell(one.getPayerId() == null ? "" : one.getPayerId())
          .cell(one.getCpt())
          .cell(Words.count(one.getDocumented()))
          .cell(Words.count(one.getBilled()))
          .cell(Words.count(one.getUnexplained()))
          .end();
    }
    table.close();
    if (lines.size() > MOST) {
      html.remark(Words.count(lines.size() - MOST) + " more are in unit-variances.jsonl.");
    }
  }
}
