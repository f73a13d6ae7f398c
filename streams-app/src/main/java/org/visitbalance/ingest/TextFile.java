package org.visitbalance.ingest;

import de.siegmar.fastcsv.reader.AbstractBaseCsvCallbackHandler;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A text with a table: CSV, or the same with semicolons, tabs or bars. */
final class TextFile {
  private static final List<Character> DELIMITERS = List.of(',', ';', '\t', '|');

  /** What Excel takes as the delimiter, whatever the rest of the file looks like. */
  private static final Pattern SAID =
      Pattern.compile("\"?sep=(.)\"?", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  private final Path path;
  private final String name;
  private final Charset charset;

  TextFile(Path path, Charset charset) {
    this.path = path;
    this.name = String.valueOf(path.getFileName());
    this.charset = charset;
  }

  /** Returns the table, or null if no row of it is a header under any delimiter. */
  @Nullable Table find(HeaderSearch search) {
    Character said = saidDelimiter();
    for (char delimiter : said == null ? DELIMITERS : List.of(said)) {
      Header header = search.in(head(delimiter));
      if (header != null) {
        return new Table(
            name,
            name,
            header,
            sink ->
                parse(
                    delimiter,
                    header.size(),
                    header.line(),
                    new Cells(header.line(), sink),
                    Long.MAX_VALUE));
      }
    }
    return null;
  }

  private @Nullable Character saidDelimiter() {
    // Nobody separates cells with this, so each row is one cell.
    List<HeadRow> rows = head('\u0001');
    if (rows.stream().anyMatch(row -> row.cells().stream().anyMatch(c -> c.indexOf('\0') >= 0))) {
      throw new InputException(
          name
              + ": is not text, or is UTF-16 without a byte order mark; save the file as CSV UTF-8");
    }
    String first = rows.isEmpty() ? "" : String.join("", rows.get(0).cells());
    Matcher said = SAID.matcher(first.isEmpty() ? "" : first.replaceFirst(" +$", ""));
    return said.matches() ? said.group(1).charAt(0) : null;
  }

  private List<HeadRow> head(char delimiter) {
    List<HeadRow> rows = new ArrayList<>();
    parse(delimiter, 0, 0, new Heads(rows), HeadRow.MOST);
    return rows;
  }

  /**
   * Parses the file.
   *
   * @param most how many rows at most
   */
  private void parse(char delimiter, int width, long headerLine, Rows rows, long most) {
    try (TextReader in = new TextReader(Files.newInputStream(path), charset);
        RowCutter cut = new RowCutter(in, delimiter, width, headerLine)) {
      rows.begin(in, cut);
      // A cell that a quotation mark does not end properly never comes here: see RowCutter.
      try (CsvReader<Object> reader = reader(delimiter, rows, cut)) {
        long left = most;
        for (var each = reader.iterator(); left > 0 && each.hasNext(); left--) {
          each.next();
        }
      }
      rows.finish();
    } catch (CsvParseException e) {
      throw new InputException(name + ": is not valid CSV; export the file again", e);
    } catch (IOException | UncheckedIOException e) {
      throw Problems.unreadable(path, e);
    }
  }

  @SuppressWarnings("removal")
  private static CsvReader<Object> reader(char delimiter, Rows rows, RowCutter in) {
    return CsvReader.builder()
        .fieldSeparator(delimiter)
        .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
        .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
        .allowUnclosedQuote(false)
        .allowExtraCharsAfterClosingQuote(true)
        .build(rows, in);
  }

  /** Receives the rows of a parse. */
  private abstract static class Rows extends AbstractBaseCsvCallbackHandler<Object> {
    void begin(TextReader in, RowCutter cut) {}

    void finish() {}
  }

  /** Collects the first rows. */
  private static final class Heads extends Rows {
    private final List<HeadRow> rows;
    private List<String> cells = new ArrayList<>();

    Heads(List<HeadRow> rows) {
      this.rows = rows;
    }

    @Override
    protected void handleBegin(long startingLineNumber) {
      cells = new ArrayList<>();
    }

    @Override
    protected void handleField(int index, char[] text, int offset, int length, boolean quoted) {
      cells.add(new String(text, offset, length));
    }

    @Override
    protected Object buildRecord() {
      HeadRow row = new HeadRow(getStartingLineNumber(), cells);
      rows.add(row);
      return row;
    }
  }

  /** Passes on the cells of the rows below the header. */
  private final class Cells extends Rows {
    private final long headerLine;
    private final CellSink sink;
    private @Nullable TextReader in;
    private @Nullable RowCutter cut;
    private boolean below;

    Cells(long headerLine, CellSink sink) {
      this.headerLine = headerLine;
      this.sink = sink;
    }

    @Override
    void begin(TextReader in, RowCutter cut) {
      this.in = in;
      this.cut = cut;
    }

    @Override
    void finish() {
      broken(Long.MAX_VALUE);
      if (in != null && !in.hasLineEnd()) {
        sink.openEnd();
      }
    }

    private void broken(long before) {
      RowCutter.Broken row = cut == null ? null : cut.pollBefore(before);
      while (row != null && cut != null) {
        if (row.line() > headerLine) {
          sink.broken(row.line(), row.reason());
        }
        row = cut.pollBefore(before);
      }
    }

    @Override
    protected void handleBegin(long startingLineNumber) {
      broken(startingLineNumber);
      below = startingLineNumber > headerLine;
      if (below) {
        sink.begin(startingLineNumber);
      }
    }

    @Override
    protected void handleField(int index, char[] text, int offset, int length, boolean quoted) {
      if (!below) {
        return;
      }
      if (in != null && in.hasBroken() && TextReader.hasBroken(text, offset, offset + length)) {
        sink.dead(TextReader.broken(charset));
      } else {
        sink.text(index, text, offset, offset + length);
      }
    }

    @Override
    protected @Nullable Object buildRecord() {
      if (below) {
        sink.end();
      }
      return null;
    }
  }
}
