package org.visitbalance.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.visitbalance.core.Outputs;
import org.visitbalance.core.TenantSettings;
import org.visitbalance.fold.Engines;
import org.visitbalance.naive.KnownFact;
import org.visitbalance.naive.MessyFacts;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.output.DiscrepancyStatus;
import org.visitbalance.scenario.Preset;
import org.visitbalance.scenario.Scenario;
import org.visitbalance.settings.Settings;

/**
 * However facts, ticks, feeds and settings come, what stands on the topics in the end is what the
 * fold of the same facts says. Every test's name tells its seed, as in {@code FoldPropertiesTest}.
 */
@Tag("property")
class TopologyPropertiesTest {
  /** A test driver is slow to make: fewer seeds than the fold has. */
  private static final long SEEDS = Math.max(1, Long.getLong("visitbalance.seeds", 45) / 5);

  private static final Duration FOR_EVER = Duration.ofDays(100_000);

  static LongStream seeds() {
    Long one = Long.getLong("visitbalance.seed");
    return one != null ? LongStream.of(one) : LongStream.rangeClosed(1, SEEDS);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void liveInAnyOrderTheTopicsSayWhatTheFoldSays(long seed) {
    Company company = new Company(seed);
    Random random = new Random(seed);
    try (Service service = new Service(Instant.EPOCH, FOR_EVER, 1 + random.nextInt(50))) {
      company.settings.forEach(service::settings);
      List<SpecificRecord> facts = company.shuffled(random);
      Instant now = company.asOf.minus(Duration.ofDays(40));
      for (SpecificRecord fact : facts) {
        if (random.nextInt(4) == 0) {
          now = earlier(now.plusSeconds(random.nextInt(200_000)), company.asOf);
          service.tick(now);
        }
        service.fact(fact);
        if (random.nextInt(5) == 0) {
          service.fact(facts.get(random.nextInt(facts.size())));
        }
      }
      service.settle(company.asOf);
      assertSame(service, company);
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void catchingUpSaysTheFinalStateOnly(long seed) {
    Company company = new Company(seed);
    Random random = new Random(seed);
    try (Service service = new Service(company.asOf, FOR_EVER, 1 + random.nextInt(50))) {
      company.settings.forEach(service::settings);
      for (SpecificRecord fact : company.shuffled(random)) {
        service.fact(fact);
        if (random.nextInt(8) == 0) {
          service.tick(company.asOf.minusSeconds(1 + random.nextInt(1_000_000)));
        }
      }
      assertThat(service.said()).as("before the present nothing is said").isEmpty();
      service.settle(company.asOf);
      assertSame(service, company);
      assertThat(service.tables().values(Topics.VISIT_DISCREPANCIES))
          .allSatisfy(
              one ->
                  assertThat(one.getStatus() == DiscrepancyStatus.OPEN)
                      .isEqualTo(one.getAcceptedBecause() == null));
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void otherSettingsJudgeEverythingAgain(long seed) {
    Company company = new Company(seed);
    Random random = new Random(seed);
    try (Service service = new Service(Instant.EPOCH, FOR_EVER, 1 + random.nextInt(20))) {
      List<SpecificRecord> facts = company.shuffled(random);
      company.settings.forEach(
          one ->
              service.settings(
                  Settings.newBuilder(MessyFacts.settings(seed + 1))
                      .setTenant(one.getTenant())
                      .build()));
      service.tick(company.asOf);
      service.facts(facts.subList(0, facts.size() / 2));
      service.tick(company.asOf);
      company.settings.forEach(service::settings);
      service.tick(company.asOf);
      service.facts(facts.subList(facts.size() / 2, facts.size()));
      service.settle(company.asOf);
      assertSame(service, company);
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void aDiscrepancyIsSaidOnceForEachChange(long seed) {
    Company company = new Company(seed);
    Random random = new Random(seed);
    try (Service service = new Service(Instant.EPOCH, FOR_EVER, 1_000)) {
      company.settings.forEach(service::settings);
      Map<String, Discrepancy> last = new HashMap<>();
      for (SpecificRecord fact : company.shuffled(random)) {
        service.fact(fact).tick(company.asOf);
        for (Service.Out out : service.said()) {
          if (out.value() instanceof Discrepancy now) {
            Discrepancy before = last.put(out.key(), now);
            assertThat(now).as("said again").isNotEqualTo(before);
            if (now.getStatus() == DiscrepancyStatus.RESOLVED && now.getAcceptedBecause() == null) {
              assertThat(before).as("resolved, but never opened").isNotNull();
            }
          }
        }
      }
      assertSame(service, company);
    }
  }

  /** Each process reads again what the one before it did not commit. */
  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void howeverOftenItCrashesTheTopicsSayWhatTheFoldSays(long seed) {
    Company company = new Company(seed);
    Random random = new Random(seed);
    try (CrashingService service = new CrashingService(FOR_EVER, 1 + random.nextInt(50))) {
      company.settings.forEach(service::settings);
      Instant now = company.asOf.minus(Duration.ofDays(40));
      Map<String, Discrepancy> last = new HashMap<>();
      for (SpecificRecord fact : company.shuffled(random)) {
        if (random.nextInt(4) == 0) {
          now = earlier(now.plusSeconds(random.nextInt(200_000)), company.asOf);
          service.tick(now);
        }
        service.fact(fact);
        int fate = random.nextInt(60);
        if (fate == 0) {
          service.crash(random.nextBoolean() ? now : Instant.EPOCH);
        } else if (fate < 10) {
          assertNews(service.commit(), last);
        }
      }
      service.settle(company.asOf);
      assertNews(service.commit(), last);
      assertSame(service.tables(), company);
    }
  }

  private static void assertNews(List<Service.Out> said, Map<String, Discrepancy> last) {
    for (Service.Out out : said) {
      if (out.value() instanceof Discrepancy now) {
        assertThat(now).as("said again").isNotEqualTo(last.put(out.key(), now));
      }
    }
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  private static void assertSame(Service service, Company company) {
    assertSame(service.tables(), company);
  }

  private static void assertSame(OutputTables tables, Company company) {
    Map<String, TenantSettings> settings = new HashMap<>();
    company.settings.forEach(one -> settings.put(one.getTenant(), new TenantSettings(one)));
    Map<String, List<String>> actual =
        Engines.lines(
            tables.outputs(
                company.asOf,
                tenant -> settings.computeIfAbsent(tenant, TenantSettings::defaults)));
    Outputs expected = Engines.outputs(company.facts, company.settings, company.asOf);
    Engines.lines(expected)
        .forEach(
            (file, lines) ->
                assertThat(actual.get(file)).as(file).containsExactlyElementsOf(lines));
    // Tokens of what no longer exists keep their meaning, so the topic may have more.
    assertThat(tables.values(Topics.VISIT_IDS)).containsAll(expected.visitIds());
  }

  /** A company in which everything goes wrong: of the generator, or of facts that collide. */
  private static final class Company {
    final List<KnownFact> facts;
    final List<Settings> settings;
    final Instant asOf;

    Company(long seed) {
      if (seed % 2 == 0) {
        facts = MessyFacts.of(seed, 150);
        settings = List.of(MessyFacts.settings(seed));
        asOf = MessyFacts.asOf(seed);
      } else {
        Scenario scenario = new Scenario(Preset.CHAOS.options().with().seed(seed).build());
        facts = scenario.facts().map(f -> new KnownFact(f.fact(), f.knownAt())).toList();
        settings = scenario.settings();
        asOf = facts.get(facts.size() - 1).knownAt().plusSeconds(seed * 10_000);
      }
    }

    /** The facts that are known by then, in a random order. */
    List<SpecificRecord> shuffled(Random random) {
      List<SpecificRecord> shuffled = new ArrayList<>();
      for (KnownFact fact : facts) {
        if (!fact.knownAt().isAfter(asOf)) {
          shuffled.add(fact.fact());
        }
      }
      Collections.shuffle(shuffled, random);
      return shuffled;
    }
  }
}
