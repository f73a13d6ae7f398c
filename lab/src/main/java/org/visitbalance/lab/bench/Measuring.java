package org.visitbalance.lab.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.visitbalance.platform.Patience;
import org.visitbalance.service.BalancingService;

/** What the benchmarks of a running service share. */
final class Measuring {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private Measuring() {}

  /**
   * Waits until a condition holds.
   *
   * @throws org.apache.kafka.common.KafkaException if the service has failed meanwhile
   */
  static void await(
      BalancingService service, Duration patience, Duration breath, BooleanSupplier done) {
    Patience.await(
        "the service",
        patience,
        breath,
        () -> {
          service.check();
          return done.getAsBoolean();
        });
  }

  /** Returns how many bytes the files in a folder have. */
  static long size(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the value in the middle, or the one above it. */
  static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }

  /** Lets a process that was started for a benchmark end with it, also when Ctrl-C ends that. */
  static void endWithThis(Process process) {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(process), "ending"));
  }

  /** Ends a process, and waits until it has deleted what it keeps on disk; not forever. */
  static void end(Process process) {
    process.destroy();
    try {
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
  }

  /** Returns the CPU time of this process so far, in nanoseconds; 0 if it is not known. */
  static long cpuNanos() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? system.getProcessCpuTime()
        : 0;
  }
}
