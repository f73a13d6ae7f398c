package org.visitbalance.intake;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;
import org.visitbalance.platform.Folders;

/** The name of an intake, kept in its state folder; a rebuild does not change it. */
public final class IntakeName {
  private IntakeName() {}

  /** Returns the name; makes one at first. */
  public static String of(Path state) {
    Path file = state.resolve("name");
    try {
      Folders.createOwn(state);
      if (!Files.exists(file)) {
        Path part = Files.writeString(state.resolve("name.part"), UUID.randomUUID().toString());
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
      }
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
