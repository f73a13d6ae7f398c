package org.visitbalance.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.visitbalance.fact.Charge;
import org.visitbalance.ingest.InputException;
import org.visitbalance.output.FileState;

/** How a file is taken, sent and archived, and what happens when something outside is away. */
class LifeOfAFileTest {
  private static final String CHARGES =
      "charge_id,patient_account_number,date_of_service,charge_date,update_date,cpt_code,units,"
          + "place_of_service_id,treating_therapist_id\n";

  @TempDir Path temp;
  private IntakeStage stage;

  @BeforeEach
  void open() throws IOException {
    stage = new IntakeStage(temp, "T1", null, "");
  }

  @AfterEach
  void close() {
    stage.close();
  }

  private static String charges(int from, int to) {
    StringBuilder rows = new StringBuilder(CHARGES);
    for (int id = from; id < to; id++) {
      rows.append(id).append(",A1,2026-11-04,2026-11-04 12:00,,97110,2,L01,TH1\n");
    }
    return rows.toString();
  }

  @Test
  void aFileIsTakenWhenItIsWhole() throws IOException {
    IntakeFolder folder =
        new IntakeFolder(
            stage.inbox,
            "T1",
            null,
            Duration.ofSeconds(30),
            IntakeFolder.IGNORED,
            "{name}.done",
            stage.archive,
            stage.quarantine,
            List.of(),
            false,
            false);
    Noticing noticing = new Noticing(folder, temp.resolve("state"));
    Instant begin = stage.now;
    stage.put("a.csv", "1");
    stage.put("b.csv.part", "1");
    stage.put(".hidden", "1");
    stage.put("a.csv.done", "");
    assertThat(noticing.look(begin)).isEmpty();
    assertThat(noticing.look(begin.plusSeconds(29))).isEmpty();
    stage.put("a.csv", "12");
    assertThat(noticing.look(begin.plusSeconds(40))).isEmpty();
    assertThat(noticing.look(begin.plusSeconds(70)))
        .extracting(Noticing.NAME)
        .containsExactly("a.csv");
    Files.delete(stage.inbox.resolve("a.csv.done"));
    assertThat(noticing.look(begin.plusSeconds(80))).isEmpty();
  }

  @Test
  void factsAreSentInChunksAndEachChunkOnce() throws IOException {
    for (boolean afterwards : List.of(false, true)) {
      int from = afterwards ? 20_000 : 0;
      int before = stage.topics.facts.size();
      stage.topics.failsAfterwards = afterwards;
      // RECEIVED goes with the first chunk, which succeeds; the second chunk fails.
      stage.topics.good = 1;
      stage.put("billing_" + from + ".csv", charges(from, from + 12_000));
      assertThatThrownBy(() -> stage.intake.look())
          .isInstanceOf(IllegalStateException.class)
          .hasMessageMatching(".*(away|lost)");
      assertThat(stage.state("billing_" + from + ".csv")).isEqualTo(FileState.READ);
      assertThat(stage.topics.facts.size() - before).isEqualTo(afterwards ? 10_000 : 5000);

      if (afterwards) {
        stage.restart();
      }
      stage.intake.look();
      assertThat(stage.topics.facts.size() - before).isEqualTo(12_000);
      assertThat(stage.state("billing_" + from + ".csv")).isEqualTo(FileState.DONE);
    }
    assertThat(stage.topics.facts.stream().map(fact -> ((Charge) fact).getChargeId()).distinct())
        .hasSize(24_000);
  }

  @Test
  void foldersThatAreMovedTogetherWithTheirStateGoOn() throws IOException {
    Path before = stage.root.resolve("before");
    Path after = stage.root.resolve("after");
    String sha;
    try (IntakeStage first = new IntakeStage(before, "T1", null, "")) {
      first.deliver("billing_1.csv", charges(0, 2));
      sha = first.file("billing_1.csv").getSha256();
      first.topics.good = 1;
      first.put("billing_2.csv", charges(2, 4));
      assertThatThrownBy(() -> first.intake.look()).isInstanceOf(IllegalStateException.class);
    }
    Files.move(before, after);
    try (IntakeStage second = new IntakeStage(after, "T1", null, "")) {
      second.intake.look();
      assertThat(second.state("billing_2.csv")).isEqualTo(FileState.DONE);
      assertThat(second.topics.facts).hasSize(2);
      assertThat(second.intake.again("T1", sha, "ann").getReceipt()).isEqualTo(3);
      second.intake.look();
      assertThat(second.state("billing_1.csv")).isEqualTo(FileState.DONE);
    }
  }

