package org.visitbalance.query.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.visitbalance.cli.SharedInstallation;
import org.visitbalance.platform.Patience;
import org.visitbalance.service.TopicReader;

/** The tables are what the topics say, whatever happens to who fills them. */
@Timeout(300)
@Tag("slow")
class ReadModelTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static SharedInstallation here;

  @TempDir private Path folder;

  @BeforeAll
  static void start() {
    here = SharedInstallation.get();
  }

  private static Map<String, Map<String, String>> wanted() {
    return TopicTables.ofTopics(new TopicReader(here.clients(), here.serdes(), ""));
  }

  private static void fill(Database database) {
    try (Projector projector = new Projector(database, here.clients(), here.serdes(), "")) {
      projector.start();
      Patience.await("the tables to be filled", PATIENCE, () -> projector.behind() == 0);
      assertThat(projector.problem()).isNull();
    }
  }

  @Test
  void killedAtAnyMomentItGoesOnWhereTheTablesAre() throws Exception {
    String url = "jdbc:h2:file:" + folder.resolve("killed");
    Random random = new Random(11);
    for (int i = 0; i < 4; i++) {
      Path log = folder.resolve("log-" + i);
      Process process =
          ReadModelProcess.start(here.clients(), url, "", 1 + random.nextInt(200), log);
      ReadModelProcess.awaitReading(log);
      // H2 writes to its file twice a second; what came since then goes with a kill, offsets too.
      assertThat(process.waitFor(i * 300L, TimeUnit.MILLISECONDS))
          .as(Files.readString(log))
          .isFalse();
      process.destroyForcibly().onExit().join();
    }
    try (Database database = Database.open(url, "", null)) {
      Map<String, Long> source = database.rows();
      assertThat(source.get("event")).as("something was read before the last kill").isPositive();

      fill(database);

      assertThat(TopicTables.ofTables(database)).isEqualTo(wanted());
      assertThat(database.rows().get("event")).isEqualTo(delivered(database));
    }
  }

  /** Facts of the example are sent once each, so that there is an event for each delivery. */
  private static long delivered(Database database) {
    return database
        .jdbi()
        .withHandle(
            handle ->
                handle
                        .createQuery("select sum(facts) from source where tenant = 'HARBOR'")
                        .mapTo(Long.class)
                        .one()
                    + handle
                        .createQuery("select count(*) from event where tenant <> 'HARBOR'")
                        .mapTo(Long.class)
                        .one());
  }

  @Test
  void whatFailsInTheMiddleIsUndoneAndDoneAgain() {
    try (Database database = Database.temporary()) {
      database.jdbi().useHandle(handle -> handle.execute("alter table event rename to away"));
      try (Projector projector = new Projector(database, here.clients(), here.serdes(), "")) {
        projector.start();
        Patience.await("the fault", PATIENCE, () -> projector.problem() != null);
        assertThat(projector.problem()).startsWith("the database refused");

        database.jdbi().useHandle(handle -> handle.execute("alter table away rename to event"));
        Patience.await("the tables to be filled", PATIENCE, () -> projector.behind() == 0);
      }
      assertThat(TopicTables.ofTables(database)).isEqualTo(wanted());
      assertThat(database.rows().get("event")).isEqualTo(delivered(database));
    }
  }

  @Test
  void emptiedWhileItIsFilledItIsFilledAgain() {
    try (Database database = Database.temporary();
        Projector projector = new Projector(database, here.clients(), here.serdes(), "")) {
      projector.start();
      Patience.await("the first filling", PATIENCE, () -> projector.behind() == 0);

      database.empty();
      here.sendSomething();

      Patience.await(
          "the second filling", PATIENCE, () -> TopicTables.ofTables(database).equals(wanted()));
    }
  }

  @Test
  void onPostgresTwoInstancesShareTheWorkAndOneMayDie() throws Exception {
    Optional<Path> installed = PostgresServer.installed();
    assumeTrue(installed.isPresent(), "there is no PostgreSQL here: install Debian's postgresql");
    try (PostgresServer server = PostgresServer.start(installed.get(), folder);
        Database database = Database.open(server.url(), PostgresServer.USER, null)) {
      Process one =
          ReadModelProcess.start(
              here.clients(), server.url(), PostgresServer.USER, 100, folder.resolve("one.log"));
      try (Projector other = new Projector(database, here.clients(), here.serdes(), "")) {
        other.start();
        ReadModelProcess.awaitReading(folder.resolve("one.log"));
        one.destroyForcibly().onExit().join();

        Patience.await("the tables to be filled", PATIENCE, () -> other.behind() == 0);

        assertThat(TopicTables.ofTables(database)).isEqualTo(wanted());
        assertThat(database.rows().get("event")).isEqualTo(delivered(database));
      }
    }
  }

  @Test
  void theMigrationsMakeTheTablesThatTheSchemasAskFor() {
    try (Database database = Database.temporary()) {
      Map<String, Set<String>> made = new HashMap<>();
      database
          .jdbi()
          .useHandle(
              handle ->
                  handle
                      .createQuery(
                          "select table_name, column_name from information_schema.columns"
                              + " where table_schema = 'public'")
                      .map(
                          (row, context) ->
                              made.computeIfAbsent(row.getString(1), any -> new HashSet<>())
                                  .add(row.getString(2)))
                      .list());
      for (Table table : Tables.ALL) {
        Set<String> wanted = new TreeSet<>(Set.of(Table.KEY));
        table.columns().forEach(column -> wanted.add(column.name()));
        assertThat(new TreeSet<>(made.get(table.name()))).as(table.name()).isEqualTo(wanted);
      }
    }
  }
}
