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
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.visitbalance.core.Outputs;
import org.visitbalance.core.TenantSettings;
import org.visitbalance.fact.Feed;
import org.visitbalance.fold.Engines;
import org.visitbalance.naive.KnownFact;
import org.visitbalance.naive.MessyFacts;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.settings.Settings;

/**
 * What leaves follows from the facts and their known times alone: whatever ticks, commits, crashes
 * and restarts there are, the topics say what a slow reading of the rules says. Time is at most a
 * day ahead of the facts.
 */
@Tag("property")
class RetentionPropertiesTest {
  private static final long SEEDS = Math.max(1, Long.getLong("visitbalance.seeds", 45) / 3);
  private static final long DAY = Duration.ofDays(1).toSeconds();

  static LongStream seeds() {
    Long one = Long.getLong("visitbalance.seed");
    return one != null ? LongStream.of(one) : LongStream.rangeClosed(1, SEEDS);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void factsAloneDecideWhatHasLeft(long seed) {
    Random random = new Random(seed);
    List<KnownFact> facts = new ArrayList<>(MessyFacts.of(seed, 150));
    facts.removeIf(fact -> fact.fact() instanceof Feed);
    facts.sort(Comparator.comparing(KnownFact::knownAt));
    List<Settings> settings = List.of(MessyFacts.settings(seed));
    Duration kept = Duration.ofDays(random.nextInt(4));
    Instant asOf = facts.get(facts.size() - 1).knownAt().plusSeconds(random.nextInt(5 * (int) DAY));
    try (CrashingService service = new CrashingService(kept, 1 + random.nextInt(50))) {
      settings.forEach(service::settings);
      Instant now = Instant.EPOCH;
      for (KnownFact fact : facts) {
        Instant latest = fact.knownAt().plusSeconds(DAY - 1);
        if (random.nextInt(3) == 0) {
          Instant next = fact.knownAt().plusSeconds(random.nextInt((int) DAY));
          now = next.isAfter(now) ? next : now;
          service.tick(now.isAfter(latest) ? latest : now);
        }
        service.fact(fact.fact(), fact.knownAt());
        int fate = random.nextInt(40);
        if (fate == 0) {
          service.crash(random.nextBoolean() ? fact.knownAt() : Instant.EPOCH);
        } else if (fate < 10) {
          service.commit();
        }
      }
      now = now.isAfter(asOf) ? now : asOf;
      service.settle(now);
      service.commit();
      assertSame(service.tables(), Engines.retaining(facts, settings, now, kept), settings, now);
    }
  }

  private static void assertSame(
      OutputTables tables, Engines.Retaining expected, List<Settings> settings, Instant asOf) {
    Map<String, TenantSettings> own = new HashMap<>();
    settings.forEach(one -> own.put(one.getTenant(), new TenantSettings(one)));
    assertThat(
            tables.deadLetters().stream()
                .filter(letter -> letter.getReason().startsWith("is too old"))
                .count())
        .as("too old")
        .isEqualTo(expected.tooOld());
    Map<String, List<String>> actual =
        lines(
            tables.outputs(asOf, tenant -> own.computeIfAbsent(tenant, TenantSettings::defaults)),
            expected.again());
    lines(expected.outputs(), expected.again())
        .forEach(
            (file, lines) ->
                assertThat(actual.get(file)).as(file).containsExactlyElementsOf(lines));
  }

  /** The lines without those about visits that left and came again, which depend on their past. */
  private static Map<String, List<String>> lines(Outputs outputs, Set<String> again) {
    return Engines.lines(
        new Outputs(
            outputs.balances(),
            outputs.items().stream().filter(one -> !again.contains(one.getVisit())).toList(),
            outputs.visits().stream().filter(one -> !again.contains(one.getVisit())).toList(),
            outputs.discrepancies().stream()
                .filter(one -> !again.contains(String.valueOf(one.getVisit())))
                .map(one -> Discrepancy.newBuilder(one).setLeftAt(null).build())
                .toList(),
            outputs.lateArrivals().stream().filter(one -> !again.contains(one.getVisit())).toList(),
            outputs.unitVariances().stream()
                .filter(one -> !again.contains(one.getVisit()))
                .toList(),
            outputs.capProposals(),
            List.of(),
            outputs.insights()));
  }
}
