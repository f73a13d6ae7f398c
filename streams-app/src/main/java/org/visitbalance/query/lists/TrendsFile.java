package org.visitbalance.query.lists;

import static org.visitbalance.query.model.Column.Type.DAY;
import static org.visitbalance.query.model.Column.Type.TEXT;
import static org.visitbalance.query.model.Column.Type.TRUTH;
import static org.visitbalance.query.model.Column.Type.WHOLE;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.visitbalance.query.model.Column;
import org.visitbalance.query.request.RequestContext;

/** Trends as a file: a row for each period, with what people noted about it. */
final class TrendsFile {
  private static final String PATH = "trends";

  /** The columns, in the order of the page. */
  static final List<Column> COLUMNS =
      List.of(
          column("from", DAY),
          column("open", TRUTH),
          column("finalized", WHOLE),
          column("billed", WHOLE),
          column("difference", WHOLE),
          column("unexplained", WHOLE),
          column("unexplainedRate.rate", WHOLE),
          column("unexplainedRate.center", WHOLE),
          column("unexplainedRate.low", WHOLE),
          column("unexplainedRate.high", WHOLE),
          column("unexplainedRate.signal", TEXT),
          column("late", WHOLE),
          column("lateRate.rate", WHOLE),
          column("lateRate.center", WHOLE),
          column("lateRate.low", WHOLE),
          column("lateRate.high", WHOLE),
          column("lateRate.signal", TEXT),
          column("lagDays", WHOLE),
          column("outstanding", WHOLE),
          column("held", WHOLE),
          column("scrubbed", WHOLE),
          column("added", WHOLE),
          column("unexplainedUnits", WHOLE),
          column("atRiskCents", WHOLE),
          column("atRiskUnpriced", WHOLE),
          column("notes", TEXT));

  private TrendsFile() {}

  private static Column column(String path, Column.Type type) {
    return new Column(path, path, type, "");
  }

  /**
   * Answers with the periods of trends as CSV or as a workbook.
   *
   * @param format csv or xlsx
   */
  static void answer(
      RequestContext call,
      String format,
      List<Map<String, @Nullable Object>> periods,
      List<Map<String, @Nullable Object>> annotations) {
    ListDownload file = new ListDownload(PATH, COLUMNS, List.of(), ListDownload.isForPeople(call));
    ListDownload.Source source = each -> rows(periods, annotations).forEach(each);
    boolean isUsual = call.params().day("from") == null;
    file.answer(
        call,
        format,
        source,
        isUsual && !periods.isEmpty()
            ? List.of("Nothing from before " + periods.get(0).get("from") + ".")
            : List.of());
  }

  static List<Map<String, @Nullable Object>> rows(
      List<Map<String, @Nullable Object>> periods,
      List<Map<String, @Nullable Object>> annotations) {
    List<Map<String, @Nullable Object>> rows = new ArrayList<>();
    for (int i = 0; i < periods.size(); i++) {
      Map<String, @Nullable Object> row = new LinkedHashMap<>(periods.get(i));
      LocalDate from = day(row);
      LocalDate next = i + 1 < periods.size() ? day(periods.get(i + 1)) : LocalDate.MAX;
      row.put(
          "notes",
          annotations.stream()
              .filter(one -> !day(one).isBefore(from) && day(one).isBefore(next))
              .map(one -> one.get("location") + ": " + one.get("text"))
              .collect(Collectors.joining("; ")));
      rows.add(row);
    }
    return rows;
  }

  private static LocalDate day(Map<String, @Nullable Object> row) {
    return LocalDate.parse(String.valueOf(row.get("from")));
  }
}
