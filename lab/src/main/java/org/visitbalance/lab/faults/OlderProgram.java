package org.visitbalance.lab.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An older version of the program, built once from its commit into a folder that is kept. */
final class OlderProgram {
  /** Its stored state has another form: an update from it rebuilds the state. */
  static final String COMMIT = "7333a2d";

  private OlderProgram() {}

  /** Returns the program, which is built if it is not there; null if it cannot be built here. */
  static @Nullable Path jar(Path cache) {
    Path folder = cache.toAbsolutePath().resolve(COMMIT);
    Path jar = folder.resolve(Path.of("lab", "target", "visit-balance-lab.jar"));
    if (Files.exists(jar)) {
      return jar;
    }
    try {
      Files.createDirectories(folder);
      Path archive = folder.resolve("source.tar");
      if (!tries(Path.of("."), "git", "archive", "--output", archive.toString(), COMMIT)
          || !tries(folder, "tar", "-xf", archive.toString())
          || !tries(
              folder,
              "./mvnw",
              "-q",
              "-B",
              "package",
              "-Dmaven.test.skip",
              "-DskipTests",
              "-Dspotless.check.skip")) {
        return null;
      }
      return jar;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean tries(Path folder, String... command) {
    try {
      return new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Returns the command that runs its command serve. */
  static List<String> command(Path jar, String... arguments) {
    List<String> command = new ArrayList<>(Child.java("256m"));
    command.addAll(List.of("-jar", jar.toString()));
    command.addAll(List.of(arguments));
    return command;
  }
}
