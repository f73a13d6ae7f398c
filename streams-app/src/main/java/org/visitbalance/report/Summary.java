package org.visitbalance.report;

/** What a person reads of a run. */
final class Summary {
  private final Result result;

  Summary(Result result) {
    this.result = result;
  }

  String text() {
    return "as of " + result.account().asOf() + "\n";
  }
}
