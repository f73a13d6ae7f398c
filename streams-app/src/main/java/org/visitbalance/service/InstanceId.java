package org.visitbalance.service;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/**
 * What an instance is called in its consumer groups, from its state folder: when it is started
 * again after a crash, it takes its own place at once, instead of waiting until the group has given
 * up the crashed one.
 */
final class InstanceId {
  private static final String FILE = "instance-id";

  private InstanceId() {}

  /** Returns the ID of a state folder; it is made at the first use. */
  static String of(Path folder) {
    Path file = folder.resolve(FILE);
    try {
      if (Files.exists(file)) {
        return UUID.fromString(Files.readString(file, UTF_8).strip()).toString();
      }
      Files.createDirectories(folder);
      String made = UUID.randomUUID().toString();
      Path begun = Files.writeString(folder.resolve(FILE + ".new"), made + "\n", UTF_8);
      Files.move(begun, file, StandardCopyOption.ATOMIC_MOVE);
      return made;
    } catch (IllegalArgumentException e) {
      throw new IllegalStateException(file + " is damaged; delete it", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
