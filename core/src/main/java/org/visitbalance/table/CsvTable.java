package org.visitbalance.table;

import static java.nio.charset.StandardCharsets.UTF_8;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.visitbalance.text.Cells;

/**
 * A list as CSV: RFC 4180, UTF-8, for people with a byte order mark, without which spreadsheets do
 * not read it as UTF-8. Texts that a spreadsheet would run are made harmless.
 */
public final class CsvTable implements TableRows, Closeable {
  private static final DateTimeFormatter MINUTE = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm");

  private final List<TableColumn> columns;
  private final ZoneId zone;
  private final CsvWriter csv;

  /**
   * Begins a table for spreadsheets.
   *
   * @param zone the time zone of its moments
   */
  public static CsvTable forPeople(OutputStream out, List<TableColumn> columns, ZoneId zone)
      throws IOException {
    return new CsvTable(out, columns, zone, "\uFEFF");
  }

  /** Begins a table without a byte order mark. */
  public static CsvTable forPrograms(OutputStream out, List<TableColumn> columns)
      throws IOException {
    return new CsvTable(out, columns, ZoneOffset.UTC, "");
  }

  private CsvTable(OutputStream out, List<TableColumn> columns, ZoneId zone, String mark)
      throws IOException {
    this.columns = columns;
    this.zone = zone;
    Writer writer = new BufferedWriter(new OutputStreamWriter(out, UTF_8));
    writer.write(mark);
    this.csv = CsvWriter.builder().lineDelimiter(LineDelimiter.CRLF).build(writer);
    csv.writeRecord(columns.stream().map(column -> Cells.safe(column.heading(zone))).toList());
  }

  @Override
  public void add(List<@Nullable Object> values) {
    List<String> cells = new ArrayList<>(columns.size());
    for (int i = 0; i < columns.size(); i++) {
      cells.add(cell(columns.get(i).type(), values.get(i)));
    }
    csv.writeRecord(cells);
  }

  private String cell(CellType type, @Nullable Object value) {
    Object shown = type.shown(value);
    if (shown == null) {
      return "";
    } else if (type == CellType.MONEY) {
      return BigDecimal.valueOf(((Number) shown).longValue(), 2).toString();
    } else if (shown instanceof Instant at) {
      return MINUTE.format(at.atZone(zone));
    }
    return shown instanceof String text ? Cells.safe(text) : shown.toString();
  }

  @Override
  public void close() throws IOException {
    csv.close();
  }
}
