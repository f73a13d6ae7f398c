package org.visitbalance.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a mapping may say about its tables: files.md#mapping. */
class TableRulesTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "header: 0 | 'files[1].header' must be the number of the header's line, 1 or more",
        "encoding: latin | 'files[1].encoding' must be UTF-8, UTF-16, UTF-16LE, UTF-16BE or"
            + " windows-1252",
        "totals: {check: cptCode} | 'files[1].totals.check' must be a field with numbers: units or"
            + " amountCents, which a charge has",
        "totals: {check: locationId} | 'files[1].totals.check' must be a field with numbers: units or"
            + " amountCents, which a charge has",
        "totals: {match: \"(\"} | 'files[1].totals.match' must be a regular expression",
        "totals: {sum: units} | 'files[1].totals.sum' is not a known key; allowed are match, check",
        "skip: {column: Type} | 'files[1].skip.matches' is missing; it must be a regular expression",
        "skip: Type | 'files[1].skip' must be {column: NAME, matches: PATTERN}",
        "columns: {dateOfService: {column: D, midnight: time}} |"
            + " 'files[1].columns.dateOfService.midnight' applies to times only; dateOfService is"
            + " none",
        "columns: {createdAt: {column: D, midnight: noon}} |"
            + " 'files[1].columns.createdAt.midnight' must be time",
      })
  void whatCannotBeMeantIsNamed(String rule, String complaint) {
    Inbox inbox =
        new Inbox(folder)
            .with(
                "mapping.yaml",
                "tenant: T1",
                "files:",
                "  - match: b.csv",
                "    profile: revflow-billing-charges",
                "    " + rule);

    assertThat(inbox.complaint()).isEqualTo("mapping.yaml:5: " + complaint);
  }

  @Test
  void autoTakesNoColumns() {
    Inbox inbox =
        new Inbox(folder)
            .with(
                "mapping.yaml", "files:", "  - {match: b.csv, profile: auto, columns: {units: U}}");

    assertThat(inbox.complaint())
        .isEqualTo(
            "mapping.yaml:2: 'files[1].columns' does not go with profile: auto; name the profile that"
                + " it changes");
  }

  @Test
  void columnsOfRulesMustBeThere() {
    Inbox inbox =
        new Inbox(folder)
            .with(
                "mapping.yaml",
                "tenant: T1",
                "files:",
                "  - {match: f.csv, fact: feed, fillDown: Region, skip: {column: Type, matches: x},",
                "     columns: {source: S, completeUntil: U}}")
            .with("f.csv", "S,U", "EMR,11/4/2026");

    assertThat(inbox.complaint())
        .isEqualTo(
            "f.csv: the header lacks Region, Type, required by mapping.yaml:3; correct the column"
                + " names or mark them optional: true");
  }
}
