package org.visitbalance.query.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.visitbalance.core.MoneyKinds;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.output.DiscrepancyStatus;
import org.visitbalance.output.Level;
import org.visitbalance.output.Severity;
import org.visitbalance.query.lists.MoneySums;
import org.visitbalance.query.lists.MoneySums.By;
import org.visitbalance.query.lists.MoneySums.Which;
import org.visitbalance.query.request.Scope;
import org.visitbalance.report.MoneyTotals;

/**
 * The sums of the tables are those of rules.md#money-totals, on both databases, after discrepancies
 * have come, changed, and gone.
 */
@Timeout(120)
@Tag("slow")
class MoneySumsTest {
  private static final LocalDate TODAY = LocalDate.parse("2026-11-14");
  private static final List<String> KINDS =
      Stream.of(
              MoneyKinds.UNBILLED,
              List.of(MoneyKinds.SCRUBBED, "PROVIDER_MISMATCH", "LINES_HELD"),
              MoneyKinds.EXPOSED_BY_DAY,
              MoneyKinds.EXPOSED_WHOLE)
          .flatMap(List::stream)
          .toList();
  private static final int ROWS = 3_000;
  private static final int GONE = 5;

  /** More than one patient's worth: sums of them do not overflow. */
  private static final long HUGE = 99_999_999_999L;

  @TempDir private static Path folder;
  private static PostgresServer server;
  private static Database h2;
  private static @Nullable Database postgres;

  private static final String MIGRATION = "/db/migration/V12__amounts_of_open_discrepancies.sql";

  /** What is in the tables. */
  private static final List<Discrepancy> ALL = new ArrayList<>();

  private static final Map<String, String> PAYERS = new LinkedHashMap<>();

  @BeforeAll
  static void start() throws SQLException {
    Random random = new Random(12);
    for (int i = 0; i < ROWS; i++) {
      ALL.add(one(i, random));
    }
    for (int visit = 0; visit < 400; visit += 1 + random.nextInt(2)) {
      PAYERS.put("V" + visit, "PAYER" + visit % 7);
    }
    h2 = filled(Database.temporary());
    Optional<Path> installed = PostgresServer.installed();
    if (installed.isPresent()) {
      server = PostgresServer.start(installed.get(), folder);
      postgres = filled(Database.open(server.url(), PostgresServer.USER, null));
    }
  }

  @AfterAll
  static void stop() {
    h2.close();
    if (postgres != null) {
      postgres.close();
      server.close();
    }
  }

  private static Discrepancy one(int number, Random random) {
    String kind = KINDS.get(random.nextInt(KINDS.size()));
    boolean isOfVisit = random.nextInt(20) > 0;
    LocalDate date = TODAY.minusDays(random.nextInt(40));
    return Discrepancy.newBuilder()
        .setId("D" + number)
        .setTenant(random.nextInt(10) > 0 ? "T1" : "T2")
        .setLevel(isOfVisit ? Level.VISIT : Level.PERIOD)
        .setKind(kind)
        .setStatus(random.nextInt(4) > 0 ? DiscrepancyStatus.OPEN : DiscrepancyStatus.RESOLVED)
        .setSeverity(Severity.HIGH)
        .setLocation("L" + random.nextInt(5))
        .setDate(date)
        .setVisit(isOfVisit ? "V" + random.nextInt(400) : null)
        .setDifference(1)
        .setAmountCents(amount(random))
        .setFileBy(random.nextInt(3) > 0 ? date.plusDays(random.nextInt(60)) : null)
        .setAction("")
        .setLeftAt(random.nextInt(30) > 0 ? null : Instant.EPOCH)
        .build();
  }

