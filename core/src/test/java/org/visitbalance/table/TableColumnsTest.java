package org.visitbalance.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class TableColumnsTest {
  private static List<String> labels(String list, String... paths) {
    return TableColumns.of(list, List.of(paths)).stream().map(TableColumn::label).toList();
  }

  @Test
  void mapsHaveAColumnForEachReason() {
    assertThat(labels("balances", "items"))
        .contains("Held by a rejection", "Charge without a note")
        .doesNotContain("Initial evaluation not billed", "UNKNOWN")
        .doesNotHaveDuplicates();
    assertThat(labels("balances", "newPatients.items"))
        .contains(
            "New patients: Held by a rejection", "New patients: Initial evaluation not billed");
  }

  @Test
  void aFieldMayMeanSomethingElseInAnotherList() {
    assertThat(labels("period/items", "kind")).containsExactly("Kind");
    assertThat(labels("discrepancies", "kind")).containsExactly("Discrepancy");
    assertThat(labels("dead-letters/records", "reason")).containsExactly("Problem");
    assertThat(labels("feeds", "source")).containsExactly("Source");
  }

  @Test
  void aBalanceWithinARowHasItsFiguresAndNotItsPeriodAgain() {
    List<TableColumn> columns = TableColumns.of("closes", List.of("location", "balance"));

    assertThat(columns).extracting(TableColumn::label).doesNotHaveDuplicates();
    assertThat(columns)
        .extracting(TableColumn::path)
        .contains("balance.reported.emrVisits", "balance.items.HELD")
        .doesNotContain("balance.location", "balance.from");
  }

  @Test
  void whatPeopleDoNotNeedIsLeftOut() {
    assertThat(labels("period/items", "summary.visit", "settings")).isEmpty();
  }

  @Test
  void everyFieldNeedsALabel() {
    assertThatThrownBy(() -> labels("visits", "brandNew")).hasMessageContaining("brandNew");
  }
}
