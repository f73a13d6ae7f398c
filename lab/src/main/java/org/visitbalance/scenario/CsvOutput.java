package org.visitbalance.scenario;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The rows of one CSV file, and how they are written. */
final class CsvOutput {
  private final Path folder;
  private final ExtractStyle style;

  CsvOutput(Path folder, ExtractStyle style) {
    this.folder = folder;
    this.style = style;
  }

  /** Writes rows below a header, or below the rows that the file already has. */
  void append(String name, List<String> header, List<List<String>> rows) throws IOException {
    Path path = folder.resolve(name);
    boolean begun = Files.exists(path);
    try (BufferedWriter out =
            Files.newBufferedWriter(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        CsvWriter csv =
            CsvWriter.builder()
                .fieldSeparator(style.delimiter())
                .lineDelimiter(style.crlf() ? LineDelimiter.CRLF : LineDelimiter.LF)
                .build(out)) {
      if (!begun) {
        if (style.bom()) {
          out.write('\uFEFF');
        }
        csv.writeRecord(header);
      }
      rows.forEach(csv::writeRecord);
    }
  }

  /** Moves all files to a folder of the same file system, in which each is whole at once. */
  void moveTo(Path other) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.move(file, other.resolve(file.getFileName()), StandardCopyOption.ATOMIC_MOVE);
      }
    }
  }

  /**
   * Returns the rows in random order if the style asks for it; rows with the same text in the given
   * column keep their order.
   */
  List<List<String>> shuffled(List<List<String>> rows, int together) {
    Long seed = style.shuffleSeed();
    if (seed == null) {
      return rows;
    }
    List<List<String>> shuffled = new ArrayList<>(rows);
    SeededRandom random = SeededRandom.of(seed, rows.size(), 0, 0);
    for (int i = shuffled.size() - 1; i > 0; i--) {
      Collections.swap(shuffled, i, random.below(i + 1));
    }
    Map<String, List<List<String>>> inOrder = new HashMap<>();
    rows.forEach(
        row -> inOrder.computeIfAbsent(row.get(together), k -> new ArrayList<>()).add(row));
    Map<String, Integer> taken = new HashMap<>();
    shuffled.replaceAll(
        row -> {
          String key = row.get(together);
          int next = taken.merge(key, 1, Integer::sum) - 1;
          return inOrder.getOrDefault(key, List.of()).get(next);
        });
    return shuffled;
  }
}
