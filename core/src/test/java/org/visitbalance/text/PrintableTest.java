package org.visitbalance.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrintableTest {
  private static final String FACE = "\uD83D\uDE00";

  @Test
  void aTextIsCutBetweenCharacters() {
    assertThat(Printable.begin("abc", 3)).isEqualTo("abc");
    assertThat(Printable.begin("abcd", 3)).isEqualTo("abc");
    assertThat(Printable.begin("ab" + FACE, 3)).isEqualTo("ab");
    assertThat(Printable.begin("a" + FACE + "b", 3)).isEqualTo("a" + FACE);
    assertThat(Printable.begin(FACE, 0)).isEmpty();
  }
}
