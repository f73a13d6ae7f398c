package org.visitbalance.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A bench may be run every day: its broker leaves nothing on the disk. */
@Timeout(120)
@Tag("slow")
class BrokerProcessTest {
  @TempDir private Path temporary;

  @Test
  void aBrokerThatWasEndedHasDeletedItsRecords() throws IOException {
    try (BrokerProcess broker = BrokerProcess.start(1, "-Djava.io.tmpdir=" + temporary)) {
      assertThat(broker.clients()).isNotEmpty();
      assertThat(inside()).isNotEmpty();
    }

    assertThat(inside()).isEmpty();
  }

  private List<Path> inside() throws IOException {
    try (Stream<Path> all = Files.list(temporary)) {
      return all.filter(path -> path.getFileName().toString().startsWith("visit-balance")).toList();
    }
  }
}
