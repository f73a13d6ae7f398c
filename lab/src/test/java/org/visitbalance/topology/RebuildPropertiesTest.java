package org.visitbalance.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.visitbalance.fact.Feed;
import org.visitbalance.naive.KnownFact;
import org.visitbalance.naive.MessyFacts;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.settings.Settings;

/**
 * A service that goes on, and one that is rebuilt on the way by the same rules, end with the same
 * outputs. The older program may also have reported less. The rebuild crashes now and then.
 */
@Tag("property")
class RebuildPropertiesTest {
  private static final long SEEDS = Math.max(1, Long.getLong("visitbalance.seeds", 45) / 5);
  private static final Duration FOR_EVER = Duration.ofDays(100_000);

  static LongStream seeds() {
    Long one = Long.getLong("visitbalance.seed");
    return one != null ? LongStream.of(one) : LongStream.rangeClosed(1, SEEDS);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void aRebuildEndsWhereTheOlderProgramWouldHave(long seed) {
    Random random = new Random(seed);
    List<KnownFact> facts = new ArrayList<>(MessyFacts.of(seed, 150));
    facts.removeIf(fact -> fact.fact() instanceof Feed);
    facts.sort(Comparator.comparing(KnownFact::knownAt));
    List<Settings> settings = List.of(MessyFacts.settings(seed));
    Instant moment = facts.get(20 + random.nextInt(facts.size() - 30)).knownAt();
    Instant end = facts.get(facts.size() - 1).knownAt().plusSeconds(1);
    Duration kept = random.nextBoolean() ? FOR_EVER : Duration.ofDays(random.nextInt(3));

    Predecessor expected;
    Predecessor from;
    try (Service older = new Service(Instant.EPOCH, kept, 1_000)) {
      settings.forEach(older::settings);
      take(older, facts, moment, true);
      older.settle(moment);
      from = new Predecessor(older, moment.toString());
      take(older, facts, moment, false);
      older.settle(end);
      expected = from.copy().take(older.said());
    }
    boolean isOther = random.nextBoolean();
    if (isOther) {
      from.without(Topics.VISIT_DISCREPANCIES, any -> random.nextInt(3) == 0)
          .without(Topics.ITEMS, any -> random.nextInt(3) == 0)
          .without(Topics.BALANCES, any -> random.nextInt(3) == 0)
          .without(Topics.PERIOD_DISCREPANCIES, any -> random.nextInt(3) == 0);
    }

    try (CrashingService service = new CrashingService(kept, 1 + random.nextInt(20), from)) {
      settings.forEach(one -> service.settings(one, Instant.EPOCH));
      service.crash(end);
      for (KnownFact fact : facts) {
        service.fact(fact.fact(), fact.knownAt());
      }
      Predecessor actual = from.copy();
      for (int i = 0; i < 200; i++) {
        service.tick(end);
        if (random.nextInt(4) == 0) {
          service.crash(end);
        } else if (random.nextBoolean()) {
          service.lookAround();
          actual.take(service.commit());
        }
      }
      service.settle(end).lookAround();
      actual.take(service.commit());
      for (Topic<?> topic : Topics.OUTPUTS) {
        if (!topic.equals(Topics.DEAD_LETTERS) && !topic.equals(Topics.VISIT_IDS)) {
          assertThat(plain(actual.table(topic)))
              .as(topic.name())
              .containsExactlyInAnyOrderEntriesOf(plain(expected.table(topic)));
        }
      }
    }
  }

  private static void take(Service service, List<KnownFact> facts, Instant moment, boolean first) {
    for (KnownFact fact : facts) {
      if (fact.knownAt().isAfter(moment) != first) {
        service.fact(fact.fact(), fact.knownAt());
      }
    }
  }

  /** Without times, which depend on when the service looked, and without what is over. */
  private static Map<String, SpecificRecord> plain(Map<String, SpecificRecord> table) {
    Map<String, SpecificRecord> plain = new HashMap<>();
    table.forEach(
        (key, value) -> {
          if (value instanceof Discrepancy found) {
            if (found.getResolvedAt() == null) {
              plain.put(
                  key,
                  Discrepancy.newBuilder(found).setOpenedAt(null).setOpenedByRules(null).build());
            }
          } else {
            plain.put(key, value);
          }
        });
    return plain;
  }
}
