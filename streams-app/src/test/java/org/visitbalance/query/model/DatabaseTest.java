package org.visitbalance.query.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a database that cannot be used is named. */
class DatabaseTest {
  @ParameterizedTest
  @CsvSource({
    "jdbc:postgresql://db/vb?user=vb&password=hunter2, jdbc:postgresql://db/vb",
    "jdbc:postgresql://vb:hunter2@db:5432/vb, jdbc:postgresql://db:5432/vb",
    "jdbc:h2:mem:x;PASSWORD=hunter2, jdbc:h2:mem:x",
    "jdbc:postgresql://db/vb, jdbc:postgresql://db/vb",
  })
  void anAddressIsShownWithoutItsPassword(String url, String shown) {
    assertThat(Database.shown(url)).isEqualTo(shown);
  }

  @Test
  void theErrorHasNoPassword() {
    // A driver says the whole address that it does not understand
    for (String url :
        new String[] {
          "jdbc:nothing://db/vb?password=hunter2", "jdbc:postgresql://db:x/vb?password=hunter2"
        }) {
      assertThatThrownBy(() -> Database.open(url, "vb", null))
          .isInstanceOf(Database.Unusable.class)
          .hasMessageContaining("://db")
          .hasMessageNotContaining("hunter2");
    }
  }
}
