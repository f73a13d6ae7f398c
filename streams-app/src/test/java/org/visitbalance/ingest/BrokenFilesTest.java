package org.visitbalance.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The files that people have: for each shape that is known to go wrong the smallest folder, and
 * what must be said of it. {@code said.txt} beside each folder lists the events that are read, the
 * rows that are not, and the sentences (marked !) or the refusal. To accept a change, run with
 * {@code -Dvisitbalance.golden.update} and look at what git says has changed.
 */
class BrokenFilesTest {
  private static final Path CORPUS = Path.of("src/test/resources/broken-files");
  private static final String PRESENT = "2026-11-28T12:00:00Z";

  static List<String> folders() throws IOException {
    try (Stream<Path> folders = Files.list(CORPUS)) {
      return folders.map(folder -> folder.getFileName().toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("folders")
  void whatIsSaidOfAFolderIsWhatHelps(String name) throws IOException {
    Path folder = CORPUS.resolve(name);
    String said = String.join("\n", said(folder.resolve("in"))) + "\n";
    if (System.getProperty("visitbalance.golden.update") != null) {
      Files.writeString(folder.resolve("said.txt"), said);
    }

    assertThat(said).isEqualTo(Files.readString(folder.resolve("said.txt")));
  }

  private static List<String> said(Path folder) {
    List<String> said = new ArrayList<>();
    Inbox inbox = new Inbox(folder).implyFeeds();
    try {
      inbox.asOf(PRESENT, PRESENT);
    } catch (InputException e) {
      return List.of("refused: " + e.getMessage());
    }
    inbox.facts(SpecificRecord.class).forEach(fact -> said.add(fact.get(1).toString()));
    said.addAll(inbox.deadLetters());
    inbox.notes().forEach(note -> said.add("! " + note));
    long rows = inbox.counts().stream().mapToLong(count -> count.rows).sum();
    long skipped = inbox.counts().stream().mapToLong(count -> count.skipped).sum();
    long dead = inbox.counts().stream().mapToLong(count -> count.dead.sum()).sum();
    said.add("rows " + rows + ", skipped " + skipped + ", unusable " + dead);
    return said;
  }
}
