package org.visitbalance.query.lists;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.util.RawValue;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.visitbalance.query.model.Column;
import org.visitbalance.query.model.Stopped;
import org.visitbalance.query.request.JsonValues;
import org.visitbalance.query.request.RequestContext;
import org.visitbalance.table.CellType;
import org.visitbalance.table.CsvTable;
import org.visitbalance.table.TableColumn;
import org.visitbalance.table.TableColumns;
import org.visitbalance.table.TableRows;
import org.visitbalance.table.WorkbookWriter;
import org.visitbalance.text.PlainTime;
import org.visitbalance.text.Words;

/**
 * A list as a file: CSV or a workbook. For people, with headings and symbols in words and the
 * columns that they need; for programs, with the paths of the fields and their values as in JSON.
 */
final class ListDownload {
  static final String CSV = "text/csv";
  static final String XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

  private final String path;
  private final boolean isForPeople;
  private final List<TableColumn> columns;
  private final List<String[]> places;

  /**
   * A file of a list.
   *
   * @param path of the list in the API
   * @param all the columns of the list
   * @param blanks names of columns that people fill in
   * @param isForPeople whether headings and values are in words
   */
  ListDownload(String path, List<Column> all, List<String> blanks, boolean isForPeople) {
    this.path = path;
    this.isForPeople = isForPeople;
    this.columns =
        isForPeople
            ? TableColumns.of(
                path, Stream.concat(all.stream().map(Column::path), blanks.stream()).toList())
            : Stream.concat(
                    all.stream().map(ListDownload::asNamed),
                    blanks.stream().map(name -> new TableColumn(name, name, CellType.TEXT)))
                .toList();
    this.places = columns.stream().map(column -> column.path().split("\\.", -1)).toList();
  }

  private static TableColumn asNamed(Column column) {
    boolean isWhole = column.type() == Column.Type.WHOLE;
    return new TableColumn(column.path(), column.path(), isWhole ? CellType.WHOLE : CellType.TEXT);
  }

  /** Gives all rows of a list, one after the other. */
  @FunctionalInterface
  interface Source {
    void rows(Consumer<Map<String, @Nullable Object>> each);
  }

  /** Returns whether headings and values have to be in words. */
  static boolean isForPeople(RequestContext call) {
    return !"names".equals(call.params().symbol("headers", ListRoute.HEADERS));
  }

  /**
   * Answers with a file. That it is a part of the list is in its name, as a CSV file has no other
   * place for it.
   *
   * @param format csv or xlsx
   * @param unasked what the file leaves out although nobody has asked for a part
   */
  void answer(RequestContext call, String format, Source source, List<String> unasked) {
    boolean isPart = !PartOfAList.lines(call).isEmpty();
    String name = "visit-balance-" + path.replace('/', '-') + (isPart ? "-part" : "");
    if (format.equals("xlsx")) {
      workbook(call.http(), name, call, source, unasked);
    } else {
      csv(call.http(), name, call, source);
    }
  }

  /** Answers with a CSV file. */
  private void csv(Context http, String name, RequestContext call, Source source) {
    http.contentType(CSV + "; charset=utf-8");
    attach(http, name + ".csv");
    try (CsvTable table =
        isForPeople
            ? CsvTable.forPeople(http.outputStream(), columns, call.settings().zone())
            : CsvTable.forPrograms(http.outputStream(), columns)) {
      write(table, source);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Answers with a workbook. */
  private void workbook(
      Context http, String name, RequestContext call, Source source, List<String> unasked) {
    String title = Words.labelOf(path.replace('/', ' ').replace('-', ' ').toUpperCase(Locale.ROOT));
    try (WorkbookWriter workbook = new WorkbookWriter(call.settings().zone())) {
      write(workbook.sheet(title, columns), source);
      http.contentType(XLSX);
      attach(http, name + ".xlsx");
      workbook.writeTo(http.outputStream(), about(call, title, unasked));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> about(RequestContext call, String title, List<String> unasked) {
    Stopped stopped = call.freshness().stopped();
    List<String> lines = new ArrayList<>();
    if (stopped != null) {
      lines.add("These figures have stopped: " + stopped.reason() + ".");
    }
    lines.add(
        title
            + " of "
            + call.tenant()
            + ", as of "
            + PlainTime.of(call.now(), call.settings().zone()));
    lines.addAll(unasked);
    lines.addAll(PartOfAList.lines(call));
    return lines;
  }

  private static void attach(Context http, String file) {
    http.header("Content-Disposition", "attachment; filename=\"" + file + "\"");
  }

  private void write(TableRows table, Source source) {
    source.rows(
        row -> {
          try {
            table.add(values(row));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  private List<@Nullable Object> values(Map<String, @Nullable Object> row) {
    Map<String, Map<?, ?>> parsed = new LinkedHashMap<>();
    List<@Nullable Object> values = new ArrayList<>(places.size());
    for (String[] place : places) {
      Object value = row;
      String at = "";
      for (String name : place) {
        if (value instanceof RawValue raw) {
          String key = at;
          value = parsed.computeIfAbsent(key, any -> map(String.valueOf(raw.rawValue())));
        }
        value = value instanceof Map<?, ?> map ? map.get(name) : null;
        at = at + "." + name;
      }
      values.add(value instanceof RawValue raw ? raw.rawValue() : value);
    }
    return values;
  }

  private static Map<?, ?> map(String json) {
    try {
      return JsonValues.mapper().readValue(json, Map.class);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
