package org.visitbalance.cli.audit;

import java.io.PrintWriter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.visitbalance.audit.SettingsEffect;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.output.Verdict;
import org.visitbalance.text.Words;

/** What other settings would change, in lines for a person. */
final class WhatIfReport {
  private static final int MOST_SHOWN = 50;

  private final PrintWriter out;

  WhatIfReport(PrintWriter out) {
    this.out = out;
  }

  void print(String tenant, SettingsEffect effect) {
    out.printf(
        Locale.US,
        "%s as of %s: %,d records evaluated with the settings in force and with the file%n",
        tenant,
        effect.asOf().truncatedTo(ChronoUnit.SECONDS),
        effect.records());
    if (effect.isNothing()) {
      out.println("Nothing would change.");
      out.flush();
      return;
    }
    out.printf(
        Locale.US,
        "Open discrepancies: %s -> %s%n",
        total(effect.openBefore()),
        total(effect.openAfter()));
    out.printf(
        Locale.US,
        "%,d would open, %,d would end, %,d would change; %,d days would have another status%n",
        effect.opened().size(),
        effect.ended().size(),
        effect.changed().size(),
        effect.days().size());
    for (SettingsEffect.Sum sum : effect.sums()) {
      out.printf(
          Locale.US,
          "  %s, %s: %,d open (%s), %,d end (%s), %,d change%n",
          Words.of(sum.kind()),
          sum.location(),
          sum.opened(),
          Words.dollars(sum.openedCents()),
          sum.ended(),
          Words.dollars(sum.endedCents()),
          sum.changed());
    }
    section("Would open:", effect.opened().stream().map(WhatIfReport::line).toList());
    section("Would end:", effect.ended().stream().map(WhatIfReport::line).toList());
    section(
        "Would change:",
        effect.changed().stream()
            .map(one -> line(one.before()) + " -> " + line(one.after()))
            .toList());
    section("Days with another status:", effect.days().stream().map(WhatIfReport::line).toList());
    out.flush();
  }

  private static String total(SettingsEffect.Total total) {
    return String.format(Locale.US, "%,d (%s)", total.count(), Words.dollars(total.cents()));
  }

  private void section(String title, List<String> lines) {
    if (lines.isEmpty()) {
      return;
    }
    out.println(title);
    lines.stream().limit(MOST_SHOWN).forEach(line -> out.println("  " + line));
    if (lines.size() > MOST_SHOWN) {
      out.printf(Locale.US, "  and %,d more%n", lines.size() - MOST_SHOWN);
    }
  }

  private static String line(Discrepancy one) {
    StringBuilder line = new StringBuilder(one.getLocation());
    if (one.getDate() != null) {
      line.append(' ').append(one.getDate());
    }
    line.append(": ").append(Words.of(one.getKind()));
    if (one.getVisit() != null) {
      line.append(", visit ").append(one.getVisit());
    }
    if (one.getUnits() != null) {
      line.append(", units ").append(one.getUnits());
    }
    if (one.getAmountCents() != null) {
      line.append(", ").append(Words.dollars(one.getAmountCents()));
    }
    return line.toString();
  }

  private static String line(SettingsEffect.Day day) {
    return day.location()
        + " "
        + day.date()
        + ": "
        + verdict(day.before())
        + " -> "
        + verdict(day.after());
  }

  private static String verdict(@Nullable Verdict verdict) {
    return verdict == null ? "no activity" : Words.label(verdict);
  }
}
