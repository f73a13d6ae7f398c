package org.visitbalance.insight;

/**
 * How many charges arrive within how many billing days, also from visits whose charge has not come
 * yet: they count for as long as they have been watched (rules.md#arrivals-behind). Not
 * thread-safe.
 */
final class KaplanMeier {
  private final long[] arrived;
  private final long[] leaving;
  private long visits;

  /** Creates one for lags from 0 to a longest one, with which all longer ones are counted. */
  KaplanMeier(int longest) {
    this.arrived = new long[longest + 1];
    this.leaving = new long[longest + 1];
  }

  /** Adds visits whose charges arrived after so many days, 0 or more. */
  void arrived(int lag, long count) {
    arrived[at(lag)] += count;
    visits += count;
  }

  /** Adds visits that have been watched for so many whole days, 0 or more, without a charge. */
  void awaited(int watched, long count) {
    leaving[at(watched)] += count;
    visits += count;
  }

  private int at(int lag) {
    return Math.min(lag, arrived.length - 1);
  }

  /** Returns the number of visits. */
  long visits() {
    return visits;
  }

  /** Returns the number of visits whose charges arrived. */
  long arrivals() {
    long sum = 0;
    for (long one : arrived) {
      sum += one;
    }
    return sum;
  }

  /** Returns the part of charges that arrives within so many days. */
  double within(int lag) {
    double waiting = 1;
    long watched = visits;
    for (int i = 0; i <= at(lag) && watched > 0; i++) {
      waiting *= 1 - (double) arrived[i] / watched;
      watched -= arrived[i] + leaving[i];
    }
    return 1 - waiting;
  }

  /** Returns the fewest days within which a part of the charges arrives; -1 if never. */
  int quantile(double part) {
    for (int lag = 0; lag < arrived.length; lag++) {
      if (within(lag) >= part) {
        return lag;
      }
    }
    return -1;
  }
}
