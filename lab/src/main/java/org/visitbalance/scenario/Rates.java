package org.visitbalance.scenario;

import java.util.Arrays;
import java.util.function.ToDoubleFunction;

/** A value for each {@link Rate}; immutable. */
@SuppressWarnings("EnumOrdinal") // An array makes it cheap to look up 50 rates per visit.
public final class Rates {
  private final double[] values;

  private Rates(double[] values) {
    this.values = values;
  }

  /** Returns rates with which nothing ever happens: every visit is documented, sent and billed. */
  public static Rates quiet() {
    return new Rates(new double[Rate.values().length]).with(Rate.FEED_REPORTED, 1);
  }

  public static Rates clinic() {
    return of(Rate::clinic);
  }

  public static Rates chaos() {
    return of(Rate::chaos);
  }

  private static Rates of(ToDoubleFunction<Rate> value) {
    return new Rates(Arrays.stream(Rate.values()).mapToDouble(value).toArray());
  }

  public double of(Rate rate) {
    return values[rate.ordinal()];
  }

  /** Returns these rates with one changed. Only {@link Rate#WILD} may be above 1. */
  public Rates with(Rate rate, double value) {
    if (!(value >= 0) || (value > 1 && rate != Rate.WILD)) {
      throw new IllegalArgumentException("the rate " + rate + " is not between 0 and 1");
    }
    double[] changed = values.clone();
    changed[rate.ordinal()] = value;
    return new Rates(changed);
  }

  /** Returns these rates with some set to 0. */
  public Rates without(Rate... rates) {
    Rates result = this;
    for (Rate rate : rates) {
      result = result.with(rate, 0);
    }
    return result;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Rates rates && Arrays.equals(values, rates.values);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (Rate rate : Rate.values()) {
      text.append(text.isEmpty() ? "" : ", ").append(rate).append('=').append(of(rate));
    }
    return text.toString();
  }
}
