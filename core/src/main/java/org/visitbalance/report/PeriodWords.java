package org.visitbalance.report;

import java.util.ArrayList;
import java.util.List;
import org.visitbalance.output.Balance;
import org.visitbalance.output.Readiness;
import org.visitbalance.text.Words;

/** A period and what is to be said of it, in words. */
public final class PeriodWords {
  private PeriodWords() {}

  /** Returns its name. */
  public static String name(Balance balance) {
    return switch (balance.getGranularity()) {
      case WEEK -> "Week of " + balance.getFrom();
      case MONTH -> "Month " + balance.getFrom().toString().substring(0, 7);
      default -> Words.day(balance.getFrom());
    };
  }

  /** Returns what its status does not say. */
  public static String remarks(Balance balance) {
    List<String> remarks = new ArrayList<>();
    if (balance.getOffsetting()) {
      remarks.add(balance.getReported().getDifference() == 0 ? "offsetting" : "partly offsetting");
    }
    if (balance.getKinds().getAccepted() != null) {
      remarks.add(Words.count(balance.getKinds().getAccepted()) + " accepted");
    }
    if (!balance.getReadiness().getReady()) {
      remarks.add("not ready");
    }
    return String.join(", ", remarks);
  }

  /** Returns what is open before a day is balanced; empty if nothing is. */
  public static String beforeYouBalance(Balance balance) {
    Readiness readiness = balance.getReadiness();
    List<String> open = new ArrayList<>();
    add(open, readiness.getOpenNotes(), "open note", "open notes");
    add(open, readiness.getFailedTransmissions(), "failed transmission", "failed transmissions");
    add(open, readiness.getPendingTransmissions(), "pending transmission", "pending transmissions");
    add(
        open,
        readiness.getAbsentTransmissions(),
        "visit not on the Claims Feed",
        "visits not on the Claims Feed");
    add(open, readiness.getHeldVisits(), "held visit", "held visits");
    return readiness.getReady() ? "" : "Before you balance: " + String.join(", ", open) + ".";
  }

  private static void add(List<String> open, long number, String one, String many) {
    if (number > 0) {
      open.add(Words.count(number, one, many));
    }
  }
}
