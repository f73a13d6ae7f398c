package org.visitbalance.query.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.time.Duration;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVStoreException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a database that cannot be used is named. */
class DatabaseTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "jdbc:postgresql://db/vb?user=vb&password=hunter2, jdbc:postgresql://db/vb",
    "jdbc:postgresql://vb:hunter2@db:5432/vb, jdbc:postgresql://db:5432/vb",
    "jdbc:h2:mem:x;PASSWORD=hunter2, jdbc:h2:mem:x",
    "jdbc:postgresql://db/vb, jdbc:postgresql://db/vb",
  })
  void anAddressIsShownWithoutItsPassword(String url, String shown) {
    assertThat(Database.shown(url)).isEqualTo(shown);
  }

  @Test
  void whatIsCommittedIsInTheFileAtOnce() throws IOException {
    Path copy = Files.createDirectory(folder.resolve("copy"));
    try (Database database = Database.embedded(folder)) {
      for (int i = 1; i <= 5; i++) {
        int number = i;
        database
            .jdbi()
            .useTransaction(
                handle -> {
                  handle.execute("insert into read_offset values ('t', ?, 1)", number);
                  handle.execute("insert into visit (record_key, tenant) values (?, 'T')", number);
                });
        // What a kill at this moment leaves
        Files.copy(
            folder.resolve("read-model.mv.db"),
            copy.resolve("read-model.mv.db"),
            StandardCopyOption.REPLACE_EXISTING);
        try (Database left = Database.embedded(copy)) {
          assertThat(left.rows()).containsEntry("visit", (long) i);
          assertThat(Offsets.read(left.jdbi())).hasSize(i);
        }
      }
    }
  }

  /** As on a full disk; H2 would let nobody in again. */
  @Test
  void anEmbeddedDatabaseThatCouldNotWriteIsOpenedAgain() throws Exception {
    try (Database database = Database.embedded(folder)) {
      database
          .jdbi()
          .useHandle(handle -> handle.execute("insert into read_offset values ('t', 1, 1)"));

      assertThatThrownBy(() -> database.jdbi().useHandle(DatabaseTest::failToWrite))
          .isInstanceOf(MVStoreException.class);
      assertThatThrownBy(() -> Offsets.read(database.jdbi()))
          .isInstanceOf(JdbiException.class)
          .satisfies(
              problem -> assertThat(Failure.of(problem).side()).isEqualTo(Failure.Side.FILE));
      database.reopen();

      assertThat(Offsets.read(database.jdbi())).hasSize(1);
      database
          .jdbi()
          .useHandle(
              handle -> {
                handle.execute("insert into visit (record_key, tenant) values ('1', 'T')");
                handle.execute("insert into read_offset values ('t', 2, 1)");
              });
      assertThat(database.rows()).containsEntry("visit", 1L);
      assertThat(database.isThere()).isTrue();
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
  void whatTheFileNoLongerNeedsIsGivenBackWhileItIsOpenAndWhenItIsClosed() throws Exception {
    try (Database database = Database.embedded(folder)) {
      for (int i = 0; i < 200; i++) {
        fill(database, i);
      }
      long filled = size();

      for (int i = 0; i < 50 && size() > filled / 2; i++) {
        database.tidy();
      }

      assertThat(size()).isLessThan(filled / 2);
      assertThat(database.rows()).containsEntry("visit", 100L);
      for (int i = 0; i < 200; i++) {
        fill(database, i);
      }
    }
    long closed = size();
    assertThat(closed).isLessThan(4 << 20);
    try (Database database = Database.embedded(folder)) {
      assertThat(database.rows()).containsEntry("visit", 100L);
    }
  }

  /** Writes the same rows with other values. */
  private static void fill(Database database, int value) throws SQLException {
    database
        .jdbi()
        .useTransaction(
            handle -> {
              handle.execute("delete from visit");
              for (int row = 0; row < 100; row++) {
                handle.execute(
                    "insert into visit (record_key, tenant, location) values (?, 'T', ?)",
                    row,
                    (value + " ").repeat(200));
              }
            });
  }

  private long size() {
    return folder.resolve("read-model.mv.db").toFile().length();
  }

  @Test
  void theErrorHasNoPassword() {
    // A driver says the whole address that it does not understand
    for (String url :
        new String[] {
          "jdbc:nothing://db/vb?key=hunter2", "jdbc:postgresql://db:x/vb?options=hunter2"
        }) {
      assertThatThrownBy(() -> Database.open(url, "vb", null))
          .isInstanceOf(Database.Unusable.class)
          .hasMessageContaining("://db")
          .hasMessageNotContaining("hunter2");
    }
    for (String url :
        new String[] {
          "jdbc:postgresql://me:hunter2@db/vb",
          "jdbc:postgresql://db/vb?user=me&password=hunter2",
          "jdbc:postgresql://db/vb?sslmode=require&sslPassword=hunter2",
          "jdbc:h2:mem:secret;USER=me;PASSWORD=hunter2",
        }) {
      assertThatThrownBy(() -> Database.open(url, "", null))
          .isInstanceOf(Database.Unusable.class)
          .hasMessageContaining("must not have a user or a password")
          .hasMessageContaining("VISIT_BALANCE_READ_MODEL_PASSWORD")
          .hasMessageNotContaining("hunter2");
    }
  }

  /** As a frozen one: it would hold a start up forever. */
  @Test
  @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aServerThatTakesConnectionsAndSaysNothingIsNotWaitedForForLong() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      String url = "jdbc:postgresql://127.0.0.1:" + silent.getLocalPort() + "/vb";
      assertThatThrownBy(() -> Database.open(url, "vb", null, null, Duration.ofSeconds(1)))
          .isInstanceOf(Database.Unusable.class)
          .hasMessageContaining(url + " cannot be used (")
          .hasMessageContaining("timed out");
    }
  }
}
