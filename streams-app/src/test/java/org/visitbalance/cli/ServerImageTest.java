package org.visitbalance.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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

  /** The build writes the jars of the image before the tests run. */
  @Test
  void hasExactlyTheJarsThatAreListedWithTheirLicenses() throws IOException {
    List<String> jars =
        found(
            Files.readString(Path.of("target", "server-image-jars.txt")),
            " *([^: ]+:[^: ]+):jar:([^: ]+):.*");

    String listed = Files.readString(Path.of("..", "THIRD-PARTY.md"));
    assertThat(jars).hasSizeGreaterThan(30);
    assertThat(
            found(
                listed.substring(0, listed.indexOf("<a id=\"bundles\">")),
                "\\| `([^`]+)` \\| ([^ ]+) \\| [A-Za-z0-9. -]+ \\|"))
        .as("after a change of dependencies, update THIRD-PARTY.md from the SBOM")
        .isEqualTo(jars);
    assertThat(jars)
        .noneMatch(
            jar ->
                jar.matches(
                    ".*(websocket|webapp|jetty-ee10-annotations|jetty-ee10-plus|jndi|cdi|asm).*"));
  }

  private static List<String> found(String text, String shape) {
    Pattern pattern = Pattern.compile(shape);
    return text.lines()
        .map(pattern::matcher)
        .filter(Matcher::matches)
        .map(found -> found.group(1) + " " + found.group(2))
        .sorted()
        .toList();
  }

  @Test
  void listsTheServicesCommandsAndNotTheLabs() {
    assertThat(Program.run("--help").out().lines().map(String::strip))
        .anyMatch(line -> line.startsWith("serve "))
        .anyMatch(line -> line.startsWith("balance "))
        .noneMatch(line -> line.matches("(start|backup|restore|demo|generate|cluster|bench.*) .*"));
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
