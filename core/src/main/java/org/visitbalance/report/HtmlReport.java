package org.visitbalance.report;

import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.Closes;
import org.visitbalance.output.Balance;
import org.visitbalance.output.Close;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.output.Granularity;
import org.visitbalance.output.Level;
import org.visitbalance.output.Verdict;
import org.visitbalance.text.PlainTime;

/** The report of a run for people: one self-contained HTML file to read, print and file. */
public final class HtmlReport {
  private static final String HEAD =
      """
      <!doctype html>
      <html lang="en">
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
      <title>%1$s</title>
      <style>
      body { font: 14px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 62rem; padding: 0 1rem; color: #1a1c1e; background: #fff }
      h1 { font-size: 1.5rem } h2 { font-size: 1.15rem; margin: 2rem 0 .4rem } h3 { font-size: 1rem; margin: 1.2rem 0 .2rem }
      table { border-collapse: collapse; width: 100%%; margin: .4rem 0 }
      th, td { text-align: left; padding: .2rem .6rem .2rem 0; border-bottom: 1px solid #d8dbdf; vertical-align: top }
      .n { text-align: right; font-variant-numeric: tabular-nums }
      .OUT_OF_BALANCE, .HIGH { font-weight: 600; color: #a3160e }
      .WAITING { color: #7a5200 }
      .quiet { color: #5c6166 }
      .day { white-space: nowrap }
      @media print { body { margin: 0; max-width: none; font-size: 11px } h2 { break-after: avoid } tr { break-inside: avoid } }
      </style>
      <h1>%1$s</h1>
      """;

  private final Result result;
  private final StringBuilder html = new StringBuilder();

  private HtmlReport(Result result) {
    this.result = result;
  }

  /**
   * Returns the report of a result, with visits identified by their tokens.
   *
   * @param title the first line
   * @param subtitle what the report covers, in a sentence
   * @param closes all versions of the closes of its periods
   */
  public static String of(String title, String subtitle, Result result, List<Close> closes) {
    HtmlReport report = new HtmlReport(result);
    report.html.append(HEAD.formatted(escaped(title)));
    report.paragraph(subtitle);
    report.balances();
    report.findings();
    report.closes(closes);
    report.account();
    return report.html.append("</html>\n").toString();
  }

  /** A text that may stand in HTML. */
  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  private void paragraph(String text) {
    html.append("<p>").append(escaped(text)).append("</p>\n");
  }

  private void balances() {
    Map<String, List<Balance>> locations = new TreeMap<>();
    for (Balance balance : result.outputs().balances()) {
      locations.computeIfAbsent(balance.getLocation(), any -> new ArrayList<>()).add(balance);
    }
    if (locations.isEmpty()) {
      paragraph("Nothing to balance: no visits, charges or open notes in these dates.");
    }
    locations.forEach(
        (location, own) -> {
          own.sort(Comparator.comparing(Balance::getGranularity).thenComparing(Balance::getFrom));
          html.append("<h2>").append(escaped(location)).append("</h2>\n<table>\n");
          row(
              "th",
              "Period",
              "#EMR visits",
              "#Billing visits",
              "#Difference",
              "#EMR units",
              "#Billed units",
              "#Non-visit units, EMR",
              "#Non-visit units, billing",
              "Status",
              "Bridge: why the counts differ");
          own.forEach(this::balance);
          html.append("</table>\n");
        });
  }

  private void balance(Balance balance) {
    html.append("<tr>");
    cell("td", Summary.name(balance), "day");
    cell("td", "#" + Words.count(balance.getReported().getEmrVisits()), "");
    cell("td", "#" + Words.count(balance.getReported().getBillingVisits()), "");
    cell("td", "#" + Words.signed(balance.getReported().getDifference()), "");
    cell("td", "#" + Words.count(balance.getReported().getEmrUnits()), "");
    cell("td", "#" + Words.count(balance.getReported().getBillingUnits()), "");
    cell("td", "#" + count(balance.getReported().getEmrNonVisitUnits()), "");
    cell("td", "#" + count(balance.getReported().getBillingNonVisitUnits()), "");
    cell("td", Words.label(balance.getVerdict()), balance.getVerdict().name());
    List<String> bridge = new ArrayList<>();
    balance
        .getItems()
        .forEach((reason, sum) -> bridge.add(Words.signed(sum) + " " + Words.of(reason)));
    bridge.sort(Comparator.naturalOrder());
    if (balance.getOffsetting()) {
      bridge.add("offsetting: differences cancel each other out");
    }
    if (balance.getGranularity() == Granularity.DAY && !balance.getReadiness().getReady()) {
      bridge.add("not ready to balance");
    }
    cell("td", String.join("; ", bridge), "");
    html.append("</tr>\n");
  }

