package org.visitbalance.naive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.visitbalance.cases.CaseExpectations;
import org.visitbalance.settings.Settings;

/** The naive reading must be right itself before it can judge another. */
class NaiveBalanceTest {
  /** Cases of unusable input are about reading, which the naive reading leaves to others. */
  private static Stream<CaseExpectations> cases() throws IOException {
    return CaseExpectations.all().stream().filter(one -> one.exit().orElse(0) != 2);
  }

  @TestFactory
  Stream<DynamicTest> everyCaseHolds() throws IOException {
    return cases()
        .map(
            one ->
                DynamicTest.dynamicTest(
                    one.name(),
                    () -> assertThat(one.problems(balance(one, facts(one)))).isEmpty()));
  }

  @TestFactory
  Stream<DynamicTest> orderAndRepeatsChangeNothing() throws IOException {
    return cases()
        .map(
            one ->
                DynamicTest.dynamicTest(
                    one.name(),
                    () -> {
                      List<KnownFact> facts = facts(one);
                      List<KnownFact> shuffled = new ArrayList<>(facts);
                      shuffled.addAll(facts);
                      Collections.shuffle(shuffled, new Random(1104));
                      assertThat(balance(one, shuffled)).isEqualTo(balance(one, facts));
                    }));
  }

  @Test
  void withoutRevealAVisitIsATokenEverywhere() throws IOException {
    CaseExpectations held =
        cases().filter(one -> one.name().startsWith("001a-")).findFirst().orElseThrow();
    Map<String, List<String>> files =
        NaiveBalance.files(facts(held), settings(held), held.asOf(), "key", false, (k, l) -> "-");
    assertThat(files.get("visits.jsonl"))
        .singleElement()
        .asString()
        .containsPattern("\"visit\":\"[A-Z2-7]{26}\"");
    assertThat(files.values().toString()).doesNotContain("\"V1\"");
  }

  private static List<KnownFact> facts(CaseExpectations one) throws IOException {
    return NaiveInput.facts(one.folder().resolve("facts.jsonl"));
  }

  private static List<Settings> settings(CaseExpectations one) throws IOException {
    return NaiveInput.settings(one.folder());
  }

  private static Map<String, List<String>> balance(CaseExpectations one, List<KnownFact> facts)
      throws IOException {
    return NaiveBalance.files(
        facts, settings(one), one.asOf(), "key", true, (kind, level) -> "look at it");
  }
}
