package org.visitbalance.query.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.visitbalance.platform.Patience;
import org.visitbalance.platform.serde.ValueSerdes;

/** A projector in a process of its own, which can be killed. */
public final class ReadModelProcess {
  private static final String READING = "reading";

  private ReadModelProcess() {}

  /** Reads until it is killed: bootstrap servers, registry, JDBC address, user, how many events. */
  public static void main(String[] args) throws InterruptedException {
    Map<String, Object> clients =
        Map.of(
            "bootstrap.servers", args[0], "schema.registry.url", args[1], "max.poll.records", 50);
    Database database = Database.open(args[2], args[3], null);
    long enough = events(database) + Long.parseLong(args[4]);
    Projector projector = new Projector(database, clients, ValueSerdes.of(clients)::forClass, "");
    projector.start();
    while (events(database) < enough && projector.behind() > 0) {
      Thread.sleep(5);
    }
    // Whoever watches reads this in the log.
    new PrintWriter(new FileOutputStream(FileDescriptor.out), true, UTF_8).println(READING);
    Thread.sleep(Long.MAX_VALUE);
  }

  private static long events(Database database) {
    return Objects.requireNonNull(database.rows().get("event"));
  }

  /** Waits until it has put as many events into the tables as it was told, or all. */
  static void awaitReading(Path log) {
    Patience.await(
        "a process to read",
        Duration.ofSeconds(60),
        () -> {
          try {
            return Files.readString(log).contains(READING);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  /**
   * Starts one.
   *
   * @param events after so many it says that it is reading; see {@link #awaitReading}
   */
  static Process start(Map<String, Object> clients, String url, String user, int events, Path log) {
    try {
      return new ProcessBuilder(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-Xmx200m",
              "-XX:TieredStopAtLevel=1",
              "-XX:+UseSerialGC",
              "-cp",
              System.getProperty("java.class.path"),
              ReadModelProcess.class.getName(),
              String.valueOf(clients.get("bootstrap.servers")),
              String.valueOf(clients.get("schema.registry.url")),
              url,
              user,
              String.valueOf(events))
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
