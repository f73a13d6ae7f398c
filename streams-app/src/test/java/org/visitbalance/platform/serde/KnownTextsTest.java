package org.visitbalance.platform.serde;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Texts that were read before")
final class KnownTextsTest {
  private final KnownTexts texts = new KnownTexts();

  @Test
  void areOneTextHoweverManyIdsAreReadOnceInBetween() {
    read("C01");
    String clinic = read("C01");

    for (int id = 0; id < 100_000; id++) {
      read("visit-" + id);
    }

    assertThat(read("C01")).isEqualTo("C01").isSameAs(clinic);
  }

  @Test
  void makeWayForThoseThatAreReadNow() {
    for (String clinic : new String[] {"C01", "C02"}) {
      for (int id = 0; id < 100_000; id++) {
        read(clinic + "-" + id);
        read(clinic + "-" + id);
      }
    }

    assertThat(read("C01-1")).isNotSameAs(read("C01-1"));
    assertThat(read("C02-99999")).isSameAs(read("C02-99999"));
  }

  private String read(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    return texts.of(bytes, 0, bytes.length);
  }
}
