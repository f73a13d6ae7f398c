package org.visitbalance.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.visitbalance.Main;
import org.visitbalance.embedded.RegistryServer;
import org.visitbalance.platform.Patience;
import org.visitbalance.platform.registry.CompatibilityLevel;
import org.visitbalance.platform.registry.LocalRegistry;
import org.visitbalance.platform.registry.SchemaLog;
import org.visitbalance.service.Access;

/**
 * The commands on a broker that allows each user exactly what {@code topics --acls} prints. {@code
 * -Dvisitbalance.acls} also runs those that go on until they are stopped.
 */
@Timeout(300)
@Tag("slow")
class AccessListsTest {
  private static final String FACT =
      """
      {"fact":"note","tenant":"T1","eventId":"e","occurredAt":"2026-11-04T17:05:00Z",\
      "noteId":"N1","patientKey":"P1","clinicId":"C01","dateOfService":"2026-11-04",\
      "status":"OPEN","at":"2026-11-04T17:05:00Z"}
      """;

  @TempDir private Path folder;
  private SecuredBroker broker;
  private RegistryServer registry;
  private final List<Process> processes = new ArrayList<>();

  @BeforeEach
  void start() throws Exception {
    broker =
        new SecuredBroker(
            folder, Stream.of(Access.values()).map(user -> "visit-balance-" + user.id()).toList());
    registry =
        RegistryServer.start(
            new LocalRegistry(SchemaLog.inMemory(), CompatibilityLevel.FULL_TRANSITIVE));
    Files.writeString(Files.createDirectory(folder.resolve("input")).resolve("f.jsonl"), FACT);
  }

  @AfterEach
  void stop() {
    processes.forEach(process -> process.destroyForcibly().onExit().join());
    registry.close();
    broker.close();
  }

  @Test
  void eachCommandWorksWithExactlyWhatIsPrinted() throws Exception {
    // What may not be seen is not missing
    for (Program.Ran ran :
        List.of(
            run(Access.TOPICS, "topics", "--dry-run"),
            run(Access.SOURCES, "produce", "--input", folder.resolve("input")))) {
      assertThat(ran.exit()).isEqualTo(ExitStatus.UNUSABLE);
      assertThat(ran.err())
          .contains("does not allow this user to see or use the topic ")
          .contains("visit-balance topics --acls");
      assertThat(ran.out()).doesNotContain("would be created");
    }

    broker.allow(Program.run("topics", "--acls").out());

    assertWorks(run(Access.TOPICS, "topics", "--partitions", "2"), "28 topics: 28 created");
    assertWorks(run(Access.TOPICS, "topics"), "nothing to do");
    assertWorks(
        run(Access.SOURCES, "produce", "--input", folder.resolve("input")), "records sent: 1");
    assertWorks(run(Access.DEAD_LETTERS, "dead-letters"), "");
    assertWorks(run(Access.DEAD_LETTERS_RETRY, "dead-letters", "retry"), "");
    assertWorks(
        run(
            Access.AUDIT,
            "audit",
            "--output",
            folder.resolve("audit"),
            "--tenant",
            "T1",
            "--from",
            "2026-11-01",
            "--to",
            "2026-11-07"),
        "");

    // What another user may is nothing that this one may
    Program.Ran other = run(Access.ANALYSTS, "produce", "--input", folder.resolve("input"));
    assertThat(other.exit()).isEqualTo(ExitStatus.UNUSABLE);
    assertThat(other.err()).contains("does not allow this user to see or use the topic");
  }