  @Test
  void aFileWaitsWhileTheArchiveCannotTakeIt() throws IOException {
    Files.delete(stage.archive);
    Files.writeString(stage.archive, "no folder");
    stage.put("billing_1.csv", charges(0, 2));
    assertThatThrownBy(() -> stage.intake.look()).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> stage.intake.look()).isInstanceOf(IOException.class);
    assertThat(stage.topics.facts).hasSize(2);

    Files.delete(stage.archive);
    stage.intake.look();
    assertThat(stage.state("billing_1.csv")).isEqualTo(FileState.DONE);
    assertThat(stage.topics.facts).hasSize(2);
  }

  @Test
  void aDeletedIndexIsMadeFromTheArchive() throws IOException {
    stage.deliver("billing_1.csv", charges(0, 3));
    stage.deliver("billing_1.csv", charges(0, 2));
    stage.deliver("a.docx", "x");
    int sent = stage.topics.facts.size();
    stage.close();
    Files.delete(temp.resolve("state").resolve("index.mv.db"));
    stage.restart();

    stage.deliver("billing_2.csv", charges(0, 2));
    assertThat(stage.topics.facts).hasSize(sent);
    assertThat(stage.state("a.docx")).isEqualTo(FileState.QUARANTINED);
    assertThat(stage.file("billing_2.csv").getReason()).contains("received before");
  }

  @Test
  void filesWaitWhileTheirMappingIsWrong() throws IOException {
    stage.mapping("files: 7\n");
    stage.put("billing_1.csv", charges(0, 2));
    assertThatThrownBy(() -> stage.intake.look())
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("mapping.yaml:1");
    stage.mapping("");
    stage.intake.look();
    assertThat(stage.state("billing_1.csv")).isEqualTo(FileState.DONE);
  }

  @Test
  void aFileIsNotRefusedBecauseTheClusterIsAway() throws IOException {
    stage.topics.good = 0;
    stage.put("billing_1.csv", charges(0, 2));
    assertThatThrownBy(() -> stage.intake.look()).hasMessage("the cluster is away");
    assertThat(stage.state("billing_1.csv")).isEqualTo(FileState.READ);
    stage.intake.look();
    assertThat(stage.state("billing_1.csv")).isEqualTo(FileState.DONE);
    assertThat(stage.topics.facts).hasSize(2);
  }

  @Test
  void ofALargeFilePeopleAreToldBeforeItIsRead() throws IOException {
    stage.topics.good = 0;
    stage.put("billing_1.csv", charges(0, 22_000));
    assertThatThrownBy(() -> stage.intake.look()).hasRootCauseMessage("the cluster is away");
    assertThat(stage.state("billing_1.csv")).isEqualTo(FileState.RECEIVED);
    stage.topics.good = 1;
    assertThatThrownBy(() -> stage.intake.look()).hasMessage("the cluster is away");
    assertThat(told("billing_1.csv")).isEqualTo("[RECEIVED]");
    assertThat(stage.topics.facts).isEmpty();
  }

  @Test
  void smallFilesAreSentAndArchivedTogetherAndARefusedOneAmongThemIsNot() throws IOException {
    for (int file = 0; file < 5; file++) {
      String text = file == 2 ? "nothing\n" : charges(file * 10, file * 10 + 10);
      stage.put("billing_" + file + ".csv", text);
    }
    // The first two, each time once to send and once to archive; then the refused one.
    stage.topics.good = 4;
    assertThatThrownBy(() -> stage.intake.look()).hasMessage("the cluster is away");
    assertThat(stage.state("billing_1.csv")).isEqualTo(FileState.DONE);
    assertThat(stage.state("billing_2.csv")).isEqualTo(FileState.QUARANTINED);
    assertThat(stage.state("billing_4.csv")).isEqualTo(FileState.READ);
    stage.topics.failsAfterwards = true;
    stage.topics.good = 0;
    assertThatThrownBy(() -> stage.intake.look()).hasMessage("the answer is lost");
    stage.restart();
    stage.intake.look();
    assertThat(stage.intake.status().done()).isEqualTo(4);
    assertThat(stage.topics.facts).hasSize(40).doesNotHaveDuplicates();
  }

  @Test
  void aBatchEndsWithItsTwentiethFileAndWithTheLastFactThatATransactionTakes() throws IOException {
    for (int file = 0; file < 21; file++) {
      stage.put("billing_" + file + ".csv", charges(file, file + 1));
    }
    stage.intake.look();
    // Each batch is sent, and then archived.
    assertThat(stage.topics.sizes).containsExactly(20, 0, 1, 0);
    stage.topics.sizes.clear();

    for (int file = 1; file <= 3; file++) {
      stage.put("billing_2" + file + ".csv", charges(file * 10_000, file * 10_000 + 3_000));
    }
    stage.intake.look();
    assertThat(stage.topics.sizes).containsExactly(5_000, 1_000, 0, 3_000, 0);
    assertThat(stage.topics.facts).hasSize(21 + 9_000).doesNotHaveDuplicates();
  }

  /** How a file stands on the topic. */
  private String told(String name) {
    return stage.topics.files.values().stream()
        .filter(file -> file.getName().equals(name))
        .map(file -> file.getState() + (file.getPart().isEmpty() ? "" : " " + file.getPart()))
        .sorted()
        .toList()
        .toString();
  }

  @Test
  void aRefusedFileNeedsNoMoreWorkWhenAnotherOfItsNameWasRead() throws IOException {
    stage.deliver("c.csv", "nothing\n");
    stage.deliver("d.csv", "nothing else\n");
    assertThat(stage.intake.status().quarantined()).isEqualTo(2);

    stage.deliver("c.csv", charges(1, 2));

    assertThat(told("c.csv")).isEqualTo("[DONE, REPLACED]");
    assertThat(told("d.csv")).isEqualTo("[QUARANTINED]");
    assertThat(stage.intake.status().quarantined()).isEqualTo(1);
    stage.intake.rebuild();
    assertThat(stage.intake.status().quarantined()).isEqualTo(1);
  }

  @Test
  void aFileThatIsRefusedAgainIsOneRefusedFile() throws IOException {
    stage.deliver("c.csv", "nothing\n");
    stage.intake.again("T1", stage.file("c.csv").getSha256(), "ann");
    stage.intake.look();

    assertThat(told("c.csv")).isEqualTo("[QUARANTINED]");
    assertThat(stage.intake.status().quarantined()).isEqualTo(1);
  }

  @Test
  void foldersAndLinksAreNotReadButCounted() throws IOException {
    Path in = stage.inbox;
    Path elsewhere = Files.writeString(temp.resolve("charges.csv"), "nothing\n");
    Files.createDirectory(in.resolve("november"));
    Files.createDirectory(in.resolve(".hidden"));
    Files.createSymbolicLink(in.resolve("charges.csv"), elsewhere);

    assertThat(stage.intake.look()).isFalse();

    assertThat(stage.intake.status().others()).isEqualTo(2);
    Files.delete(in.resolve("november"));
    Files.delete(in.resolve("charges.csv"));
    stage.intake.look();
    assertThat(stage.intake.status().others()).isZero();
  }

  @Test
  void aRefusedFileCanBeGivenUp() throws IOException {
    stage.deliver("c.csv", "nothing\n");
    String sha = stage.file("c.csv").getSha256();
    IntakeRequests requests = new IntakeRequests(temp.resolve("state"));

    IntakeRequests.Asked asked = requests.giveUp("T1", sha.substring(0, 8), "ann");
    assertThat(asked.isAnswered()).isFalse();
    requests.carryOut(stage.intake, Instant.now());

    asked.take();
    assertThat(told("c.csv")).isEqualTo("[GIVEN_UP]");
    // Who asks for what cannot be done is told why
    IntakeRequests.Asked late =
        requests.acceptGap("T1", "charges_*.csv", LocalDate.parse("2026-11-05"), "ann");
    requests.carryOut(stage.intake, Instant.now());
    assertThat(late.isAnswered()).isTrue();
    assertThatThrownBy(late::take)
        .isInstanceOf(InputException.class)
        .hasMessage("no file charges_*.csv is missing for 2026-11-05");
    assertThat(temp.resolve("state").resolve("requests")).isEmptyDirectory();
    // An answer that nobody fetches is kept for a while
    IntakeRequests.Asked gone = requests.giveUp("T1", sha.substring(0, 8), "ann");
    requests.carryOut(stage.intake, Instant.now());
    requests.carryOut(stage.intake, Instant.now().plus(Duration.ofMinutes(9)));
    assertThat(gone.isAnswered()).isTrue();
    requests.carryOut(stage.intake, Instant.now().plus(Duration.ofMinutes(11)));
    assertThat(gone.isAnswered()).isFalse();
    assertThat(stage.file("c.csv").getBy()).isEqualTo("ann");
    stage.intake.rebuild();
    assertThat(stage.state("c.csv")).isEqualTo(FileState.GIVEN_UP);
    assertThatThrownBy(() -> stage.intake.giveUp("T1", sha, "ann"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("stands refused");
    assertThatThrownBy(() -> new IntakeRequests(temp).giveUp("T1", "charges_*.csv", "ann"))
        .isInstanceOf(InputException.class);
  }
}
