package org.visitbalance.intake;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.visitbalance.output.FileSource;
import org.visitbalance.output.FileState;

/** Files that come in archives, and archives that must not be opened. */
class ArchiveTest {
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

  private static String charge(int id) {
    return CHARGES + id + ",A1,2026-11-04,2026-11-04 12:00,,97110,2,L01,TH1\n";
  }

  /** A zip of names and texts, in turns. */
  private static byte[] zip(String... files) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (int i = 0; i < files.length; i += 2) {
        zip.putNextEntry(new ZipEntry(files[i]));
        zip.write(files[i + 1].getBytes(UTF_8));
      }
    }
    return bytes.toByteArray();
  }

  private void deliver(String name, byte[] content) throws IOException {
    Files.write(stage.inbox.resolve(name), content);
    stage.intake.look();
  }

  /** What is left in the folders of the state. */
  private List<Path> left() throws IOException {
    try (Stream<Path> all = Files.walk(temp.resolve("state"))) {
      return all.filter(Files::isRegularFile)
          .filter(one -> !one.getFileName().toString().matches("index\\..*|expected.log|.*lock"))
          .toList();
    }
  }

  @Test
  void eachFileInItIsAFileOfItsOwn() throws IOException {
    byte[] night = zip("billing_1.csv", charge(1), ".DS_Store", "x", "odd.csv", "nothing\n");

    deliver("night.zip", night);

    assertThat(stage.state("night.zip")).isEqualTo(FileState.DONE);
    assertThat(stage.file("night.zip").getReason()).contains("2 files");
    assertThat(stage.state("billing_1.csv")).isEqualTo(FileState.DONE);
    assertThat(stage.state("odd.csv")).isEqualTo(FileState.QUARANTINED);
    assertThat(stage.topics.facts).hasSize(1);
    assertThat(left()).isEmpty();

    // The same again, and the same after a rebuild
    deliver("night.zip", night);
    assertThat(stage.topics.facts).hasSize(1);
    assertThat(stage.intake.status().quarantined()).isEqualTo(1);
    stage.intake.rebuild();
    assertThat(stage.state("night.zip")).isEqualTo(FileState.DONE);
    deliver("billing_1.csv", charge(1).getBytes(UTF_8));
    assertThat(stage.topics.facts).hasSize(1);

    // A correction in another archive
    deliver("night2.zip", zip("billing_1.csv", charge(2)));
    assertThat(stage.topics.facts).hasSize(3);
  }

  @Test
  void aPackedFileIsTheFile() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(charge(1).getBytes(UTF_8));
    }
    deliver("billing_1.csv.gz", bytes.toByteArray());
    assertThat(stage.state("billing_1.csv")).isEqualTo(FileState.DONE);
    assertThat(stage.topics.facts).hasSize(1);

    deliver("cut.csv.gz", Arrays.copyOf(bytes.toByteArray(), bytes.size() - 12));
    refused("cut.csv.gz", "is broken");
    deliver("text.csv.gz", charge(1).getBytes(UTF_8));
    refused("text.csv.gz", "is broken");
  }

  private void refused(String name, String why) throws IOException {
    assertThat(stage.state(name)).as(name).isEqualTo(FileState.QUARANTINED);
    assertThat(stage.file(name).getReason()).startsWith(name + ": ").contains(why);
    try (Stream<Path> all = Files.walk(stage.quarantine)) {
      assertThat(all.map(one -> one.getFileName().toString()))
          .anyMatch(one -> one.startsWith(name) && one.endsWith(".reason.txt"));
    }
    assertThat(left()).isEmpty();
  }

  @Test
  void anArchiveThatMustNotBeOpenedIsRefusedWhole() throws IOException {
    String[] good = {"billing_1.csv", charge(1)};
    deliver("up.zip", zip(good[0], good[1], "../../x.csv", charge(2)));
    refused("up.zip", "has folders in it");
    deliver("folders.zip", zip("a/x.csv", charge(2)));
    refused("folders.zip", "has folders in it");
    deliver("windows.zip", zip("a\\x.csv", charge(2)));
    refused("windows.zip", "has folders in it");
    deliver("inner.zip", zip("x.csv.gz", "x"));
    refused("inner.zip", "has an archive in it");
    deliver("none.zip", zip(".DS_Store", "x"));
    refused("none.zip", "without files");
    deliver("cut.zip", Arrays.copyOf(zip(good), 100));
    refused("cut.zip", "is broken");
    deliver("bomb.zip", zip("x.csv", "0".repeat(10 << 20)));
    refused("bomb.zip", "200 times");
    List<String> many = new ArrayList<>();
    for (int i = 0; i <= Archive.MOST_FILES; i++) {
      many.addAll(List.of("billing_" + i + ".csv", charge(i)));
    }
    deliver("many.zip", zip(many.toArray(String[]::new)));
    refused("many.zip", "more than 100 files");
    deliver("twice.zip", patched(zip("a1.csv", "x", "a2.csv", "x"), "a2.csv", "a1.csv"));
    refused("twice.zip", "two files of one name");
    deliver("other.zip", patched(zip("a1.csv", "x", "a2.csv", "y"), "a2.csv", "a1.csv"));
    refused("other.zip", "two files of one name");
    byte[] wrong = zip("a1.csv", charge(1) + "\u0001\u0002");
    int sum = new String(wrong, ISO_8859_1).lastIndexOf("PK\u0001\u0002") + 16;
    wrong[sum]++;
    deliver("sum.zip", wrong);
    refused("sum.zip", "is broken");
    byte[] secret = zip("a1.csv", charge(1));
    String text = new String(secret, ISO_8859_1);
    secret[text.indexOf("PK\u0003\u0004") + 6] |= 1;
    secret[text.lastIndexOf("PK\u0001\u0002") + 8] |= 1;
    deliver("secret.zip", secret);
    refused("secret.zip", "is encrypted");

    assertThat(stage.topics.facts).isEmpty();
    assertThat(temp.resolve("x.csv")).doesNotExist();
  }

  private static byte[] patched(byte[] zip, String from, String to) {
    return new String(zip, ISO_8859_1).replace(from, to).getBytes(ISO_8859_1);
  }

  @Test
  void aFailureInTheMiddleSendsNothingTwice() throws IOException {
    for (int good = 0; good < 3; good++) {
      String name = "billing_" + good;
      Files.write(
          stage.inbox.resolve(name + ".zip"),
          zip(name + "_a.csv", charge(10 + good), name + "_b.csv", charge(20 + good)));
      stage.topics.good = good;
      assertThatThrownBy(stage.intake::look).isInstanceOf(RuntimeException.class);
      stage.topics.good = Integer.MAX_VALUE;
      stage.restart();
      stage.intake.look();
      stage.intake.look();
      assertThat(stage.topics.facts).hasSize(2 * (good + 1)).doesNotHaveDuplicates();
      assertThat(stage.state(name + ".zip")).isEqualTo(FileState.DONE);
    }
    assertThat(left()).isEmpty();
  }

  @Test
  void aPersonSeesWhatAnArchiveWouldChangeAndSendsIt() throws IOException {
    byte[] bytes = zip("billing_1.csv", charge(1), "billing_2.csv", charge(2) + "x,,,,,,,,\n");

    Preview seen = stage.intake.preview("T1", "night.zip", bytes, null);
    assertThat(seen.refused()).isNull();
    assertThat(seen.rows()).isEqualTo(3);
    assertThat(seen.dead()).isEqualTo(1);
    assertThat(seen.note()).contains("2 files");
    assertThat(seen.changes().get("charge").adds()).isEqualTo(2);
    assertThat(seen.repeats()).isNull();
    assertThat(left()).isEmpty();

    stage.intake.submit("T1", "night.zip", bytes, "ann");
    stage.intake.look();
    assertThat(stage.topics.facts).hasSize(2);
    assertThat(stage.file("billing_2.csv").getSource()).isEqualTo(FileSource.UPLOAD);
    assertThat(stage.file("billing_2.csv").getBy()).isEqualTo("ann");
    assertThat(stage.intake.preview("T1", "again.zip", bytes, null).repeats())
        .isEqualTo("billing_1.csv, billing_2.csv");
    assertThat(stage.intake.preview("T1", "bad.zip", zip("a/b.csv", "x"), null).refused())
        .contains("has folders in it");
    assertThat(stage.intake.preview("T1", "odd.zip", zip("odd.csv", "x\n1\n"), null).refused())
        .contains("odd.csv");
  }
}
