package org.visitbalance.alerts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.visitbalance.Main;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.output.DiscrepancyStatus;
import org.visitbalance.platform.Patience;

/**
 * The command alerts, killed at random moments while discrepancies come and go and its receiver
 * fails, hangs and asks to wait: every opening and every end is told, under one id each, and hardly
 * anything twice. {@code -Dvisitbalance.crashes=N} runs N seeds, {@code -Dvisitbalance.crash=S}
 * runs just that one.
 */
@Tag("crash")
@Tag("slow")
class AlertsCrashTest {
  private static final int LIVES = 3;
  private static final int MATTERS = 40;
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  @TempDir private Path folder;

  private static LongStream seeds() {
    Long one = Long.getLong("visitbalance.crash");
    return one != null
        ? LongStream.of(one)
        : LongStream.rangeClosed(1, Long.getLong("visitbalance.crashes", 2));
  }

  @Test
  void killedAtRandomMomentsItLosesNothingAndRepeatsLittle() throws Exception {
    ExecutorService two = Executors.newFixedThreadPool(2);
    try {
      Map<Long, Future<?>> runs = new TreeMap<>();
      seeds().forEach(seed -> runs.put(seed, two.submit(() -> run(seed))));
      for (Map.Entry<Long, Future<?>> run : runs.entrySet()) {
        try {
          run.getValue().get();
        } catch (ExecutionException e) {
          throw new AssertionError("seed " + run.getKey(), e.getCause());
        }
      }
    } finally {
      two.shutdownNow();
    }
  }

  private Void run(long seed) throws Exception {
    Random random = new Random(seed);
    AtomicLong hung = new AtomicLong();
    try (AlertFixtures given = new AlertFixtures();
        Receiver receiver = new Receiver()) {
      receiver.answer(any -> answer(random, hung));
      Path files = Files.createDirectory(folder.resolve("seed-" + seed));
      try (ServerSocket free = new ServerSocket(0)) {
        Files.writeString(files.resolve("port"), Integer.toString(free.getLocalPort()));
      }
      Process process = start(given, receiver, files);
      try {
        given.open("FIRST");
        awaitTold(receiver, "opened FIRST");
        Story story = new Story(given, random);
        for (int life = 1; life < LIVES; life++) {
          story.goOn(random.nextInt(60));
          assertThat(process.waitFor(random.nextInt(1_500), TimeUnit.MILLISECONDS)).isFalse();
          process.destroyForcibly().onExit().join();
          story.goOn(random.nextInt(20));
          process = start(given, receiver, files);
          story.goOn(random.nextInt(60));
        }
        receiver.answer(200);
        Patience.await(
            "seed " + seed + ": all to be told of " + story.expected,
            PATIENCE,
            () -> told(receiver).keySet().containsAll(story.expected));
        Map<String, List<String>> told = told(receiver);
        told.remove(key("opened", "FIRST", receiver.got.get(0).json()));
        assertThat(told.keySet()).containsExactlyInAnyOrderElementsOf(story.expected);
        // Of what was taken, a kill can repeat the message that was just under way. So would an
        // answer that is late: the timeout of the route is longer than a busy machine's pauses.
        long repeats = told.values().stream().mapToLong(ids -> ids.size() - 1).sum();
        assertThat(repeats).as("seed %d", seed).isLessThanOrEqualTo(LIVES - 1L);
        assertThat(told.values()).allMatch(ids -> ids.stream().distinct().count() == 1);
        Patience.await("all to be well", PATIENCE, () -> get(files, "health").equals("ok\n"));
        assertThat(get(files, "metrics"))
            .contains("visit_balance_alerts_well{route=\"desk\"} 1.0")
            .containsPattern("visit_balance_alerts_told_total\\{route=\"desk\"} [1-9]")
            .contains("visit_balance_alerts_given_up_total{route=\"desk\"} 0.0");
      } finally {
        process.destroyForcibly().onExit().join();
      }
    }
    return null;
  }

  private static synchronized int answer(Random random, AtomicLong hung) {
    int dice = random.nextInt(20);
    if (dice == 0 && hung.incrementAndGet() <= 3) {
      return Receiver.HANG;
    }
    return dice == 1 ? 429 : dice == 2 ? 503 : dice == 3 ? 404 : 200;
  }

