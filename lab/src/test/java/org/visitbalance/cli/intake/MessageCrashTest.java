package org.visitbalance.cli.intake;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.visitbalance.Main;
import org.visitbalance.embedded.EmbeddedCluster;
import org.visitbalance.embedded.EmbeddedPorts;
import org.visitbalance.fact.Visit;
import org.visitbalance.intake.hl7.MllpClient;
import org.visitbalance.platform.Patience;
import org.visitbalance.platform.serde.ValueSerdes;
import org.visitbalance.service.TopicProvisioner;
import org.visitbalance.service.TopicReader;
import org.visitbalance.topology.Topic;
import org.visitbalance.topology.Topics;

/**
 * An intake that is killed at random moments while messages come, and whose broker goes away and
 * comes back: each message that was acknowledged is on the topics, once, and what was not is sent
 * again by its sender. {@code -Dvisitbalance.hl7.crashes=N} does so N times, and {@code
 * -Dvisitbalance.hl7.seeds=N} with so many seeds.
 */
@Tag("slow")
@Timeout(1800)
class MessageCrashTest {
  private static final int CRASHES = Integer.getInteger("visitbalance.hl7.crashes", 2);
  private static final Duration SOON = Duration.ofSeconds(90);
  private static final int SENDERS = 3;

  @TempDir Path temp;

  /** Messages that were not acknowledged so far. */
  private final Queue<Integer> unsent = new ConcurrentLinkedQueue<>();

  private final Set<Integer> accepted = ConcurrentHashMap.newKeySet();
  private final Map<String, AtomicInteger> answers = new ConcurrentHashMap<>();
  private final AtomicInteger numbers = new AtomicInteger();
  private volatile boolean isComing = true;
  private int port;

