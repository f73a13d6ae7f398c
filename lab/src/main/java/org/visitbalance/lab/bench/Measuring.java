package org.visitbalance.lab.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.visitbalance.platform.Folders;
import org.visitbalance.platform.Patience;
import org.visitbalance.service.BalancingService;

/** What the benchmarks of a running service share. */
final class Measuring {
  /** Ends what is left when this process ends; what was begun last comes first. */
  private static final Deque<Runnable> LEFT = new ConcurrentLinkedDeque<>();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(Measuring::endAll, "ending"));
  }

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

  /** Creates a folder that does not outlive this process, even if Ctrl-C ends it. */
  static Path folder(String name) throws IOException {
    Path folder = Files.createTempDirectory("visit-balance-" + name);
    LEFT.push(() -> Folders.delete(folder));
    return folder;
  }

  /** Lets a process that was started for a benchmark end with it, however that ends. */
  static void endWithThis(Process process) {
    LEFT.push(() -> process.destroyForcibly().onExit().join());
  }

  private static void endAll() {
    LEFT.forEach(Runnable::run);
  }

  /** Returns the CPU time of this process so far, in nanoseconds; 0 if it is not known. */
  static long cpuNanos() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? system.getProcessCpuTime()
        : 0;
  }
}
