package org.visitbalance.query.decisions;

import static java.nio.charset.StandardCharsets.UTF_8;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.visitbalance.query.request.Problem;
import org.visitbalance.text.Cells;

/**
 * The work list as a file, with what somebody has filled in. A row without a decision is left
 * alone; the columns that nobody asks for are not looked at.
 */
public final class DecisionSheet {
  /** The columns that the list has for them, blank. */
  public static final List<String> BLANK = List.of("decision", "reason", "note");

  private static final Map<String, String> NAMES =
      Map.of(
          DecisionRequest.DISCREPANCY, "id",
          DecisionRequest.CHARGE, "charge",
          DecisionRequest.ACTION, "decision",
          DecisionRequest.REASON, "reason",
          DecisionRequest.ASSIGNEE, "assignee",
          DecisionRequest.NOTE, "note");

  /** What the list for people calls a column whose label is not its name. */
  private static final Map<String, String> LABELS = Map.of("assigned to", "assignee");

  private DecisionSheet() {}

  /** What the rows of a file want. */
  static List<DecisionRequest> read(byte[] bytes, int most) {
    String text = text(bytes);
    List<DecisionRequest> wanted = new ArrayList<>();
    Map<String, Integer> columns = null;
    try (CsvReader<CsvRecord> rows =
        CsvReader.builder().fieldSeparator(separator(text)).ofCsvRecord(text)) {
      for (CsvRecord row : rows) {
        if (columns == null) {
          columns = columns(row.getFields());
        } else if (!isBlank(row.getFields(), columns)) {
          wanted.add(wanted(row, columns));
          if (wanted.size() > most) {
            throw Problem.of(
                413,
                "Content too large",
                "Upload at most " + most + " rows with decisions at once. None was saved.");
          }
        }
      }
    } catch (CsvParseException e) {
      throw Problem.unusable("body", "is not valid CSV: a quoted cell has no closing quote");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (columns == null) {
      throw Problem.unusable(
          "body", "is empty. Upload the work list's CSV with decisions filled in");
    }
    return wanted;
  }

  private static String text(byte[] bytes) {
    try {
      String text = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw Problem.unusable("body", "is not UTF-8. Save the file as CSV UTF-8");
    }
  }

  /** Spreadsheets of some countries write semicolons. */
  private static char separator(String text) {
    String head = text.lines().findFirst().orElse("");
    char best = ',';
    for (char one : new char[] {';', '\t'}) {
      best = count(head, one) > count(head, best) ? one : best;
    }
    return best;
  }

  private static long count(String text, char of) {
    return text.chars().filter(one -> one == of).count();
  }

  private static Map<String, Integer> columns(List<String> head) {
    Map<String, Integer> columns = new HashMap<>();
    for (int i = 0; i < head.size(); i++) {
      String told = head.get(i).strip().toLowerCase(Locale.ROOT);
      String name = LABELS.getOrDefault(told, told);
      if (NAMES.containsValue(name) && columns.put(name, i) != null) {
        throw Problem.unusable(name, "is in the header row twice");
      }
    }
    for (String needed : List.of("id", "decision")) {
      if (!columns.containsKey(needed)) {
        throw Problem.unusable(
            needed, "is missing from the header row. Start from the work list's CSV");
      }
    }
    return columns;
  }

  private static boolean isBlank(List<String> cells, Map<String, Integer> columns) {
    String decision = cell(cells, columns, "decision");
    return decision == null || decision.isBlank();
  }

  /** The list shows who works it already: that is no wish of a row that accepts. */
  private static DecisionRequest wanted(CsvRecord row, Map<String, Integer> columns) {
    List<String> cells = row.getFields();
    String decision = String.valueOf(cell(cells, columns, "decision"));
    String action = decision.strip().toUpperCase(Locale.ROOT);
    boolean assigns = action.startsWith("ASSIGN");
    boolean links = action.startsWith("LINK") || action.startsWith("UNLINK");
    return DecisionRequest.of(
        row.getStartingLineNumber(),
        name ->
            (name.equals(DecisionRequest.ASSIGNEE) && !assigns)
                    || (name.equals(DecisionRequest.CHARGE) && !links)
                    || name.equals(DecisionRequest.VISIT)
                ? null
                : cell(cells, columns, String.valueOf(NAMES.get(name))));
  }

  private static @Nullable String cell(
      List<String> cells, Map<String, Integer> columns, String name) {
    Integer at = columns.get(name);
    return at == null || at >= cells.size() ? null : Cells.plain(cells.get(at));
  }
}
