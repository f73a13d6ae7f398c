package org.visitbalance.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.visitbalance.fact.Charge;
import org.visitbalance.output.FileState;

/**
 * An intake that is killed at random moments loses nothing and sends nothing twice. {@code
 * -Dvisitbalance.intake.crashes=N} kills it N times with each seed.
 */
@Tag("slow")
class IntakeCrashTest {
  private static final int FILES = 12;
  private static final int ROWS = 1200;
  private static final String HEADER =
      "charge_id,patient_account_number,date_of_service,charge_date,update_date,cpt_code,units,"
          + "place_of_service_id,treating_therapist_id\n";

  @TempDir Path temp;

  static LongStream seeds() {
    return LongStream.rangeClosed(1, 2);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void killedAtRandomMomentsItSendsEachFactOnce(long seed)
      throws IOException, InterruptedException {
    Random random = new Random(seed);
    Path inbox = Files.createDirectory(temp.resolve("inbox"));
    int crashes = Integer.getInteger("visitbalance.intake.crashes", 5);
    for (int i = 0; i < crashes; i++) {
      Process process = start();
      for (int file = 0; file < FILES; file++) {
        if (file % crashes == i) {
          deliver(inbox, file);
        }
      }
      Thread.sleep(700 + random.nextInt(900));
      process.destroyForcibly().waitFor();
      if (random.nextInt(4) == 0) {
        // The index may be deleted between two runs.
        Files.deleteIfExists(temp.resolve("state").resolve("index.mv.db"));
      }
    }

    IntakeThatDies.Log topics = new IntakeThatDies.Log(temp.resolve("topics"));
    try (Intake intake = IntakeThatDies.open(temp, topics)) {
      intake.look();
      intake.look();

      assertThat(intake.files(null, 1000))
          .allMatch(file -> file.getState() == FileState.DONE)
          .hasSize(FILES);
      assertThat(topics.facts).hasSize(FILES * ROWS).doesNotHaveDuplicates();
      assertThat(topics.facts.stream().map(fact -> ((Charge) fact).getChargeId()).distinct())
          .hasSize(FILES * ROWS);
      try (var left = Files.walk(temp.resolve("state").resolve("work"))) {
        assertThat(left.filter(Files::isRegularFile)).isEmpty();
      }
      assertThat(inbox).isEmptyDirectory();
    }
  }

  private static void deliver(Path inbox, int file) throws IOException {
    StringBuilder rows = new StringBuilder(HEADER);
    for (int row = 0; row < ROWS; row++) {
      rows.append(file * ROWS + row)
          .append(",A")
          .append(row % 50)
          .append(",2026-11-04,2026-11-04 12:00,,97110,2,L01,TH1\n");
    }
    Path part = Files.writeString(inbox.resolve(file + ".part"), rows);
    Files.move(part, inbox.resolve("billing_" + file + ".csv"));
  }

  private Process start() throws IOException {
    return new ProcessBuilder(
            List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                IntakeThatDies.class.getName(),
                temp.toString()))
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(temp.resolve("log").toFile()))
        .start();
  }
}
