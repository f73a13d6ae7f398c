package org.visitbalance.ingest;

import de.siegmar.fastcsv.reader.CsvCallbackHandler;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A CSV file: its delimiter, its header, and access to its rows. */
final class CsvTable {
  private static final int HEAD = 1 << 13;
  private static final Pattern LINE = Pattern.compile("line (\\d+)");

  private final Path path;
  private final String name;
  private final char delimiter;
  private final Header header;

  private CsvTable(Path path, String name, char delimiter, Header header) {
    this.path = path;
    this.name = name;
    this.delimiter = delimiter;
    this.header = header;
  }

  /**
   * Reads a file's header.
   *
   * @throws InputException if it cannot be read
   */
  static CsvTable open(Path path) {
    String name = String.valueOf(path.getFileName());
    try {
      char delimiter = delimiter(head(path, name));
      List<String> names = new ArrayList<>();
      try (Utf8Reader in = new Utf8Reader(Files.newInputStream(path));
          CsvReader<List<String>> rows = rows(delimiter, new TextRow(), in)) {
        for (List<String> first : rows) {
          if (!String.join("", first).isEmpty()) {
            names.addAll(first);
            break;
          }
        }
      } catch (CsvParseException e) {
        throw broken(name, e);
      } catch (UncheckedIOException e) {
        throw Problems.unreadable(path, e);
      }
      char[] joined = String.join("", names).toCharArray();
      if (Utf8Reader.hasBroken(joined, 0, joined.length)) {
        throw new InputException(
            name + ":1: the header has bytes that are not UTF-8; save the file as CSV UTF-8");
      } else if (names.isEmpty()) {
        throw new InputException(name + ": is empty; its first row must contain the column names");
      }
      return new CsvTable(path, name, delimiter, Header.of(name, names));
    } catch (IOException e) {
      throw Problems.unreadable(path, e);
    }
  }

  String name() {
    return name;
  }

  Header header() {
    return header;
  }

  /** Passes each row except the header to a handler, in file order. */
  <R> void forEach(Function<Utf8Reader, CsvCallbackHandler<R>> handlers, Consumer<R> rows) {
    try (Utf8Reader in = new Utf8Reader(Files.newInputStream(path));
        CsvReader<R> reader = rows(delimiter, handlers.apply(in), in)) {
      for (R row : reader) {
        rows.accept(row);
      }
    } catch (CsvParseException e) {
      throw broken(name, e);
    } catch (UncheckedIOException e) {
      throw Problems.unreadable(path, e);
    } catch (IOException e) {
      throw Problems.unreadable(path, e);
    }
  }

  // Lenient: a stray quote in one row must not make the whole file unusable.
  @SuppressWarnings("removal")
  private static <R> CsvReader<R> rows(
      char delimiter, CsvCallbackHandler<R> handler, Utf8Reader in) {
    return CsvReader.builder()
        .fieldSeparator(delimiter)
        .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
        .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
        .allowUnclosedQuote(false)
        .allowExtraCharsAfterClosingQuote(true)
        .build(handler, in);
  }

  private static InputException broken(String name, CsvParseException cause) {
    Matcher line = LINE.matcher(String.valueOf(cause.getMessage()));
    return new InputException(
        name
            + (line.find() ? ":" + line.group(1) : "")
            + ": is not valid CSV: the quoted cell that begins in this row has no end; correct the"
            + " row or export the file again",
        cause);
  }

  private static String head(Path path, String name) throws IOException {
    try (Utf8Reader in = new Utf8Reader(Files.newInputStream(path))) {
      char[] buffer = new char[HEAD];
      int length = 0;
      for (int read = in.read(buffer, 0, HEAD); read > 0; ) {
        length += read;
        read = in.read(buffer, length, HEAD - length);
      }
      String head = new String(buffer, 0, length);
      if (head.indexOf('\0') >= 0) {
        throw new InputException(name + ":1: is UTF-16 or not text; save the file as CSV UTF-8");
      }
      return head;
    }
  }

  /**
   * Returns the delimiter: whichever of comma, semicolon and tab is most frequent in the first row,
   * outside quotes.
   */
  private static char delimiter(String head) {
    int[] counts = new int[3];
    boolean quoted = false;
    for (int i = 0; i < head.length(); i++) {
      char letter = head.charAt(i);
      quoted ^= letter == '"';
      int kind = quoted ? -1 : ",;\t".indexOf(letter);
      if (kind >= 0) {
        counts[kind]++;
      } else if (!quoted && (letter == '\n' || letter == '\r') && !head.substring(0, i).isBlank()) {
        break;
      }
    }
    return counts[1] > counts[0] && counts[1] >= counts[2]
        ? ';'
        : counts[2] > counts[0] ? '\t' : ',';
  }
}
