package org.visitbalance.operations;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigDef;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.visitbalance.Main;

/** What docker-compose.yml promises, as far as it can be held without Docker. */
class ComposeFileTest {
  private static final ComposeFile COMPOSE = ComposeFile.read();
  private static final String OURS = "VISIT_BALANCE_";

  static List<String> services() {
    return COMPOSE.services();
  }

  static List<String> kafkaNodes() {
    return services().stream().filter(name -> name.startsWith("kafka-")).toList();
  }

  @Test
  void hasAllPartsOfAnInstallation() {
    assertThat(services())
        .contains("kafka-1", "kafka-2", "kafka-3", "registry", "database", "topics", "schemas")
        .contains(
            "service-1", "service-2", "alerts", "intake", "prometheus", "alertmanager", "grafana");
  }

  @ParameterizedTest
  @MethodSource("services")
  void imagesArePinnedOrBuiltHere(String service) {
    Map<String, Object> parts = COMPOSE.service(service);
    if (parts.get("build") == null) {
      assertThat(parts.get("image").toString()).matches("[a-z0-9/-]+:v?[0-9]+\\.[0-9]+[.0-9a-z-]*");
    }
  }

  @Test
  void theImagesOfTheDockerfileArePinned() throws IOException {
    List<String> from =
        Files.readAllLines(ComposeFile.ROOT.resolve("Dockerfile")).stream()
            .filter(line -> line.startsWith("FROM "))
            .toList();

    assertThat(from).hasSize(2).allMatch(line -> line.matches("FROM [a-z-]+:17\\.[0-9._]+-j.*"));
    assertThat(Files.readString(ComposeFile.ROOT.resolve("Dockerfile"))).contains("USER 10001");
  }

  @ParameterizedTest
  @MethodSource("services")
  void eachServiceSaysWhetherItIsHealthyUnlessItRunsOnce(String service) {
    Map<String, Object> parts = COMPOSE.service(service);
    boolean once = "no".equals(parts.get("restart"));

    assertThat(parts.containsKey("healthcheck")).isNotEqualTo(once);
  }

  @ParameterizedTest
  @MethodSource("services")
  void noSecretStandsInTheFile(String service) {
    COMPOSE
        .environment(service)
        .forEach(
            (name, value) -> {
              if (name.matches(".*(PASSWORD|SECRET|KEY|TOKEN)$")
                  && !value.startsWith("/run/secrets/")) {
                assertThat(value).as(name).matches("\\$\\{[A-Z_]+:\\?set it.*}");
              }
            });
  }

  @ParameterizedTest
  @MethodSource("services")
  void onlyThisMachineCanReachWhatIsPublished(String service) {
    assertThat(ComposeFile.texts(COMPOSE.service(service).get("ports")))
        .allMatch(port -> port.startsWith("127.0.0.1:"));
  }

  @ParameterizedTest
  @MethodSource("services")
  void filesThatAreMountedAreThere(String service) {
    ComposeFile.texts(COMPOSE.service(service).get("volumes")).stream()
        .filter(volume -> volume.startsWith("./"))
        .forEach(
            volume ->
                assertThat(ComposeFile.ROOT.resolve(volume.substring(0, volume.indexOf(':'))))
                    .exists());
  }

  @ParameterizedTest
  @MethodSource("services")
  void whatIsSetForTheServiceIsReadByIt(String service) throws IOException {
    String code = code();
    for (String name : COMPOSE.environment(service).keySet()) {
      if (name.startsWith(OURS)) {
        // A constant of the enum of settings has the variable's name without what is before each.
        String constant = name.substring(OURS.length());
        assertThat(code).containsPattern("(?m)\"" + name + "\"|^  " + constant + "\\(");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("services")
  void theCommandsUnderstandTheirOptions(String service) {
    List<String> command = COMPOSE.command(service);
    if (!command.isEmpty()) {
      String help = help(command.get(0));

      assertThat(command.stream().filter(word -> word.startsWith("--")))
          .allSatisfy(word -> assertThat(help).contains("  " + word.replaceFirst("=.*", "") + "="));
    }
  }

  private static String help(String command) {
    PrintStream out = System.out;
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    System.setOut(new PrintStream(said, true, UTF_8));
    try {
      assertThat(Main.run(command, "--help")).isZero();
    } finally {
      System.setOut(out);
    }
    return said.toString(UTF_8);
  }

  @ParameterizedTest
  @MethodSource("kafkaNodes")
  void theNodesAreConfiguredUnderNamesThatKafkaKnows(String node) {
    Properties properties = new Properties();
    properties.putAll(COMPOSE.serverProperties(node));
    ConfigDef known = org.apache.kafka.server.config.AbstractKafkaConfig.CONFIG_DEF;

    assertThat(known.names()).containsAll(properties.stringPropertyNames());
    assertThat(properties.getProperty("controller.quorum.voters"))
        .contains(properties.getProperty("node.id") + "@" + node + ":9093");
    assertThat(properties.getProperty("advertised.listeners")).contains(node + ":9092");
  }

  private static String code() throws IOException {
    StringBuilder code = new StringBuilder();
    try (Stream<Path> files = Files.walk(Path.of("..", "streams-app", "src", "main", "java"))) {
      files
          .filter(file -> file.toString().endsWith(".java"))
          .forEach(
              file -> {
                try {
                  code.append(Files.readString(file));
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    }
    return code.toString();
  }
}
