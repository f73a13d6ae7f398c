package org.visitbalance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Companies to play with. */
class GenerateCommandTest {
  @TempDir Path temp;

  private Program.Ran generate(Path output, Object... more) {
    Stream<Object> first = Stream.of("generate", "--output", output);
    return Program.run(Stream.concat(first, Stream.of(more)).toArray());
  }

  private static List<String> contents(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .sorted()
          .map(
              file -> {
                try {
                  return file.getFileName() + "\n" + Files.readString(file);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              })
          .toList();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"jsonl", "csv"})
  void theSameSeedGivesTheSameBytesAndTheyBalance(String form) throws IOException {
    Path one = temp.resolve("one");
    Path other = temp.resolve("other");
    generate(one, "--form", form, "--facts", 2000, "--seed", 7);
    generate(other, "--form", form, "--facts", 2000, "--seed", 7);

    assertThat(contents(one)).isEqualTo(contents(other)).isNotEmpty();
    Program.Ran ran = Program.balance(one, temp.resolve("out"), "--as-of", "2028-01-01T00:00:00Z");
    assertThat(ran.exit()).isBetween(0, 1);
    assertThat(ran.err().lines())
        .as("nothing is wrong")
        .noneMatch(line -> line.contains("could not"));
    assertThat(temp.resolve("out/summary.txt")).content().contains("2,000 records read: ");
  }

  @Test
  void anotherSeedGivesAnotherCompany() throws IOException {
    generate(temp.resolve("one"), "--days", 3, "--seed", 1);
    generate(temp.resolve("two"), "--days", 3, "--seed", 2);

    assertThat(contents(temp.resolve("one"))).isNotEqualTo(contents(temp.resolve("two")));
  }

  @Test
  void aFolderWithFilesInItNeedsForce() throws IOException {
    Path output = Files.createDirectory(temp.resolve("out"));
    Files.writeString(output.resolve("mine.txt"), "mine");

    Program.Ran ran = generate(output, "--days", 2);

    assertThat(ran.exit()).isEqualTo(2);
    assertThat(ran.err()).contains("not empty").contains("--force");
    assertThat(contents(output)).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "--preset|hospital|expected one of [CLINIC, CHAOS, ONE_PATIENT, one-patient, NOVEMBER]",
        "--rate|LOST=2|LOST",
        "--rate|FOUND=0.5|FOUND",
        "--facts|0|facts must be at least 1",
        "--from|yesterday|'yesterday' is not a date such as 2026-11-02",
      })
  void argumentsThatMakeNoSenseAreRefused(String option, String value, String complaint) {
    Program.Ran ran = generate(temp.resolve("out"), option, value);

    assertThat(ran.exit()).isEqualTo(2);
    assertThat(ran.err()).contains(complaint).doesNotContain("Exception");
    assertThat(temp.resolve("out")).doesNotExist();
  }

  @Test
  void theExampleCompanyTakesNoOtherOptions() {
    assertThat(generate(temp.resolve("out"), "--preset", "november", "--seed", 3).err())
        .contains("--preset november is always the same company");
  }
}
