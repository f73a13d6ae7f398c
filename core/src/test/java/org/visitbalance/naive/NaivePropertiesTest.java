package org.visitbalance.naive;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What must be true of any facts, however odd; the seed in a test's name runs it again. */
@Tag("property")
class NaivePropertiesTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  static LongStream seeds() {
    Long one = Long.getLong("visitbalance.seed");
    return one != null
        ? LongStream.of(one)
        : LongStream.rangeClosed(1, Long.getLong("visitbalance.seeds", 300));
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void theItemsOfAPeriodAddUpToItsDifference(long seed) throws IOException {
    Map<String, List<String>> files = balance(seed, MessyFacts.of(seed, 120));
    Map<String, Long> listed = new TreeMap<>();
    for (JsonNode item : parsed(files, "items.jsonl")) {
      listed.merge(
          period(item) + item.get("list").asText(), item.get("difference").asLong(), Long::sum);
    }
    for (JsonNode line : parsed(files, "balances.jsonl")) {
      JsonNode reported = line.get("reported");
      long difference = reported.get("difference").asLong();
      assertThat(reported.get("emrVisits").asLong() - reported.get("billingVisits").asLong())
          .isEqualTo(difference);
      assertThat(sum(line.get("items"))).as(period(line)).isEqualTo(difference);
      assertThat(listed.getOrDefault(period(line) + "BRIDGE", 0L)).isEqualTo(difference);

      JsonNode newPatients = line.get("newPatients");
      assertThat(sum(newPatients.get("items"))).isEqualTo(newPatients.get("difference").asLong());
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void orderRepeatsAndWhatIsNotYetKnownChangeNothing(long seed) {
    List<KnownFact> facts = MessyFacts.of(seed, 120);
    Instant asOf = MessyFacts.asOf(seed);
    List<KnownFact> others = new ArrayList<>(facts);
    others.removeIf(fact -> fact.knownAt().isAfter(asOf));
    others.addAll(List.copyOf(others));
    Collections.shuffle(others, new Random(seed));
    assertThat(balance(seed, others)).isEqualTo(balance(seed, facts));
  }

  private static Map<String, List<String>> balance(long seed, List<KnownFact> facts) {
    return NaiveBalance.files(
        facts,
        List.of(MessyFacts.settings(seed)),
        MessyFacts.asOf(seed),
        "key",
        true,
        (kind, level) -> "look at it");
  }

  private static List<JsonNode> parsed(Map<String, List<String>> files, String name)
      throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : files.get(name)) {
      lines.add(JSON.readTree(line));
    }
    return lines;
  }

  private static String period(JsonNode line) {
    return line.get("location").asText() + line.get("granularity").asText() + line.get("from");
  }

  private static long sum(JsonNode numbers) {
    long sum = 0;
    for (JsonNode number : numbers) {
      sum += number.asLong();
    }
    return sum;
  }
}
