package org.visitbalance.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.visitbalance.fact.Charge;
import org.visitbalance.output.FileState;
import org.visitbalance.output.ReceivedFile;

/** What has changed since a file was read or refused, and what reading it again makes of it. */
class ReadingAgainTest {
  private static final String HEADER =
      "charge_id,patient_account_number,date_of_service,charge_date,update_date,cpt_code,units,"
          + "place_of_service_id,treating_therapist_id\n";
  private static final String ROW = "1,A1,2026-11-04,2026-11-04 12:00,,97110,2,L01,TH1\n";
  private static final String OTHER_NAME = ROW.replace("1,A1", "2,A2");

  @TempDir Path temp;
  private IntakeStage stage;

  @BeforeEach
  void open() throws IOException {
    stage = new IntakeStage(temp, IntakeStage.TENANT, null, "");
  }

  @AfterEach
  void close() {
    stage.close();
  }

  private Instant created(String id) {
    return stage.standing().values().stream()
        .map(Charge.class::cast)
        .filter(charge -> charge.getChargeId().equals(id))
        .findFirst()
        .orElseThrow()
        .getCreatedAt();
  }

  @Test
  void filesThatWereReadBeforeTheTimeZoneWasKnownAreReadAgain() throws IOException {
    stage.deliver("billing_1.csv", HEADER + ROW);
    stage.deliver("billing_2.csv", HEADER + OTHER_NAME);
    assertThat(stage.intake.otherZone(stage.tenant)).isNull();
    assertThat(created("1")).isEqualTo("2026-11-04T12:00:00Z");

    stage.zone = ZoneId.of("America/New_York");
    stage.deliver("billing_3.csv", HEADER + ROW.replace("1,A1", "3,A1"));
    assertThat(stage.intake.otherZone(stage.tenant))
        .isEqualTo(new Intake.OtherZone(2, ZoneOffset.UTC));
    assertThat(created("1")).isEqualTo("2026-11-04T12:00:00Z");

    assertThat(stage.intake.againInZone(stage.tenant, "ann")).isEqualTo(2);
    stage.intake.look();
    assertThat(stage.intake.otherZone(stage.tenant)).isNull();
    assertThat(created("1")).isEqualTo("2026-11-04T17:00:00Z");
    assertThat(created("2")).isEqualTo("2026-11-04T17:00:00Z");
    assertThat(stage.file("billing_1.csv").getBy()).isEqualTo("ann");
    assertThat(stage.intake.againInZone(stage.tenant, "ann")).isZero();
  }

  @Test
  void aFileThatWasCorrectedIsNotReadAgain() throws IOException {
    stage.deliver("billing_1.csv", HEADER + ROW);
    String first = stage.file("billing_1.csv").getSha256();
    stage.deliver("billing_1.csv", HEADER + OTHER_NAME);

    assertThatThrownBy(() -> stage.intake.again(stage.tenant, first, "ann"))
        .hasMessageContaining("a later file of that name stands");
  }

  @Test
  void aZoneOfTheMappingIsNotThatOfTheSettings() throws IOException {
    stage.mapping("zone: America/Chicago\nfiles:\n  - {match: '*.csv', profile: auto}\n");
    stage.deliver("billing_1.csv", HEADER + ROW);
    stage.zone = ZoneId.of("America/New_York");
    assertThat(stage.intake.otherZone(stage.tenant)).isNull();
  }

  @Test
  void aMappingThatComesLaterIsUsedAndRefusedFilesAreOffered() throws IOException {
    Path mapping = temp.resolve("mapping.yaml");
    Files.delete(mapping);
    stage.isMappingOptional = true;
    stage.restart();
    stage.deliver("odd.csv", HEADER.replace("charge_id", "Number") + ROW);
    assertThat(stage.state("odd.csv")).isEqualTo(FileState.QUARANTINED);
    assertThat(stage.intake.readable(stage.tenant)).isEmpty();

    stage.mapping(
        """
        files:
          - match: 'odd*.csv'
            profile: revflow-billing-charges
            columns: {chargeId: Number}
        """);
    Files.setLastModifiedTime(mapping, FileTime.from(stage.now.plusSeconds(1)));
    assertThat(stage.intake.readable(stage.tenant))
        .extracting(ReceivedFile::getName)
        .containsExactly("odd.csv");
    stage.deliver("odd_2.csv", HEADER.replace("charge_id", "Number") + OTHER_NAME);
    assertThat(stage.state("odd_2.csv")).isEqualTo(FileState.DONE);
    ReceivedFile again = stage.intake.again(stage.tenant, stage.file("odd.csv").getSha256(), "ann");
    stage.intake.look();
    assertThat(stage.state(again.getName())).isEqualTo(FileState.DONE);
    assertThat(stage.intake.readable(stage.tenant)).isEmpty();
  }
}
