package org.visitbalance.query.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.visitbalance.topology.AppliedSettings;

class ApplyingTest {
  private static final Instant START = Instant.parse("2026-11-16T12:00:00Z");
  private final Database database = Database.temporary();
  private final Map<AppliedSettings.Place, AppliedSettings> mine = new ConcurrentHashMap<>();
  private final Map<AppliedSettings.Place, AppliedSettings> others = new ConcurrentHashMap<>();
  private final Applying here = new Applying(database.jdbi(), () -> mine);
  private final Applying there = new Applying(database.jdbi(), () -> others);

  /** How far the tables have read settings. */
  private long read;

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void fromTheMomentThatSettingsAreSentUntilTheTablesHaveWhatTheyChange() {
    Instant old = START.minusSeconds(5_000);
    say(mine, 0, old, START, 0, 0);
    say(others, 1, old, START, 0, 0);
    assertThat(look(there, 0)).isNull();
    assertThat(look(here, 0)).as("at the start").isNull();

    assertThat(here.hasNews(read)).isFalse();
    settings(START.plusSeconds(2));
    assertThat(here.hasNews(read)).as("somebody has sent settings").isTrue();
    assertThat(look(here, 2)).as("nobody has them").isZero();
    assertThat(here.hasNews(read)).isFalse();
    say(mine, 0, START.plusSeconds(2), START.plusSeconds(3), 30, 100);
    assertThat(look(here, 3)).as("another instance does not have them").isBetween(25, 30);
    say(others, 1, START.plusSeconds(2), START.plusSeconds(3), 50, 100);
    assertThat(look(there, 3)).isEqualTo(40);
    assertThat(look(here, 3)).isEqualTo(40);

    say(mine, 0, START.plusSeconds(2), START.plusSeconds(4), 100, 100);
    say(others, 1, START.plusSeconds(2), START.plusSeconds(5), 90, 90);
    assertThat(look(here, 5, 4)).as("the other one has not told").isBetween(70, 80);
    assertThat(look(there, 5, 4)).as("on its way to the tables").isEqualTo(99);
    assertThat(look(here, 5, 4)).isEqualTo(99);
    assertThat(look(here, 6, 5)).isNull();

    // It starts again, and does not know how many there were.
    say(mine, 0, START.plusSeconds(2), START.plusSeconds(9), 0, 0);
    assertThat(look(here, 9, 8)).isNull();
  }

  @Test
  void whatEndsWithinATickIsInBetweenToo() {
    say(mine, 0, START.minusSeconds(9), START, 0, 0);
    assertThat(look(here, 0)).isNull();
    settings(START.plusSeconds(2));
    say(mine, 0, START.plusSeconds(2), START.plusSeconds(3), 0, 0);
    assertThat(look(here, 3, 2)).isEqualTo(99);
    assertThat(look(here, 4, 3)).isNull();
  }

  @Test
  void nobodyWaitsForSettingsThatNoLedgerTakes() {
    say(mine, 0, START.minusSeconds(9), START, 0, 0);
    settings(START.plusSeconds(2));
    assertThat(look(here, 60)).isZero();
    assertThat(look(here, 63)).isNull();
  }

  private static void say(
      Map<AppliedSettings.Place, AppliedSettings> where,
      int partition,
      Instant sentAt,
      Instant tick,
      long done,
      long total) {
    where.put(
        new AppliedSettings.Place(partition, "T1"), new AppliedSettings(sentAt, tick, done, total));
  }

  private @Nullable Integer look(Applying applying, int second) {
    return look(applying, second, second);
  }

  private @Nullable Integer look(Applying applying, int second, int asOf) {
    Progress progress =
        applying.look(START.plusSeconds(second), START.plusSeconds(asOf), read).get("T1");
    return progress == null ? null : progress.percent();
  }

  private void settings(Instant at) {
    read++;
    database
        .jdbi()
        .useHandle(
            handle ->
                handle.execute(
                    "insert into settings_version (record_key, tenant, version, at) values (?, 'T1', 1, ?)",
                    at.toString(),
                    Flat.value(at)));
  }
}