  static LongStream seeds() {
    return LongStream.rangeClosed(1, Long.getLong("visitbalance.hl7.seeds", 1));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  /** Three messages are one visit; each gives the visit and its transmission anew. */
  private static byte[] message(int number) {
    int visit = number / 3;
    return String.format(
            Locale.ROOT,
            "MSH|^~\\&|EMR|HARBOR|RF|B|20261104%02d%02d%02d||DFT^P03|M%d|P|2.5.1\r"
                + "PID|1||E%4$d^^^X^MR~A%5$d^^^X^AN\rPV1|1|O|C01^^^C01||||T7||||||||||||V%5$d\r"
                + "FT1|1|F%4$d||20261104||CG|97110|||%6$d||||||C01||||T7\r",
            8 + number % 3,
            number / 60 % 60,
            number % 60,
            number,
            visit,
            1 + number % 4)
        .getBytes(US_ASCII);
  }

  /** Sends messages one after another, as senders do: what is not accepted comes again. */
  private void send() {
    while (isComing || !unsent.isEmpty()) {
      try (MllpClient client = MllpClient.connect("127.0.0.1", port, null)) {
        while (isComing || !unsent.isEmpty()) {
          Integer waiting = unsent.poll();
          int number = waiting != null ? waiting : numbers.getAndIncrement();
          // If there is no answer, it stays here.
          unsent.add(number);
          client.send(message(number));
          MllpClient.Answer answer = client.answer();
          assertThat(answer.control()).isEqualTo("M" + number);
          answers.computeIfAbsent(answer.code(), any -> new AtomicInteger()).incrementAndGet();
          if (answer.code().equals("AA")) {
            accepted.add(number);
            boolean unused = unsent.remove(number);
          } else {
            Thread.sleep(100);
          }
        }
      } catch (IOException e) {
        pause();
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(50);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Process intake(Map<String, Object> clients) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "intake",
            "--bootstrap",
            clients.get("bootstrap.servers").toString(),
            "--registry",
            clients.get("schema.registry.url").toString(),
            "--config",
            temp.resolve("client.properties").toString(),
            "--intake",
            temp.resolve("intake.yaml").toString(),
            "--state",
            temp.resolve("state").toString())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(temp.resolve("log").toFile()))
        .start();
  }

  private void write() throws IOException {
    for (String name : List.of("in", "archive", "quarantine")) {
      Path unused = Files.createDirectories(temp.resolve(name));
    }
    Path unused =
        Files.writeString(
            temp.resolve("intake.yaml"),
            String.format(
                Locale.ROOT,
                """
                folders:
                  - {path: %1$s/in, tenant: T1, archive: %1$s/archive, quarantine: %1$s/quarantine}
                hl7:
                  - {name: emr, tenant: T1, listen: "127.0.0.1:%2$d", source: EMR}
                """,
                temp.toString(),
                port));
    unused =
        Files.writeString(
            temp.resolve("client.properties"),
            "max.block.ms=3000\ndelivery.timeout.ms=3000\nrequest.timeout.ms=2000\n");
  }

  private void awaitAccepted(int more) {
    int wanted = accepted.size() + more;
    Patience.await(
        "messages that are accepted", SOON, Duration.ofMillis(20), () -> accepted.size() >= wanted);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void whateverIsKilledEachMessageCountsOnce(long seed) throws Exception {
    Random random = new Random(seed);
    port = freePort();
    EmbeddedPorts ports = new EmbeddedPorts(freePort(), freePort());
    Path data = temp.resolve("broker");
    EmbeddedCluster cluster = EmbeddedCluster.kept(data, ports);
    Map<String, Object> clients = new HashMap<>();
    clients.put("bootstrap.servers", cluster.bootstrapServers());
    clients.put("schema.registry.url", cluster.registryUrl());
    TopicProvisioner.create(clients, "", 2, Topic.Time.LIVE);
    write();
    Process intake = intake(clients);
    List<Thread> senders = new ArrayList<>();
    try {
      for (int i = 0; i < SENDERS; i++) {
        Thread sender = new Thread(this::send, "sender-" + i);
        sender.setDaemon(true);
        sender.start();
        senders.add(sender);
      }
      for (int crash = 0; crash < CRASHES; crash++) {
        awaitAccepted(20 + random.nextInt(200));
        Thread.sleep(random.nextInt(30));
        intake.destroyForcibly().waitFor();
        intake = intake(clients);
      }
      awaitAccepted(20);
      cluster.close();
      Patience.await("AE", SOON, Duration.ofMillis(20), () -> answers.containsKey("AE"));
      cluster = EmbeddedCluster.kept(data, ports);
      awaitAccepted(20);
      isComing = false;
      for (Thread sender : senders) {
        sender.join(SOON.toMillis());
        assertThat(sender.isAlive()).isFalse();
      }
      check(clients);
    } finally {
      isComing = false;
      unsent.clear();
      intake.destroyForcibly().waitFor();
      cluster.close();
    }
  }

  /** On the topics, what was received is applied once: there are no two equal events. */
  private void check(Map<String, Object> clients) throws IOException {
    Map<String, Visit> standing = new HashMap<>();
    List<String> events = new ArrayList<>();
    new TopicReader(clients, ValueSerdes.of(clients)::forClass, "")
        .read(
            List.of(Topics.VISITS, Topics.TRANSMISSIONS),
            (topic, key, value) -> {
              if (value instanceof Visit visit) {
                standing.put(visit.getVisitId(), visit);
              }
              events.add(value.toString());
            });
    assertThat(accepted).hasSize(numbers.get());
    assertThat(events).doesNotHaveDuplicates();
    Set<Integer> units = new TreeSet<>();
    int lines = 0;
    for (Visit visit : standing.values()) {
      lines += visit.getLines().size();
      visit.getLines().forEach(line -> units.add(line.getUnits()));
    }
    assertThat(lines).isEqualTo(accepted.size());
    assertThat(units).isSubsetOf(1, 2, 3, 4);
    assertThat(Files.readString(temp.resolve("log"))).doesNotContain("HARBOR");
  }
}
