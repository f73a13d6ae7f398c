package org.visitbalance.query.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.visitbalance.output.Balance;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.output.DiscrepancyStatus;
import org.visitbalance.output.Granularity;
import org.visitbalance.output.Kinds;
import org.visitbalance.output.Level;
import org.visitbalance.output.NewPatients;
import org.visitbalance.output.Origin;
import org.visitbalance.output.Readiness;
import org.visitbalance.output.Reported;
import org.visitbalance.output.Severity;
import org.visitbalance.output.Verdict;
import org.visitbalance.output.VisitSummary;
import org.visitbalance.topology.Keys;
import org.visitbalance.topology.Topics;

/** The stored sums are those of the rows, whatever has been written, deleted and begun anew. */
class StoredSumsTest {
  private static final Instant NOW = Instant.parse("2026-11-14T12:00:00Z");
  private static final LocalDate DAY = LocalDate.parse("2026-11-01");
  private static final List<String> STATES =
      List.of("MATCHED", "MISSING_CHARGE", "NOT_SENT", "HELD", "AWAITING_CHARGE", "RETRACTED");
  private static final int STEPS = 60;

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void onH2(long seed) {
    anySequence(seed, () -> Database.embedded(folder));
  }

  @Test
  @Tag("slow")
  void onPostgres() {
    Optional<Path> bin = PostgresServer.installed();
    assumeTrue(bin.isPresent(), "no PostgreSQL on this machine");
    try (PostgresServer server = PostgresServer.start(bin.get(), folder)) {
      for (long seed = 4; seed < 7; seed++) {
        anySequence(seed, () -> Database.open(server.url(), PostgresServer.USER, null));
      }
    }
  }

  private static void anySequence(long seed, Supplier<Database> opened) {
    Random random = new Random(seed);
    Database database = opened.get();
    int zeros = 0;
    try {
      TableWriter tables = new TableWriter(database);
      for (int step = 0; step < STEPS; step++) {
        int records = 1 + random.nextInt(40);
        for (int i = 0; i < records; i++) {
          put(tables, random);
        }
        tables.flush();
        assertThat(stored(database))
            .as("seed " + seed + ", step " + step)
            .isEqualTo(made(database));
        int turn = random.nextInt(20);
        if (turn == 0) {
          TopicTables.empty(database);
          tables = new TableWriter(database);
        } else if (turn == 1) {
          database.close();
          database = opened.get();
          tables = new TableWriter(database);
        } else if (turn == 2) {
          // An older program that shares the database does not keep the sums.
          spoil(database, random);
          database.repairSums();
        }
        assertThat(stored(database))
            .as("seed " + seed + ", after " + step)
            .isEqualTo(made(database));
        zeros += stored(database).isEmpty() ? 1 : 0;
      }
      assertThat(zeros).isLessThan(STEPS / 2);
    } finally {
      database.close();
    }
  }

  private static void put(TableWriter tables, Random random) {
    String tenant = random.nextInt(8) == 0 ? "T2" : "T1";
    String location =
        random.nextInt(10) == 0 ? "UNMAPPED:C|9:" + "x".repeat(900) : "L" + random.nextInt(3);
    boolean isGone = random.nextInt(3) == 0;
    LocalDate day = DAY.plusDays(random.nextInt(4));
    String id = String.valueOf(random.nextInt(60));
    switch (random.nextInt(3)) {
      case 0 -> {
        Balance balance = balance(tenant, location, day, random);
        tables.put(Topics.BALANCES, Keys.ofPeriod(balance), isGone ? null : balance, NOW);
      }
      case 1 ->
          tables.put(
              Topics.VISIT_SUMMARIES,
              Keys.of(tenant, id),
              isGone ? null : visit(tenant, id, location, day, random),
              NOW);
      default ->
          tables.put(
              Topics.VISIT_DISCREPANCIES,
              id,
              isGone ? null : discrepancy(tenant, id, location, day, random),
              NOW);
    }
  }

  private static Balance balance(String tenant, String location, LocalDate day, Random random) {
    return Balance.newBuilder()
        .setTenant(tenant)
        .setLocation(location)
        .setGranularity(random.nextBoolean() ? Granularity.DAY : Granularity.MONTH)
        .setFrom(day)
        .setTo(day)
        .setReported(
            Reported.newBuilder()
                .setEmrVisits(random.nextInt(5))
                .setBillingVisits(random.nextInt(5))
                .setDifference(random.nextInt(9) - 4)
                .setEmrUnits(0)
                .setBillingUnits(0)
                .build())
        .setOrigin(
            new Origin(
                (long) random.nextInt(5), (long) random.nextInt(5), (long) random.nextInt(5)))
        .setNewPatients(
            NewPatients.newBuilder()
                .setEmrUnits(0)
                .setBillingVisits(0)
                .setDifference(0)
                .setItems(Map.of())
                .build())
        .setItems(Map.of())
        .setKinds(
            Kinds.newBuilder()
                .setExpected(0)
                .setPending(0)
                .setWork(0)
                .setUnexplained(random.nextInt(3))
                .build())
        .setVerdict(Verdict.BALANCED)
        .setOffsetting(false)
        .setReadiness(
            Readiness.newBuilder()
                .setOpenNotes(0)
                .setFailedTransmissions(0)
                .setPendingTransmissions(0)
                .setAbsentTransmissions(0)
                .setHeldVisits(random.nextInt(3))
                .setReady(true)
                .build())
        .setProviders(List.of())
        .build();
  }

