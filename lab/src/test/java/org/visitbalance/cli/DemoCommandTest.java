package org.visitbalance.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.visitbalance.Main;

@Tag("slow")
class DemoCommandTest {
  private static final Pattern DAY =
      Pattern.compile(
          "2026-11-[0-9]{2} +[1-9][0-9]* finalized +[1-9][0-9]* billed .* found missing");

  private static final Pattern ADDRESS = Pattern.compile("(http://127[.0-9]+:[0-9]+)/;");

  @TempDir private Path temporary;

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void tellsADayOfTheCompanyAndLeavesNothingBehind() throws IOException, InterruptedException {
    assertThat(watch(DAY, "--no-page", "--speed", "10000")).contains("arrived late");
  }

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void saysWhereItsPageIsAndLeavesNothingBehind() throws IOException, InterruptedException {
    assertThat(watch(ADDRESS, "--port", "0")).doesNotContain(":0/");
  }

  /**
   * Runs the command in a process of its own, whose temporary files lie in a folder of ours, until
   * it says something; then ends it as Ctrl-C does.
   */
  private String watch(Pattern until, String... options) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx500m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "demo"));
    command.addAll(List.of(options));
    Process demo = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (BufferedReader said = demo.inputReader(UTF_8)) {
      String line = said.readLine();
      while (line != null && !until.matcher(line).find()) {
        line = said.readLine();
      }
      assertThat(line).isNotNull();
      demo.destroy();
      assertThat(demo.waitFor(20, TimeUnit.SECONDS)).isTrue();
      assertThat(demo.exitValue()).as("told to end, it has not failed").isZero();
      try (Stream<Path> left = Files.list(temporary)) {
        assertThat(left.toList()).isEmpty();
      }
      return line;
    } finally {
      demo.destroyForcibly();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "--speed, 0, '--speed must be above 0 and at most 100000'",
    "--speed, NaN, '--speed must be above 0 and at most 100000'",
    "--speed, 100001, '--speed must be above 0 and at most 100000'",
    "--clinics, 0, '--clinics must be from 1 to 99'",
    "--clinics, 100, '--clinics must be from 1 to 99'",
    "--port, 65536, '--port must be from 0 to 65535'",
    "--broker-port, -1, '--broker-port must be from 0 to 65535'",
    "--registry-port, 8080, '--port and --registry-port must have different ports, not both 8080'",
  })
  void saysWhichOptionCannotBeUsed(String option, String value, String complaint) {
    Program.Ran ran = Program.run("demo", option, value);

    assertThat(ran.exit()).isEqualTo(ExitStatus.UNUSABLE);
    assertThat(ran.err()).contains(complaint);
  }

  @ParameterizedTest
  @CsvSource({
    "demo, --port",
    "demo, --broker-port",
    "cluster, --registry-port",
    "start, --broker-port"
  })
  void saysAtOnceThatAnotherProgramHasThePort(String command, String option) throws IOException {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      List<Object> arguments = new ArrayList<>(List.of(command, option, other.getLocalPort()));
      if (command.equals("start")) {
        arguments.addAll(List.of("--data", temporary, "--port", 0));
      } else if (command.equals("demo") && !option.equals("--port")) {
        arguments.addAll(List.of("--port", 0));
      }
      Program.Ran ran = Program.run(arguments.toArray());

      assertThat(ran.exit()).isEqualTo(ExitStatus.UNUSABLE);
      assertThat(ran.err())
          .contains("port " + other.getLocalPort() + " cannot be used")
          .contains("choose another one with " + option);
    }
  }
}
