package org.visitbalance.insight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.visitbalance.insight.ControlChart.Point;
import org.visitbalance.insight.ControlChart.Sample;
import org.visitbalance.insight.ControlChart.Signal;

/** Which rates are chance; the figures are worked out by hand. */
class ControlChartTest {
  private static final List<Sample> USUAL =
      samples(
          new int[] {1, 0, 1, 2, 0, 1, 1, 0, 1}, new int[] {40, 38, 42, 41, 39, 40, 43, 37, 41});

  private static List<Sample> samples(int[] counts, int[] of) {
    return IntStream.range(0, counts.length).mapToObj(i -> new Sample(counts[i], of[i])).toList();
  }

  private static List<Sample> tenths(int... counts) {
    return IntStream.of(counts).mapToObj(count -> new Sample(count, 10)).toList();
  }

  private static ControlChart chart(List<Sample> baseline) {
    return Objects.requireNonNull(ControlChart.of(baseline));
  }

  private static List<Signal> signals(List<Sample> series) {
    return ControlChart.points(series).stream().map(Point::signal).toList();
  }

  @Test
  void nineOfFortyIsASignalWhereOneOfFortyIsUsual() {
    ControlChart chart = chart(USUAL);
    assertThat(chart.center()).isEqualTo(7.0 / 361);
    assertThat(chart.high(40)).isCloseTo(0.08415, within(0.000005));
    assertThat(chart.low(40)).isZero();
    assertThat(chart.signal(new Sample(9, 40))).isEqualTo(Signal.ABOVE);
    assertThat(chart.signal(new Sample(4, 40))).isEqualTo(Signal.ABOVE);
    assertThat(chart.signal(new Sample(3, 40))).isNull();
    assertThat(chart.signal(new Sample(0, 0))).isNull();
  }

  @Test
  void fewerVisitsWidenTheLimits() {
    ControlChart chart = chart(USUAL);
    assertThat(chart.signal(new Sample(1, 10))).isNull();
    assertThat(chart.high(10) - chart.center())
        .isCloseTo(2 * (chart.high(40) - chart.center()), within(1e-12));
  }

  @Test
  void daysThatDifferMoreThanChanceWidenTheLimits() {
    ControlChart chart = chart(tenths(0, 10, 0, 10, 0, 10, 0, 10));
    // Each z is 0.5 / 0.1581 = 3.162, so neighbors are 6.325 apart: 5.607 after division by 1.128.
    assertThat(chart.high(10_000) - 0.5).isCloseTo(3 * 5.607 * 0.005, within(0.0001));
    ControlChart even = chart(tenths(5, 5, 5, 5, 5, 5, 5, 5));
    assertThat(even.high(10_000) - 0.5).isCloseTo(3 * 0.005, within(1e-12));
  }

  @Test
  void tooLittleSaysNothing() {
    assertThat(ControlChart.of(USUAL.subList(0, 7))).isNull();
    assertThat(ControlChart.of(USUAL.subList(0, 8))).isNotNull();
    List<Sample> silent = new ArrayList<>(USUAL.subList(0, 7));
    silent.add(new Sample(0, 0));
    assertThat(ControlChart.of(silent)).isNull();
    assertThat(ControlChart.of(tenths(0, 0, 0, 0, 0, 0, 0, 0, 0))).isNull();
    assertThat(ControlChart.of(tenths(10, 10, 10, 10, 10, 10, 10, 10))).isNull();
    assertThat(ControlChart.points(silent)).isEmpty();
  }

  @Test
  void aLowRateIsBelow() {
    ControlChart chart = chart(tenths(9, 8, 9, 8, 9, 8, 9, 8));
    assertThat(chart.signal(new Sample(40, 100))).isEqualTo(Signal.BELOW);
    assertThat(chart.high(10)).isLessThanOrEqualTo(1);
  }

  @Test
  void theNinthOfFortyStandsOutAmongItsWeeks() {
    List<Sample> weeks = new ArrayList<>(USUAL);
    weeks.add(new Sample(9, 40));
    assertThat(signals(weeks)).hasSize(10).endsWith(Signal.ABOVE);
    assertThat(signals(weeks).subList(0, 9)).containsOnlyNulls();
  }

  /** With 12 useful points, a run of 8 is one too long and one crossing is too few. */
  @Test
  void aRunThatIsTooLongIsMarked() {
    assertThat(ControlChart.longestRun(12)).isEqualTo(7);
    assertThat(ControlChart.fewestCrossings(12)).isEqualTo(3);
    List<Signal> run = signals(tenths(4, 4, 4, 4, 4, 4, 4, 4, 7, 3, 7, 7));
    assertThat(run.subList(0, 8)).containsOnly(Signal.RUN);
    assertThat(run.subList(8, 12)).containsOnlyNulls();
    assertThat(signals(tenths(4, 4, 4, 4, 4, 4, 4, 6, 7, 3, 7, 7))).containsOnlyNulls();
  }

  @Test
  void aSeriesThatSeldomCrossesItsCenterIsMarked() {
    assertThat(signals(tenths(4, 2, 4, 2, 4, 2, 6, 8, 6, 8, 6, 8)))
        .hasSize(12)
        .containsOnly(Signal.FEW_CROSSINGS);
  }

  /** As the tables of Anhoej and Wentzel-Larsen have them. */
  @Test
  void theBoundsOfRunsAndCrossingsAreThePublishedOnes() {
    assertThat(IntStream.of(10, 11, 12, 20, 24, 40, 100).map(ControlChart::longestRun))
        .containsExactly(6, 6, 7, 7, 8, 8, 10);
    assertThat(IntStream.of(10, 11, 12, 20, 24, 40, 100).map(ControlChart::fewestCrossings))
        .containsExactly(2, 2, 3, 6, 8, 14, 41);
    assertThat(ControlChart.fewestCrossings(2000)).isBetween(900, 1000);
  }
}