  private static @Nullable Long amount(Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> null;
      case 1 -> random.nextInt(50) > 0 ? 0L : HUGE;
      default -> Long.valueOf(random.nextInt(40_000));
    };
  }

  /** Writes them as the topic tells them: each was something else before, some are deleted. */
  private static Database filled(Database database) throws SQLException {
    Random random = new Random(5);
    List<List<Discrepancy>> batches = List.of(new ArrayList<>(), new ArrayList<>());
    for (Discrepancy one : ALL) {
      batches.get(0).add(before(one, random));
      batches.get(1).add(one);
    }
    database
        .jdbi()
        .useTransaction(
            handle -> {
              for (List<Discrepancy> some : batches) {
                write(handle, some);
              }
              Batch gone = new Batch();
              for (int i = 0; i < GONE; i++) {
                write(handle, List.of(Discrepancy.newBuilder(ALL.get(0)).setId("G" + i).build()));
                gone.put(Tables.OPEN_AMOUNT, "G" + i, OpenAmounts.row(null));
              }
              gone.write(handle.getConnection());
              PAYERS.forEach(
                  (visit, payer) ->
                      handle.execute(
                          "insert into visit_ids (record_key, tenant, visit, patient_key, name,"
                              + " payer_id) values (?, 'T1', ?, 'P', 'N', ?)",
                          visit,
                          visit,
                          payer));
            });
    return database;
  }

  private static Discrepancy before(Discrepancy one, Random random) {
    return Discrepancy.newBuilder(one)
        .setStatus(DiscrepancyStatus.OPEN)
        .setLeftAt(null)
        .setAmountCents(amount(random))
        .setLocation("L" + random.nextInt(5))
        .build();
  }

  private static void write(Handle handle, List<Discrepancy> some) throws SQLException {
    Batch batch = new Batch();
    for (Discrepancy one : some) {
      batch.put(Tables.DISCREPANCY, one.getId(), Flat.values(one));
      batch.put(Tables.OPEN_AMOUNT, one.getId(), OpenAmounts.row(one));
    }
    batch.write(handle.getConnection());
  }

  /** By name: what is closable is closed after a parameterized test. */
  private static final String H2 = "H2";

  private static final String POSTGRES = "PostgreSQL";

  static Stream<String> databases() {
    return postgres == null ? Stream.of(H2) : Stream.of(H2, POSTGRES);
  }

  private static Jdbi jdbi(String name) {
    return Objects.requireNonNull(name.equals(H2) ? h2 : postgres).jdbi();
  }

  private static List<Discrepancy> open(Predicate<Discrepancy> fits) {
    return ALL.stream()
        .filter(one -> one.getTenant().equals("T1") && one.getLeftAt() == null)
        .filter(one -> one.getStatus() == DiscrepancyStatus.OPEN && one.getVisit() != null)
        .filter(fits)
        .toList();
  }

  private static Which which(List<String> locations, List<String> payers) {
    return new Which(Scope.ALL, "T1", TODAY, locations, null, null, payers);
  }

  private static String said(MoneyTotals totals) {
    return said(totals.atRisk()) + ", " + said(totals.exposed()) + ", " + totals.nextDeadline();
  }

  /** No price at all is null, not 0. */
  private static String said(MoneyTotals.Total total) {
    boolean isUnknown = total.cents() == 0 && total.visits() > 0 && total.unknown() > 0;
    return (isUnknown ? "?" : total.cents()) + "/" + total.visits() + "/" + total.unknown();
  }

  private static String said(Map<String, @Nullable Object> row) {
    return said(row, "atRisk") + ", " + said(row, "exposed") + ", " + row.get("nextDeadline");
  }

  private static String said(Map<String, @Nullable Object> row, String side) {
    Map<?, ?> sum = (Map<?, ?>) row.get(side);
    boolean hasUnpriced = !sum.get("unpriced").equals(0L);
    Object cents = sum.get("cents");
    boolean isNothing = cents == null || (cents.equals(0L) && hasUnpriced);
    return (isNothing ? "?" : cents) + "/" + sum.get("visits") + "/" + sum.get("unpriced");
  }

  private static Map<String, Object> sum(long cents, long visits, long unpriced) {
    return Map.of("cents", cents, "visits", visits, "unpriced", unpriced);
  }

  @ParameterizedTest
  @MethodSource("databases")
  void totalsAreThoseOfTheRules(String database) {
    for (List<String> locations : List.of(List.<String>of(), List.of("L1"), List.of("L2", "L4"))) {
      List<Discrepancy> open =
          open(one -> locations.isEmpty() || locations.contains(one.getLocation()));
      Map<String, @Nullable Object> told =
          jdbi(database).withHandle(handle -> MoneySums.total(handle, which(locations, List.of())));
      MoneyTotals totals = MoneyTotals.of(open, TODAY);

      assertThat(said(told)).isEqualTo(said(totals));
      assertThat(count(told, "unbilled")).isEqualTo(totals.unbilled());
      assertThat(count(told, "pastDeadline")).isEqualTo(totals.overdue()).isPositive();
      assertThat(count(told, "fileSoon")).isEqualTo(totals.dueSoon()).isPositive();
      for (Map.Entry<String, List<String>> part :
          Map.of(
                  "unbilled", MoneyKinds.UNBILLED,
                  "held", List.of(MoneyKinds.HELD),
                  "missing", MoneyKinds.MISSING)
              .entrySet()) {
        MoneyTotals.Total some =
            MoneyTotals.of(
                    open.stream().filter(one -> part.getValue().contains(one.getKind())).toList(),
                    TODAY)
                .atRisk();
        assertThat(told.get(part.getKey()))
            .as(part.getKey())
            .isEqualTo(sum(some.cents(), some.visits(), some.unknown()));
      }
    }
  }

  private static long count(Map<String, @Nullable Object> told, String sum) {
    return (Long) ((Map<?, ?>) told.get(sum)).get("visits");
  }

  @ParameterizedTest
  @MethodSource("databases")
  void everyGroupIsATotalOfItsOwn(String database) {
    Map<By, Function<Discrepancy, String>> groups =
        Map.of(
            By.DAY,
            one -> String.valueOf(one.getDate()),
            By.LOCATION,
            Discrepancy::getLocation,
            By.REASON,
            Discrepancy::getKind,
            By.PAYER,
            one -> String.valueOf(PAYERS.get(one.getVisit())));
    groups.forEach(
        (by, group) -> {
          Map<String, String> expected = new LinkedHashMap<>();
          open(one -> MoneyKinds.isAtRisk(one.getKind()) || MoneyKinds.isExposed(one.getKind()))
              .stream()
              .collect(Collectors.groupingBy(group))
              .forEach((name, some) -> expected.put(name, said(MoneyTotals.of(some, TODAY))));
          Map<String, String> told = new LinkedHashMap<>();
          jdbi(database)
              .useHandle(
                  handle ->
                      MoneySums.rows(handle, which(List.of(), List.of()), by)
                          .forEach(
                              row ->
                                  told.put(
                                      String.valueOf(row.values().iterator().next()), said(row))));

          assertThat(told).as(by.name()).containsExactlyInAnyOrderEntriesOf(expected);
        });
  }

  @ParameterizedTest
  @MethodSource("databases")
  void aPayerAndSomeDaysNarrow(String database) {
    LocalDate first = TODAY.minusDays(20);
    LocalDate last = TODAY.minusDays(3);
    List<Discrepancy> open =
        open(
            one ->
                "PAYER3".equals(PAYERS.get(one.getVisit()))
                    && !one.getDate().isBefore(first)
                    && !one.getDate().isAfter(last));
    Map<String, @Nullable Object> told =
        jdbi(database)
            .withHandle(
                handle ->
                    MoneySums.total(
                        handle,
                        new Which(
                            Scope.ALL, "T1", TODAY, List.of(), first, last, List.of("PAYER3"))));

    assertThat(open).isNotEmpty();
    assertThat(said(told)).isEqualTo(said(MoneyTotals.of(open, TODAY)));
  }

  @ParameterizedTest
  @MethodSource("databases")
  void whatHasNoPriceIsNullAndNothingIsZero(String database) throws SQLException {
    jdbi(database)
        .useTransaction(
            handle -> {
              write(
                  handle,
                  List.of(
                      Discrepancy.newBuilder(ALL.get(0))
                          .setId("N1")
                          .setTenant("T3")
                          .setKind("HELD")
                          .setVisit("V1")
                          .setStatus(DiscrepancyStatus.OPEN)
                          .setLeftAt(null)
                          .setAmountCents(null)
                          .build()));
              Map<String, @Nullable Object> told =
                  MoneySums.total(
                      handle, new Which(Scope.ALL, "T3", TODAY, List.of(), null, null, List.of()));
              Map<String, @Nullable Object> unknown = new LinkedHashMap<>();
              unknown.put("cents", null);
              unknown.put("visits", 1L);
              unknown.put("unpriced", 1L);
              assertThat(told.get("atRisk")).isEqualTo(unknown);
              assertThat(told.get("exposed")).isEqualTo(sum(0, 0, 0));
              handle.rollback();
            });
  }

  /** A database that is older than the table of amounts has the same rows without a rebuild. */
  @ParameterizedTest
  @MethodSource("databases")
  void theMigrationFillsTheTable(String database) throws SQLException, IOException {
    String fill;
    try (InputStream file = MoneySumsTest.class.getResourceAsStream(MIGRATION)) {
      String sql = new String(Objects.requireNonNull(file).readAllBytes(), UTF_8);
      fill = sql.substring(sql.indexOf("insert into"), sql.lastIndexOf(';'));
    }
    jdbi(database)
        .useTransaction(
            handle -> {
              List<Map<String, Object>> stored = rows(handle);
              handle.execute("delete from open_amount");
              handle.execute("delete from discrepancy where record_key like 'G%'");
              handle.execute(fill);

              assertThat(stored).hasSizeGreaterThan(1_000);
              assertThat(rows(handle)).isEqualTo(stored);
              handle.rollback();
            });
  }

  private static List<Map<String, Object>> rows(Handle handle) {
    return handle.createQuery("select * from open_amount order by record_key").mapToMap().list();
  }
}
