package org.visitbalance.query.lists;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.visitbalance.core.Reasons;
import org.visitbalance.core.TenantSettings;
import org.visitbalance.output.Reason;
import org.visitbalance.query.access.Caller;
import org.visitbalance.query.access.Role;
import org.visitbalance.query.model.Database;
import org.visitbalance.query.model.Freshness;
import org.visitbalance.query.model.PostgresServer;
import org.visitbalance.query.request.Params;
import org.visitbalance.query.request.RequestContext;

/** The order of the work list, against one that is made by hand, on both databases. */
class WorkOrderTest {
  private static final Instant NOW = Instant.parse("2026-11-14T23:30:00Z");
  private static final LocalDate TODAY = LocalDate.of(2026, 11, 14);
  private static final Duration UNTIL_MIDNIGHT = Duration.ofHours(1);
  private static final List<String> KINDS =
      List.of("MISSING_CHARGE", "HELD", "DUPLICATE_BILLING", "PROVIDER_MISMATCH", "DAY");

  private static final List<Integer> DEADLINES = List.of(-3, 0, 5, 13, 14, 15, 16, 30);

  private record Found(
      String id,
      String tenant,
      String kind,
      String status,
      String severity,
      String location,
      @Nullable LocalDate day,
      @Nullable Instant openedAt,
      @Nullable Instant leftAt,
      @Nullable Long cents,
      @Nullable LocalDate fileBy) {
    boolean isOpen() {
      return status.equals("OPEN") && leftAt == null;
    }

    /** Unknown amounts, and those that are not at risk, come last. */
    long risk() {
      return cents == null || !isAtRisk(kind) ? -1 : cents;
    }

    long amount() {
      return Objects.requireNonNullElse(cents, -1L);
    }

    boolean isUrgent(LocalDate today) {
      return fileBy != null && !fileBy.isAfter(today.plusDays(14));
    }
  }

  private static boolean isAtRisk(String kind) {
    return Reasons.isUnbilled(kind) || kind.equals("SCRUBBED_UNEXPLAINED");
  }

  private static Comparator<Found> workOrder(LocalDate today) {
    Comparator<Found> worth =
        Comparator.comparingLong(Found::risk)
            .reversed()
            .thenComparing(Comparator.comparingLong(Found::amount).reversed())
            .thenComparing(one -> Objects.requireNonNullElse(one.openedAt, Instant.MAX))
            .thenComparing(one -> Objects.requireNonNullElse(one.day, LocalDate.MIN))
            .thenComparing(Found::id);
    return Comparator.comparing(
            (Found one) -> one.isUrgent(today) ? one.fileBy : LocalDate.MAX,
            Comparator.nullsLast(Comparator.naturalOrder()))
        .thenComparing(worth);
  }

