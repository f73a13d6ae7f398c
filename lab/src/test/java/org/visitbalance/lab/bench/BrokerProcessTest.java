package org.visitbalance.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A bench may be run every day: its broker leaves nothing on the disk. */
@Timeout(120)
@Tag("slow")
class BrokerProcessTest {
  @Test
  void aBrokerThatWasEndedHasLeftNoRecords() throws Exception {
    Path folder;
    try (BrokerProcess broker = BrokerProcess.start(1)) {
      folder = broker.folder();
      assertThat(folder).isNotEmptyDirectory();
    }

    assertThat(folder).doesNotExist();
  }
}
