package org.visitbalance.alerts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.visitbalance.alerts.AlertFixtures.ALL;
import static org.visitbalance.alerts.AlertFixtures.webhook;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.visitbalance.fact.Charge;
import org.visitbalance.fact.ChargeStatus;
import org.visitbalance.fact.NoCharge;
import org.visitbalance.fact.NoteType;
import org.visitbalance.fact.Visit;
import org.visitbalance.fact.VisitLine;
import org.visitbalance.fact.VisitStatus;
import org.visitbalance.output.Balance;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.output.DiscrepancyStatus;
import org.visitbalance.output.Level;
import org.visitbalance.platform.Patience;
import org.visitbalance.service.BalancingService;
import org.visitbalance.service.FactProducer;
import org.visitbalance.service.TopicReader;
import org.visitbalance.topology.Topics;
import org.visitbalance.topology.TopologyOptions;

/** An installation is updated to a version that stores its state in another form. */
@Timeout(600)
@Tag("slow")
class UpgradeStoryTest {
  private static final int PARTITIONS = 2;
  private static final LocalDate DAY = LocalDate.parse("2026-11-04");
  private static final Instant FINALIZED = Instant.parse("2026-11-04T17:00:00Z");

  private final AlertFixtures given = new AlertFixtures();
  private final Receiver receiver = new Receiver();
  private final List<AutoCloseable> running = new ArrayList<>();
  private final Set<Integer> settled = ConcurrentHashMap.newKeySet();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : running) {
      one.close();
    }
    given.close();
    receiver.close();
  }

  private static void await(String what, BooleanSupplier done) {
    Patience.await(what, Duration.ofMinutes(2), done);
  }

  private BalancingService service(Map<String, Object> clients) {
    BalancingService service =
        BalancingService.startTemporary(
            new TopologyOptions(
                given.prefix,
                given.serdes,
                "key",
                PARTITIONS,
                Instant.now(),
                TopologyOptions.RETENTION,
                true,
                TopologyOptions.DATES_PER_TICK,
                (partition, now, isSettled) -> {
                  if (isSettled) {
                    settled.add(partition);
                  }
                }),
            clients,
            BalancingService.Problems.SILENT);
    running.add(service);
    return service;
  }

  private void settle(BalancingService... services) {
    settled.clear();
    await(
        "the service to judge",
        () -> {
          given.tick();
          return settled.size() == PARTITIONS;
        });
    await(
        "the books",
        () -> {
          long posted = 0;
          for (BalancingService one : services) {
            posted += one.isBooked() ? 0 : 1;
          }
          return services.length > 1 || posted == 0;
        });
  }

  private static Visit visit(String patient, int units) {
    return Visit.newBuilder()
        .setTenant("T1")
        .setEventId("v" + patient)
        .setOccurredAt(FINALIZED)
        .setVisitId("V" + patient)
        .setRevision(0)
        .setStatus(VisitStatus.FINALIZED)
        .setPatientKey(patient)
        .setClinicId("DTN")
        .setDateOfService(DAY)
        .setFinalizedAt(FINALIZED)
        .setFinalizedOn(DAY)
        .setTherapistId("TH1")
        .setNoteType(NoteType.DAILY_NOTE)
        .setNoCharge(NoCharge.NONE)
        .setLines(List.of(new VisitLine("97110", List.of(), units, true, null)))
        .build();
  }

  private static Charge charge(String patient, int units) {
    Instant created = FINALIZED.plusSeconds(3_600);
    return Charge.newBuilder()
        .setTenant("T1")
        .setEventId("c" + patient)
        .setOccurredAt(created)
        .setChargeId("C" + patient)
        .setStatus(ChargeStatus.ACTIVE)
        .setUpdatedAt(created)
        .setPatientKey(patient)
        .setEmrVisitId("V" + patient)
        .setLocationId("DTN")
        .setDateOfService(DAY)
        .setCreatedAt(created)
        .setCreatedOn(DAY)
        .setTreatingProviderId("TH1")
        .setCpt("97110")
        .setModifiers(List.of())
        .setUnits(units)
        .build();
  }

  private Map<String, Discrepancy> discrepancies() {
    Map<String, Discrepancy> found = new HashMap<>();
    new TopicReader(given.clients, given.serdes, given.prefix)
        .read(
            List.of(Topics.VISIT_DISCREPANCIES, Topics.PERIOD_DISCREPANCIES),
            (topic, key, value) -> {
              if (value == null) {
                found.remove(key);
              } else {
                found.put(key, (Discrepancy) value);
              }
            });
    return found;
  }

  private static Discrepancy of(Map<String, Discrepancy> all, String kind) {
    return all.values().stream()
        .filter(one -> one.getKind().equals(kind))
        .findFirst()
        .orElseThrow();
  }

  private String day() {
    return new TopicReader(given.clients, given.serdes, given.prefix)
        .outputs().values(Topics.BALANCES).stream()
            .filter(one -> one.getGranularity().name().equals("DAY"))
            .map(UpgradeStoryTest::line)
            .toList()
            .toString();
  }

  private static String line(Balance balance) {
    return balance.getFrom()
        + " "
        + balance.getReported().getEmrVisits()
        + " "
        + balance.getReported().getBillingVisits()
        + " "
        + balance.getVerdict();
  }

  private static boolean waits(BalancingService service) {
    String trouble = service.trouble();
    return trouble != null
        && trouble.contains("older version")
        && trouble.contains("stop its instances");
  }

  @Test
  void anUpgradeTellsNothingButWhatIsOver() throws Exception {
    // Given an older version, with a missing charge and units that were added
    Map<String, Object> older = new HashMap<>(given.clients);
    older.put("application.id", given.prefix + "visit-balance-1-0123456789abcdef");
    BalancingService old = service(older);
    FactProducer facts = given.facts();
    facts.fact(visit("P1", 2));
    facts.fact(visit("P2", 2));
    facts.fact(charge("P2", 3));
    facts.flush();
    await("the facts", () -> old.counts().ofPatientFacts("facts-read") == 3);
    settle(old);
    await("its outputs", () -> day().equals("[2026-11-04 2 1 OUT_OF_BALANCE]"));
    Map<String, Discrepancy> before = discrepancies();
    Discrepancy missing = of(before, "MISSING_CHARGE");
    Discrepancy added = of(before, "UNITS_ADDED");

    // Whose rules did not know of the units, but of something else
    given.resolve(Discrepancy.newBuilder(added));
    given.put(
        Discrepancy.newBuilder(missing)
            .setId("D9")
            .setKind("NOT_SENT")
            .setLevel(Level.VISIT)
            .build());
    Instant ahead = Instant.now().plus(Duration.ofHours(1));
    given.put(
        Discrepancy.newBuilder(missing)
            .setId("D8")
            .setStatus(DiscrepancyStatus.RESOLVED)
            .setResolvedAt(ahead)
            .build());
    given.start(webhook("desk", receiver.url(), ALL));
    await("the alerts", () -> receiver.told().size() >= 3);
    assertThat(receiver.told())
        .contains("opened D9", "opened " + missing.getId())
        .allMatch(told -> told.startsWith("opened"));

    // When instances of the newer one start, they wait
    BalancingService one = service(given.clients);
    BalancingService two = service(given.clients);
    await("them to wait", () -> waits(one) && waits(two));
    old.close();

    // Then the newer one goes on as soon as the older one has stopped
    await("the newer ones to start", () -> one.trouble() == null && two.trouble() == null);
    settle(one, two);
    await(
        "what no longer holds to be over",
        () -> discrepancies().get("D9").getStatus() == DiscrepancyStatus.RESOLVED);
    await(
        "the mark",
        () -> Boolean.TRUE.equals(discrepancies().get(added.getId()).getOpenedByRules()));
    assertThat(discrepancies().get(added.getId()).getStatus()).isEqualTo(DiscrepancyStatus.OPEN);
    assertThat(discrepancies().get(missing.getId())).isEqualTo(missing);

    // And says that a wrong clock had been at work
    assertThat(one.warning() + two.warning()).contains("a wrong clock").contains(ahead.toString());

    // And all that is told is what is over, and what comes from now on
    await("the end to be told", () -> receiver.told().contains("resolved D9"));
    facts.fact(charge("P1", 2));
    facts.flush();
    await("the end of what stood", () -> receiver.told().contains("resolved " + missing.getId()));
    await("the balance", () -> day().equals("[2026-11-04 2 2 BALANCED]"));
    await("the end of the day", () -> receiver.told().size() >= 6);
    String wholeDay = of(before, "DAY").getId();
    assertThat(receiver.told())
        .containsExactlyInAnyOrder(
            "opened D9",
            "opened " + missing.getId(),
            "opened " + wholeDay,
            "resolved D9",
            "resolved " + missing.getId(),
            "resolved " + wholeDay);
  }
}
