package org.visitbalance.query.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A request that is not what somebody meant has no answer that looks like one. */
class ParamsTest {
  private static final Set<String> KNOWN =
      Set.of("location", "from", "to", "fileFrom", "fileTo", "since", "until", "minAge", "maxAge");

  @ParameterizedTest
  @ValueSource(strings = {"location=%zz", "location=100%", "location=caf%e9", "location=%ff"})
  void aFilterThatCannotBeDecodedDoesNotGiveEverything(String query) {
    assertThatThrownBy(() -> Params.of(query, Map.of(), KNOWN))
        .isInstanceOf(Problem.class)
        .hasMessage(
            "query is not percent-encoded UTF-8. Write a percent sign as %25 and try again.");
  }

  @Test
  void encodedTextOfAnyLanguageIsTaken() {
    String query = "location=Caf%C3%A9+100%25";

    Params params = Params.of(query, Map.of("location", List.of("Café 100%")), KNOWN);

    assertThat(params.text("location")).isEqualTo("Café 100%");
  }

  @ParameterizedTest
  @CsvSource({
    "from, to, 2026-11-30, 2026-11-01",
    "fileFrom, fileTo, 2026-11-30, 2026-11-01",
    "since, until, 2026-11-04T18:00:00.5Z, 2026-11-04T18:00:00Z",
  })
  void whatEndsBeforeItBeginsIsRefused(String from, String to, String begin, String end) {
    assertThatThrownBy(() -> new Params(Map.of(from, List.of(begin), to, List.of(end)), KNOWN))
        .isInstanceOf(Problem.class)
        .hasMessage(from + " must not be after '" + to + "'.");

    Params params = new Params(Map.of(from, List.of(end), to, List.of(end)), KNOWN);
    assertThat(params.text(from)).as("a single day is a span").isEqualTo(end);
  }

  @Test
  void aLeastAgeAboveTheGreatestIsRefused() {
    assertThatThrownBy(
            () -> new Params(Map.of("minAge", List.of("30"), "maxAge", List.of("7")), KNOWN))
        .isInstanceOf(Problem.class)
        .hasMessage("minAge must not be above 'maxAge'.");

    Params params = new Params(Map.of("minAge", List.of("7"), "maxAge", List.of("30")), KNOWN);
    assertThat(params.whole("minAge", 0, 100)).isEqualTo(7);
  }
}
