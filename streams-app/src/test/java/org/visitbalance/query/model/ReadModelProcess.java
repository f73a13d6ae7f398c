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

  /** Reads until it is killed: bootstrap servers, registry, JDBC address, user. */
  public static void main(String[] args) throws InterruptedException {
    Map<String, Object> clients =
        Map.of(
            "bootstrap.servers", args[0], "schema.registry.url", args[1], "max.poll.records", 50);
    Database database = Database.open(args[2], args[3], null);
    new Projector(database, clients, ValueSerdes.of(clients)::forClass, "").start();
    while (Objects.equals(database.rows().get("event"), 0L)) {
      Thread.sleep(5);
    }
    // Whoever watches reads this in the log.
    new PrintWriter(new FileOutputStream(FileDescriptor.out), true, UTF_8).println(READING);
    Thread.sleep(Long.MAX_VALUE);
  }

  /** Waits until something is in the tables. */
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

  static Process start(Map<String, Object> clients, String url, String user, Path log) {
    try {
      return new ProcessBuilder(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-Xmx200m",
              "-XX:TieredStopAtLevel=1",
              "-cp",
              System.getProperty("java.class.path"),
              ReadModelProcess.class.getName(),
              String.valueOf(clients.get("bootstrap.servers")),
              String.valueOf(clients.get("schema.registry.url")),
              url,
              user)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
