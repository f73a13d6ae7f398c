package org.visitbalance.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DemoCommandTest {
  private static final Pattern DAY =
      Pattern.compile(
          "2026-11-[0-9]{2} +[1-9][0-9]* finalized +[1-9][0-9]* billed .* found missing");

  @TempDir private Path temporary;

  /** The command in a process of its own, whose temporary files lie in a folder of ours. */
  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void tellsADayOfTheCompanyAndLeavesNothingBehind() throws IOException, InterruptedException {
    Process demo =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx500m",
                "-XX:TieredStopAtLevel=1",
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "demo",
                "--no-page",
                "--speed",
                "10000")
            .redirectErrorStream(true)
            .start();
    try (BufferedReader said = demo.inputReader(UTF_8)) {
      String line = said.readLine();
      while (line != null && !DAY.matcher(line).find()) {
        line = said.readLine();
      }
      assertThat(line).isNotNull();
      demo.destroy();
      assertThat(demo.waitFor(20, TimeUnit.SECONDS)).isTrue();
    } finally {
      demo.destroyForcibly();
    }

    try (Stream<Path> left = Files.list(temporary)) {
      assertThat(left.toList()).isEqualTo(List.of());
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
  })
  void saysWhichOptionCannotBeUsed(String option, String value, String complaint) {
    Program.Ran ran = Program.run("demo", option, value);

    assertThat(ran.exit()).isEqualTo(Main.UNUSABLE);
    assertThat(ran.err()).contains(complaint);
  }
}
