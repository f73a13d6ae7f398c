package org.visitbalance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a one-shot run prints and writes harms nobody who looks at it. */
class OutputSafetyTest {
  @TempDir private Path folder;

  private Path input(String location) throws IOException {
    Path input = Files.createDirectories(folder.resolve("in"));
    Files.writeString(
        input.resolve("facts.jsonl"),
        """
        {"fact":"visit","tenant":"T1","eventId":"e1","occurredAt":"2026-11-04T17:05:00Z",\
        "visitId":"V1","revision":0,"status":"FINALIZED","patientKey":"P1","clinicId":"C01",\
        "dateOfService":"2026-11-04","finalizedAt":"2026-11-04T17:05:00Z",\
        "finalizedOn":"2026-11-04","therapistId":"TH1","noteType":"DAILY_NOTE","noCharge":"NONE",\
        "lines":[{"cpt":"97110","modifiers":[],"units":2}]}
        """);
    Files.writeString(
        input.resolve("settings.yaml"),
        """
        tenant: T1
        locations:
          - {clinicId: C01, locationId: "%s"}
        """
            .formatted(location));
    return input;
  }

  @Test
  void idsAndFileNamesDoNotReachTheTerminalAsEscapes() throws IOException {
    Path input = input("DTN\\e[2J\\nvisit-balance: all is well\\u009b2J");
    Files.writeString(input.resolve("other\u001b[2J\nvisit-balance: ok.bin"), "");

    Program.Ran ran =
        Program.balance(input, folder.resolve("out"), "--as-of", "2026-11-14T12:00:00Z");

    assertThat(ran.exit()).as(ran.err()).isEqualTo(1);
    String summary = Files.readString(folder.resolve("out/summary.txt"));
    for (String text : List.of(ran.out(), ran.err(), summary)) {
      assertThat(text).doesNotContain("\u001b", "\u009b");
      assertThat(text.lines()).noneMatch(line -> line.startsWith("visit-balance: all is well"));
      assertThat(text.lines()).noneMatch(line -> line.startsWith("visit-balance: ok"));
    }
    assertThat(ran.err()).contains("other");
    assertThat(summary).contains("DTN\ufffd[2J\ufffd");
  }

  @Test
  void aLogMessageAsTextIsOneLineWithoutEscapes() {
    LoggerContext logs = new LoggerContext();
    PatternLayout layout = new PatternLayout();
    layout.setContext(logs);
    layout.setPattern(Logs.TEXT);
    layout.start();

    String line =
        layout.doLayout(
            new LoggingEvent(
                "",
                logs.getLogger("org.visitbalance.x"),
                Level.WARN,
                "a\u001b[2Jb\nc",
                null,
                null));

    assertThat(line).endsWith(" a [2Jb c \n").doesNotContain("\u001b");
  }

  @Test
  void revealedIdsAreForTheUserOnly() throws IOException {
    Path input = input("DTN");
    Path out = folder.resolve("out");

    Program.balance(
        input, out, "--as-of", "2026-11-14T12:00:00Z", "--reveal", "--format", "csv,xlsx");

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(out)))
        .isEqualTo("rwx------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(out.resolve("csv"))))
        .isEqualTo("rwx------");
    try (Stream<Path> files = Files.walk(out).filter(Files::isRegularFile)) {
      assertThat(files)
          .hasSizeGreaterThan(15)
          .allSatisfy(
              file ->
                  assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                      .isEqualTo("rw-------"));
    }
  }
}
