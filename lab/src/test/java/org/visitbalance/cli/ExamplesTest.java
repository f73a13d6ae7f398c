package org.visitbalance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The examples that the README runs. Where the change of a result is meant, run with {@code
 * -Dvisitbalance.golden.update} and look at what git says has changed.
 */
class ExamplesTest {
  private static final Path EXAMPLES = Path.of("..", "examples");
  private static final Path EXPECTED = EXAMPLES.resolve("november-expected");
  private static final String AS_OF = "2026-11-14T12:00:00Z";

  private static final String REPORT = "report.html";

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"november", "november-facts"})
  void bothFormsGiveTheExpectedBytes(String example) throws IOException {
    Path output = folder.resolve("out");
    Program.Ran ran =
        Program.balance(EXAMPLES.resolve(example), output, "--as-of", AS_OF, "--reveal");

    assertThat(ran.exit()).isEqualTo(1);
    assertThat(ran.err())
        .isEqualTo(
            "visit-balance: Of 4 unbilled visits, 4 have no payer (map payerId)."
                + System.lineSeparator());
    if (System.getProperty("visitbalance.golden.update") != null && example.equals("november")) {
      Files.createDirectories(EXPECTED);
      for (Map.Entry<String, String> file : files(output).entrySet()) {
        Files.writeString(EXPECTED.resolve(file.getKey()), file.getValue());
      }
    }
    Map<String, String> expected = files(EXPECTED);
    Map<String, String> made = files(output);
    if (!example.equals("november")) {
      // The report lists the files that were read, and these are others.
      assertThat(made.get(REPORT)).contains("facts_2026-11-02.jsonl");
      expected.compute(REPORT, (name, text) -> withoutFiles(text));
      made.compute(REPORT, (name, text) -> withoutFiles(text));
    }
    assertThat(made).isEqualTo(expected);
    assertThat(ran.out()).isEqualTo(Files.readString(EXPECTED.resolve("summary.txt")));
  }

  @ParameterizedTest
  @CsvSource({"november,csv", "november-facts,jsonl"})
  void theGeneratorMakesThemAgain(String example, String form) throws IOException {
    Path made = folder.resolve("made");
    Program.Ran ran =
        Program.run("generate", "--preset", "november", "--form", form, "--output", made);

    assertThat(ran.exit()).isZero();
    Map<String, String> committed = files(EXAMPLES.resolve(example));
    assertThat(committed.remove("README.md")).isNotNull();
    assertThat(files(made)).isEqualTo(committed);
  }

  @Test
  void theSummaryTellsTheStories() throws IOException {
    assertThat(Files.readString(EXPECTED.resolve("summary.txt")))
        .contains("Sent successfully, no charge in billing")
        .contains("Billed in a later period")
        .contains("NORCM, not for billing")
        .contains("NC001, no charges this visit")
        .contains("Marked Do Not Bill")
        .contains("Duplicate billing")
        .contains("Out of balance  offsetting")
        .contains("Charge without a note")
        .contains("Billing data ends 2026-11-11 11:30 PM EST");
  }

  private static String withoutFiles(@Nullable String report) {
    return String.valueOf(report).replaceAll("(?s)<section id=\"records\">.*</section>", "");
  }

  private static Map<String, String> files(Path folder) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.list(folder)) {
      all.forEach(
          file -> {
            try {
              files.put(file.getFileName().toString(), Files.readString(file));
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    }
    return files;
  }
}
