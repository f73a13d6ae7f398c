package org.visitbalance.insight;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A Laney p' chart: what is chance in a rate that is counted period by period, and what is not
 * (rules.md#control-charts). The limits widen with fewer visits and with days that differ from each
 * other more than chance alone would make them.
 */
public final class ControlChart {
  /** Fewer periods say too little about what is usual. */
  public static final int ENOUGH_PERIODS = 8;

  private static final double SIGMAS = 3;

  /** The mean distance of two neighbors, in standard deviations. */
  private static final double NEIGHBORS = 1.128;

  /** How likely chance may explain that a series crosses its center so seldom. */
  private static final double CROSSINGS_CHANCE = 0.05;

  /**
   * How often something happened in one period.
   *
   * @param count how often
   * @param of of how many; 0 says nothing about the rate
   */
  public record Sample(long count, long of) {
    /** Checks the counts. */
    public Sample {
      if (of < 0 || count < 0 || count > of) {
        throw new IllegalArgumentException(count + " of " + of);
      }
    }

    /** The rate; 0 of nothing is 0. */
    public double rate() {
      return of == 0 ? 0 : (double) count / of;
    }
  }

  /** What chance does not explain about a point. */
  public enum Signal {
    /** The rate is above its upper limit. */
    ABOVE,
    /** The rate is below its lower limit. */
    BELOW,
    /** The point is part of a run on one side of the center that is too long for chance. */
    RUN,
    /** The series crosses its center too seldom for chance; a drift or a slow wave. */
    FEW_CROSSINGS
  }

  /**
   * One point of the chart.
   *
   * @param low the lower limit, 0 or more
   * @param high the upper limit, 1 or less
   * @param signal null if chance explains the point
   */
  public record Point(
      Sample sample, double center, double low, double high, @Nullable Signal signal) {}

  private final double center;
  private final double spread;

  private ControlChart(double center, double spread) {
    this.center = center;
    this.spread = spread;
  }

  /**
   * Returns what is usual by a baseline; null if there are too few periods, or if the rate is
   * always 0 or always 1.
   */
  public static @Nullable ControlChart of(List<Sample> baseline) {
    List<Sample> said = baseline.stream().filter(sample -> sample.of() > 0).toList();
    if (said.size() < ENOUGH_PERIODS) {
      return null;
    }
    long count = said.stream().mapToLong(Sample::count).sum();
    long of = said.stream().mapToLong(Sample::of).sum();
    if (count == 0 || count == of) {
      return null;
    }
    double center = (double) count / of;
    double ranges = 0;
    double before = 0;
    for (int i = 0; i < said.size(); i++) {
      Sample sample = said.get(i);
      double z = (sample.rate() - center) / sigma(center, sample.of());
      ranges += i == 0 ? 0 : Math.abs(z - before);
      before = z;
    }
    double spread = ranges / (said.size() - 1) / NEIGHBORS;
    return new ControlChart(center, spread == 0 ? 1 : spread);
  }

  /**
   * Returns the points of a series, with what chance does not explain in it. What is usual follows
   * from all periods before the last one, so a jump of the last one does not widen its own limits.
   * A period of which nothing is known has the center for its limits.
   */
  public static List<Point> points(List<Sample> series) {
    ControlChart chart = of(series.subList(0, Math.max(0, series.size() - 1)));
    if (chart == null) {
      return List.of();
    }
    List<@Nullable Signal> trend = chart.trend(series);
    List<Point> points = new ArrayList<>(series.size());
    for (int i = 0; i < series.size(); i++) {
      Sample sample = series.get(i);
      Signal own = chart.signal(sample);
      points.add(
          new Point(
              sample,
              chart.center,
              chart.low(sample.of()),
              chart.high(sample.of()),
              own == null ? trend.get(i) : own));
    }
    return points;
  }

  /** The usual rate. */
  public double center() {
    return center;
  }

  /** The lowest rate among so many that chance explains. */
  public double low(long of) {
    return of == 0 ? center : Math.max(0, center - width(of));
  }

  /** The highest rate among so many that chance explains. */
  public double high(long of) {
    return of == 0 ? center : Math.min(1, center + width(of));
  }

  /** Returns on which side a sample is outside of its limits; null if it is within them. */
  public @Nullable Signal signal(Sample sample) {
    if (sample.of() == 0) {
      return null;
    }
    if (sample.rate() > high(sample.of())) {
      return Signal.ABOVE;
    }
    return sample.rate() < low(sample.of()) ? Signal.BELOW : null;
  }

  /**
   * Returns for each sample of a series whether it is part of a run that is too long, or of a
   * series that crosses the center too seldom. A sample on the center is on neither side.
   */
  public List<@Nullable Signal> trend(List<Sample> series) {
    List<Integer> useful = new ArrayList<>();
    for (int i = 0; i < series.size(); i++) {
      if (series.get(i).of() > 0 && side(series.get(i)) != 0) {
        useful.add(i);
      }
    }
    List<@Nullable Signal> signals = new ArrayList<>();
    series.forEach(sample -> signals.add(null));
    if (useful.size() < ENOUGH_PERIODS) {
      return signals;
    }
    int crossings = 0;
    int start = 0;
    for (int i = 1; i <= useful.size(); i++) {
      if (i < useful.size() && side(series, useful, i) == side(series, useful, i - 1)) {
        continue;
      }
      if (i - start > longestRun(useful.size())) {
        useful.subList(start, i).forEach(at -> signals.set(at, Signal.RUN));
      }
      crossings += i < useful.size() ? 1 : 0;
      start = i;
    }
    if (crossings < fewestCrossings(useful.size())) {
      useful.forEach(
          at -> signals.set(at, signals.get(at) == null ? Signal.FEW_CROSSINGS : signals.get(at)));
    }
    return signals;
  }

  /** The longest run on one side of the center that chance explains. */
  static int longestRun(int useful) {
    return (int) Math.round(StrictMath.log(useful) / StrictMath.log(2)) + 3;
  }

  /** The fewest crossings of the center that chance explains: a quantile of a coin's heads. */
  static int fewestCrossings(int useful) {
    int coins = useful - 1;
    double logarithm = coins * StrictMath.log(0.5);
    double chance = 0;
    for (int heads = 0; heads <= coins; heads++) {
      chance += StrictMath.exp(logarithm);
      if (chance >= CROSSINGS_CHANCE) {
        return heads;
      }
      logarithm += StrictMath.log((double) (coins - heads) / (heads + 1));
    }
    return coins;
  }

  private int side(List<Sample> series, List<Integer> useful, int at) {
    return side(series.get(useful.get(at)));
  }

  private int side(Sample sample) {
    return Double.compare(sample.rate(), center);
  }

  private double width(long of) {
    return SIGMAS * spread * sigma(center, of);
  }

  private static double sigma(double rate, long of) {
    return Math.sqrt(rate * (1 - rate) / of);
  }
}
