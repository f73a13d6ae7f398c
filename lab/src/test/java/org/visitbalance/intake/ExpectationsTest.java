package org.visitbalance.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.visitbalance.fact.Feed;
import org.visitbalance.fact.FeedSource;
import org.visitbalance.ingest.InputException;
import org.visitbalance.output.FileState;

/** Files that must come, and what follows when they have. */
class ExpectationsTest {
  private static final Set<DayOfWeek> NIGHTS = EnumSet.range(DayOfWeek.TUESDAY, DayOfWeek.SATURDAY);
  private static final String CHARGES =
      "charge_id,patient_account_number,date_of_service,charge_date,update_date,cpt_code,units,"
          + "place_of_service_id,treating_therapist_id\n";

  @TempDir Path temp;
  private IntakeStage stage;

  @BeforeEach
  void open() throws IOException {
    stage =
        new IntakeStage(
            temp,
            "T1",
            ZoneId.of("America/New_York"),
            "",
            List.of(
                new Expectation(
                    "billing_charges_*.csv",
                    LocalTime.of(5, 30),
                    NIGHTS,
                    FeedSource.BILLING,
                    false),
                new Expectation(
                    "billing_late_*.csv", LocalTime.of(5, 30), NIGHTS, FeedSource.BILLING, false)));
    // The expectations count from Tuesday, January 19.
    stage.close();
  }

  private void begin(String now) throws IOException {
    Files.deleteIfExists(temp.resolve("state").resolve("expected.log"));
    stage.now = Instant.parse(now);
    stage.restart();
  }

  @AfterEach
  void close() {
    stage.close();
  }

  private List<String> feeds() {
    return stage.topics.facts.stream()
        .filter(Feed.class::isInstance)
        .map(fact -> ((Feed) fact).getSource() + " " + ((Feed) fact).getCompleteUntil())
        .toList();
  }

  private List<String> missing() throws IOException {
    stage.intake.look();
    return stage.intake.missing().stream().map(one -> one.match() + " " + one.day()).toList();
  }

  private static String charge(int id) {
    return CHARGES + id + ",A1,2027-01-18,2027-01-18 12:00,,97110,2,L01,TH1\n";
  }

  @Test
  void aSystemIsCompleteWhenAllOfItsFilesHaveCome() throws IOException {
    begin("2027-01-19T10:00:00Z");
    assertThat(missing()).isEmpty();
    stage.now = Instant.parse("2027-01-19T10:31:00Z");
    assertThat(missing())
        .containsExactly("billing_charges_*.csv 2027-01-19", "billing_late_*.csv 2027-01-19");

    stage.deliver("billing_charges_1.csv", charge(1));
    assertThat(missing()).containsExactly("billing_late_*.csv 2027-01-19");
    assertThat(feeds()).isEmpty();

    stage.deliver("billing_late_1.csv", charge(2));
    assertThat(missing()).isEmpty();
    assertThat(feeds()).containsExactly("BILLING 2027-01-19T05:00:00Z");
  }

  @Test
  void aFileAnswersTheOldestOpenDay() throws IOException {
    begin("2027-01-19T12:00:00Z");
    stage.deliver("billing_late_1.csv", charge(1));
    stage.now = Instant.parse("2027-01-20T12:00:00Z");
    stage.deliver("billing_late_2.csv", charge(2));
    stage.deliver("billing_charges_1.csv", charge(3));
    assertThat(missing()).containsExactly("billing_charges_*.csv 2027-01-20");
    assertThat(feeds()).containsExactly("BILLING 2027-01-19T05:00:00Z");

    // What a kill in the middle of a line leaves; it would become one with the next line.
    Files.writeString(
        temp.resolve("state").resolve("expected.log"),
        "answer\tT1\tbilling_charges_*.csv\t2027-01",
        StandardOpenOption.APPEND);
    stage.restart();
    stage.intake.acceptGap("T1", "billing_charges_*.csv", LocalDate.of(2027, 1, 20), "ann");
    stage.restart();
    stage.intake.look();
    assertThat(missing()).isEmpty();
    assertThat(feeds())
        .containsExactly("BILLING 2027-01-19T05:00:00Z", "BILLING 2027-01-20T05:00:00Z");
    assertThatThrownBy(
            () ->
                stage.intake.acceptGap(
                    "T1", "billing_charges_*.csv", LocalDate.of(2027, 1, 20), "ann"))
        .isInstanceOf(InputException.class);
  }

