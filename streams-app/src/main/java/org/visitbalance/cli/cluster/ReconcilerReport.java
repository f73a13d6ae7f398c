package org.visitbalance.cli.cluster;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.visitbalance.cli.ExitStatus;
import org.visitbalance.service.Difference;
import org.visitbalance.service.Drift;
import org.visitbalance.service.Reconciler;

/** Shows what is on a cluster, one line each, and changes it to what it should be. */
final class ReconcilerReport {
  private final PrintWriter out;
  private final String noun;
  private final boolean dryRun;
  private final Set<String> told = new HashSet<>();
  private int fine;
  private int made;
  private int mended;
  private int beyondCure;

  /**
   * @param noun what is shown, in the singular, such as "topic"
   * @param dryRun to show only what would be changed
   */
  ReconcilerReport(PrintWriter out, String noun, boolean dryRun) {
    this.out = out;
    this.noun = noun;
    this.dryRun = dryRun;
  }

  /**
   * Shows and changes everything.
   *
   * @return the exit status
   */
  int run(Reconciler reconciler) {
    List<Drift> findings = reconciler.look();
    int width = findings.stream().mapToInt(one -> one.name().length()).max().orElse(0);
    for (Drift finding : findings) {
      if (finding.isCurable()) {
        finding.fix().apply(!dryRun);
      }
      out.printf("%-" + width + "s  %-16s %s%n", finding.name(), state(finding), finding.details());
      finding.differences().forEach(this::tell);
      out.flush();
    }
    if (!dryRun && findings.stream().anyMatch(Drift::isCurable)) {
      reconciler.settle();
    }
    out.printf("%s%n", total(findings.size()));
    out.flush();
    boolean changing = dryRun && made + mended > 0;
    return beyondCure > 0 || changing ? ExitStatus.DIFFERS : ExitStatus.OK;
  }

  private String state(Drift finding) {
    if (finding.isBeyondCure()) {
      beyondCure++;
      return finding.isThere() ? "DIFFERS" : "MISSING";
    } else if (finding.isFine()) {
      fine++;
      return "ok";
    } else if (finding.isThere()) {
      mended++;
      return dryRun ? "would be changed" : "changed";
    }
    made++;
    return dryRun ? "would be created" : "created";
  }

  private void tell(Difference difference) {
    String form =
        !difference.isMendable()
            ? "    %s: is %s, should be %s%n"
            : dryRun ? "    %s: is %s, would be %s%n" : "    %s: was %s, is now %s%n";
    out.printf(form, difference.what(), difference.is(), difference.shouldBe());
    String obstacle = difference.obstacle();
    if (obstacle != null && told.add(obstacle)) {
      out.printf("      %s%n", obstacle);
    }
  }

  private String total(int all) {
    List<String> parts = new ArrayList<>();
    if (fine == all) {
      parts.add("all as they should be; nothing to do");
    } else if (fine > 0) {
      parts.add(fine + " as they should be");
    }
    if (made > 0) {
      parts.add(made + (dryRun ? " would be created" : " created"));
    }
    if (mended > 0) {
      parts.add(mended + (dryRun ? " would be changed" : " changed"));
    }
    if (beyondCure > 0) {
      parts.add(beyondCure + " must be fixed by hand");
    }
    String changed = dryRun && fine < all ? " (dry run: nothing was changed)" : "";
    return all + " " + noun + "s: " + String.join(", ", parts) + changed;
  }
}
