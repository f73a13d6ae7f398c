package org.visitbalance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.visitbalance.embedded.EmbeddedCluster;
import org.visitbalance.fact.Feed;
import org.visitbalance.fact.NoCharge;
import org.visitbalance.fact.NoteType;
import org.visitbalance.fact.Visit;
import org.visitbalance.fact.VisitLine;
import org.visitbalance.fact.VisitStatus;
import org.visitbalance.naive.KnownFact;
import org.visitbalance.naive.MessyFacts;
import org.visitbalance.platform.Patience;
import org.visitbalance.platform.serde.ValueSerdes;
import org.visitbalance.service.BalancingService;
import org.visitbalance.service.FactProducer;
import org.visitbalance.service.TopicProvisioner;
import org.visitbalance.service.TopicReader;
import org.visitbalance.topology.OutputTables;
import org.visitbalance.topology.Topic;
import org.visitbalance.topology.Topics;
import org.visitbalance.topology.TopologyOptions;

/** A service with little retention is verified after most of its facts have left. */
@Timeout(300)
@Tag("slow")
class VerifyWhatHasLeftTest {
  private static final Duration KEPT = Duration.ofDays(1);
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int PARTITIONS = 2;

  @TempDir private Path folder;
  private final AtomicReference<Instant> clock = new AtomicReference<>(Instant.EPOCH);
  private final Set<Integer> settled = ConcurrentHashMap.newKeySet();
  private EmbeddedCluster cluster;
  private Map<String, Object> clients;
  private TopologyOptions.Serdes serdes;

  @BeforeEach
  void start() {
    cluster = EmbeddedCluster.temporary();
    clients = cluster.clients();
    serdes = ValueSerdes.of(clients)::forClass;
    TopicProvisioner.create(clients, "", PARTITIONS, Topic.Time.SIMULATION);
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  @Test
  void whatHasLeftIsNotComparedAndTheRestMatches() throws Exception {
    // Given the facts of a week, a visit of the week after, and a service that keeps one day
    List<KnownFact> week =
        MessyFacts.of(7, 300).stream()
            .filter(one -> !(one.fact() instanceof Feed))
            .sorted(Comparator.comparing(KnownFact::knownAt))
            .toList();
    Instant end = week.get(week.size() - 1).knownAt().plus(Duration.ofDays(6));
    List<KnownFact> facts = new ArrayList<>(week);
    facts.add(new KnownFact(aVisit(week, end.minus(Duration.ofHours(25))), end));
    try (FactProducer producer = new FactProducer(clients, serdes, "", clock::get);
        BalancingService service = service()) {
      facts.forEach(one -> producer.fact(one.fact(), one.knownAt()));
      producer.flush();
      Patience.await(
          "all to be read",
          PATIENCE,
          () -> service.counts().ofPatientFacts("facts-read") == facts.size());
      clock.set(end);
      producer.tick(end, PARTITIONS);
      producer.flush();
      Patience.await(
          "the service to have judged them",
          PATIENCE,
          () -> settled.size() == PARTITIONS && service.isBooked());

      OutputTables said = new TopicReader(clients, serdes, "").outputs();

      // Then some of it is said to have left, and some is not
      assertThat(said.values(Topics.VISIT_DISCREPANCIES))
          .anyMatch(one -> one.getLeftAt() != null)
          .anyMatch(one -> one.getLeftAt() == null);

      // And the audit knows what it cannot compare
      Program.Ran ran = verify("1");
      assertThat(ran.out())
          .matches(
              "\\d+ periods are not compared: some of their visits have left the service's state"
                  + " \\(--retention 1\\)\\.\nThe live outputs match the replay\\.\n");
      assertThat(ran.exit()).isZero();

      // While one that believes that all is still there finds differences
      assertThat(verify("400").exit()).isEqualTo(1);
    }
  }

  /** Like one of that week, of another patient. */
  private static Visit aVisit(List<KnownFact> week, Instant finalizedAt) {
    LocalDate date = LocalDate.ofInstant(finalizedAt, ZoneOffset.UTC);
    Visit like =
        (Visit)
            week.stream().map(KnownFact::fact).filter(Visit.class::isInstance).findFirst().get();
    return Visit.newBuilder(like)
        .setPatientKey("P99")
        .setStatus(VisitStatus.FINALIZED)
        .setRevision(0)
        .setDateOfService(date)
        .setFinalizedOn(date)
        .setFinalizedAt(finalizedAt)
        .setOccurredAt(finalizedAt)
        .setNoteType(NoteType.DAILY_NOTE)
        .setNoCharge(NoCharge.NONE)
        .setLines(List.of(new VisitLine("97110", List.of(), 2, null, null)))
        .build();
  }

  private BalancingService service() {
    return BalancingService.startTemporary(
        new TopologyOptions(
            "",
            serdes,
            TestKey.VALUE,
            PARTITIONS,
            Instant.EPOCH,
            KEPT,
            true,
            TopologyOptions.DATES_PER_TICK,
            (partition, now, isSettled) -> {
              if (isSettled) {
                settled.add(partition);
              }
            }),
        clients,
        BalancingService.Problems.SILENT);
  }

  private Program.Ran verify(String days) throws IOException {
    Path config =
        Files.writeString(
            folder.resolve("cluster.properties"),
            "bootstrap.servers=%s%nschema.registry.url=%s%nvisitbalance.token.key=%s%n"
                .formatted(cluster.bootstrapServers(), cluster.registryUrl(), TestKey.VALUE));
    return Program.run(
        "audit",
        "--config",
        config,
        "--tenant",
        MessyFacts.TENANT,
        "--from=2000-01-01",
        "--to=2100-12-31",
        "--verify",
        "--retention=" + days);
  }
}