  @Test
  void twoQuietNightsAreTwoFilesAndARefusedFileAnswersNothing() throws IOException {
    begin("2027-01-19T12:00:00Z");
    stage.deliver("billing_charges_1.csv", CHARGES);
    stage.deliver("billing_charges_1.csv", CHARGES);
    stage.now = Instant.parse("2027-01-20T12:00:00Z");
    stage.deliver("billing_charges_1.csv", CHARGES);
    assertThat(missing()).contains("billing_charges_*.csv 2027-01-20");

    stage.deliver("billing_charges_2.csv", CHARGES);
    assertThat(stage.file("billing_charges_2.csv").getPart()).isEqualTo("2027-01-20");
    assertThat(missing()).doesNotContain("billing_charges_*.csv 2027-01-20");

    stage.deliver("billing_late_1.csv", "nothing\n");
    assertThat(stage.state("billing_late_1.csv")).isEqualTo(FileState.QUARANTINED);
    assertThat(missing()).contains("billing_late_*.csv 2027-01-19");
  }

  @Test
  void aFolderThatImpliesFeedsSaysHowFarEachSystemTells() throws IOException {
    stage.impliesFeeds = true;
    begin("2027-01-19T12:00:00Z");
    stage.deliver("charges_1.csv", charge(1));
    assertThat(feeds()).containsExactly("BILLING 2027-01-18T17:00:00Z");

    // When nothing newer comes, or the process begins anew, then nothing more is said
    stage.deliver("charges_2.csv", charge(2));
    stage.restart();
    stage.intake.look();
    assertThat(feeds()).hasSize(1);

    stage.deliver("charges_3.csv", charge(3).replace("01-18 12:00", "01-18 13:00"));
    assertThat(feeds()).hasSize(2).contains("BILLING 2027-01-18T18:00:00Z");

    // When a file says where the data ends, then that counts
    stage.deliver(
        "feeds.jsonl",
        """
        {"fact":"feed","tenant":"T1","eventId":"f1","occurredAt":"2027-01-18T12:00:00Z",\
        "source":"BILLING","completeUntil":"2027-01-18T12:00:00Z"}
        """);
    stage.deliver("charges_4.csv", charge(4).replace("01-18 12:00", "01-18 14:00"));
    assertThat(feeds()).hasSize(3).contains("BILLING 2027-01-18T12:00:00Z");
  }

  /** The records of late files, such as "MISSING billing_late_*.csv 2027-01-19". */
  private List<String> told() {
    return stage.topics.told.stream()
        .filter(file -> file.getSha256().isEmpty())
        .map(file -> file.getState() + " " + file.getName() + " " + file.getFirstDate())
        .toList();
  }

  @Test
  void theTopicSaysOnceThatAFileIsLateAndOnceThatItIsNoMore() throws IOException {
    begin("2027-01-19T10:00:00Z");
    stage.intake.look();
    assertThat(told()).isEmpty();

    stage.now = Instant.parse("2027-01-19T10:31:00Z");
    stage.topics.good = 1;
    assertThatThrownBy(stage.intake::look).isInstanceOf(IllegalStateException.class);
    stage.topics.good = Integer.MAX_VALUE;
    stage.intake.look();
    stage.restart();
    stage.intake.look();
    assertThat(told())
        .containsExactly(
            "MISSING billing_charges_*.csv 2027-01-19", "MISSING billing_late_*.csv 2027-01-19");
    assertThat(stage.topics.told.get(0).getReceivedAt()).isEqualTo("2027-01-19T10:30:00Z");

    stage.deliver("billing_charges_1.csv", charge(1));
    stage.intake.acceptGap("T1", "billing_late_*.csv", LocalDate.of(2027, 1, 19), "ann");
    stage.intake.look();
    stage.restart();
    stage.intake.look();
    assertThat(told().subList(2, told().size()))
        .containsExactly(
            "CAME billing_charges_*.csv 2027-01-19", "GIVEN_UP billing_late_*.csv 2027-01-19");
    assertThat(stage.topics.told)
        .filteredOn(file -> file.getState() == FileState.GIVEN_UP)
        .extracting(file -> file.getBy())
        .containsExactly("ann");
  }

  @Test
  void aFileThatIsExpectedNoMoreIsGivenUp() throws IOException {
    begin("2027-01-19T12:00:00Z");
    stage.intake.look();
    assertThat(told()).hasSize(2);
    stage.close();

    try (IntakeStage without = new IntakeStage(temp, "T1", ZoneId.of("America/New_York"), "")) {
      without.now = Instant.parse("2027-01-19T12:01:00Z");
      without.intake.look();
      without.intake.look();
      assertThat(without.topics.told)
          .extracting(file -> file.getState())
          .containsExactly(FileState.GIVEN_UP, FileState.GIVEN_UP);
    }
  }
}