  private static List<Found> some(Random random, int rows) {
    List<Found> all = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      String kind = KINDS.get(random.nextInt(KINDS.size()));
      boolean isUnbilled = kind.equals("MISSING_CHARGE") || kind.equals("HELD");
      boolean isWorth = isUnbilled || kind.equals("DUPLICATE_BILLING");
      all.add(
          new Found(
              "F" + Long.toString(random.nextLong() >>> 1, 36),
              random.nextInt(10) == 0 ? "T2" : "T1",
              kind,
              random.nextInt(4) == 0 ? "RESOLVED" : "OPEN",
              List.of("HIGH", "MEDIUM", "LOW").get(random.nextInt(3)),
              "L" + random.nextInt(4),
              random.nextInt(20) == 0 ? null : TODAY.minusDays(random.nextInt(40)),
              random.nextInt(20) == 0 ? null : NOW.minusSeconds(3600L * random.nextInt(50)),
              random.nextInt(20) == 0 ? NOW : null,
              isWorth && random.nextInt(4) > 0 ? 1000L * random.nextInt(4) : null,
              isUnbilled && random.nextBoolean()
                  ? TODAY.plusDays(DEADLINES.get(random.nextInt(DEADLINES.size())))
                  : null));
    }
    return all;
  }

  private static void insert(Database database, List<Found> all) {
    database
        .jdbi()
        .useTransaction(
            handle -> {
              for (Found one : all) {
                insert(handle, one);
              }
            });
  }

  private static void insert(Handle handle, Found one) {
    handle.execute(
        "insert into discrepancy (record_key, id, tenant, level, kind, status, severity, location,"
            + " on_date, opened_at, left_at, amount_cents, file_by)"
            + " values (?, ?, ?, 'VISIT', ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        one.id,
        one.id,
        one.tenant,
        one.kind,
        one.status,
        one.severity,
        one.location,
        one.day,
        at(one.openedAt),
        at(one.leftAt),
        one.cents,
        one.fileBy);
  }

  private static @Nullable OffsetDateTime at(@Nullable Instant moment) {
    return moment == null ? null : moment.atOffset(ZoneOffset.UTC);
  }

  private static RequestContext call(
      Instant now, @Nullable Set<String> locations, Map<String, String> params) {
    Map<String, List<String>> given = new HashMap<>();
    params.forEach((name, value) -> given.put(name, List.of(value)));
    Set<String> known = new TreeSet<>(WorkLists.DISCREPANCIES.params());
    return new RequestContext(
        null,
        new Caller("will", Role.WORKER, null, locations, Caller.Way.TOKEN),
        new Params(given, known),
        "T1",
        TenantSettings.defaults("T1"),
        new Freshness(now, 0, 0, now, now),
        now);
  }

  /** All pages; from the second one on it is another day. */
  @SuppressWarnings("unchecked")
  private static List<String> pages(
      Database database, @Nullable Set<String> locations, int limit, Map<String, String> params) {
    ListRoute route = new ListRoute(database.jdbi(), "discrepancies", WorkLists.DISCREPANCIES);
    List<String> ids = new ArrayList<>();
    Map<String, String> asked = new HashMap<>(params);
    asked.put("limit", String.valueOf(limit));
    Instant now = NOW;
    while (true) {
      RequestContext call = call(now, locations, asked);
      Map<String, @Nullable Object> page =
          route.page(WorkLists.DISCREPANCIES, call, WorkLists.DISCREPANCIES.sort(call));
      ((List<Map<String, Object>>) page.get("rows"))
          .forEach(row -> ids.add((String) row.get("id")));
      Object next = page.get("next");
      if (next == null) {
        return ids;
      }
      asked.put("cursor", next.toString());
      now = NOW.plus(UNTIL_MIDNIGHT);
    }
  }

  private static void check(Database database) {
    List<Found> all = some(new Random(7), 400);
    insert(database, all);
    List<Found> open = all.stream().filter(one -> one.tenant.equals("T1") && one.isOpen()).toList();

    for (int limit : new int[] {1000, 7, 1}) {
      assertThat(pages(database, null, limit, Map.of()))
          .as("pages of " + limit)
          .isEqualTo(ids(open, workOrder(TODAY)));
    }
    // The day after, one more day is within the two weeks.
    assertThat(ids(open, workOrder(TODAY.plusDays(1)))).isNotEqualTo(ids(open, workOrder(TODAY)));
    List<Found> theirs = open.stream().filter(one -> "L1 L3".contains(one.location)).toList();
    assertThat(pages(database, Set.of("L1", "L3"), 9, Map.of()))
        .isEqualTo(ids(theirs, workOrder(TODAY)));
    assertThat(pages(database, Set.of("L1", "L3"), 9, Map.of("location", "L2"))).isEmpty();

    Comparator<Found> day =
        Comparator.comparing(one -> Objects.requireNonNullElse(one.day, LocalDate.MIN));
    Comparator<Found> severity =
        Comparator.comparing(one -> List.of("HIGH", "MEDIUM", "LOW").indexOf(one.severity));
    Comparator<Found> opened =
        Comparator.comparing(one -> Objects.requireNonNullElse(one.openedAt, Instant.MAX));
    Comparator<Found> amount = Comparator.comparing(Found::amount).reversed();
    Comparator<Found> due =
        Comparator.comparing(one -> Objects.requireNonNullElse(one.fileBy, LocalDate.MAX));
    Map.of(
            "date", day.thenComparing(severity),
            "-date", day.reversed().thenComparing(severity),
            "-openedAt", opened.reversed(),
            "-amount", amount.thenComparing(due).thenComparing(day),
            "location",
                Comparator.comparing(Found::location).thenComparing(severity).thenComparing(day),
            "kind", Comparator.comparing(Found::kind).thenComparing(day))
        .forEach(
            (sort, order) ->
                assertThat(pages(database, null, 11, Map.of("sort", sort)))
                    .as(sort)
                    .isEqualTo(ids(open, order.thenComparing(Found::id))));

    List<Found> over =
        all.stream()
            .filter(one -> one.tenant.equals("T1") && one.status.equals("RESOLVED"))
            .toList();
    assertThat(pages(database, null, 13, Map.of("status", "RESOLVED")))
        .isEqualTo(ids(over, workOrder(TODAY)));
    List<Found> whole = all.stream().filter(one -> one.tenant.equals("T1")).toList();
    assertThat(pages(database, null, 13, Map.of("status", "ALL")))
        .isEqualTo(ids(whole, workOrder(TODAY)));
  }

  private static List<String> ids(List<Found> some, Comparator<Found> order) {
    return some.stream().sorted(order).map(Found::id).toList();
  }

  @Test
  void theEmbeddedDatabaseHasTheOrder() {
    try (Database database = Database.temporary()) {
      check(database);
    }
  }

  @Test
  @Tag("slow")
  void postgresHasTheOrder(@TempDir Path folder) {
    Optional<Path> installed = PostgresServer.installed();
    assumeTrue(installed.isPresent(), "there is no PostgreSQL here: install Debian's postgresql");
    try (PostgresServer server = PostgresServer.start(installed.get(), folder);
        Database database = Database.open(server.url(), PostgresServer.USER, null)) {
      check(database);
    }
  }

  /** The migration names the kinds whose amount is at risk; the rules say which these are. */
  @Test
  void whatIsAtRiskIsWhatTheSumsCount() {
    try (Database database = Database.temporary()) {
      List<String> kinds = new ArrayList<>(List.of("SCRUBBED_UNEXPLAINED", "UNITS_ADDED"));
      kinds.add("BILLED_THOUGH_SUPPRESSED");
      for (Reason reason : Reason.values()) {
        kinds.add(reason.name());
      }
      for (String kind : kinds) {
        Found one = new Found(kind, "T1", kind, "OPEN", "HIGH", "L1", TODAY, NOW, null, 5L, null);
        database.jdbi().useHandle(handle -> insert(handle, one));
      }
      List<String> atRisk =
          database
              .jdbi()
              .withHandle(
                  handle ->
                      handle
                          .createQuery("select kind from discrepancy where risk_order < 0")
                          .mapTo(String.class)
                          .list());
      assertThat(atRisk)
          .containsExactlyInAnyOrderElementsOf(
              kinds.stream().filter(WorkOrderTest::isAtRisk).toList());
    }
  }

  /** What an index serves is not sorted: the first page reads its own rows only. */
  @Test
  void everyOrderOfWhatIsOpenHasAnIndex() {
    try (Database database = Database.temporary()) {
      insert(database, some(new Random(8), 4_000));
      database.jdbi().useHandle(handle -> handle.execute("analyze"));
      for (Set<String> locations : Arrays.asList(null, Set.of("L1", "L2"))) {
        for (String sort : WorkLists.DISCREPANCIES.sorts().keySet()) {
          RequestContext call = call(NOW, locations, Map.of("sort", sort));
          LocalDate until = WorkLists.DISCREPANCIES.until(call, sort);
          for (Listing.Part part : WorkLists.DISCREPANCIES.parts(sort, until)) {
            assertThat(plan(database, call, part)).as(sort).contains("/* index sorted */");
          }
        }
      }
    }
  }

  private static String plan(Database database, RequestContext call, Listing.Part part) {
    String text = WorkLists.DISCREPANCIES.select(call, part, null, 101).toString();
    return database
        .jdbi()
        .withHandle(
            handle -> {
              Query query = handle.createQuery("explain " + text);
              for (int i = 0; i < text.chars().filter(one -> one == '?').count(); i++) {
                query.bindNull(i, Types.VARCHAR);
              }
              return query.mapTo(String.class).one();
            });
  }
}
