package org.visitbalance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What produce says before it sends anything. */
class ProduceDryRunTest {
  @TempDir Path temp;
  private Path input;

  @BeforeEach
  void folder() throws IOException {
    input = Files.createDirectory(temp.resolve("in"));
  }

  private Program.Ran produce(Object... more) {
    return Program.run(
        Stream.concat(Stream.of("produce", "--dry-run", "--input", input), Stream.of(more))
            .toArray());
  }

  @Test
  void aFolderWithNothingIsRefusedAndOneWithSettingsIsNot() throws IOException {
    assertThat(produce().exit()).isEqualTo(2);
    assertThat(produce().err()).contains("nothing in " + input + " could be read as a fact");

    Files.writeString(input.resolve("settings.yaml"), "tenant: T1\n");

    assertThat(produce().exit()).isZero();
  }

  /** Whoever sends the two systems one after the other misses nothing. */
  @Test
  void theFilesOfOneSystemMayBeSentByThemselves() throws IOException {
    StringBuilder charges =
        new StringBuilder(
            "charge_id,patient_account_number,date_of_service,charge_date,cpt_code,units,"
                + "place_of_service_id,treating_therapist_id\n");
    for (int i = 0; i < 30; i++) {
      charges.append(i + ",A" + i + ",11/3/2026,11/3/2026 12:00 PM,97110,2,DTN,TH1\n");
      if (i == 0 || i == 29) {
        Files.writeString(input.resolve("settings.yaml"), "tenant: T1\n");
        Files.writeString(input.resolve("b.csv"), charges);

        assertThat(produce().err())
            .contains(
                "Nothing of the EMR was read. That is right if its files are sent by a run of their"
                    + " own.")
            .doesNotContain("missing?");
      }
    }
  }

  @Test
  void feedsAreImpliedOnRequestOnly() throws IOException {
    Files.writeString(input.resolve("settings.yaml"), "tenant: T1\n");
    Files.writeString(
        input.resolve("b.csv"),
        "charge_id,patient_account_number,date_of_service,charge_date,cpt_code,units,"
            + "place_of_service_id,treating_therapist_id\n"
            + "1,A1,11/3/2026,11/3/2026 12:00 PM,97110,2,DTN,TH1\n"
            + "2,A1,11/3/2026,never,97110,2,DTN,TH1\n");

    assertThat(produce().out()).contains("billing.charges 1").doesNotContain("balancing.feeds");
    assertThat(produce().err()).contains("\nb.csv:3: charge_date is not a date");
    assertThat(produce("--imply-feed").out()).contains("balancing.feeds 1");
    assertThat(produce("--imply-feed").err()).contains("Billing data ends 11/3 12:00 PM UTC.");
  }
}
