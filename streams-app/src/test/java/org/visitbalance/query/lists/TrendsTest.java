package org.visitbalance.query.lists;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.visitbalance.query.model.Column;
import org.visitbalance.table.TableColumn;
import org.visitbalance.table.TableColumns;

/** What is added up to trends, and what stands out in them. */
class TrendsTest {
  private static final LocalDate FIRST = LocalDate.parse("2026-09-07");
  private static final long[] UNEXPLAINED = {1, 0, 1, 2, 0, 1, 1, 0, 1, 9};
  private static final long[] VISITS = {40, 38, 42, 41, 39, 40, 43, 37, 41, 40};

  private final List<LocalDate> weeks = new ArrayList<>();
  private final Trends trends =
      new Trends(
          weeks, day -> FIRST.plusWeeks(Math.floorDiv(ChronoUnit.DAYS.between(FIRST, day), 7)));

  private void fill(String location, long... unexplained) {
    for (int i = 0; i < unexplained.length; i++) {
      Trends.Figures more = new Trends.Figures();
      more.finalized = VISITS[i];
      more.billed = VISITS[i] - 2;
      more.expected = VISITS[i];
      more.billedOfExpected = VISITS[i] - 1;
      more.unexplained = unexplained[i];
      more.late = 2;
      more.lagDays = 10;
      trends.add(location, FIRST.plusWeeks(i).plusDays(i % 7), more);
    }
  }

  private Map<String, ?> told() {
    LocalDate open = FIRST.plusWeeks(10);
    for (int i = 0; i <= 10; i++) {
      weeks.add(FIRST.plusWeeks(i));
    }
    return trends.told(open::equals);
  }

  @SuppressWarnings("unchecked")
  private static List<Map<String, ?>> rows(Map<String, ?> told, String name) {
    return (List<Map<String, ?>>) told.get(name);
  }

  @Test
  void whatChanceDoesNotExplainIsMarkedOfAllAndOfEach() {
    fill("EST", UNEXPLAINED);
    fill("WST", new long[10]);
    Map<String, ?> told = told();

    assertThat(rows(told, "signals")).hasSize(1);
    assertThat(rows(told, "signals").get(0).toString())
        .contains("location=EST, from=2026-11-09, metric=UNEXPLAINED, count=9, rate=0.225, of=40")
        .contains("high=0.0841, signal=ABOVE");
    List<Map<String, ?>> periods = rows(told, "periods");
    assertThat(periods).hasSize(11);
    assertThat(periods.get(9).toString())
        .contains("finalized=80, billed=76, difference=4, outstanding=2, unexplained=9")
        .contains("late=4, lagDays=0.2564")
        .contains("unexplainedRate={rate=0.1125, of=80")
        .as("2 of 80 are unbilled, and 4 were billed on a later day")
        .contains("lateRate={rate=0.075, of=80");
    assertThat(periods.get(10).toString())
        .contains("open=true, finalized=0")
        .contains("lagDays=null")
        .contains(
            "unexplainedRate={rate=null, of=0, center=null, low=null, high=null, signal=null}");
  }

  @Test
  void withFewPeriodsNothingIsSaidToBeUnusual() {
    fill("EST", 0, 0, 0, 0, 0, 0, 30);
    Map<String, ?> told = trendsOf(7);

    assertThat(rows(told, "signals")).isEmpty();
    assertThat(rows(told, "periods").get(6).toString()).contains("center=null");
  }

  private Map<String, ?> trendsOf(int periods) {
    for (int i = 0; i < periods; i++) {
      weeks.add(FIRST.plusWeeks(i));
    }
    return trends.told(any -> false);
  }

  @Test
  void thePayersWithTheMostUnitsAreToldAndTheOthersTogether() {
    for (int i = 0; i < 9; i++) {
      Trends.Figures more = new Trends.Figures();
      more.scrubbed = i + 1L;
      trends.addPayer(i == 8 ? null : "P" + i, FIRST.plusWeeks(1), more);
    }
    List<Map<String, ?>> payers = rows(trendsOf(2), "payers");

    assertThat(payers.stream().map(row -> row.get("payerId") + " " + row.get("scrubbed")))
        .containsExactly(
            "null [0, 9]",
            "P7 [0, 8]",
            "P6 [0, 7]",
            "P5 [0, 6]",
            "P4 [0, 5]",
            "P3 [0, 4]",
            "null [0, 6]");
    assertThat(payers.get(6).get("others")).isEqualTo(true);
  }

  @Test
  void theFileHasARowForEachPeriodWithItsNotes() {
    fill("EST", UNEXPLAINED);
    Map<String, Object> note = new LinkedHashMap<>();
    note.put("location", "EST");
    note.put("from", "2026-11-09");
    note.put("text", "EMR outage on Tuesday");
    List<Map<String, Object>> periods = new ArrayList<>();
    rows(told(), "periods").forEach(one -> periods.add(new LinkedHashMap<>(one)));

    List<Map<String, Object>> rows = TrendsFile.rows(periods, List.of(note));

    assertThat(rows).hasSize(11);
    assertThat(rows.get(9).get("notes")).isEqualTo("EST: EMR outage on Tuesday");
    assertThat(rows.get(8).get("notes")).isEqualTo("");
    assertThat(rows.get(10).get("notes")).isEqualTo("");
    assertThat(
            TableColumns.of("trends", TrendsFile.COLUMNS.stream().map(Column::path).toList())
                .stream()
                .map(TableColumn::label))
        .hasSize(26)
        .doesNotHaveDuplicates();
  }
}
