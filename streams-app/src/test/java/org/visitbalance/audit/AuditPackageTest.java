package org.visitbalance.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A package is whole, or it is not there. */
class AuditPackageTest {
  @TempDir private Path temp;

  @Test
  void aFullDiskIsSaidWithTheFolderAndLeavesNothing() {
    Path place = temp.resolve("report");

    assertThatThrownBy(
            () ->
                AuditPackage.write(
                    place,
                    stage -> {
                      Files.writeString(stage.resolve("items.jsonl"), "{");
                      throw full();
                    }))
        .isInstanceOf(IOException.class)
        .hasMessage(
            place
                + " could not be written (No space left on device); nothing is left behind; make"
                + " room, or choose another folder");
    assertThat(temp).isEmptyDirectory();
  }

  private static FileSystemException full() {
    return new FileSystemException("/tmp/.audit-1/items.jsonl", null, "No space left on device");
  }
}
