package org.visitbalance.cli.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileOpenerTest {
  private static final Path REPORT = Path.of("out", "report.html");
  private static final Map<String, String> SCREEN = Map.of("DISPLAY", ":0");

  private final List<String> started = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  @ParameterizedTest
  @CsvSource({"Linux,xdg-open", "Mac OS X,open", "Windows 11,rundll32"})
  void everySystemHasItsCommand(String system, String command) {
    new FileOpener(system, SCREEN, started::addAll).open(REPORT, notes::add);

    assertThat(started).first().isEqualTo(command);
    assertThat(started).last().isEqualTo(REPORT.toAbsolutePath().toString());
    assertThat(notes).isEmpty();
  }

  @Test
  void withoutAScreenNothingIsStartedAndThePathIsSaid() {
    new FileOpener("Linux", Map.of(), started::addAll).open(REPORT, notes::add);

    assertThat(started).isEmpty();
    assertThat(notes).containsExactly("no browser could be started; open " + REPORT + " yourself");
  }

  @Test
  void aCommandThatIsMissingOrFailsIsSaid() {
    new FileOpener("Linux", SCREEN, command -> false).open(REPORT, notes::add);
    new FileOpener(
            "Linux",
            SCREEN,
            command -> {
              throw new IOException("not found");
            })
        .open(REPORT, notes::add);

    assertThat(notes).hasSize(2).allMatch(note -> note.contains(REPORT.toString()));
  }
}
