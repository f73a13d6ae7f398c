package org.visitbalance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.visitbalance.core.Reasons;
import org.visitbalance.output.Reason;
import org.visitbalance.text.Words;

/** The page's files keep what its policy and its readers need. */
class PageFilesTest {
  private static final Path WEB = Path.of("src/main/resources/web");

  /** The names of an import, or a name that a file itself declares. */
  private static final Pattern DECLARED =
      Pattern.compile(
          "(?m)^import \\{([^}]*)}|^(?:export )?(?:const|let|function|async function|class) (\\w+)");

  @Test
  void everyReasonHasPlainWordsAndItsKind() throws IOException {
    String words = Files.readString(WEB.resolve("js/words.js"));
    for (Reason reason : Reason.values()) {
      if (reason != Reason.UNKNOWN) {
        String entry = "  %s: { kind: \"%s\", short: \"".formatted(reason, Reasons.kind(reason));
        assertThat(words.contains(entry)).as("words.js has %s", entry).isTrue();
      }
    }
  }

  /** The page and the reports call a thing by the same name. */
  @Test
  void thePageHasTheLabelsOfTheReports() throws IOException {
    String words = Files.readString(WEB.resolve("js/words.js"));
    for (Reason reason : Reason.values()) {
      if (reason != Reason.UNKNOWN) {
        assertThat(words).contains("short: \"%s\"".formatted(Words.of(reason.name())));
      }
    }
    for (String kind : Reasons.kinds()) {
      assertThat(Words.of(kind)).isNotEqualTo(kind);
      assertThat(words).contains("\"%s\"".formatted(Words.of(kind)));
    }
  }

  @Test
  void nothingRunsThatIsWrittenIntoAPage() throws IOException {
    for (Path file : files(".html", ".js")) {
      String text = Files.readString(file);
      assertThat(text).as(file.toString()).doesNotContainPattern("\\beval\\(|new Function");
      assertThat(text).as(file.toString()).doesNotContainPattern(" style=\"| on[a-z]+=\"");
      assertThat(text).as(file.toString()).doesNotContainPattern("<script>|<style>");
    }
  }

  /** A browser refuses the whole file, and with it the page. */
  @Test
  void noNameIsDeclaredTwice() throws IOException {
    for (Path file : files(".js")) {
      if (!file.toString().contains("vendor")) {
        List<String> names =
            DECLARED
                .matcher(Files.readString(file))
                .results()
                .flatMap(
                    one ->
                        one.group(1) == null
                            ? Stream.of(one.group(2))
                            : Stream.of(one.group(1).split(",")).map(PageFilesTest::ownName))
                .filter(name -> !name.isEmpty())
                .toList();
        assertThat(names).as(file.toString()).doesNotHaveDuplicates();
      }
    }
  }

  /** What a file calls something that it imports: {@code of}, or {@code to} of "of as to". */
  private static String ownName(String imported) {
    return imported.replaceFirst(".* as ", "").strip();
  }

  @Test
  void filesAreSmall() throws IOException {
    for (Path file : files(".js", ".css")) {
      if (!file.toString().contains("vendor")) {
        assertThat(Files.readAllLines(file)).as(file.toString()).hasSizeLessThan(520);
      }
    }
  }

  private static List<Path> files(String... ends) throws IOException {
    try (Stream<Path> files = Files.walk(WEB)) {
      List<Path> found =
          files
              .filter(Files::isRegularFile)
              .filter(file -> Stream.of(ends).anyMatch(file.toString()::endsWith))
              .filter(
                  file -> !file.toString().contains("vendor") || file.toString().endsWith(".js"))
              .toList();
      assertThat(found).isNotEmpty();
      return found;
    }
  }
}
