package org.visitbalance.query.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A real PostgreSQL of this machine, on a folder and a port of its own. */
public final class PostgresServer implements AutoCloseable {
  public static final String USER = "visit_balance";
  private static final Path INSTALLED = Path.of("/usr/lib/postgresql");

  private final Path bin;
  private final Path folder;
  private final int port;

  private PostgresServer(Path bin, Path folder, int port) {
    this.bin = bin;
    this.folder = folder;
    this.port = port;
  }

  /** Where its programs are, if they are. */
  public static Optional<Path> installed() {
    if (!Files.isDirectory(INSTALLED)) {
      return Optional.empty();
    }
    try (Stream<Path> versions = Files.list(INSTALLED)) {
      return versions
          .map(version -> version.resolve("bin"))
          .filter(one -> Files.isExecutable(one.resolve("initdb")))
          .max(Path::compareTo);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static PostgresServer start(Path bin, Path folder) {
    PostgresServer server = new PostgresServer(bin, folder.resolve("data"), freePort());
    if (isRoot()) {
      // It refuses to run as root.
      run(List.of("chown", "postgres", folder.toString()));
      run(List.of("chmod", "a+rx", folder.toString()));
    }
    server.as("initdb", "-D", server.folder.toString(), "-A", "trust", "-U", USER, "-N");
    server.as(
        "pg_ctl",
        "-D",
        server.folder.toString(),
        "-w",
        "-l",
        folder.resolve("data").resolve("log").toString(),
        "-o",
        "-p " + server.port + " -h 127.0.0.1 -k '' -c fsync=off",
        "start");
    return server;
  }

  private static int freePort() {
    try (ServerSocket free = new ServerSocket(0)) {
      return free.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String url() {
    return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
  }

  private void as(String program, String... arguments) {
    List<String> command = new ArrayList<>();
    if (isRoot()) {
      command.addAll(List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"));
    }
    command.add(bin.resolve(program).toString());
    command.addAll(Arrays.asList(arguments));
    run(command);
  }

  private static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  private static void run(List<String> command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IllegalStateException(command + " did not go well");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    as("pg_ctl", "-D", folder.toString(), "-m", "immediate", "stop");
  }
}
