package org.visitbalance.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.dhatim.fastexcel.Workbook;
import org.dhatim.fastexcel.Worksheet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.visitbalance.output.FileState;

/** What a run over a folder says of a file, intake says of it too. */
class IntakeSaysItTooTest {
  private static final Path CORPUS = Path.of("../streams-app/src/test/resources/broken-files");
  private static final ZoneId ZONE = ZoneId.of("America/New_York");

  /** A sentence about a single file. */
  private static final Pattern OWN = Pattern.compile("! ([^ ]+\\.csv)(: | has ).*");

  private static final String VISITS =
      "record_pointer,visit_id,patient_id,clinic_id,visit_date,therapist_id,note_type,cpt,units,"
          + "note_finalized_date,charge_amount\n";

  @TempDir Path temp;

  static List<Arguments> sentences() throws IOException {
    List<Arguments> all = new ArrayList<>();
    try (Stream<Path> folders = Files.list(CORPUS)) {
      for (Path folder : folders.sorted().toList()) {
        for (String line : Files.readAllLines(folder.resolve("said.txt"))) {
          Matcher own = OWN.matcher(line);
          // Intake counts unusable rows, and has words of its own for files that it does not read.
          if (own.matches()
              && !line.contains("not counted.")
              && !line.contains("not read")
              && !line.contains("skipped;")) {
            all.add(arguments(folder.getFileName().toString(), own.group(1), line.substring(2)));
          }
        }
      }
    }
    return all;
  }

  private IntakeStage stage(Path in) throws IOException {
    Path own = in.resolve("mapping.yaml");
    String mapping =
        Files.exists(own)
            ? Files.readString(own)
            : "files:\n  - {match: '*.csv', profile: auto}\n  - {match: '*', ignore: true}\n";
    IntakeStage stage = new IntakeStage(temp, IntakeStage.TENANT, ZONE, mapping);
    try (Stream<Path> files = Files.list(in)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        if (!name.endsWith(".yaml")) {
          Path unused = Files.copy(file, stage.inbox.resolve(name));
        }
      }
    }
    stage.intake.look();
    return stage;
  }

  @ParameterizedTest
  @MethodSource("sentences")
  void aSentenceAboutAFileIsToldWithIt(String folder, String file, String sentence)
      throws IOException {
    try (IntakeStage stage = stage(CORPUS.resolve(folder).resolve("in"))) {
      // Which entries stay open is only known of all reports together.
      String said =
          sentence.contains("clears nothing")
              ? sentence.substring(0, sentence.indexOf("clears nothing"))
              : sentence;

      assertThat(stage.file(file).getReason()).contains(said);
    }
  }

  @Test
  void severalAccountNumbersOfAPatientAreTold() throws IOException {
    try (IntakeStage stage = stage(CORPUS.resolve("patient-with-two-account-numbers/in"))) {
      assertThat(stage.file("patients.csv").getReason())
          .isEqualTo(
              "Patients of tenant T1 with several account numbers in the patients file: 1. The last"
                  + " one counts, and charges under the others are not matched to their visits."
                  + " Keep one row a patient.");
      assertThat(stage.file("v.csv").getReason()).isNull();
    }
  }

  @Test
  void patientsWithoutAnAccountNumberAreToldWithTheirVisits() throws IOException {
    try (IntakeStage stage =
        new IntakeStage(temp, IntakeStage.TENANT, ZONE, "files: [{match: '*', profile: auto}]\n")) {
      stage.put("patients.csv", "patient_id,patient_account_number\nP1,A1\n");
      stage.deliver(
          "v.csv",
          VISITS
              + "1,V1,P1,C01,11/4/2026,TH1,DN,97110,2,11/4/2026,90\n"
              + "2,V2,P2,C01,11/4/2026,TH1,DN,97110,2,11/4/2026,90\n");

      assertThat(stage.file("v.csv").getReason())
          .isEqualTo(
              "v.csv has no place of service column: its visits count as office (11), home visits"
                  + " too. If the export can have that column, map posCode. Patients without an"
                  + " account number in the patients file so far: 1. They are balanced under"
                  + " emr:<patient_id>, separately from their charges.");
    }
  }

  @Test
  void rowsOfOtherFilesThatAFileMakesUnusableAreToldWithIt() throws IOException {
    try (IntakeStage stage =
        new IntakeStage(temp, IntakeStage.TENANT, ZONE, "files: [{match: '*', profile: auto}]\n")) {
      stage.deliver("v.csv", VISITS + "1,V1,P1,C01,11/4/2026,TH1,DN,97110,2,11/4/2026,90\n");
      assertThat(stage.standing()).hasSize(1);
      stage.deliver("patients.csv", "patient_id,patient_account_number\nP1," + "A".repeat(3000));

      assertThat(stage.file("patients.csv").getReason())
          .isEqualTo(
              "Rows of other files or messages that cannot be used together with it: 1. The first:"
                  + " line 2 of v.csv, patient_id is longer than 256 characters. Correct one of the"
                  + " two.");
    }
  }

  /** A sheet may have the name of a patient. */
  @Test
  void theNameOfASheetIsNotTold() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (Workbook workbook = new Workbook(bytes, "test", "1.0")) {
      Worksheet sheet = workbook.newWorksheet("Smith John");
      String[][] rows = {
        VISITS.strip().split(","), "1,V1,P1,C01,11/4/2026,TH1,DN,97110,2,11/4/2026,90".split(",")
      };
      for (int row = 0; row < rows.length; row++) {
        for (int column = 0; column < rows[row].length; column++) {
          sheet.value(row, column, rows[row][column]);
        }
      }
    }
    try (IntakeStage stage =
        new IntakeStage(temp, IntakeStage.TENANT, ZONE, "files: [{match: '*', profile: auto}]\n")) {
      Files.write(stage.inbox.resolve("v.xlsx"), bytes.toByteArray());
      stage.intake.look();

      assertThat(stage.state("v.xlsx")).isEqualTo(FileState.DONE);
      assertThat(stage.file("v.xlsx").getReason()).startsWith("v.xlsx has no place of service");
      assertThat(stage.topics.told.toString()).doesNotContain("Smith");
    }
  }

  /** The later version of a line stands, wherever it is in the file. */
  @Test
  void anOlderVersionOfALineReplacesNothing() throws IOException {
    String line = "1,V1,P1,C01,11/4/2026,TH1,DN,97110,%d,11/4/2026,90,11,11/%d/2026 10:00\n";
    try (IntakeStage stage =
        new IntakeStage(temp, IntakeStage.TENANT, ZONE, "files: [{match: '*', profile: auto}]\n")) {
      stage.deliver(
          "v.csv",
          VISITS.replace("\n", ",pos_code,modified_date\n")
              + line.formatted(2, 4)
              + line.formatted(3, 5)
              + line.formatted(4, 4));

      assertThat(stage.file("v.csv").getReason()).isNull();
    }
  }
}
