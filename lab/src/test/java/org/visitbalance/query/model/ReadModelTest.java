package org.visitbalance.query.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serde;
import org.flywaydb.core.Flyway;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVStoreException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.visitbalance.cli.SharedInstallation;
import org.visitbalance.output.DeadLetter;
import org.visitbalance.output.DeadLetterRetry;
import org.visitbalance.platform.Patience;
import org.visitbalance.service.TopicReader;
import org.visitbalance.topology.Topics;
import org.visitbalance.topology.TopologyOptions;

/** The tables are what the topics say, whatever happens to who fills them. */
@Timeout(300)
@Tag("slow")
class ReadModelTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int KILLS = Integer.getInteger("visitbalance.kills", 2);
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
      assertThat(isWhole(database)).isTrue();
      assertThat(projector.problem()).isNull();
      assertThat(projector.passedOver()).as(projector.lastPassedOver()).isZero();
    }
  }

  /** Whether all indexes are there. */
  private static boolean isWhole(Database database) {
    return database
        .jdbi()
        .withHandle(
            handle ->
                handle.createQuery("select count(*) from index_to_make").mapTo(Integer.class).one()
                    == 0);
  }

  @Test
  void killedAtAnyMomentItGoesOnWhereTheTablesAre() throws Exception {
    String url = "jdbc:h2:file:" + folder.resolve("killed");
    Random random = new Random(11);
    for (int i = 0; i < KILLS; i++) {
      Path log = folder.resolve("log-" + i);
      Process process =
          ReadModelProcess.start(here.clients(), url, "", 1 + random.nextInt(200), log);
      ReadModelProcess.awaitReading(log);
      // Whatever is committed is in the file; nothing else is.
      assertThat(process.waitFor(random.nextInt(900), TimeUnit.MILLISECONDS))
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

  /** What is not the database's fault is not looked for there. */
  @Test
  void kafkaIsTheReasonWhereItIsAwayAndNothingOfARecordIsSaid() {
    Map<String, Object> away = new HashMap<>(here.clients());
    away.putAll(
        Map.of(
            "bootstrap.servers", "127.0.0.1:1",
            "default.api.timeout.ms", "1000",
            "request.timeout.ms", "900"));
    try (Database database = Database.temporary();
        Projector projector = new Projector(database, away, here.serdes(), "")) {
      projector.start();
      Patience.await("the fault", PATIENCE, () -> projector.failure() != null);
      assertThat(projector.failure().side()).isEqualTo(Failure.Side.KAFKA);
      assertThat(projector.problem()).startsWith("TimeoutException: ");
    }
    TopologyOptions.Serdes broken =
        new TopologyOptions.Serdes() {
          @Override
          public <T extends SpecificRecord> Serde<T> of(Class<T> type) {
            throw new IllegalStateException("Jane Secret");
          }
        };
    try (Database database = Database.temporary();
        Projector projector = new Projector(database, here.clients(), broken, "")) {
      projector.start();
      Patience.await("the fault", PATIENCE, () -> projector.failure() != null);
      assertThat(projector.failure().side()).isEqualTo(Failure.Side.SERVICE);
      assertThat(projector.problem()).startsWith("IllegalStateException in ");
    }
  }

  /** A topic that was made again begins from its start, and rows of the old one would stay. */
  @Test
  void tablesThatHaveReadMoreThanThereIsTakeNothing() {
    try (Database database = Database.temporary()) {
      fill(database);
      Map<String, Long> rows = database.rows();
      database
          .jdbi()
          .useHandle(
              handle ->
                  handle.execute(
                      "update read_offset set next_offset = next_offset + 1000"
                          + " where topic = 'balancing.visits'"));
      try (Projector projector = new Projector(database, here.clients(), here.serdes(), "")) {
        projector.start();
        Patience.await("the fault", PATIENCE, () -> projector.failure() != null);
        assertThat(projector.failure().side()).isEqualTo(Failure.Side.TOPICS);
        assertThat(projector.problem())
            .contains("the tables have read balancing.visits-")
            .contains("it was deleted and made again, or Kafka was restored");
        assertThat(projector.failure().action()).contains("rebuild the tables");
      }
      assertThat(database.rows()).isEqualTo(rows);
    }
  }

  @Test
  void theIndexesAreMadeWhenTheTablesAreFullWhoeverIsKilledMeanwhile() throws Exception {
    String url = "jdbc:h2:file:" + folder.resolve("indexes");
    Set<String> all;
    try (Database database = Database.open(url, "", null)) {
      all = indexes(database);
      FirstFill.begin(database);
      assertThat(indexes(database)).hasSizeLessThan(all.size() / 2);
      // It is killed, and the next one begins.
      FirstFill.begin(database);
    }
    try (Database database = Database.open(url, "", null)) {
      fill(database);
      assertThat(indexes(database)).isEqualTo(all);
      FirstFill.begin(database);
      assertThat(indexes(database)).as("nothing is left out of full tables").isEqualTo(all);
      assertThat(TopicTables.ofTables(database)).isEqualTo(wanted());
    }
  }

  private static Set<String> indexes(Database database) {
    return database
        .jdbi()
        .withHandle(
            handle ->
                handle
                    .createQuery(
                        "select index_name || ' ' || column_name || ' '"
                            + " || coalesce(ordering_specification, '') || ' ' || ordinal_position"
                            + " from information_schema.index_columns"
                            + " where table_schema = 'public' and is_unique = false")
                    .mapTo(String.class)
                    .set());
  }

  /** As on a full disk. H2 would let nobody in again, also when there is room. */
  @Test
  void aFileThatCouldNotBeWrittenIsOpenedAgainAndReadingGoesOn() {
    try (Database database = Database.embedded(folder);
        Projector projector = new Projector(database, here.clients(), here.serdes(), "")) {
      projector.start();
      Patience.await("the first filling", PATIENCE, () -> projector.behind() == 0);
      assertThatThrownBy(() -> database.jdbi().useHandle(ReadModelTest::failToWrite))
          .isInstanceOf(MVStoreException.class);
      here.sendSomething();

      Patience.await(
          "the second filling",
          PATIENCE,
          () -> projector.problem() == null && projector.behind() == 0 && isWanted(database));
    }
  }

  private boolean isWanted(Database database) {
    try {
      return TopicTables.ofTables(database).equals(wanted());
    } catch (JdbiException e) {
      return false;
    }
  }

  private static void failToWrite(Handle handle) throws SQLException {
    SessionLocal session =
        (SessionLocal) handle.getConnection().unwrap(JdbcConnection.class).getSession();
    MVStoreException full = new MVStoreException(DataUtils.ERROR_WRITING_FAILED, "full");
    full.initCause(new IOException("No space left on device"));
    session.getDatabase().getStore().getMvStore().panic(full);
  }

  @Test
  void emptiedWhileItIsFilledItIsFilledAgain() {
    try (Database database = Database.temporary();
        Projector projector = new Projector(database, here.clients(), here.serdes(), "")) {
      projector.start();
      Patience.await("the first filling", PATIENCE, () -> projector.behind() == 0);

      TopicTables.empty(database);
      here.sendSomething();

      Patience.await(
          "the second filling", PATIENCE, () -> TopicTables.ofTables(database).equals(wanted()));
    }
  }

  @Test
  void deadLettersOfARecordThatWereWrittenTwiceBecomeOneWhenTheTablesAreBroughtUpToDate() {
    String url = "jdbc:h2:file:" + folder.resolve("older");
    String options = ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE";
    Flyway.configure()
        .dataSource(url + options, "", null)
        .locations("classpath:db/migration")
        .target("5")
        .load()
        .migrate();
    Jdbi older = Jdbi.create(url + options, "", "");
    older.useHandle(
        handle ->
            handle.execute(
                "insert into dead_letter (record_key, source, partition_no, position_no, reason)"
                    + " values ('0:1', 'emr.visits', 0, 17, 'a'),"
                    + " ('1:5', 'emr.visits', 0, 17, 'b'), ('1:6', 'emr.visits', 1, 17, 'c')"));

    try (Database database = Database.open(url, "", null)) {
      List<String> rows =
          database
              .jdbi()
              .withHandle(
                  handle ->
                      handle
                          .createQuery(
                              "select record_key || ' ' || reason from dead_letter"
                                  + " order by record_key")
                          .mapTo(String.class)
                          .list());
      assertThat(rows).containsExactly("emr.visits|0|17 b", "emr.visits|1|17 c");
    }
  }

  @Test
  void aRecordHasOneRowHoweverOftenItsDeadLetterWasWrittenAndNoneIsOpenOnceItIsRetried() {
    String place = "emr.notes|0|4711";
    here.send(
        Topics.DEAD_LETTER_RETRIES,
        place,
        new DeadLetterRetry("HARBOR", "emr.notes", 0, 4711L, Instant.EPOCH, "anna"));
    for (String reason : List.of("by the old rules", "by the new rules")) {
      here.send(
          Topics.DEAD_LETTERS, null, new DeadLetter("HARBOR", "emr.notes", 0, 4711L, null, reason));
    }
    try (Database database = Database.temporary()) {
      fill(database);

      assertThat(count(database, "dead_letter")).isOne();
      assertThat(count(database, "dead_letter_retry")).isOne();
      assertThat(count(database, Tables.OPEN_DEAD_LETTERS)).isZero();
    }
  }

  private static int count(Database database, String from) {
    return database
        .jdbi()
        .withHandle(
            handle ->
                handle
                    .createQuery("select count(*) from " + from + " where position_no = 4711")
                    .mapTo(Integer.class)
                    .one());
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
                              + " where table_schema = 'public' and is_generated = 'NEVER'")
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
