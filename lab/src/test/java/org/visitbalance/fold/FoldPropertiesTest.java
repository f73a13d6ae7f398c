package org.visitbalance.fold;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.visitbalance.naive.KnownFact;
import org.visitbalance.naive.MessyFacts;
import org.visitbalance.scenario.Preset;
import org.visitbalance.scenario.Scenario;
import org.visitbalance.settings.Settings;

/**
 * The result depends on the set of facts only. Every test's name tells its seed; {@code
 * -Dvisitbalance.seeds=N} runs N of them, {@code -Dvisitbalance.seed=S} runs just that one.
 */
@Tag("property")
class FoldPropertiesTest {
  private static final int FACTS = 120;

  static LongStream seeds() {
    Long one = Long.getLong("visitbalance.seed");
    return one != null
        ? LongStream.of(one)
        : LongStream.rangeClosed(1, Long.getLong("visitbalance.seeds", 25));
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void theCoreAndANaiveReadingOfTheDomainAgree(long seed) {
    List<KnownFact> facts = MessyFacts.of(seed, FACTS);
    assertSame(
        Engines.fold(facts, settings(seed), MessyFacts.asOf(seed)),
        Engines.naive(facts, settings(seed), MessyFacts.asOf(seed)),
        facts);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void theyAgreeOnCompaniesInWhichEverythingGoesWrong(long seed) {
    Company company = new Company(seed);
    assertSame(
        Engines.fold(company.facts, company.settings, company.asOf),
        Engines.naive(company.facts, company.settings, company.asOf),
        company.facts);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void factsOneAtATimeGiveWhatAllAtOnceGive(long seed) {
    List<KnownFact> facts = shuffled(MessyFacts.of(seed, FACTS), seed);
    assertSame(
        Engines.oneByOne(facts, settings(seed), MessyFacts.asOf(seed)),
        Engines.fold(facts, settings(seed), MessyFacts.asOf(seed)),
        facts);
    Company company = new Company(seed);
    List<KnownFact> others = shuffled(company.facts, seed);
    assertSame(
        Engines.oneByOne(others, company.settings, company.asOf),
        Engines.fold(others, company.settings, company.asOf),
        others);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void neitherOrderNorRepeatsChangeAnything(long seed) {
    Company company = new Company(seed);
    Map<String, List<String>> expected =
        Engines.fold(company.facts, company.settings, company.asOf);
    List<KnownFact> facts = new ArrayList<>(company.facts);
    Random random = new Random(seed);
    company.facts.stream().filter(fact -> random.nextInt(3) == 0).forEach(facts::add);
    for (int i = 0; i < 3; i++) {
      facts = shuffled(facts, seed + i);
      assertSame(Engines.fold(facts, company.settings, company.asOf), expected, facts);
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void asOfAMomentIsARunOfWhatWasKnownByThen(long seed) {
    Company company = new Company(seed);
    Instant moment = company.facts.get(company.facts.size() / 2).knownAt();
    List<KnownFact> known = new ArrayList<>(company.facts);
    known.removeIf(fact -> fact.knownAt().isAfter(moment));
    assertSame(
        Engines.fold(company.facts, company.settings, moment),
        Engines.fold(known, company.settings, moment),
        known);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void whatPeopleDecideAboutWhatIsOpenIsJudgedAlike(long seed) {
    List<KnownFact> facts = new ArrayList<>(MessyFacts.of(seed, FACTS));
    Instant asOf = MessyFacts.asOf(seed);
    for (String line : Engines.revealed(facts, settings(seed), asOf)) {
      facts.addAll(MessyFacts.decisions(seed, line, asOf));
    }
    Map<String, List<String>> expected = Engines.naive(facts, settings(seed), asOf);
    assertSame(Engines.fold(facts, settings(seed), asOf), expected, facts);
    List<KnownFact> others = shuffled(facts, seed);
    assertSame(Engines.oneByOne(others, settings(seed), asOf), expected, others);
  }

  /** A company of the scenario generator, a while after its last day. */
  private static final class Company {
    final List<KnownFact> facts;
    final List<Settings> settings;
    final Instant asOf;

    Company(long seed) {
      Scenario scenario = new Scenario(Preset.CHAOS.options().with().seed(seed).build());
      facts = scenario.facts().map(fact -> new KnownFact(fact.fact(), fact.knownAt())).toList();
      settings = scenario.settings();
      Instant last = facts.get(facts.size() - 1).knownAt();
      asOf = last.plusSeconds(new Random(seed).nextInt(20) * 43_200L - 86_400);
    }
  }

  private static List<Settings> settings(long seed) {
    return List.of(MessyFacts.settings(seed));
  }

  private static List<KnownFact> shuffled(List<KnownFact> facts, long seed) {
    List<KnownFact> shuffled = new ArrayList<>(facts);
    Collections.shuffle(shuffled, new Random(seed));
    return shuffled;
  }

  private static void assertSame(
      Map<String, List<String>> actual, Map<String, List<String>> expected, List<KnownFact> facts) {
    for (Map.Entry<String, List<String>> file : expected.entrySet()) {
      List<String> missing = new ArrayList<>(file.getValue());
      missing.removeAll(actual.get(file.getKey()));
      List<String> surplus = new ArrayList<>(actual.get(file.getKey()));
      surplus.removeAll(file.getValue());
      assertThat(surplus)
          .as(() -> file.getKey() + " of " + facts.size() + " facts; missing: " + missing)
          .isEmpty();
      assertThat(missing).as(file.getKey()).isEmpty();
      assertThat(actual.get(file.getKey())).isEqualTo(file.getValue());
    }
  }
}
