package org.visitbalance.service;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.visitbalance.Main;
import org.visitbalance.cli.TestKey;

/** The command serve in a process of its own, which can be killed. */
final class ServiceProcess {
  static final String TOKEN_KEY = TestKey.VALUE;

  private static final Pattern ADDRESS = Pattern.compile("http://[0-9.]+:([0-9]+)/");

  private final Process process;
  private final Path log;

  private ServiceProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  static ServiceProcess start(Path folder, String... options) {
    return start(
        folder,
        Map.of("VISIT_BALANCE_TOKEN_KEY", TOKEN_KEY, "VISIT_BALANCE_HTTP_PORT", "off"),
        options);
  }

  static ServiceProcess start(Path folder, Map<String, String> environment, String... options) {
    Path log = folder.resolve("serve.log");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx400m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "serve",
                "--state",
                folder.resolve("state").toString()));
    command.addAll(List.of(options));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().putAll(environment);
    try {
      return new ServiceProcess(builder.start(), log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Lets it run for a while; returns at once if it has ended. */
  void run(long millis) {
    try {
      if (process.waitFor(millis, TimeUnit.MILLISECONDS)) {
        throw new AssertionError("serve has ended by itself: " + log());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Ends it at once, as kill -9 does. */
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  /** Ends it as an operator does. */
  void stop() {
    process.destroy();
    process.onExit().join();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Waits until it has ended by itself; returns its exit status. */
  int exit() {
    return process.onExit().join().exitValue();
  }

  /** Asks it over HTTP, at the address that it has said. */
  String get(String path) throws IOException {
    Matcher said = ADDRESS.matcher(log());
    if (!said.find()) {
      throw new IOException("serve has not said its address: " + log());
    }
    try (var answer = URI.create("http://127.0.0.1:" + said.group(1) + path).toURL().openStream()) {
      return new String(answer.readAllBytes(), UTF_8);
    }
  }

  String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void delete(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
