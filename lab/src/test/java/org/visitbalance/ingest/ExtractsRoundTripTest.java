package org.visitbalance.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.visitbalance.scenario.ExtractFiles;
import org.visitbalance.scenario.ExtractStyle;
import org.visitbalance.scenario.Preset;
import org.visitbalance.scenario.Rates;
import org.visitbalance.scenario.Scenario;
import org.visitbalance.scenario.TimedFact;
import org.visitbalance.text.FactJson;

/**
 * What a company's systems export is what its facts are, however they write it. Every test's name
 * tells its seed; {@code -Dvisitbalance.seeds=N} runs N of them, {@code -Dvisitbalance.seed=S} runs
 * just that one.
 */
@Tag("property")
class ExtractsRoundTripTest {
  @TempDir Path folder;

  static LongStream seeds() {
    Long one = Long.getLong("visitbalance.seed");
    return one != null
        ? LongStream.of(one)
        : LongStream.rangeClosed(1, Long.getLong("visitbalance.seeds", 60));
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void factsComeBackFromTheExportsOfTheirSystems(long seed) throws IOException {
    Random random = new Random(seed);
    Scenario company = company(seed, random);
    ExtractFiles.write(company, folder, style(random));

    Inbox inbox = new Inbox(folder).read();

    assertThat(inbox.deadLetters()).isEmpty();
    // Some of these small companies have a day on which one of the systems has nothing.
    assertThat(inbox.notes()).allMatch(note -> note.endsWith("Is a file missing?"));
    assertThat(inbox.facts())
        .isEqualTo(company.facts().map(ExtractsRoundTripTest::json).sorted().toList());
  }

  private static Scenario company(long seed, Random random) {
    // The clocks change on March 8 and on November 1.
    LocalDate begin = LocalDate.of(2026, random.nextBoolean() ? 3 : 10, 1 + random.nextInt(28));
    return new Scenario(
        Preset.CLINIC
            .options()
            .with()
            .seed(seed)
            .firstDay(begin)
            .days(3 + random.nextInt(12))
            .visitsPerDay(2 + random.nextInt(6))
            .zone(ZoneId.of(random.nextBoolean() ? "America/New_York" : "UTC"))
            .rates(random.nextBoolean() ? Rates.clinic() : Rates.chaos())
            .exportable()
            .build());
  }

  private static ExtractStyle style(Random random) {
    List<ExtractStyle.Dates> dates = List.of(ExtractStyle.Dates.values());
    return new ExtractStyle(
        random.nextBoolean(),
        random.nextBoolean(),
        ",;\t".charAt(random.nextInt(3)),
        dates.get(random.nextInt(dates.size())),
        random.nextBoolean(),
        random.nextBoolean() ? random.nextLong() : null);
  }

  private static String json(TimedFact timed) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      FactJson.write(json, timed.fact(), timed.knownAt());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }
}
