package org.visitbalance.table;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.dhatim.fastexcel.Workbook;
import org.dhatim.fastexcel.Worksheet;
import org.jspecify.annotations.Nullable;

/**
 * Writes an XLSX workbook, a sheet for each list: frozen headings with filters, real dates, numbers
 * and amounts. Nothing in it says when it was made, so that equal lists are equal bytes. It is
 * written to a temporary file first; memory holds only a few rows.
 */
public final class WorkbookWriter implements Closeable {
  /** The rows of a sheet below its headings. */
  static final int MOST_ROWS = Worksheet.MAX_ROWS - 1;

  private static final String PROGRAM = "Visit Balance";
  private static final String ABOUT = "About";
  private static final int MOST_TITLE = 25;

  /** The first moment that a ZIP entry can have. */
  private static final LocalDateTime ZIP_EPOCH = LocalDateTime.of(1980, 1, 1, 0, 0);

  private static final String CREATED = "<dcterms:created[^>]*>[^<]*</dcterms:created>";

  private final Path draft;
  private final OutputStream draftStream;
  private final Workbook workbook;
  private final Worksheet about;
  private final ZoneId zone;
  private final int mostRows;
  private final List<String> contents = new ArrayList<>();
  private @Nullable WorkbookSheet open;

  /**
   * Begins a workbook.
   *
   * @param zone the time zone of its moments
   */
  public WorkbookWriter(ZoneId zone) throws IOException {
    this(zone, MOST_ROWS);
  }

  WorkbookWriter(ZoneId zone, int mostRows) throws IOException {
    this.zone = zone;
    this.mostRows = mostRows;
    draft = Files.createTempFile("visit-balance-", ".xlsx");
    draftStream = new BufferedOutputStream(Files.newOutputStream(draft));
    workbook = new Workbook(draftStream, PROGRAM, "1.0");
    workbook.setCompressionLevel(Deflater.BEST_SPEED);
    about = workbook.newWorksheet(ABOUT);
  }

  /**
   * Begins the sheet of a list; that of the list before is complete.
   *
   * @param title the name of the list
   */
  public TableRows sheet(String title, List<TableColumn> columns) throws IOException {
    endSheet();
    WorkbookSheet begun =
        new WorkbookSheet(
            workbook,
            title.substring(0, Math.min(MOST_TITLE, title.length())),
            columns,
            zone,
            mostRows);
    open = begun;
    return begun;
  }

  private void endSheet() throws IOException {
    if (open != null) {
      open.end();
      contents.add(open.contents());
      open = null;
    }
  }

  /**
   * Completes the workbook and copies it to a stream, which stays open.
   *
   * @param lines what its first sheet says, before it lists the others
   */
  public void writeTo(OutputStream out, List<String> lines) throws IOException {
    endSheet();
    int row = 0;
    about.width(0, 110);
    for (String line : lines) {
      about.inlineString(row, 0, line);
      about.style(row, 0).wrapText(true).set();
      row++;
    }
    if (row > 0) {
      about.style(0, 0).bold().set();
      row++;
    }
    for (String line : contents) {
      about.inlineString(row++, 0, line);
    }
    workbook.finish();
    draftStream.close();
    copy(out);
  }

  /** Copies the draft without what says when it was made. */
  private void copy(OutputStream out) throws IOException {
    ZipOutputStream zip = new ZipOutputStream(out, UTF_8);
    try (ZipFile made = new ZipFile(draft.toFile(), UTF_8)) {
      for (Enumeration<? extends ZipEntry> all = made.entries(); all.hasMoreElements(); ) {
        ZipEntry entry = all.nextElement();
        ZipEntry copy = new ZipEntry(entry.getName());
        copy.setTimeLocal(ZIP_EPOCH);
        zip.putNextEntry(copy);
        try (InputStream in = made.getInputStream(entry)) {
          if (entry.getName().equals("docProps/core.xml")) {
            String text = new String(in.readAllBytes(), UTF_8);
            zip.write(text.replaceAll(CREATED, "").getBytes(UTF_8));
          } else {
            in.transferTo(zip);
          }
        }
        zip.closeEntry();
      }
    }
    zip.finish();
  }

  /** Deletes the temporary file. */
  @Override
  public void close() throws IOException {
    draftStream.close();
    Files.deleteIfExists(draft);
  }
}
