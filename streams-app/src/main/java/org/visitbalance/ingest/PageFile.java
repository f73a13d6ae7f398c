package org.visitbalance.ingest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.parser.Parser;
import org.jsoup.parser.StreamParser;
import org.jspecify.annotations.Nullable;

/** An HTML page with tables, which is what many systems save as .xls. Read row by row. */
final class PageFile {
  private static final int MOST_COLUMNS = 16_384;

  private final Path path;
  private final String name;
  private final Charset charset;

  PageFile(Path path, Charset charset) {
    this.path = path;
    this.name = String.valueOf(path.getFileName());
    this.charset = charset;
  }

  /** A row of a page: of which table, in which line, and its cells. */
  private record PageRow(int table, long line, List<String> cells) {}

  /** Returns the first table with a header, or null. */
  @Nullable Table find(HeaderSearch search) {
    List<List<HeadRow>> heads = new ArrayList<>();
    Table[] found = new Table[1];
    forEach(
        row -> {
          while (heads.size() <= row.table()) {
            heads.add(new ArrayList<>());
          }
          List<HeadRow> head = heads.get(row.table());
          if (head.size() < HeadRow.MOST) {
            head.add(new HeadRow(row.line(), row.cells()));
            if (head.size() == HeadRow.MOST) {
              found[0] = first(heads.subList(0, row.table() + 1), search);
            }
          }
          return found[0] == null;
        });
    return found[0] == null ? first(heads, search) : found[0];
  }

  private @Nullable Table first(List<List<HeadRow>> heads, HeaderSearch search) {
    for (int i = 0; i < heads.size(); i++) {
      Header header = search.in(heads.get(i));
      if (header != null) {
        int table = i;
        Set<Integer> others = new HashSet<>();
        return new Table(
            name,
            name,
            header,
            sink -> read(table, header, sink, others),
            () -> others.isEmpty() ? null : unread(others.size()));
      }
    }
    return null;
  }

  private String unread(int others) {
    return name
        + ": only the first of "
        + Notices.count(others + 1L, "table", "tables")
        + " with these columns was read. To have the rows of all, open the file in a spreadsheet and"
        + " save it as CSV.";
  }

  private interface Rows {
    /** Takes a row; returns whether there should be more. */
    boolean take(PageRow row);
  }

  private void forEach(Rows rows) {
    try (TextReader in = new TextReader(Files.newInputStream(path), charset);
        StreamParser parser = new StreamParser(Parser.htmlParser().setTrackPosition(true))) {
      parser.parse(in, "");
      Iterator<Element> elements = parser.iterator();
      Map<Element, Spans> tables = new LinkedHashMap<>();
      boolean more = true;
      while (more && elements.hasNext()) {
        Element element = elements.next();
        if (element.normalName().equals("tr")) {
          Element table = element.closest("table");
          if (table != null) {
            int next = tables.size();
            Spans spans = tables.computeIfAbsent(table, first -> new Spans(next));
            more = rows.take(spans.row(element));
          }
          forget(element);
        }
      }
    } catch (IOException | UncheckedIOException e) {
      throw Problems.unreadable(path, e);
    }
  }

  /** Removes what has been read: the parser keeps all of it otherwise. */
  private static void forget(Element row) {
    Node before = row.previousSibling();
    while (before != null) {
      before.remove();
      before = row.previousSibling();
    }
    row.remove();
  }

  /** A table, and the cells of earlier rows that reach into the present one. */
  private static final class Spans {
    private final int table;
    private final List<Integer> rowsLeft = new ArrayList<>();

    Spans(int table) {
      this.table = table;
    }

    PageRow row(Element row) {
      List<String> cells = new ArrayList<>();
      for (Element cell : row.children()) {
        if (cell.normalName().equals("td") || cell.normalName().equals("th")) {
          skipCovered(cells);
          int columns = span(cell, "colspan");
          int rows = span(cell, "rowspan");
          String text = cell.text();
          for (int i = 0; i < columns && cells.size() < MOST_COLUMNS; i++) {
            cover(cells.size(), rows - 1);
            cells.add(i == 0 ? text : "");
          }
        }
      }
      skipCovered(cells);
      return new PageRow(table, row.sourceRange().start().lineNumber(), cells);
    }

    /** A cell of an earlier row is in this place: this row has none there. */
    private void skipCovered(List<String> cells) {
      while (cells.size() < rowsLeft.size() && rowsLeft.get(cells.size()) > 0) {
        rowsLeft.set(cells.size(), rowsLeft.get(cells.size()) - 1);
        cells.add("");
      }
    }

    private void cover(int column, int rows) {
      while (rowsLeft.size() <= column) {
        rowsLeft.add(0);
      }
      rowsLeft.set(column, rows);
    }

    private static int span(Element cell, String attribute) {
      int span = cell.hasAttr(attribute) ? WholeNumber.parse(cell.attr(attribute).strip()) : 1;
      return Math.min(Math.max(span, 1), MOST_COLUMNS);
    }
  }

  /** Passes on the rows of a table; notes which other tables have the same header. */
  private void read(int table, Header header, CellSink sink, Set<Integer> others) {
    boolean[] below = {false};
    forEach(
        row -> {
          if (row.table() == table) {
            if (below[0]) {
              pass(row, sink);
            }
            below[0] |= row.line() == header.line() && isHeader(row, header);
          } else if (row.table() > table && isHeader(row, header)) {
            others.add(row.table());
          }
          return true;
        });
  }

  private static boolean isHeader(PageRow row, Header header) {
    return Header.folded(new HeadRow(row.line(), row.cells())).equals(header.folded());
  }

  private void pass(PageRow row, CellSink sink) {
    sink.begin(row.line());
    for (int i = 0; i < row.cells().size(); i++) {
      char[] text = row.cells().get(i).toCharArray();
      if (TextReader.hasBroken(text, 0, text.length)) {
        sink.dead(TextReader.broken(charset));
      } else {
        sink.text(i, text, 0, text.length);
      }
    }
    sink.end();
  }
}
