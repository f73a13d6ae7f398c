package org.visitbalance.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.visitbalance.fact.Charge;
import org.visitbalance.fact.ChargeOrigin;
import org.visitbalance.fact.ChargeStatus;
import org.visitbalance.fact.NoCharge;
import org.visitbalance.fact.Note;
import org.visitbalance.fact.Rejection;
import org.visitbalance.fact.Transmission;
import org.visitbalance.fact.TransmissionStatus;
import org.visitbalance.fact.Visit;

/** The mappings that people copy read the reports that they are for. */
class MappingExamplesTest {
  @TempDir Path folder;

  private Inbox inbox(String mapping) throws IOException {
    return new Inbox(folder)
        .with(
            "mapping.yaml",
            Files.readString(Path.of("..", "examples", "mappings", mapping + ".yaml")));
  }

  @Test
  void missedNotes() throws IOException {
    Inbox inbox =
        inbox("missed-notes")
            .with(
                "missed_notes_2026-11-04.csv",
                "Note ID,Patient ID,Clinic,Date of Service,Therapist",
                "V1,P1,C01,11/4/2026,TH1")
            .with(
                "missed_notes_2026-11-05.csv",
                "Note ID,Patient ID,Clinic,Date of Service,Therapist")
            .with("patients.csv", "patient_id,patient_account_number", "P1,A1")
            .read();

    assertThat(inbox.facts(Note.class))
        .extracting(note -> note.getPatientKey() + " " + note.getStatus() + " " + note.getAt())
        .containsExactly("A1 OPEN 2026-11-05T04:59:59Z", "A1 FINALIZED 2026-11-06T04:59:59Z");
  }

  @Test
  void claimsFeed() throws IOException {
    Inbox inbox =
        inbox("claims-feed")
            .with(
                "claims_feed_2026-11-04.csv",
                "Visit ID,Patient ID,Type,Status,Last Activity",
                "V1,P1,Financial,validation failed,11/4/2026 5:05 PM")
            .read();

    Transmission row = inbox.only(Transmission.class);
    assertThat(row.getStatus()).isEqualTo(TransmissionStatus.VALIDATION_FAILED);
    assertThat(row.getAt()).hasToString("2026-11-04T22:05:00Z");
  }

  @Test
  void integrationRejections() throws IOException {
    Inbox inbox =
        inbox("integration-rejections")
            .with(
                "integration_rejections_2026-11-04.csv",
                "Type,Reason,Account,DOS",
                "Case,CASE_NOT_FOUND,A1,11/4/2026")
            .with("integration_rejections_2026-11-05.csv", "Type,Reason,Account,DOS")
            .read();

    assertThat(inbox.facts(Rejection.class))
        .extracting(row -> row.getRejectionId() + " " + row.getStatus())
        .containsExactly(
            "CASE|CASE_NOT_FOUND|A1|||2026-11-04| OPEN",
            "CASE|CASE_NOT_FOUND|A1|||2026-11-04| CLEARED");
  }

  @Test
  void emrBillingReport() throws IOException {
    Inbox inbox =
        inbox("emr-billing-report")
            .with(
                "emr_billing_report.csv",
                "Visit ID,Patient ID,Clinic,Date of Service,Finalized Date,Therapist,Note Type,CPT,"
                    + "Modifiers,Units,No Charge",
                "V1,P1,C01,11/4/2026,11/4/2026,TH1,Daily Note,97110,\"GP, KX\",2,Do Not Bill",
                "V1,P1,C01,11/4/2026,11/4/2026,TH1,Daily Note,97140,GP,1,Do Not Bill")
            .read();

    Visit visit = inbox.only(Visit.class);
    assertThat(visit.getNoCharge()).isEqualTo(NoCharge.DO_NOT_BILL);
    assertThat(visit.getLines()).hasSize(2);
  }

  @Test
  void chargeAuditSummary() throws IOException {
    Inbox inbox =
        inbox("charge-audit-summary")
            .with(
                "charge_audit_summary.csv",
                "Charge ID,Account,Place of Service,DOS,Created Date,Treating Provider,CPT,Mod 1,"
                    + "Mod 2,Units,Status,Source",
                "501,A1,DTN,11/4/2026,11/5/2026,TH1,97110,GP,,2,Void,Manual")
            .read();

    Charge charge = inbox.only(Charge.class);
    assertThat(charge.getStatus()).isEqualTo(ChargeStatus.INACTIVE);
    assertThat(charge.getOrigin()).isEqualTo(ChargeOrigin.MANUAL);
    assertThat(charge.getUpdatedAt()).isEqualTo(charge.getCreatedAt());
  }

  @Test
  void everyExampleIsTried() throws IOException {
    try (var files = Files.list(Path.of("..", "examples", "mappings"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .allSatisfy(
              name ->
                  assertThat(MappingExamplesTest.class.getDeclaredMethods())
                      .extracting(method -> method.getName().toLowerCase(Locale.ROOT) + ".yaml")
                      .contains(name.replace("-", "")));
    }
  }
}
