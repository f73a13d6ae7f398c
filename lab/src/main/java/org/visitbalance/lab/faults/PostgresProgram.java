package org.visitbalance.lab.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A PostgreSQL of this machine in a process of its own, and what its read model says. */
final class PostgresProgram {
  static final String USER = "visit_balance";
  private static final Path INSTALLED = Path.of("/usr/lib/postgresql");

  private final int port;

  private PostgresProgram(int port) {
    this.port = port;
  }

  /** Where its programs are, if they are. */
  static Optional<Path> installed() {
    if (!Files.isDirectory(INSTALLED)) {
      return Optional.empty();
    }
    try (Stream<Path> versions = Files.list(INSTALLED)) {
      return versions
          .map(version -> version.resolve("bin"))
          .filter(one -> Files.isExecutable(one.resolve("initdb")))
          .max(Path::compareTo);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes an empty database; returns the command that runs it. */
  static List<String> prepare(Path bin, Path folder, int port) {
    if (Programs.isRoot()) {
      // It refuses to run as root.
      Programs.run("chown", "postgres", folder.toString());
      Programs.run("chmod", "a+rx", folder.toString());
      Programs.run("chmod", "a+x", folder.resolveSibling(".").normalize().toString());
    }
    Path data = folder.resolve("data");
    List<String> init = as(bin.resolve("initdb"));
    init.addAll(List.of("-D", data.toString(), "-A", "trust", "-U", USER, "-N"));
    Programs.run(init.toArray(String[]::new));
    List<String> command = as(bin.resolve("postgres"));
    command.addAll(
        List.of(
            "-D",
            data.toString(),
            "-p",
            Integer.toString(port),
            "-h",
            "127.0.0.1",
            "-k",
            "",
            "-c",
            "max_wal_size=64MB",
            "-c",
            "shared_buffers=32MB"));
    return command;
  }

  private static List<String> as(Path program) {
    List<String> command = new ArrayList<>();
    if (Programs.isRoot()) {
      command.addAll(List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"));
    }
    command.add(program.toString());
    return command;
  }

  static PostgresProgram at(int port) {
    return new PostgresProgram(port);
  }

  static String url(int port) {
    return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
  }

  /** Returns the ids of open discrepancies and the figures of each balance; null if it is away. */
  @Nullable Tables tables() {
    Set<String> open = new HashSet<>();
    Map<String, String> balances = new TreeMap<>();
    try (Connection connection = DriverManager.getConnection(url(port), USER, "");
        Statement statement = connection.createStatement()) {
      try (ResultSet rows =
          statement.executeQuery("select id from discrepancy where status = 'OPEN'")) {
        while (rows.next()) {
          open.add(rows.getString(1));
        }
      }
      try (ResultSet rows =
          statement.executeQuery(
              "select record_key, verdict, reported_emr_visits, reported_billing_visits"
                  + " from balance")) {
        while (rows.next()) {
          balances.put(
              rows.getString(1), rows.getString(2) + " " + rows.getLong(3) + " " + rows.getLong(4));
        }
      }
      return new Tables(open, balances);
    } catch (SQLException e) {
      return null;
    }
  }

  /**
   * What the tables say.
   *
   * @param open the ids of open discrepancies
   * @param balances verdict and visits, by key
   */
  record Tables(Set<String> open, Map<String, String> balances) {}
}
