package org.visitbalance.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An instance keeps its name as long as its state folder. */
class InstanceIdTest {
  @TempDir private Path folder;

  private static String name(Path state, Map<String, String> clients) {
    return ServiceProperties.of("", clients, state).getProperty("group.instance.id");
  }

  @Test
  void aFolderGivesTheSameNameAgainAndAnotherFolderAnotherOne() {
    String one = name(folder.resolve("a"), Map.of());

    assertThat(name(folder.resolve("a"), Map.of())).isEqualTo(one).isNotEmpty();
    assertThat(name(folder.resolve("b"), Map.of())).isNotEqualTo(one);
  }

  @Test
  void theConfigurationHasTheLastWord() {
    assertThat(name(folder, Map.of("group.instance.id", "blue"))).isEqualTo("blue");
    assertThat(name(folder, Map.of("group.protocol", "streams"))).isNull();
  }

  @Test
  void aDamagedFileIsNamed() throws Exception {
    Files.writeString(folder.resolve("instance-id"), "?");

    assertThatThrownBy(() -> name(folder, Map.of())).hasMessageContaining("instance-id is damaged");
  }
}