  private static VisitSummary visit(
      String tenant, String id, String location, LocalDate day, Random random) {
    return VisitSummary.newBuilder()
        .setTenant(tenant)
        .setVisit(id)
        .setLocation(location)
        .setDateOfService(day)
        .setProviderId("TH1")
        .setFinalizedOn(random.nextInt(5) == 0 ? null : day)
        .setCreatedOn(null)
        .setState(STATES.get(random.nextInt(STATES.size())))
        .setSuppressed(false)
        .setLate(false)
        .setDocumentedUnits(random.nextInt(6))
        .setBilledUnits(0)
        .build();
  }

  private static Discrepancy discrepancy(
      String tenant, String id, String location, LocalDate day, Random random) {
    return Discrepancy.newBuilder()
        .setId(id)
        .setTenant(tenant)
        .setLevel(Level.VISIT)
        .setKind(random.nextBoolean() ? "MISSING_CHARGE" : "HELD")
        .setStatus(random.nextInt(3) == 0 ? DiscrepancyStatus.RESOLVED : DiscrepancyStatus.OPEN)
        .setSeverity(random.nextBoolean() ? Severity.HIGH : Severity.LOW)
        .setLocation(location)
        .setDate(day)
        .setVisit(id)
        .setDifference(1)
        .setDateOfService(day)
        .setProviderId("TH1")
        .setUnits(0L)
        .setAction("Look.")
        .setLeftAt(random.nextInt(6) == 0 ? NOW : null)
        .build();
  }

  private static void spoil(Database database, Random random) {
    List<String> tables =
        List.of("balance", "visit", "discrepancy", "visit_sum", "discrepancy_sum");
    String table = tables.get(random.nextInt(tables.size()));
    database
        .jdbi()
        .useHandle(
            handle ->
                handle.execute(
                    "delete from "
                        + table
                        + " where record_key in (select min(record_key) from "
                        + table
                        + ")"));
  }

  private static List<String> stored(Database database) {
    List<String> all = new ArrayList<>();
    for (StoredSum sum : Tables.SUMS) {
      String columns =
          sum.table().columns().stream().map(Column::name).collect(Collectors.joining(", "));
      all.addAll(rows(database, "select " + columns + " from " + sum.table().name()));
    }
    return all;
  }

  /** The sums of what is in the rows now; without those that are 0. */
  private static List<String> made(Database database) {
    List<String> all = new ArrayList<>();
    all.addAll(
        rows(
            database,
            "select tenant, from_date, sum(reported_emr_visits), sum(reported_billing_visits),"
                + " sum(reported_difference), sum(origin_expected), sum(origin_billed),"
                + " sum(origin_outstanding), sum(readiness_held_visits), sum(kinds_unexplained)"
                + " from balance where granularity = 'DAY' group by tenant, from_date"
                + " having sum(abs(reported_emr_visits) + abs(reported_billing_visits)"
                + " + abs(origin_expected) + abs(origin_billed) + abs(origin_outstanding)"
                + " + abs(readiness_held_visits) + abs(kinds_unexplained)) <> 0"
                + " or sum(reported_difference) <> 0"));
    all.addAll(
        rows(
            database,
            "select tenant, location, finalized_on, count(*),"
                + " count(case when state in ('MISSING_CHARGE', 'NOT_SENT') then 1 end),"
                + " sum(documented_units) from visit"
                + " where state not in ('MATCHED', 'RETRACTED')"
                + " group by tenant, location, finalized_on"));
    all.addAll(
        rows(
            database,
            "select tenant, location, severity, kind, count(*) from discrepancy"
                + " where status = 'OPEN' and left_at is null"
                + " group by tenant, location, severity, kind"));
    return all;
  }

  private static List<String> rows(Database database, String sql) {
    return database
        .jdbi()
        .withHandle(
            handle ->
                handle
                    .createQuery(sql)
                    .map(
                        (row, context) -> {
                          StringBuilder text = new StringBuilder();
                          for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                            text.append(row.getString(i)).append('|');
                          }
                          return text.toString();
                        })
                    .stream()
                    .sorted()
                    .toList());
  }
}