  @Test
  @EnabledIfSystemProperty(named = "visitbalance.acls", matches = ".*")
  void eachServiceWorksWithExactlyWhatIsPrinted() throws Exception {
    broker.allow(Program.run("topics", "--acls").out());
    assertWorks(run(Access.TOPICS, "topics", "--partitions", "2"), "28 topics: 28 created");
    Path routes =
        Files.writeString(
            folder.resolve("routes.yaml"),
            "routes:\n  - name: desk\n    alertmanager:\n      urls: [http://127.0.0.1:9]\n");
    Path in = Files.createDirectory(folder.resolve("in"));
    Path intake =
        Files.writeString(
            folder.resolve("intake.yaml"),
            """
            folders:
              - path: %1$s/in
                tenant: T1
                settle: PT0S
                archive: %1$s/archive
                quarantine: %1$s/quarantine
            """
                .formatted(folder));
    Files.createDirectory(folder.resolve("archive"));
    Files.createDirectory(folder.resolve("quarantine"));
    Files.createDirectory(folder.resolve("intake"));
    int[] ports = {freePort(), freePort(), freePort()};

    Process serve =
        process(Access.SERVE, ports[0], "serve", "--state", folder.resolve("state").toString());
    Process alerts =
        process(
            Access.ALERTS,
            ports[1],
            "alerts",
            "--routes",
            routes.toString(),
            "--health-port",
            Integer.toString(ports[1]));
    Process reading =
        process(
            Access.INTAKE,
            ports[2],
            "intake",
            "--intake",
            intake.toString(),
            "--state",
            folder.resolve("intake").toString(),
            "--health-port",
            Integer.toString(ports[2]));
    Files.writeString(in.resolve("facts.jsonl"), visit());

    Patience.await(
        "the visit's balance",
        Duration.ofMinutes(3),
        () -> {
          assertThat(serve.isAlive() && alerts.isAlive() && reading.isAlive()).as(logs()).isTrue();
          return get(ports[0], "/health/ready").contains("\"UP\"")
              && get(ports[0], "/api/v1/visits?tenant=T1").contains("\"visit\"");
        });
    Patience.await(
        "intake and alerts to be well",
        Duration.ofMinutes(1),
        () ->
            get(ports[2], "/health").startsWith("ok") && get(ports[1], "/health").startsWith("ok"));
    assertThat(logs()).doesNotContain("AuthorizationException", "Not authorized");
    serve.destroy();
    serve.onExit().join();
    String day = LocalDate.now(ZoneOffset.UTC).minusDays(1).toString();
    assertWorks(
        run(Access.AUDIT_VERIFY, "audit", "--verify", "--tenant", "T1", "--from", day, "--to", day),
        "");
  }

  private static String visit() {
    return Installation.visit("T1", "V1", LocalDate.now(ZoneOffset.UTC).minusDays(1).toString())
            .replaceAll("\\s*\\n\\s*", "")
        + "\n";
  }

  private Program.Ran run(Access user, Object... command) throws IOException {
    List<Object> words = new ArrayList<>(List.of(command));
    words.add("--config");
    words.add(connection(user));
    return Program.run(words.toArray());
  }

  private Path connection(Access user) throws IOException {
    return broker.connection("visit-balance-" + user.id(), registry.url());
  }

  private static void assertWorks(Program.Ran ran, String said) {
    assertThat(ran.exit()).as(ran.err()).isZero();
    assertThat(ran.out()).contains(said);
  }

  private Process process(Access user, int port, String... command) throws IOException {
    List<String> words =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx400m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
    words.addAll(List.of(command));
    words.addAll(List.of("--config", connection(user).toString()));
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(user.id() + ".log").toFile());
    builder.environment().put("VISIT_BALANCE_TOKEN_KEY", TestKey.VALUE);
    builder.environment().put("VISIT_BALANCE_HTTP_PORT", Integer.toString(port));
    Process process = builder.start();
    processes.add(process);
    return process;
  }

  private String logs() {
    StringBuilder logs = new StringBuilder();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path log : files.filter(file -> file.toString().endsWith(".log")).toList()) {
        logs.append(log.getFileName()).append(":\n").append(Files.readString(log));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return logs.toString();
  }

  private static String get(int port, String path) {
    try (var answer = URI.create("http://127.0.0.1:" + port + path).toURL().openStream()) {
      return new String(answer.readAllBytes(), UTF_8);
    } catch (IOException notYet) {
      return "";
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
