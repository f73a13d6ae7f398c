package org.visitbalance.cases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.visitbalance.Main;

/** The acceptance cases, each through the command that a person would use. */
class AcceptanceCasesTest {
  @TempDir Path outputs;

  @TestFactory
  Stream<DynamicTest> cases() throws IOException {
    return CaseExpectations.all().stream()
        .map(expectations -> dynamicTest(expectations.name(), () -> check(expectations)));
  }

  private void check(CaseExpectations expectations) throws IOException {
    Path output = outputs.resolve(expectations.name());
    int exit =
        Main.run(
            "balance",
            "--input",
            expectations.folder().toString(),
            "--output",
            output.toString(),
            "--as-of",
            expectations.asOf().toString(),
            "--reveal");
    expectations.exit().ifPresent(expected -> assertThat(exit).isEqualTo(expected));
    if (exit == 2) {
      assertThat(output).doesNotExist();
    } else {
      assertThat(exit).isBetween(0, 1);
      assertThat(expectations.problems(lines(output))).isEmpty();
    }
  }

  private static Map<String, List<String>> lines(Path folder) throws IOException {
    Map<String, List<String>> lines = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        lines.put(file.getFileName().toString(), Files.readAllLines(file));
      }
    }
    return lines;
  }
}