  /** What the process says of itself over HTTP; what is wrong, if it cannot be asked. */
  private static String get(Path files, String what) {
    try {
      URI place =
          URI.create("http://127.0.0.1:" + Files.readString(files.resolve("port")) + "/" + what);
      try (InputStream answer = place.toURL().openStream()) {
        return new String(answer.readAllBytes(), UTF_8);
      }
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static void awaitTold(Receiver receiver, String what) {
    Patience.await(what, PATIENCE, () -> receiver.told().contains(what));
  }

  /** What was taken, with the ids under which it came. */
  private static Map<String, List<String>> told(Receiver receiver) {
    Map<String, List<String>> told = new HashMap<>();
    for (Receiver.Got got : receiver.got) {
      if (got.status() / 100 == 2 && !got.type().equals("discrepancy.changed")) {
        String[] words = got.told().split(" ", -1);
        told.computeIfAbsent(key(words[0], words[1], got.json()), any -> new ArrayList<>())
            .add(got.header("webhook-id"));
      }
    }
    return told;
  }

  private static String key(
      String transition, String id, com.fasterxml.jackson.databind.JsonNode message) {
    return transition + " " + id + " " + message.get("data").get("openedAt").asText();
  }

  /** Discrepancies that open, change, are resolved and open again. */
  private static final class Story {
    final List<String> expected = new ArrayList<>();
    private final AlertFixtures given;
    private final Random random;
    private final Map<String, Discrepancy> last = new HashMap<>();
    private long moment;

    Story(AlertFixtures given, Random random) {
      this.given = given;
      this.random = random;
    }

    void goOn(int steps) {
      for (int step = 0; step < steps; step++) {
        String id = "D" + random.nextInt(MATTERS);
        Discrepancy before = last.get(id);
        boolean isOpen = before != null && before.getStatus() == DiscrepancyStatus.OPEN;
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        Discrepancy next;
        if (!isOpen) {
          next = AlertFixtures.missingCharge(id).setOpenedAt(now.plusMillis(++moment)).build();
          expected.add("opened " + id + " " + next.getOpenedAt());
        } else if (random.nextInt(3) == 0) {
          next = Discrepancy.newBuilder(before).setDifference(random.nextInt(5)).build();
        } else {
          next =
              Discrepancy.newBuilder(before)
                  .setStatus(DiscrepancyStatus.RESOLVED)
                  .setResolvedAt(before.getOpenedAt().plusSeconds(1))
                  .build();
          expected.add("resolved " + id + " " + next.getOpenedAt());
        }
        last.put(id, next);
        given.put(next);
      }
    }
  }

  private static Process start(AlertFixtures given, Receiver receiver, Path files) {
    try {
      Path config = files.resolve("cluster.properties");
      Files.writeString(config, "session.timeout.ms=6000\nheartbeat.interval.ms=1500\n");
      Path routes = files.resolve("routes.yaml");
      Files.writeString(
          routes,
          """
          routes:
            - name: desk
              settle: PT0S
              webhook:
                url: %s
                secrets: [{secretEnv: DESK_SECRET}]
                timeout: PT2S
                backoff: PT0.02S
                longestBackoff: PT0.2S
                tries: 100
          """
              .formatted(receiver.url()),
          UTF_8);
      ProcessBuilder builder =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx200m",
                  "-XX:TieredStopAtLevel=1",
                  "-XX:+UseSerialGC",
                  "-cp",
                  System.getProperty("java.class.path"),
                  Main.class.getName(),
                  "alerts",
                  "--bootstrap",
                  given.clients.get("bootstrap.servers").toString(),
                  "--registry",
                  given.clients.get("schema.registry.url").toString(),
                  "--prefix",
                  given.prefix,
                  "--config",
                  config.toString(),
                  "--routes",
                  routes.toString(),
                  "--health-port",
                  Files.readString(files.resolve("port")))
              .redirectErrorStream(true)
              .redirectOutput(
                  ProcessBuilder.Redirect.appendTo(files.resolve("alerts.log").toFile()));
      builder.environment().put("DESK_SECRET", AlertFixtures.SECRET);
      Process process = builder.start();
      if (process.waitFor(100, TimeUnit.MILLISECONDS)) {
        throw new AssertionError(Files.readString(files.resolve("alerts.log")));
      }
      return process;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
