package org.visitbalance.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Texts are in the order of their UTF-8 bytes. */
class CodePointsTest {
  private static final List<String> TEXTS =
      List.of(
          "",
          "1",
          "10",
          "2",
          "V",
          "V1",
          "v",
          "\u00E9",
          "\uD7FF",
          "\uE000",
          "\uFF5E",
          "\uFF5Ea",
          "\uD800\uDC00",
          "\uD83D\uDE00",
          "\uD83D\uDE00a",
          "\uD83D\uDE01",
          "\uDBFF\uDFFF");

  @Test
  void theOrderIsThatOfTheirBytes() {
    for (String one : TEXTS) {
      for (String other : TEXTS) {
        assertThat(Integer.signum(CodePoints.compare(one, other)))
            .as("%s and %s", one, other)
            .isEqualTo(Integer.signum(Arrays.compareUnsigned(bytes(one), bytes(other))));
      }
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
