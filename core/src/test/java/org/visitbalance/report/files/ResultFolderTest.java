package org.visitbalance.report.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
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
      folder.write(Results.with("x"), HtmlReport.About.FILES, Set.of());
      assertThat(names(folder.folder())).contains("report.html", "summary.txt");
    }

    assertThat(names(out))
        .containsExactly("2026-11-05T0600", "2026-11-05T0600-2", "2026-11-05T0600-3");
  }

  @Test
  void aRunThatFailsLeavesNothingBehind() {
    Path out = temp.resolve("out");

    assertThatThrownBy(
            () -> ResultFolder.dated(out, AS_OF).write(broken(), HtmlReport.About.FILES, Set.of()))
        .isInstanceOf(RuntimeException.class);
    assertThat(out).doesNotExist();
  }

  @Test
  void theFoldersOfEarlierRunsStay() throws IOException {
    Path out = temp.resolve("out");
    ResultFolder.dated(out, AS_OF).write(Results.with("x"), HtmlReport.About.FILES, Set.of());

    assertThatThrownBy(
            () -> ResultFolder.dated(out, AS_OF).write(broken(), HtmlReport.About.FILES, Set.of()))
        .isInstanceOf(RuntimeException.class);
    assertThat(names(out)).containsExactly("2026-11-05T0600");
  }

  @Test
  void equalResultsAreEqualBytes() throws IOException {
    Path one = temp.resolve("one");
    Path other = temp.resolve("deeper/other");
    Set<Format> formats = EnumSet.allOf(Format.class);
    new ResultFolder(one).write(Results.with("x"), HtmlReport.About.FILES, formats);
    new ResultFolder(other).write(Results.with("x"), HtmlReport.About.FILES, formats);

    assertThat(names(one)).contains("visit-balance.xlsx", "csv");
    for (Path folder : List.of(Path.of(""), Path.of("csv"))) {
      for (String name : names(one.resolve(folder))) {
        if (!name.equals("csv")) {
          assertThat(other.resolve(folder).resolve(name))
              .hasSameBinaryContentAs(one.resolve(folder).resolve(name));
        }
      }
    }
  }

  @Test
  void tablesHaveHeadingsInWordsAndNoJson() throws IOException {
    new ResultFolder(temp.resolve("out"))
        .write(Results.with("x"), HtmlReport.About.FILES, Set.of(Format.CSV));

    Path csv = temp.resolve("out/csv");
    assertThat(names(csv))
        .containsExactly(
            "balances.csv",
            "cap-proposals.csv",
            "dead-letters.csv",
            "discrepancies.csv",
            "insights.csv",
            "items.csv",
            "late-arrivals.csv",
            "providers.csv",
            "unit-variances.csv",
            "visits.csv");
    for (String name : names(csv)) {
      assertThat(csv.resolve(name)).content().doesNotContain("{", "amountCents", "OUT_OF_BALANCE");
    }
    assertThat(csv.resolve("balances.csv"))
        .content()
        .startsWith("\uFEFFCompany,Location,Period,From,To,Status,EMR visits,Billing visits,")
        .contains("\r\nT1,xL,Day,2026-11-03,2026-11-03,Out of balance,12,10,2,");
    assertThat(csv.resolve("discrepancies.csv")).content().contains(",133.50,2026-11-20,");
  }

  @Test
  void aFolderOfAnEarlierRunIsReplacedFileByFile() throws IOException {
    Path out = temp.resolve("out");
    Files.createDirectories(out.resolve("csv"));
    Files.writeString(out.resolve("csv/mine.csv"), "stays");
    Files.writeString(out.resolve("csv/visits.csv"), "goes");
    new ResultFolder(out).write(Results.with("x"), HtmlReport.About.FILES, Set.of(Format.CSV));

    assertThat(out.resolve("csv/mine.csv")).hasContent("stays");
    assertThat(out.resolve("csv/visits.csv")).content().doesNotContain("goes");
    assertThat(names(out)).noneMatch(name -> name.startsWith("."));
  }
}
