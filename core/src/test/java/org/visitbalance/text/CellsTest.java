package org.visitbalance.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts that a spreadsheet must not run, and that a terminal must not act on. */
class CellsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '"',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "=1+1~'=1+1",
        "  =1+1~'  =1+1",
        "\u00a0=1+1~'\u00a0=1+1",
        "\u202f@x~'\u202f@x",
        "\u200b=1+1~'\u200b=1+1",
        "\ufeff\u2060+1~'\ufeff\u2060+1",
        "DTN;=1+1~DTN;'=1+1",
        "DTN; \u200b=1+1;-2~DTN;' \u200b=1+1;'-2",
        "'=1~''=1",
        "a;'=1~a;''=1",
        "\u001b=1~'\u001b=1",
      })
  void whatMayBecomeAFormulaIsMadeHarmlessAndReadBack(String text, String cell) {
    assertThat(Cells.safe(text)).isEqualTo(cell);
    assertThat(Cells.plain(cell)).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "DTN", "it's fine; really", "5 = 5", "a-b", "'quoted'", "x;y"})
  void everythingElseStays(String text) {
    assertThat(Cells.safe(text)).isEqualTo(text);
    assertThat(Cells.plain(text)).isEqualTo(text);
  }

  @Test
  void anyTextIsReadBackAsItWas() {
    Random random = new Random(1);
    String parts = "=+-@'; \t\n\u00a0\u200bab|\uff1d";
    for (int i = 0; i < 100_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(8); n > 0; n--) {
        text.append(parts.charAt(random.nextInt(parts.length())));
      }
      assertThat(Cells.plain(Cells.safe(text.toString()))).isEqualTo(text.toString());
    }
  }

  @Test
  void aTerminalSeesNoEscapesLineBreaksOrChangesOfDirection() {
    String hostile = "a\u001b[2Jb\u009bc\rd\ne\u2028f\u202eg\u0000";

    assertThat(Printable.line(hostile))
        .isEqualTo("a\ufffd[2Jb\ufffdc\ufffdd\ufffde\ufffdf\ufffdg\ufffd");
    assertThat(Printable.lines("a\nb\u001b")).isEqualTo("a\nb\ufffd");
    assertThat(Printable.line("Müller, 5 PM")).isEqualTo("Müller, 5 PM");
  }
}
