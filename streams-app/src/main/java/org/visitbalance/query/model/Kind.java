package org.visitbalance.query.model;

/** Kinds of things that change, as the live stream names them. */
public enum Kind {
  BALANCES("balances"),
  ITEMS("items"),
  VISITS("visits"),
  DISCREPANCIES("discrepancies"),
  LATE_ARRIVALS("lateArrivals"),
  UNIT_VARIANCES("unitVariances"),
  CAP_PROPOSALS("capProposals"),
  SETTINGS("settings"),
  CLOSES("closes"),
  FEEDS("feeds"),
  DEAD_LETTERS("deadLetters"),
  TIMELINES("timelines");

  private final String word;

  Kind(String word) {
    this.word = word;
  }

  /** Its name in the API. */
  public String word() {
    return word;
  }
}
