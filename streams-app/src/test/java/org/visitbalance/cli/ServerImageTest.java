package org.visitbalance.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the server image has on its class path, which is this module's, and what it lacks. */
class ServerImageTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "kafka.server.KafkaRaftServer",
        "org.visitbalance.embedded.EmbeddedCluster",
        "org.visitbalance.embedded.RegistryServer",
        "org.visitbalance.scenario.Scenario",
        "org.visitbalance.lab.LabCommands"
      })
  void hasNoBrokerNoRegistryServerAndNoMadeUpData(String name) {
    assertThatThrownBy(() -> Class.forName(name)).isInstanceOf(ClassNotFoundException.class);
  }

  @Test
  void listsTheServicesCommandsAndNotTheLabs() {
    assertThat(Program.run("--help").out().lines().map(String::strip))
        .anyMatch(line -> line.startsWith("serve "))
        .anyMatch(line -> line.startsWith("balance "))
        .noneMatch(line -> line.matches("(demo|generate|cluster|bench.*) .*"));
  }

  @Test
  void theStreamsEngineIsRefusedInOneSentenceThatSaysWhatToUse(@TempDir Path folder) {
    Path output = folder.resolve("out");
    Program.Ran ran =
        Program.balance(Path.of("..", "examples", "november-facts"), output, "--engine", "streams");

    assertThat(ran.exit()).isEqualTo(2);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err().lines()).singleElement().asString().contains("use --engine fold");
    assertThat(output).doesNotExist();
  }
}
