package org.visitbalance.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.visitbalance.fact.FeedSource;
import org.visitbalance.fold.Engines;
import org.visitbalance.naive.KnownFact;
import org.visitbalance.output.FileState;
import org.visitbalance.output.ReceivedFile;
import org.visitbalance.scenario.LivingCompany;
import org.visitbalance.scenario.NightlyFiles;
import org.visitbalance.settings.Settings;

/** What the demo shows comes from the files of its company, and is what the company did. */
class LivingCompanysFilesTest {
  /** What a minute of the demo shows at its own speed, at least. */
  private static final Duration A_MINUTE = Duration.ofHours(36);

  private static final Duration SOME_DAYS = Duration.ofDays(8);
  private static final Pattern KIND = Pattern.compile("\"kind\":\"([A-Z_]+)\"");

  @TempDir private static Path folder;

  /** Each fact with the moment at which its file came. */
  private static final List<KnownFact> KNOWN = new ArrayList<>();

  private static final Instant BEGINS = company().begins();
  private static final List<ReceivedFile> FILES = new ArrayList<>();

  @BeforeAll
  static void live() throws IOException {
    LivingCompany company = company();
    Path inbox = Files.createDirectories(folder.resolve("inbox"));
    Path staging = Files.createDirectories(folder.resolve("staging"));
    NightlyFiles nights = new NightlyFiles(company, inbox, staging);
    String tenant = company.settings().get(0).getTenant();
    try (IntakeStage stage =
        new IntakeStage(
            folder,
            tenant,
            company.zone(),
            nights.mapping(),
            List.of(
                expected(NightlyFiles.VISITS, FeedSource.EMR),
                expected(NightlyFiles.CHARGES, FeedSource.BILLING)),
            company.firstNight())) {
      for (Instant due = nights.due(); due.isBefore(BEGINS.plus(SOME_DAYS)); due = nights.due()) {
        stage.now = due;
        if (nights.deliver(due)) {
          stage.intake.look();
        }
        stage.topics.facts.forEach(fact -> KNOWN.add(new KnownFact(fact, stage.now)));
        stage.topics.facts.clear();
      }
      FILES.addAll(stage.topics.files.values());
    }
  }

  private static Expectation expected(String name, FeedSource completes) {
    return new Expectation(
        name + "*.csv", LocalTime.of(5, 30), EnumSet.allOf(DayOfWeek.class), completes, false);
  }

  @Test
  void everyFileIsReadToItsLastRow() {
    assertThat(FILES)
        .hasSizeGreaterThan(100)
        .filteredOn(
            file -> file.getState() != FileState.MISSING && file.getState() != FileState.CAME)
        .allMatch(file -> file.getState() == FileState.DONE && file.getDead() == 0);
  }

  @Test
  void somebodyWhoComesToLookFindsSomeWeeksOfHistory() {
    assertThat(judgedAt(BEGINS).get("balances.jsonl"))
        .anyMatch(line -> line.contains("\"verdict\":\"OUT_OF_BALANCE\""))
        .anyMatch(line -> line.contains("\"verdict\":\"EXPLAINED\""))
        .anyMatch(line -> line.contains("\"verdict\":\"BALANCED\""))
        .anyMatch(line -> line.contains("\"MONTH\",\"from\":\"2026-10-01\""))
        .anyMatch(line -> line.contains("\"MONTH\",\"from\":\"2026-11-01\""));
  }

  @Test
  void inAMinuteChargesAreHeldAndArriveLateAndOneIsLostForGood() {
    Map<String, List<String>> before = judgedAt(BEGINS);
    Map<String, List<String>> after = judgedAt(BEGINS.plus(A_MINUTE));

    assertThat(appeared(before, after, "late-arrivals.jsonl", "\"status\":\"HELD\"")).isNotEmpty();
    assertThat(appeared(before, after, "late-arrivals.jsonl", "\"status\":\"ARRIVED\""))
        .anyMatch(line -> line.contains("\"cause\":\"REJECTION\""))
        .anyMatch(line -> line.contains("\"cause\":\"OTHER\""));
    assertThat(appeared(before, after, "discrepancies.jsonl", "\"LOST_AFTER_ACCEPTANCE\""))
        .isNotEmpty();
    assertThat(after.get("dead-letters.jsonl")).isNullOrEmpty();
  }

  /** Compares with the facts themselves, as both systems recorded them. */
  @Test
  void theFilesTellTheSameStoryAsTheFacts() {
    Instant moment = BEGINS.plus(SOME_DAYS);
    LivingCompany company = company();
    List<KnownFact> facts =
        company.until(moment).stream()
            .map(timed -> new KnownFact(timed.fact(), timed.knownAt()))
            .toList();
    Map<String, List<String>> told = Engines.fold(facts, company.settings(), moment);
    Map<String, List<String>> read = judgedAt(moment);

    assertThat(read.get("visits.jsonl")).hasSameSizeAs(told.get("visits.jsonl"));
    assertThat(kinds(read).keySet()).containsAll(kinds(told).keySet()).hasSizeGreaterThan(9);
    for (String kind : kinds(told).keySet()) {
      // What comes by night is known some hours later.
      assertThat(kinds(read).get(kind)).isCloseTo(kinds(told).get(kind), within(3L));
    }
  }

  private static Map<String, Long> kinds(Map<String, List<String>> judged) {
    return judged.get("discrepancies.jsonl").stream()
        .map(
            line -> {
              Matcher kind = KIND.matcher(line);
              assertThat(kind.find()).isTrue();
              return kind.group(1);
            })
        .collect(Collectors.groupingBy(kind -> kind, TreeMap::new, Collectors.counting()));
  }

  private static LivingCompany company() {
    return new LivingCompany(LivingCompany.options(1, 3));
  }

  private static Map<String, List<String>> judgedAt(Instant moment) {
    List<Settings> settings = company().settings();
    return Engines.fold(
        KNOWN.stream().filter(known -> !known.knownAt().isAfter(moment)).toList(),
        settings,
        moment);
  }

  private static Set<String> appeared(
      Map<String, List<String>> before,
      Map<String, List<String>> after,
      String file,
      String containing) {
    Set<String> old = new HashSet<>(before.get(file));
    return after.get(file).stream()
        .filter(line -> line.contains(containing) && !old.contains(line))
        .collect(Collectors.toSet());
  }
}
