package org.visitbalance.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.visitbalance.Main;

/**
 * A process that runs the command start.
 *
 * @param page the address of its page
 * @param code signs a browser in, once
 */
record Started(Process process, String page, String code, Path data) {
  static final Pattern ADDRESS =
      Pattern.compile("(http://127[.0-9]+:[0-9]+/)sign-in/once[?]code=([0-9a-f]{64})");

  /** Starts one on a data folder, and waits until it says what to open. */
  static Started on(Path data, String company) throws IOException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx500m",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "start",
            "--data",
            data.toString(),
            "--company",
            company,
            "--port",
            "0",
            "--no-open");
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    BufferedReader said = process.inputReader(UTF_8);
    List<String> lines = new ArrayList<>();
    for (String line = said.readLine(); line != null; line = said.readLine()) {
      lines.add(line);
      Matcher address = ADDRESS.matcher(line);
      if (address.find()) {
        return new Started(process, address.group(1), address.group(2), data);
      }
    }
    throw new AssertionError("it has ended: " + lines);
  }

  /** The address that signs a browser in. */
  String addressToOpen() {
    return page + "sign-in/once?code=" + code;
  }

  void stop() throws InterruptedException {
    process.destroy();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as("told to stop, it has not failed").isZero();
  }
}
