package org.visitbalance.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The inner loop stays short: {@code -Pquick} leaves out what has the tag slow. */
class SlowTestsTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  /** What starts a broker, a service, a browser, a database server or another process. */
  private static final Pattern STARTS =
      Pattern.compile(
          "\\b(EmbeddedCluster|EmbeddedBroker|Installation|SharedInstallation|PostgresServer"
              + "|ServiceProcess|ComposedCluster)\\.\\w+\\("
              + "|\\bnew (ProcessBuilder|AlertFixtures|Browser)\\(|\\bOnThePage\\b");

  private static final Pattern TAGGED = Pattern.compile("@Tag\\(\"(slow|cluster)\"\\)");

  @Test
  void whatStartsABrokerOrAProcessIsTagged() throws IOException {
    List<Path> tests;
    try (Stream<Path> files = Files.walk(ROOT)) {
      tests = files.filter(file -> file.toString().endsWith("Test.java")).toList();
    }
    List<Path> untagged = new ArrayList<>();
    for (Path test : tests) {
      String source = Files.readString(test);
      if (STARTS.matcher(source).find() && !TAGGED.matcher(source).find()) {
        untagged.add(ROOT.relativize(test));
      }
    }
    assertThat(tests).hasSizeGreaterThan(50);
    assertThat(untagged).isEmpty();
  }
}
