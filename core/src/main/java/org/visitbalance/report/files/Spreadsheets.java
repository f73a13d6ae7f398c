package org.visitbalance.report.files;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.visitbalance.report.Result;
import org.visitbalance.report.Silence;
import org.visitbalance.report.StatusSentence;
import org.visitbalance.report.TenantResult;
import org.visitbalance.table.CsvTable;
import org.visitbalance.table.WorkbookWriter;

/** The lists of a result for people who work in spreadsheets. */
final class Spreadsheets {
  static final String WORKBOOK = "visit-balance.xlsx";
  static final String FOLDER = "csv";

  private final Result result;
  private final UnaryOperator<String> visitName;
  private final ZoneId zone;

  Spreadsheets(Result result, UnaryOperator<String> visitName) {
    this.result = result;
    this.visitName = visitName;
    List<String> zones =
        result.settings().values().stream()
            .map(settings -> settings.getZone())
            .flatMap(Stream::ofNullable)
            .distinct()
            .toList();
    this.zone = ZoneId.of(zones.size() == 1 ? zones.get(0) : "UTC");
  }

  /** Writes a folder of CSV files. */
  void writeCsv(Path folder) throws IOException {
    Files.createDirectory(folder);
    List<CsvTable> open = new ArrayList<>();
    try {
      ResultTables.write(
          result,
          visitName,
          (title, file, columns) -> {
            close(open);
            OutputStream out = Files.newOutputStream(folder.resolve(file + ".csv"));
            CsvTable table =
                CsvTable.forPeople(new BufferedOutputStream(out, 1 << 16), columns, zone);
            open.add(table);
            return table;
          });
    } finally {
      close(open);
    }
  }

  private static void close(List<CsvTable> open) throws IOException {
    for (CsvTable table : open) {
      table.close();
    }
    open.clear();
  }

  /** Writes a workbook. */
  void writeWorkbook(Path file) throws IOException {
    try (WorkbookWriter workbook = new WorkbookWriter(zone);
        OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
      ResultTables.write(
          result, visitName, (title, name, columns) -> workbook.sheet(title, columns));
      workbook.writeTo(out, about());
    }
  }

  private List<String> about() {
    List<TenantResult> tenants = TenantResult.of(result);
    List<String> lines = new ArrayList<>();
    for (TenantResult tenant : tenants) {
      lines.add("Visit balance of " + tenant.tenant() + ", as of " + tenant.plain(tenant.asOf()));
      lines.add(StatusSentence.of(tenant));
    }
    if (tenants.isEmpty()) {
      lines.add("Nothing to balance: no visits, charges or open notes.");
    }
    lines.addAll(Silence.warnings(result, tenants));
    return lines;
  }
}