  private static String count(@Nullable Long number) {
    return number == null ? "" : Words.count(number);
  }

  private void findings() {
    List<Discrepancy> open = new ArrayList<>(result.outputs().discrepancies());
    open.removeIf(found -> found.getLevel() == Level.PERIOD);
    open.sort(
        Comparator.comparing(Discrepancy::getSeverity)
            .thenComparing(Discrepancy::getKind)
            .thenComparing(found -> String.valueOf(found.getDate()))
            .thenComparing(Discrepancy::getLocation)
            .thenComparing(found -> String.valueOf(found.getVisit())));
    html.append("<h2>Open discrepancies, in work order</h2>\n");
    if (open.isEmpty()) {
      paragraph("No open discrepancies.");
      return;
    }
    html.append("<table>\n");
    row(
        "th",
        "Severity",
        "Discrepancy",
        "Day",
        "Location",
        "Visit",
        "Provider",
        "#Amount",
        "File by",
        "Next step");
    for (Discrepancy found : open) {
      html.append("<tr>");
      cell("td", Words.label(found.getSeverity()), found.getSeverity().name());
      cell("td", Words.of(found.getKind()), "");
      cell("td", found.getDate() == null ? "" : found.getDate().toString(), "day");
      cell("td", found.getLocation(), "");
      cell("td", found.getVisit() == null ? "" : found.getVisit(), "");
      cell("td", found.getProviderId() == null ? "" : found.getProviderId(), "");
      cell("td", "#" + Words.dollars(found.getAmountCents()), "");
      cell("td", found.getFileBy() == null ? "" : found.getFileBy().toString(), "day");
      cell("td", found.getAction(), "quiet");
      html.append("</tr>\n");
    }
    html.append("</table>\n");
  }

  private void closes(List<Close> closes) {
    html.append("<h2>Closed periods</h2>\n");
    if (closes.isEmpty()) {
      paragraph("No periods have been closed.");
      return;
    }
    Map<String, Discrepancy> changed = new HashMap<>();
    for (Discrepancy one : result.outputs().discrepancies()) {
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
    html.append("<table>\n");
    row("th", "Location", "Period", "#Version", "Closed by", "Closed at", "Closed as", "Now");
    for (Close close : ordered) {
      Balance then = close.getBalance();
      Discrepancy since = changed.get(then.getLocation() + then.getFrom() + Closes.words(then));
      html.append("<tr>");
      cell("td", then.getLocation(), "");
      cell("td", Summary.name(then), "day");
      cell("td", "#" + close.getVersion(), "");
      cell("td", close.getClosedBy(), "");
      cell("td", PlainTime.of(close.getClosedAt(), zone()), "day");
      cell("td", Words.inWords(Closes.words(then)), "quiet");
      cell("td", since == null ? "" : Words.inWords(String.valueOf(since.getAfter())), "HIGH");
      html.append("</tr>\n");
    }
    html.append("</table>\n");
  }

  private void account() {
    Result.Account account = result.account();
    long outOfBalance =
        result.outputs().balances().stream()
            .filter(balance -> balance.getVerdict() == Verdict.OUT_OF_BALANCE)
            .count();
    html.append("<h2>Records</h2>\n");
    paragraph(
        "As of "
            + PlainTime.of(Instant.parse(account.asOf()), zone())
            + ": "
            + Words.count(outOfBalance, "period", "periods")
            + " out of balance. "
            + Words.count(account.read(), "record", "records")
            + " read: "
            + Words.count(account.standing())
            + " current, "
            + Words.count(account.superseded())
            + " replaced or duplicate, "
            + Words.count(account.notYetKnown())
            + " received after that time, "
            + Words.count(account.deadLetters())
            + " invalid.");
  }

  /** The zone of the company that the report is about; of several, UTC. */
  private ZoneId zone() {
    List<String> zones = new ArrayList<>();
    result.settings().values().forEach(document -> zones.add(document.getZone()));
    return zones.size() == 1 && zones.get(0) != null ? ZoneId.of(zones.get(0)) : ZoneId.of("UTC");
  }

  private void row(String tag, String... cells) {
    html.append("<tr>");
    for (String cell : cells) {
      cell(tag, cell, "");
    }
    html.append("</tr>\n");
  }

  /** A number begins with #. */
  private void cell(String tag, String text, String style) {
    boolean isNumber = text.startsWith("#");
    String own = isNumber ? "n" : style;
    html.append('<').append(tag);
    if (!own.isEmpty()) {
      html.append(" class=\"").append(own).append('"');
    }
    html.append('>').append(escaped(isNumber ? text.substring(1) : text));
    html.append("</").append(tag).append('>');
  }
}
