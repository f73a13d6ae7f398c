package org.visitbalance.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A real OpenID Connect provider of npm, in a process of its own. */
final class OidcServer implements AutoCloseable {
  static final String CLIENT = "visit-balance";
  static final String SECRET = "not-a-secret-outside-of-this-test";

  private static final String VERSION = "oidc-provider@8.8.1";
  private static final Path INSTALLED = Path.of("target", "oidc-provider");
  private static final long INSTALLING_SECONDS = 90;

  private final Process process;
  private final int port;

  private OidcServer(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /**
   * Starts one. The test is skipped where Node.js or npm's registry cannot be had.
   *
   * @param redirect where it sends browsers back to
   * @param seconds how long its tokens are good
   */
  static OidcServer start(String redirect, int seconds) {
    int port = freePort();
    Path folder = installed();
    try {
      Path script = folder.resolve("server-" + port + ".mjs");
      Path log = folder.resolve("log-" + port);
      try (InputStream in = OidcServer.class.getResourceAsStream("/oidc/server.mjs")) {
        Files.write(script, Objects.requireNonNull(in).readAllBytes());
      }
      Process process =
          new ProcessBuilder(
                  "node",
                  script.toString(),
                  folder.toString(),
                  Integer.toString(port),
                  redirect,
                  Integer.toString(seconds))
              .redirectError(ProcessBuilder.Redirect.to(log.toFile()))
              .start();
      Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
      BufferedReader said = process.inputReader(UTF_8);
      for (String line = said.readLine(); line != null; line = said.readLine()) {
        if (line.equals("listening")) {
          return new OidcServer(process, port);
        }
      }
      throw new IllegalStateException(Files.readString(log));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String issuer() {
    return "http://127.0.0.1:" + port;
  }

  /** Classes run side by side: one installs it, and the others wait. */
  private static Path installed() {
    Path folder = INSTALLED.toAbsolutePath();
    try {
      Files.createDirectories(folder);
      try (FileChannel lock =
          FileChannel.open(
              folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        lock.lock();
        if (!Files.isDirectory(folder.resolve("node_modules/oidc-provider"))) {
          List<String> command =
              new ArrayList<>(
                  List.of("npm", "install", "--no-audit", "--no-fund", "--ignore-scripts"));
          command.addAll(List.of("--prefix", folder.toString(), VERSION));
          Assumptions.assumeTrue(
              runs(folder, command),
              "no OpenID Connect provider: install Node.js and npm, and let npm reach its registry");
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return folder;
  }

  private static boolean runs(Path folder, List<String> command) {
    try {
      Files.writeString(folder.resolve("package.json"), "{\"private\": true}");
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("npm.log").toFile())
              .start();
      boolean isDone = process.waitFor(INSTALLING_SECONDS, TimeUnit.SECONDS);
      process.destroy();
      return isDone && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  static int freePort() {
    try (ServerSocket free = new ServerSocket(0)) {
      return free.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroy();
  }
}
