package org.visitbalance.report.html;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.visitbalance.output.DeadLetter;
import org.visitbalance.report.Result;
import org.visitbalance.text.Words;

/** What was read: how the records were counted, the files, and what could not be used. */
final class Records {
  private static final int MOST_FILES = 500;
  private static final int MOST_LETTERS = 100;

  private Records() {}

  static void write(Html html, Result result) {
    html.section("records", "What was read");
    html.paragraph(result.account().sentence());
    files(html, result.sources());
    letters(html, result.deadLetters());
    html.close("section");
  }

  private static void files(Html html, List<Result.Source> files) {
    if (files.isEmpty()) {
      return;
    }
    boolean folded = files.size() > 20;
    if (folded) {
      html.fold(Words.count(files.size(), "file", "files"), false);
    }
    HtmlTable table = new HtmlTable(html, "small", "File", "#Rows", "#Skipped", "#Invalid");
    for (Result.Source file : files.subList(0, Math.min(MOST_FILES, files.size()))) {
      table
          .row()
          .cell(file.name())
          .cell(Words.count(file.rows()))
          .cell(Words.count(file.skipped()))
          .cell(file.invalid() > 0 ? "HIGH" : "", Words.count(file.invalid()))
          .end();
    }
    table.close();
    if (files.size() > MOST_FILES) {
      html.remark("And " + Words.count(files.size() - MOST_FILES) + " more.");
    }
    if (folded) {
      html.close("details");
    }
  }

  private static void letters(Html html, List<DeadLetter> letters) {
    if (letters.isEmpty()) {
      return;
    }
    html.element("h3", "Invalid records");
    html.remark("They count nowhere. Correct the file or export it again.");
    HtmlTable table = new HtmlTable(html, "small", "File", "#Line", "Problem");
    Map<String, Map<Long, String>> sorted = new TreeMap<>();
    for (DeadLetter letter : letters) {
      sorted
          .computeIfAbsent(letter.getSource(), any -> new TreeMap<>())
          .merge(letter.getPosition(), problem(letter), (one, other) -> one + "; " + other);
    }
    int shown = 0;
    for (Map.Entry<String, Map<Long, String>> file : sorted.entrySet()) {
      for (Map.Entry<Long, String> line : file.getValue().entrySet()) {
        if (++shown <= MOST_LETTERS) {
          table
              .row()
              .cell(file.getKey())
              .cell(String.valueOf(line.getKey()))
              .cell(line.getValue())
              .end();
        }
      }
    }
    table.close();
    if (shown > MOST_LETTERS) {
      html.remark(Words.count(shown - MOST_LETTERS) + " more are in dead-letters.jsonl.");
    }
  }

  private static String problem(DeadLetter letter) {
    return (letter.getField() == null ? "" : letter.getField() + " ") + letter.getReason();
  }
}
