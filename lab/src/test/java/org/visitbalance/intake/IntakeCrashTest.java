package org.visitbalance.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.visitbalance.output.FileState;
import org.visitbalance.output.ReceivedFile;

/**
 * An intake that is killed at random moments sends and tells what one does that nobody kills.
 * {@code -Dvisitbalance.intake.crashes=100 -Dvisitbalance.intake.files=50} kills it so often, while
 * so many files come, with each seed.
 */
@Tag("slow")
class IntakeCrashTest {
  private static final int FILES = Integer.getInteger("visitbalance.intake.files", 12);
  private static final int CRASHES = Integer.getInteger("visitbalance.intake.crashes", 5);
  private static final int ROWS = 1200;

  /** So many rows of a file are also in the next one, every other with other units. */
  private static final int AGAIN = 200;

  private static final String HEADER =
      "charge_id,patient_account_number,date_of_service,charge_date,update_date,cpt_code,units,"
          + "place_of_service_id,treating_therapist_id\n";

  @TempDir Path temp;

  static LongStream seeds() {
    return LongStream.rangeClosed(1, 2);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void killedAtRandomMomentsItSendsAndTellsTheSame(long seed)
      throws IOException, InterruptedException {
    Random random = new Random(seed);
    Path inbox = Files.createDirectory(temp.resolve("inbox"));
    int delivered = 0;
    for (int i = 1; i <= CRASHES; i++) {
      Process process = start();
      for (; delivered < FILES * i / CRASHES; delivered++) {
        deliver(inbox, delivered);
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
      IntakeThatDies.Log uninterrupted = uninterrupted();
      assertThat(topics.facts).containsExactlyElementsOf(uninterrupted.facts);
      assertThat(counts(topics)).hasSize(FILES).isEqualTo(counts(uninterrupted));
      try (var left = Files.walk(temp.resolve("state").resolve("work"))) {
        assertThat(left.filter(Files::isRegularFile)).isEmpty();
      }
      assertThat(inbox).isEmptyDirectory();
    }
  }

  private IntakeThatDies.Log uninterrupted() throws IOException {
    Path root = temp.resolve("uninterrupted");
    Path inbox = Files.createDirectories(root.resolve("inbox"));
    IntakeThatDies.Log topics = new IntakeThatDies.Log(root.resolve("topics"));
    try (Intake intake = IntakeThatDies.open(root, topics)) {
      for (int file = 0; file < FILES; file++) {
        deliver(inbox, file);
        intake.look();
        intake.look();
      }
    }
    assertThat(topics.last.values()).anyMatch(file -> file.getUnchanged() > 0);
    return topics;
  }

  /** What the topic of files says in the end, by the names of the files. */
  private static Map<String, String> counts(IntakeThatDies.Log topics) {
    Map<String, String> counts = new TreeMap<>();
    for (ReceivedFile file : topics.last.values()) {
      String old =
          counts.put(
              file.getName(),
              String.join(
                  " ",
                  String.valueOf(file.getState()),
                  "rows " + file.getRows(),
                  "facts " + file.getFacts(),
                  "to send " + file.getToSend(),
                  "sent " + file.getSent(),
                  "unchanged " + file.getUnchanged(),
                  "dead " + file.getDead(),
                  "skipped " + file.getSkipped(),
                  file.getFirstDate() + " to " + file.getLastDate()));
      assertThat(old).isNull();
    }
    return counts;
  }

  private static void deliver(Path inbox, int file) throws IOException {
    StringBuilder rows = new StringBuilder(HEADER);
    int first = file * ROWS;
    for (int charge = Math.max(0, first - AGAIN); charge < first + ROWS; charge++) {
      boolean isCorrected = charge < first && charge % 2 == 0;
      rows.append(charge)
          .append(",A")
          .append(charge % 50)
          .append(",2026-11-04,2026-11-04 12:00,")
          .append(isCorrected ? "2026-11-05 12:00,97110,3" : ",97110,2")
          .append(",L01,TH1\n");
    }
    Path part = Files.writeString(inbox.resolve(file + ".part"), rows);
    Files.move(part, inbox.resolve(String.format("billing_%03d.csv", file)));
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
