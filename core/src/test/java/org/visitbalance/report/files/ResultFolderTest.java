package org.visitbalance.report.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.visitbalance.output.DeadLetter;
import org.visitbalance.report.Result;
import org.visitbalance.report.html.HtmlReport;
import org.visitbalance.report.html.Results;

class ResultFolderTest {
  private static final Instant AS_OF = Instant.parse("2026-11-05T06:00:59.123456789Z");

  @TempDir Path temp;

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  /** A result that cannot be written. */
  private static Result broken() {
    Result some = Results.with("x");
    return new Result(
        some.outputs(),
        List.of(DeadLetter.newBuilder().setSource("x").setPosition(1).setReason("r").build()),
        some.settings(),
        some.feeds(),
        some.reveal(),
        new Result.Account("no time", 0, 0, 0, 0, 0),
        some.sources(),
        some.notices());
  }

  @Test
  void everyRunHasAFolderOfItsOwn() throws IOException {
    Path out = temp.resolve("out");
    for (int i = 0; i < 3; i++) {
      ResultFolder folder = ResultFolder.dated(out, AS_OF);
      folder.write(Results.with("x"), HtmlReport.About.FILES);
      assertThat(names(folder.folder())).contains("report.html", "summary.txt");
    }

    assertThat(names(out))
        .containsExactly("2026-11-05T0600", "2026-11-05T0600-2", "2026-11-05T0600-3");
  }

  @Test
  void aRunThatFailsLeavesNothingBehind() {
    Path out = temp.resolve("out");

    assertThatThrownBy(() -> ResultFolder.dated(out, AS_OF).write(broken(), HtmlReport.About.FILES))
        .isInstanceOf(RuntimeException.class);
    assertThat(out).doesNotExist();
  }

  @Test
  void theFoldersOfEarlierRunsStay() throws IOException {
    Path out = temp.resolve("out");
    ResultFolder.dated(out, AS_OF).write(Results.with("x"), HtmlReport.About.FILES);

    assertThatThrownBy(() -> ResultFolder.dated(out, AS_OF).write(broken(), HtmlReport.About.FILES))
        .isInstanceOf(RuntimeException.class);
    assertThat(names(out)).containsExactly("2026-11-05T0600");
  }

  @Test
  void equalResultsAreEqualBytes() throws IOException {
    Path one = temp.resolve("one");
    Path other = temp.resolve("deeper/other");
    new ResultFolder(one).write(Results.with("x"), HtmlReport.About.FILES);
    new ResultFolder(other).write(Results.with("x"), HtmlReport.About.FILES);

    for (String name : names(one)) {
      assertThat(other.resolve(name)).hasSameBinaryContentAs(one.resolve(name));
    }
  }
}
