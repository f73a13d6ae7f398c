package org.visitbalance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * The benches of the topology measure what they say. {@code -Dvisitbalance.benches} runs this,
 * apart from the gate.
 */
@Tag("slow")
@EnabledIfSystemProperty(named = "visitbalance.benches", matches = ".*")
class TopologyBenchesTest {
  private static List<Integer> numbers(Program.Ran ran, String pattern) {
    assertThat(ran.exit()).as(ran.err()).isZero();
    return Pattern.compile(pattern)
        .matcher(ran.out())
        .results()
        .map(one -> Integer.valueOf(one.group(1)))
        .toList();
  }

  @Test
  void besideAPeerFactsAreEvaluatedDayByDay() {
    Program.Ran ran =
        Program.run(
            "bench-topology",
            "--partitions",
            1,
            "--live",
            "--peer",
            1,
            "--facts",
            4000,
            "--warm-up",
            1000);

    assertThat(numbers(ran, "round 1: .* (\\d+) days live; peer"))
        .singleElement()
        .satisfies(days -> assertThat(days).isGreaterThan(20));
  }

  @Test
  void theTimersOfAYearHaveFiredBeforeTheFactsThatAreMeasured() {
    Program.Ran ran =
        Program.run(
            "bench-sizes",
            "timers",
            "--sizes",
            365,
            "--partitions",
            1,
            "--rounds",
            1,
            "--facts",
            500,
            "--before",
            2000);

    assertThat(numbers(ran, "round1\\.365\\..* (\\d+) before"))
        .singleElement()
        .satisfies(days -> assertThat(days).isBetween(100, 400));
    assertThat(ran.out()).contains("medians of 1 rounds: ");
  }
}
