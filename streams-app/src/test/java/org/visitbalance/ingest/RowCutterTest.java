package org.visitbalance.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A stray quotation mark costs one row and swallows none: files.md#reading. */
class RowCutterTest {
  private static final String HEADER = "a,b,c,d,e\n";

  /** The text that is left, and the lines of the rows that are not. */
  private record Cut(String left, List<Long> broken) {}

  private static Cut cut(String text, int width) {
    return cut(new StringReader(text), ',', width);
  }

  private static Cut cut(Reader in, char delimiter, int width) {
    RowCutter cutter = new RowCutter(in, delimiter, width, 1);
    StringBuilder left = new StringBuilder();
    char[] buffer = new char[7];
    try {
      for (int count = cutter.read(buffer, 0, 7); count >= 0; count = cutter.read(buffer, 0, 7)) {
        left.append(buffer, 0, count);
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    List<Long> broken = new ArrayList<>();
    for (RowCutter.Broken row = cutter.pollBefore(Long.MAX_VALUE);
        row != null;
        row = cutter.pollBefore(Long.MAX_VALUE)) {
      broken.add(row.line());
    }
    return new Cut(left.toString(), broken);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1,2,3,4,5\n",
        "1,2,3,4,5",
        "1,2,\"3\n3\",4,5\r\n6,7,8,9,0\r\n",
        "\"1\",\"2\" ,\"3\"\u00a0,4,\"5\"  \n",
        "1,5\" wide,7\" x 9\",4,5\n",
        "1,\"say \"\"5\"\"\",3,4,5\n",
        "1,\"one, two\nthree, four\",3,4,5\n",
        "\n\n,,,,\n",
        "1,2,3,4,\"\"\n",
        "1,2,3,4,\"a\r\n\r\nb\"",
      })
  void soundRowsStayAsTheyAre(String text) {
    assertThat(cut(HEADER + text, 5)).isEqualTo(new Cut(HEADER + text, List.of()));
  }

  @ParameterizedTest
  @CsvSource({
    // It does not end before a delimiter, the end of its line, or the end of the file.
    "'1,\"2\"x,3,4,5|6,7,8,9,0', '|6,7,8,9,0', 2",
    "'1,\"2,3,4,5|6,7,8,9,0', '|6,7,8,9,0', 2",
    "'1,2,3,4,\"5', '', 2",
    // A line inside it is a row by itself; so is what of its last line it swallows.
    "'1,\"2,3|1,2,3,4,5|x\",3,4,5|6,7,8,9,0', '|1,2,3,4,5|x\",3,4,5|6,7,8,9,0', 2",
    "'1,2,3,4,\"5|6,7,8,9,0\"|1,2,3,4,5', '|6,7,8,9,0\"|1,2,3,4,5', 2",
    // The lines in which it begins and ends are both rows.
    "'1,\"2,3,4,5|6,7\",8,9,0|1,2,3,4,5', '|6,7\",8,9,0|1,2,3,4,5', 2",
    // A sound cell of two lines before it belongs to the row.
    "'\"1|1\",\"2\"x,3,4,5|6,7,8,9,0', '||6,7,8,9,0', 2",
    "'1,2,3,4,5|\"x|6,7,8,9,0', '1,2,3,4,5||6,7,8,9,0', 3",
  })
  void aBrokenCellCostsItsRowUpToTheEndOfTheLineInWhichItBegins(
      String text, String left, long line) {
    assertThat(cut(HEADER + text.replace('|', '\n'), 5))
        .isEqualTo(new Cut(HEADER + (left == null ? "" : left.replace('|', '\n')), List.of(line)));
  }

  @Test
  void narrowTablesHaveLinesThatLookLikeRows() {
    String memo = "a,b\n1,\"x, y\nz, v\nw\"\n";
    assertThat(cut(memo, 2).broken()).isEmpty();
    assertThat(cut("a,b,c,d\n1,2,3,\"x, y, z, v\nq, r, s, t\nw\"\n", 4).broken()).isEmpty();
  }

  @Test
  void aCellHasAtMostSoManyLettersAndLines() {
    String lines = "1,\"" + "x\n".repeat(199) + "x\",3,4,5\n";
    String letters = "1,\"" + "x".repeat(32_767) + "\",3,4,5\n";

    assertThat(cut(HEADER + lines + letters, 5).broken()).isEmpty();
    assertThat(cut(HEADER + lines.replaceFirst("x", "x\nx"), 5).broken()).contains(2L);
    assertThat(cut(HEADER + letters.replaceFirst("x", "xx"), 5).broken()).containsExactly(2L);
    assertThat(cut(HEADER + letters.replaceFirst("x", "\"\""), 5).broken()).isEmpty();
  }

  @Test
  void aRowThatIsLongerThanAnyOneIsLeftOutWithoutBeingHeld() {
    String text = HEADER + "x".repeat(5_000_000) + "\n1,2,3,4,5\n";

    assertThat(cut(text, 5)).isEqualTo(new Cut(HEADER + "\n1,2,3,4,5\n", List.of(2L)));
  }

  @Test
  void itDoesNotMatterWhereTheReaderStops() {
    String rows = "1,\"2\r\n2\"  ,3,4,5\r\n6,\"7\"x,8,9,0\r\n".repeat(40);
    Cut whole = cut(HEADER + rows, 5);
    for (int step = 1; step < 60; step++) {
      int most = step;
      Reader slow =
          new StringReader(HEADER + rows) {
            @Override
            public int read(char[] target, int offset, int length) throws IOException {
              return super.read(target, offset, Math.min(most, length));
            }
          };

      assertThat(cut(slow, ',', 5)).isEqualTo(whole);
    }
    assertThat(whole.broken()).hasSize(40).startsWith(4L, 7L);
  }
}
