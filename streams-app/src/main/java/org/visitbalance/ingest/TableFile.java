package org.visitbalance.ingest;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Opens a file with a table: its first bytes say what it is, not its name. */
final class TableFile {
  private static final byte[] OLD_EXCEL = {(byte) 0xD0, (byte) 0xCF, 0x11, (byte) 0xE0};
  private static final byte[] ZIP = {'P', 'K', 3, 4};
  private static final String SAVE_AS = "; open it and save it as .xlsx or CSV";
  private static final int HEAD = 4096;
  private static final Pattern META = Pattern.compile("(?i)<meta[^>]*charset=[\"']?([a-z0-9_-]+)");

  private TableFile() {}

  /** A table, and how it is read. */
  record Found(Table table, MappingEntry entry) {}

  /**
   * Opens the table of a file.
   *
   * @param entry the file's mapping entry, or null to choose among the built-in profiles
   * @param rules how to take it apart
   * @throws InputException if it has no table that can be read
   */
  static Found open(Path path, @Nullable MappingEntry entry, TableRules rules) {
    HeaderSearch search = new HeaderSearch(String.valueOf(path.getFileName()), entry, rules);
    Table table = find(path, search, rules);
    if (table == null) {
      throw search.failure();
    }
    return new Found(table, search.found());
  }

  /**
   * Finds the table of a file.
   *
   * @param search finds the header in it
   * @return null if no row is one
   * @throws InputException if it has no table that can be read
   */
  static @Nullable Table find(Path path, HeaderSearch search, TableRules rules) {
    String name = String.valueOf(path.getFileName());
    byte[] head = head(path);
    if (startsWith(head, OLD_EXCEL)) {
      throw new InputException(
          name + ": is an old Excel file (.xls), or one with a password" + SAVE_AS);
    }
    if (startsWith(head, ZIP)) {
      return new WorkbookFile(path, rules.sheet()).find(search);
    } else {
      Charset said = charset(head);
      Charset charset = said == null ? rules.charset() : said;
      String text = new String(head, charset).replaceFirst("^[\\s\\uFEFF]+", "");
      if (text.startsWith("<?xml")) {
        throw new InputException(name + ": is an XML file of Excel 2003" + SAVE_AS);
      } else if (text.startsWith("<")) {
        Charset declared = said == null ? declared(text, charset) : said;
        return new PageFile(path, declared).find(search);
      } else {
        return new TextFile(path, charset).find(search);
      }
    }
  }

  /** Returns the encoding of a page: what its mapping entry says, else what it says itself. */
  private static Charset declared(String head, Charset charset) {
    Matcher meta = META.matcher(head);
    if (charset.equals(StandardCharsets.UTF_8) && meta.find()) {
      try {
        return Charset.forName(meta.group(1));
      } catch (IllegalArgumentException e) {
        return charset;
      }
    }
    return charset;
  }

  /** Returns the encoding that a byte order mark says, or null. */
  static @Nullable Charset charset(byte[] head) {
    if (head.length >= 2 && head[0] == (byte) 0xFF && head[1] == (byte) 0xFE) {
      return StandardCharsets.UTF_16LE;
    } else if (head.length >= 2 && head[0] == (byte) 0xFE && head[1] == (byte) 0xFF) {
      return StandardCharsets.UTF_16BE;
    }
    return FactLines.afterMark(head) > 0 ? StandardCharsets.UTF_8 : null;
  }

  static byte[] head(Path path) {
    try (InputStream in = Files.newInputStream(path)) {
      return in.readNBytes(HEAD);
    } catch (IOException e) {
      throw Problems.unreadable(path, e);
    }
  }

  private static boolean startsWith(byte[] bytes, byte[] wanted) {
    return bytes.length >= wanted.length
        && Arrays.equals(bytes, 0, wanted.length, wanted, 0, wanted.length);
  }
}
