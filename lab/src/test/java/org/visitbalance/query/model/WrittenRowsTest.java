package org.visitbalance.query.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What was written stands there as it was, on both databases, though each takes it its own way. */
@Timeout(120)
@Tag("slow")
class WrittenRowsTest {
  private static final List<String> AWKWARD =
      List.of(
          "",
          " ",
          "\\N",
          "\\.",
          "\\",
          "\\\\",
          "a\tb",
          "a\nb\r",
          "\r\n",
          "\\t",
          "'; --",
          "\"",
          "|",
          "{\"a\\n\":1}",
          "Ünïcödé",
          "\uD83D\uDE00",
          "\u2028",
          "\uFFFD",
          "\u0001\u001A\u007F");
  private static final List<Instant> MOMENTS =
      List.of(
          Instant.EPOCH,
          Instant.parse("1899-12-31T23:59:59.999999Z"),
          Instant.parse("2026-11-01T05:30:00.000001Z"),
          Instant.parse("9999-12-31T23:59:59.999999999Z"),
          Instant.parse("+12345-01-01T00:00:00Z"),
          Instant.parse("-0043-03-15T11:00:00Z"));
  private static final int ROWS = 3_000;

  @TempDir private Path folder;

  @Test
  void whatWasWrittenStandsThereAsItWas() throws SQLException {
    try (Database embedded = Database.temporary()) {
      isWritten(embedded);
    }
    Optional<Path> installed = PostgresServer.installed();
    assumeTrue(installed.isPresent(), "PostgreSQL is not installed");
    try (PostgresServer server = PostgresServer.start(installed.get(), folder);
        Database shared = Database.open(server.url(), PostgresServer.USER, null)) {
      isWritten(shared);
    }
  }

  private static void isWritten(Database database) throws SQLException {
    Random random = new Random(32);
    Map<String, List<Object>> settings = new TreeMap<>();
    Map<String, List<List<Object>>> providers = new TreeMap<>();
    for (int round = 0; round < 4; round++) {
      Batch batch = new Batch();
      for (int i = 0; i < ROWS; i++) {
        String key = text(random) + random.nextInt(ROWS);
        if (random.nextInt(4) == 0) {
          settings.remove(key);
          providers.remove(key);
          batch.put(Tables.SETTINGS, key, null);
          batch.putChildren(Tables.PROVIDER, key, List.of());
          continue;
        }
        Object[] row = {
          text(random),
          random.nextLong(),
          Flat.value(MOMENTS.get(random.nextInt(MOMENTS.size()))),
          text(random),
          random.nextBoolean() ? null : text(random),
          null
        };
        batch.put(Tables.SETTINGS, key, row);
        settings.put(key, Arrays.asList(row));
        List<Object[]> lists = new ArrayList<>();
        List<List<Object>> expected = new ArrayList<>();
        for (int one = random.nextInt(3); one >= 0; one--) {
          Object[] provider = {text(random) + one, (long) one, 0L, Long.MAX_VALUE, null};
          lists.add(provider);
          expected.add(Arrays.asList(provider));
        }
        batch.putChildren(Tables.PROVIDER, key, lists);
        providers.put(key, expected);
      }
      database.jdbi().useTransaction(handle -> batch.write(handle.getConnection()));

      assertThat(rows(database, Tables.SETTINGS)).isEqualTo(single(settings));
      assertThat(rows(database, Tables.PROVIDER)).isEqualTo(sorted(providers));
    }
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(3); i >= 0; i--) {
      text.append(AWKWARD.get(random.nextInt(AWKWARD.size())));
    }
    return text.toString();
  }

  private static Map<String, List<String>> single(Map<String, List<Object>> rows) {
    Map<String, List<String>> single = new TreeMap<>();
    rows.forEach((key, row) -> single.put(key, List.of(row.toString())));
    return single;
  }

  private static Map<String, List<String>> sorted(Map<String, List<List<Object>>> rows) {
    Map<String, List<String>> sorted = new TreeMap<>();
    rows.forEach(
        (key, lists) -> sorted.put(key, lists.stream().map(List::toString).sorted().toList()));
    return sorted;
  }

  private static Map<String, List<String>> rows(Database database, Table table) {
    Map<String, List<String>> rows = new TreeMap<>();
    database
        .jdbi()
        .useHandle(
            handle ->
                handle
                    .createQuery("select * from " + table.name())
                    .map(
                        (row, context) ->
                            Map.entry(
                                row.getString(Table.KEY),
                                TopicTables.values(table, row).toString()))
                    .forEach(
                        row ->
                            rows.computeIfAbsent(row.getKey(), any -> new ArrayList<>())
                                .add(row.getValue())));
    rows.values().forEach(Collections::sort);
    return rows;
  }
}
