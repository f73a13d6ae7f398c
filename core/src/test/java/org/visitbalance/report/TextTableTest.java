package org.visitbalance.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextTableTest {
  @Test
  void columnsAreAsWideAsTheirCellsAndEmptyOnesAreLeftOut() {
    StringBuilder text = new StringBuilder();
    new TextTable("lrll").row("a", "1", "", "x").row("bbb", "22", "", "").appendTo(text);

    assertThat(text).hasToString("  a     1  x\n  bbb  22\n");
  }

  @Test
  void aRowThatIsTooWideGoesOn() {
    StringBuilder text = new StringBuilder();
    new TextTable("lll").row("a".repeat(60), "b".repeat(60), "c").appendTo(text);

    assertThat(text.toString().lines())
        .containsExactly("  " + "a".repeat(60), "      " + "b".repeat(60) + "  c");
  }

  @Test
  void sentencesBreakBetweenWords() {
    StringBuilder text = new StringBuilder();
    TextLines.append(text, "  ! ", "word ".repeat(40).strip());

    assertThat(text.toString().lines())
        .hasSize(3)
        .allMatch(line -> line.length() <= TextLines.WIDTH);
    assertThat(text.toString().lines().skip(1)).allMatch(line -> line.startsWith("    word"));
  }
}
