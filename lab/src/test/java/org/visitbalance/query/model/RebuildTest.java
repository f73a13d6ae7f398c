package org.visitbalance.query.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.visitbalance.cli.SharedInstallation;
import org.visitbalance.platform.Patience;
import org.visitbalance.service.TopicReader;

/** New tables replace the old ones at once; until then the old ones are used. */
@Timeout(300)
@Tag("slow")
class RebuildTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String WRONG =
      "insert into visit (record_key, tenant) values ('wrong', 'T')";
  private static SharedInstallation here;

  @TempDir private Path folder;

  @BeforeAll
  static void start() {
    here = SharedInstallation.get();
  }

  private static Projector projector(Database database) {
    return new Projector(database, here.clients(), here.serdes(), "");
  }

  private static Map<String, Map<String, String>> wanted() {
    return TopicTables.ofTopics(new TopicReader(here.clients(), here.serdes(), ""));
  }

  private static void awaitFilled(Database database) {
    Patience.await(
        "the tables to be filled", PATIENCE, () -> TopicTables.ofTables(database).equals(wanted()));
  }

  private static void fill(Database database) {
    try (Projector projector = projector(database)) {
      projector.start();
      awaitFilled(database);
    }
  }

  private static boolean rebuild(Rebuild rebuild) {
    try (rebuild;
        Projector filler = projector(rebuild.tables())) {
      filler.start();
      Patience.await("the new tables", PATIENCE, () -> filler.behind() == 0);
      return rebuild.finish(filler);
    }
  }

  private static boolean isWrong(Database database) {
    return !database
        .jdbi()
        .withHandle(
            handle ->
                handle
                    .createQuery("select record_key from visit where record_key = 'wrong'")
                    .mapTo(String.class)
                    .list())
        .isEmpty();
  }

  @Test
  void anEmbeddedDatabaseIsReplacedByANewFile() {
    try (Database database = Database.embedded(folder)) {
      database.jdbi().useHandle(handle -> handle.execute(WRONG));
    }
    // One that is stopped in the middle
    try (Rebuild stopped = Rebuild.embedded(folder)) {
      stopped.tables().jdbi().useHandle(handle -> handle.execute(WRONG));
    }
    try (Database database = Database.embedded(folder)) {
      assertThat(isWrong(database)).isTrue();
    }

    assertThat(rebuild(Rebuild.embedded(folder))).isTrue();

    try (Database database = Database.embedded(folder)) {
      assertThat(isWrong(database)).isFalse();
      fill(database);
    }
    assertThat(folder.toFile().list()).containsExactly("read-model.mv.db");
  }

  @Test
  void anEmbeddedDatabaseThatIsOpenIsReplacedWhenItIsOpenedAgain() {
    try (Database database = Database.embedded(folder)) {
      database.jdbi().useHandle(handle -> handle.execute(WRONG));

      assertThat(rebuild(Rebuild.embedded(folder))).isFalse();

      assertThat(isWrong(database)).isTrue();
    }
    try (Database database = Database.embedded(folder)) {
      assertThat(isWrong(database)).isFalse();
      fill(database);
    }
  }

  @Test
  void onPostgresInstancesGoOnWithTheOldTablesAndThenWithTheNewOnes() {
    Optional<Path> installed = PostgresServer.installed();
    assumeTrue(installed.isPresent(), "there is no PostgreSQL here: install Debian's postgresql");
    try (PostgresServer server = PostgresServer.start(installed.get(), folder);
        Database database = Database.open(server.url(), PostgresServer.USER, null);
        Projector instance = projector(database)) {
      instance.start();
      awaitFilled(database);
      Patience.await("the indexes", PATIENCE, () -> instance.behind() == 0);
      int indexes = indexes(database);
      database
          .jdbi()
          .useHandle(
              handle -> {
                handle.execute(WRONG);
                handle.execute("create role analyst");
                handle.execute("grant select on visit to analyst");
              });

      try (Rebuild rebuild = Rebuild.shared(server.url(), PostgresServer.USER, null);
          Projector filler = projector(rebuild.tables())) {
        rebuild.progress(2, 5);
        Progress progress = SchemaRebuild.running(database);
        assertThat(progress).isNotNull();
        assertThat(progress.work()).isEqualTo(Progress.Work.REBUILDING);
        assertThat(progress.percent()).isEqualTo(40);
        assertThatThrownBy(() -> Rebuild.shared(server.url(), PostgresServer.USER, null))
            .isInstanceOf(Database.Unusable.class)
            .hasMessageContaining("by another process");
        filler.start();
        Patience.await("the new tables", PATIENCE, () -> filler.behind() == 0);
        here.sendSomething();
        assertThat(isWrong(database)).isTrue();
        Patience.await("the old tables", PATIENCE, () -> instance.behind() == 0);

        assertThat(rebuild.finish(filler)).isTrue();

        Map<?, ?> stored = Offsets.read(database.jdbi());
        assertThat(stored).isNotEmpty();
      }
      assertThat(isWrong(database)).isFalse();
      assertThat(SchemaRebuild.running(database)).isNull();
      assertThat(instance.problem()).isNull();
      here.sendSomething();
      awaitFilled(database);
      assertThat(instance.passedOver()).isZero();
      assertThat(grants(database)).isOne();
      assertThat(indexes(database)).isEqualTo(indexes);

      // Whatever a stopped one left behind is no obstacle; a view is.
      assertThat(rebuild(Rebuild.shared(server.url(), PostgresServer.USER, null))).isTrue();
      awaitFilled(database);
      database.jdbi().useHandle(handle -> handle.execute("create view v as select * from visit"));
      assertThatThrownBy(() -> Rebuild.shared(server.url(), PostgresServer.USER, null))
          .isInstanceOf(Database.Unusable.class)
          .hasMessageContaining("public.v");
    }
  }

  private static int indexes(Database database) {
    return database
        .jdbi()
        .withHandle(
            handle ->
                handle
                    .createQuery("select count(*) from pg_indexes where schemaname = 'public'")
                    .mapTo(Integer.class)
                    .one());
  }

  private static int grants(Database database) {
    return database
        .jdbi()
        .withHandle(
            handle ->
                handle
                    .createQuery(
                        "select count(*) from information_schema.table_privileges"
                            + " where table_schema = 'public' and table_name = 'visit'"
                            + " and grantee = 'analyst'")
                    .mapTo(Integer.class)
                    .one());
  }
}
