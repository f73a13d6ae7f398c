package org.visitbalance.alerts;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** An older version of the program, built from its commit into a folder that is kept. */
final class OlderVersion {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  private OlderVersion() {}

  /**
   * Builds a commit, unless it was built before.
   *
   * @param cache the folder of all such builds, outside of this project
   * @return the program
   */
  static Path jar(Path cache, String commit) {
    Path folder = cache.toAbsolutePath().resolve(commit);
    Path jar = folder.resolve(Path.of("lab", "target", "visit-balance-lab.jar"));
    if (Files.exists(jar)) {
      return jar;
    }
    try {
      Files.createDirectories(folder);
      Path archive = Files.createTempFile("visit-balance-older", ".tar");
      run(ROOT, "git", "archive", "--output", archive.toString(), commit);
      run(folder, "tar", "-xf", archive.toString());
      Files.delete(archive);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    run(folder, "./mvnw", "-o", "-q", "-B", "package", "-DskipTests", "-Dspotless.check.skip");
    return jar;
  }

  /** Starts its command serve; what it says is added to a log. */
  static Process serve(Path jar, String tokenKey, Path log, String... options) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx600m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-jar",
                jar.toString(),
                "serve",
                "--no-clock"));
    command.addAll(List.of(options));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().put("VISIT_BALANCE_TOKEN_KEY", tokenKey);
    builder.environment().put("VISIT_BALANCE_HTTP_PORT", "off");
    try {
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void run(Path folder, String... command) {
    try {
      Process process = new ProcessBuilder(command).directory(folder.toFile()).inheritIO().start();
      if (process.waitFor() != 0) {
        throw new IllegalStateException(String.join(" ", command) + " failed in " + folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
