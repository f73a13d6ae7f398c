package org.visitbalance.lab.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A process that faults are done to. If it ends by itself, it is started again after a second, as
 * systemd would; the number of such ends is reported.
 */
final class Child implements AutoCloseable {
  private static final long SUPERVISED_EVERY_MS = 500;
  private static final int MOST_LOG_LINES = 12;

  private final String name;
  private final Path log;
  private final Map<String, String> environment;
  private volatile List<String> command;
  private @Nullable Process process;
  private boolean isWanted;
  private int ends;
  private final Thread supervisor;

  Child(String name, Path folder, Map<String, String> environment, List<String> command) {
    this.name = name;
    this.log = folder.resolve(name + ".log");
    this.environment = Map.copyOf(environment);
    this.command = List.copyOf(command);
    this.supervisor = new Thread(this::supervise, "supervisor of " + name);
    supervisor.setDaemon(true);
    supervisor.start();
  }

  /** Returns a command that runs a class of this program. */
  static List<String> java(String heap, String main, List<String> arguments) {
    List<String> command = java(heap);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
    command.addAll(arguments);
    return command;
  }

  /** Returns the beginning of a Java command, with few threads and a small heap. */
  static List<String> java(String heap) {
    return new ArrayList<>(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx" + heap,
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-XX:CICompilerCount=1",
            "-Xshare:auto"));
  }

  String name() {
    return name;
  }

  /** What it runs from the next start on. */
  void run(List<String> other) {
    command = List.copyOf(other);
  }

  synchronized void start() {
    isWanted = true;
    if (process != null && process.isAlive()) {
      return;
    }
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().putAll(environment);
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends it at once, as kill -9 does. */
  synchronized void kill() {
    isWanted = false;
    if (process != null) {
      process.destroyForcibly().onExit().join();
    }
  }

  /** Ends it as an operator does; kills it if that takes too long. */
  synchronized void stop() {
    isWanted = false;
    if (process != null) {
      process.destroy();
      try {
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
          kill();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        kill();
      }
    }
  }

  /** Freezes it, as a laptop's lid or a virtual machine's pause does. */
  void freeze() {
    signal("STOP");
  }

  /** Lets it go on; to itself, no time has passed. */
  void thaw() {
    signal("CONT");
  }

  private synchronized void signal(String which) {
    if (process != null && process.isAlive()) {
      Programs.run("kill", "-" + which, Long.toString(process.pid()));
    }
  }

  synchronized boolean isAlive() {
    return process != null && process.isAlive();
  }

  /** How often it has ended by itself. */
  synchronized int ends() {
    return ends;
  }

  private void supervise() {
    try {
      while (true) {
        Thread.sleep(SUPERVISED_EVERY_MS);
        synchronized (this) {
          if (isWanted && process != null && !process.isAlive()) {
            ends++;
            Thread.sleep(SUPERVISED_EVERY_MS);
            start();
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The end of what it has said. */
  List<String> lastWords() {
    try {
      List<String> lines = Files.exists(log) ? Files.readAllLines(log) : List.of();
      return lines.subList(Math.max(0, lines.size() - MOST_LOG_LINES), lines.size());
    } catch (IOException e) {
      return List.of(log + " cannot be read: " + e);
    }
  }

  @Override
  public void close() {
    supervisor.interrupt();
    thaw();
    kill();
  }
}
