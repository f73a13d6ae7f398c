package org.visitbalance.report.html;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.visitbalance.core.Reasons;
import org.visitbalance.output.Balance;
import org.visitbalance.output.Reason;
import org.visitbalance.report.UrgentWork;
import org.visitbalance.text.Words;

/**
 * The bridge of a period as a waterfall: from billing's number, reason by reason, to the EMR's, so
 * that each reason has the sign that it has everywhere: EMR minus billing. A table has the figures
 * and what each reason asks of people, so that nothing is said by the pictures or by their colors
 * alone.
 */
final class BridgePicture {
  private static final int WIDTH = 240;
  private static final int HEIGHT = 18;
  private static final int EDGE = 3;
  private static final int LEAST = 3;

  /** Bars do not begin at 0 where differences would be too small to be seen. */
  private static final double CUT = 0.4;

  private record Step(String reason, long sum, long from, long to) {}

  private final Balance balance;
  private final List<Step> steps = new ArrayList<>();
  private final long start;
  private final long most;

  BridgePicture(Balance balance) {
    this.balance = balance;
    long at = balance.getReported().getBillingVisits();
    long least = Math.min(at, balance.getReported().getEmrVisits());
    long highest = Math.max(at, balance.getReported().getEmrVisits());
    for (String reason : ordered(balance)) {
      long sum = sum(balance, reason);
      steps.add(new Step(reason, sum, at, at + sum));
      at += sum;
      least = Math.min(least, at);
      highest = Math.max(highest, at);
    }
    long cut = least - 2 * Math.max(1, highest - least);
    this.start = cut > highest * CUT ? cut : 0;
    this.most = highest;
  }

  private static long sum(Balance balance, String reason) {
    return balance.getItems().getOrDefault(reason, 0L);
  }

  private static List<String> ordered(Balance balance) {
    List<String> reasons = new ArrayList<>(balance.getItems().keySet());
    reasons.sort(
        Comparator.comparing((String reason) -> Reasons.kind(Reason.valueOf(reason)))
            .thenComparing(reason -> -Math.abs(sum(balance, reason)))
            .thenComparing(Comparator.naturalOrder()));
    return reasons;
  }

  void write(Html html, UrgentWork urgent) {
    HtmlTable table = new HtmlTable(html, "bridge", "Bridge", "", "#Visits", "");
    total(table, "Billing visits", balance.getReported().getBillingVisits());
    for (Step step : steps) {
      table
          .row()
          .head(Words.of(step.reason()))
          .raw("bar", bar(step))
          .cell(Words.signed(step.sum()))
          .cell("quiet", urgent.kind(step.reason(), balance))
          .end();
    }
    total(table, "EMR visits", balance.getReported().getEmrVisits());
    table.close();
    if (start > 0) {
      html.remark("The bars begin at " + Words.count(start, "visit", "visits") + ".");
    }
  }

  private void total(HtmlTable table, String name, long visits) {
    table
        .row("total")
        .head(name)
        .raw("bar", total(visits))
        .cell(Words.count(visits))
        .cell("")
        .end();
  }

  private double x(long visits) {
    return EDGE + (double) (visits - start) / Math.max(1, most - start) * (WIDTH - 2.0 * EDGE);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }

  private String total(long visits) {
    return svg(
        "<rect class=\"all\" x=\""
            + EDGE
            + "\" y=\"3\" width=\""
            + number(Math.max(1, x(visits) - EDGE))
            + "\" height=\""
            + (HEIGHT - 6)
            + "\"/>"
            + (start > 0 ? "<path class=\"cut\" d=\"M12 0l-3 6 4 5-3 7\"/>" : ""));
  }

  private String bar(Step step) {
    double left = Math.min(x(step.from()), x(step.to()));
    double width = Math.max(LEAST, Math.abs(x(step.from()) - x(step.to())));
    String kind = Reasons.kind(Reason.valueOf(step.reason())).name();
    return svg(
        "<line x1=\""
            + number(x(step.from()))
            + "\" x2=\""
            + number(x(step.from()))
            + "\" y1=\"0\" y2=\""
            + HEIGHT
            + "\"/><rect class=\""
            + kind
            + "\" x=\""
            + number(left)
            + "\" y=\"3\" width=\""
            + number(width)
            + "\" height=\""
            + (HEIGHT - 6)
            + "\"/>");
  }

  /** What is drawn is in the table's other cells too, so nobody needs to have it read out. */
  private static String svg(String shapes) {
    return "<svg viewBox=\"0 0 "
        + WIDTH
        + " "
        + HEIGHT
        + "\" aria-hidden=\"true\">"
        + shapes
        + "</svg>";
  }
}
