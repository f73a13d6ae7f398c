package org.visitbalance.query.lists;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.visitbalance.query.decisions.DecisionSheet;
import org.visitbalance.query.model.Column;
import org.visitbalance.table.TableColumn;
import org.visitbalance.table.TableColumns;

class ListDownloadTest {
  private static final Map<String, Listing> LISTS =
      Map.ofEntries(
          Map.entry("locations", Lists.LOCATIONS),
          Map.entry("balances", Lists.BALANCES),
          Map.entry("period/items", ItemList.ITEMS),
          Map.entry("period/providers", ItemList.PROVIDERS),
          Map.entry("visits", Lists.VISITS),
          Map.entry("discrepancies", WorkLists.DISCREPANCIES),
          Map.entry("late-arrivals", WorkLists.LATE_ARRIVALS),
          Map.entry("unit-variances", Lists.UNIT_VARIANCES),
          Map.entry("unit-variances/summary", Lists.UNIT_SUMMARY),
          Map.entry("cap-proposals", Lists.CAP_PROPOSALS),
          Map.entry("insights", Lists.INSIGHTS),
          Map.entry("settings/history", Lists.SETTINGS_HISTORY),
          Map.entry("closes", Lists.CLOSES),
          Map.entry("feeds", Lists.FEEDS),
          Map.entry("dead-letters", Lists.DEAD_LETTERS),
          Map.entry("dead-letters/records", Lists.DEAD_LETTER_RECORDS));

  static Stream<String> paths() {
    return LISTS.keySet().stream().sorted();
  }

  @ParameterizedTest
  @MethodSource("paths")
  void everyListHasHeadingsInWordsAndNoneTwice(String path) {
    List<String> fields = LISTS.get(path).columns().stream().map(Column::path).toList();
    List<String> labels = TableColumns.of(path, fields).stream().map(TableColumn::label).toList();

    assertThat(labels).isNotEmpty().doesNotHaveDuplicates();
    assertThat(labels).allMatch(label -> label.matches("[A-Z].*"));
  }

  @Test
  void theWorkListCanBeFilledIn() {
    List<String> fields =
        Stream.concat(
                WorkLists.DISCREPANCIES.columns().stream().map(Column::path),
                DecisionSheet.BLANK.stream())
            .toList();

    assertThat(TableColumns.of("discrepancies", fields))
        .extracting(TableColumn::label)
        .startsWith("ID")
        .contains("Assigned to")
        .endsWith("Decision", "Reason", "Note")
        .doesNotHaveDuplicates();
  }

  /** The page's tables have the same headings. */
  @Test
  void thePageHasTheSameLabels() throws IOException {
    StringBuilder page = new StringBuilder();
    try (Stream<Path> files = Files.walk(Path.of("src/main/resources/web/js"))) {
      for (Path file : files.filter(one -> one.toString().endsWith(".js")).toList()) {
        page.append(Files.readString(file));
      }
    }
    List<String> fields =
        List.of(
            "severity",
            "location",
            "date",
            "visit",
            "providerId",
            "assignee",
            "emrVisits",
            "billingVisits",
            "emrUnits",
            "billingUnits",
            "payerId",
            "cpt",
            "month",
            "visits",
            "documented",
            "billed",
            "scrubbed",
            "added",
            "explained",
            "unexplained",
            "rule",
            "status",
            "finalizedOn",
            "createdOn",
            "cause",
            "heldFrom",
            "heldUntil",
            "reason",
            "dateOfService",
            "rejectionType",
            "reasonCode",
            "units");
    for (TableColumn column : TableColumns.of("period/items", fields)) {
      assertThat(page).contains(">" + column.label() + "<");
    }
  }
}
