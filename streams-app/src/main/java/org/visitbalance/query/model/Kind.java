package org.visitbalance.query.model;

/** The kinds of data that change, as the change stream names them. */
public enum Kind {
  BALANCES("balances"),
  ITEMS("items"),
  VISITS("visits"),
  DISCREPANCIES("discrepancies"),
  LATE_ARRIVALS("lateArrivals"),
  UNIT_VARIANCES("unitVariances"),
  CAP_PROPOSALS("capProposals"),
  INSIGHTS("insights"),
  SETTINGS("settings"),
  CLOSES("closes"),
  ANNOTATIONS("annotations"),
  FEEDS("feeds"),
  DEAD_LETTERS("deadLetters"),
  FILES("files"),
  TIMELINES("timelines");

  private final String word;

  Kind(String word) {
    this.word = word;
  }

  /** Returns the name in the API. */
  public String word() {
    return word;
  }
}
