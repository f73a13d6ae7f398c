package org.visitbalance.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.visitbalance.cli.intake.RunningIntake;
import org.visitbalance.cli.serve.QueryService;
import org.visitbalance.embedded.EmbeddedCluster;
import org.visitbalance.platform.Folders;
import org.visitbalance.platform.Patience;
import org.visitbalance.platform.serde.ValueSerdes;
import org.visitbalance.query.access.Authenticator;
import org.visitbalance.query.access.StaticTokens;
import org.visitbalance.query.http.ApiServer;
import org.visitbalance.query.model.Database;
import org.visitbalance.service.BalancingService;
import org.visitbalance.service.FactProducer;
import org.visitbalance.service.TopicProvisioner;
import org.visitbalance.topology.ProgressListener;
import org.visitbalance.topology.TopologyOptions;

/**
 * A whole installation on an embedded cluster, for stories over real HTTP: one for all tests of a
 * run. Its company is the one of examples/november as of the evening of its last day, and there is
 * a rival that has a single visit. Both are read by many: a class that sends something about a
 * company takes {@link Company#own one of its own}.
 */
final class Installation {
  static final String TENANT = "HARBOR";
  static final String RIVAL = "RIVAL";
  static final Instant NOW = Instant.parse("2026-11-14T12:00:00Z");
  static final String VIEWER = "viewer-token";
  static final String WORKER = "worker-token";
  static final String ADMIN = "admin-token";
  static final String RIVAL_ADMIN = "rival-token";
  static final String RIVAL_VIEWER = "rival-viewer-token";
  static final String SITE = "EST";
  static final String SITE_ADMIN = "site-token";
  static final String OPERATOR = "operator-token";

  /** Of a user that no other test listens as: an ended stream is noticed after a while only. */
  static final String LISTENER = "listener-token";

  static final ObjectMapper JSON = new ObjectMapper();

  private static final Path EXAMPLE = Path.of("..", "examples", "november-facts");
  private static final int PARTITIONS = 2;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Path FILES = temporary();
  private static Installation shared;

  final Map<String, Object> clients = new HashMap<>();
  final TopologyOptions.Serdes serdes;
  final BalancingService service;
  final FactProducer producer;
  final Queue<Exception> faults = new ConcurrentLinkedQueue<>();
  final RunningIntake intake;
  final QueryService web;
  private final AtomicLong ticks = new AtomicLong();
  private final HttpClient http = HttpClient.newHttpClient();

  /** The one of this run; it is started by the first test that asks. */
  static synchronized Installation shared() {
    if (shared == null) {
      shared = new Installation();
      shared.load();
    }
    return shared;
  }

  private Installation() {
    EmbeddedCluster cluster = EmbeddedCluster.temporary();
    clients.put("bootstrap.servers", cluster.bootstrapServers());
    clients.put("schema.registry.url", cluster.registryUrl());
    serdes = ValueSerdes.of(clients)::forClass;
    TopicProvisioner.create(clients, "", PARTITIONS);
    service =
        BalancingService.start(
            new TopologyOptions(
                "",
                serdes,
                "key",
                PARTITIONS,
                Instant.EPOCH,
                null,
                true,
                TopologyOptions.DATES_PER_TICK,
                ProgressListener.NONE),
            clients);
    producer = new FactProducer(clients, serdes, "");
    intake = RunningIntake.start(clients, serdes, "", intakeFile(), intakeState());
    web = open(Database.temporary(), authenticator());
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  web.close();
                  intake.close();
                  producer.close();
                  service.close();
                  cluster.close();
                }));
  }

  /** Folders into which nothing is delivered, one for each company: files come by the API. */
  private static Path intakeFile() {
    StringBuilder yaml = new StringBuilder("folders:\n");
    try {
      for (Company one : Company.all()) {
        Path folder = Files.createDirectories(inbox(one.name()));
        yaml.append(
            """
              - path: %s
                tenant: %s
                settle: PT1S
                archive: %s
                quarantine: %s
                hl7: {source: EMR}
            """
                .formatted(
                    folder.toAbsolutePath(),
                    one.name(),
                    Files.createDirectories(FILES.resolve("archive")).toAbsolutePath(),
                    Files.createDirectories(FILES.resolve("quarantine")).toAbsolutePath()));
      }
      // The last company is the one that expects files.
      yaml.append("    expect:\n");
      for (String match : Company.EXPECTED) {
        yaml.append("      - {match: \"" + match + "\", by: \"00:00\"}\n");
      }
      return Files.writeString(FILES.resolve("intake.yaml"), yaml);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The folder into which a company's systems deliver. */
  static Path inbox(String tenant) {
    return FILES.resolve("in").resolve(tenant);
  }

  private static Path intakeState() {
    return FILES.resolve("state").toAbsolutePath();
  }

  private static Path temporary() {
    try {
      Path folder = Files.createTempDirectory("visit-balance-files");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> Folders.delete(folder)));
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Another API over the same topics, with a read model of its own. */
  QueryService open(Database database, Authenticator authenticator) {
    return open(0, database, authenticator);
  }

  /** The same at a port; 0: a free one. */
  QueryService open(int port, Database database, Authenticator authenticator) {
    return open(port, database, authenticator, InstantSource.system());
  }

  /** The same by another clock. */
  QueryService open(int port, Database database, Authenticator authenticator, InstantSource time) {
    return QueryService.start(
        new QueryService.Plan(
                new ApiServer.Place("127.0.0.1", port, null, null),
                authenticator,
                Duration.ofMinutes(5),
                faults::add)
            .with(intake),
        new QueryService.Cluster(clients, serdes, ""),
        database,
        service,
        null,
        time);
  }

  Authenticator authenticator() {
    return StaticTokens.read(tokens());
  }

  private static Path tokens() {
    List<String> lines =
        new ArrayList<>(
            List.of(
                hash(VIEWER) + " vera viewer " + TENANT,
                hash(WORKER) + " will worker " + TENANT,
                hash(ADMIN) + " ada admin " + TENANT,
                hash(SITE_ADMIN) + " dora admin " + TENANT + " " + SITE,
                hash(RIVAL_ADMIN) + " rosa admin " + RIVAL,
                hash(RIVAL_VIEWER) + " rita viewer " + RIVAL,
                hash(OPERATOR) + " olga admin *",
                hash(LISTENER) + " lisa viewer " + TENANT));
    for (Company one : Company.all()) {
      lines.add(hash(one.admin()) + " rosa admin " + one.name());
      lines.add(hash(one.viewer()) + " rita viewer " + one.name());
    }
    try {
      Path file = Files.createTempFile("visit-balance-tokens", ".txt");
      file.toFile().deleteOnExit();
      return Files.write(file, lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String hash(String token) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private void load() {
    try (Stream<Path> files = Files.list(EXAMPLE)) {
      for (Path file : files.sorted().toList()) {
        String name = String.valueOf(file.getFileName());
        if (name.endsWith(".jsonl")) {
          post("facts", Files.readString(file), ADMIN);
        } else if (name.equals("settings.yaml")) {
          send("PUT", "settings", Files.readString(file), ADMIN);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    post("facts", visit(RIVAL, "RV1", "2026-11-04"), RIVAL_ADMIN);
    for (Company one : Company.all()) {
      post("facts", one.visit("RV1", "2026-11-04"), one.admin());
    }
    settle();
  }

  /** A visit with one line. */
  static String visit(String tenant, String id, String day) {
    return """
        {"fact":"visit","tenant":"%s","eventId":"e-%s","occurredAt":"%sT17:05:00Z","visitId":"%s",\
        "revision":0,"status":"FINALIZED","patientKey":"P-%s","clinicId":"C01",\
        "dateOfService":"%s","finalizedAt":"%sT17:05:00Z","finalizedOn":"%s","therapistId":"TH1",\
        "noteType":"DAILY_NOTE","noCharge":"NONE",\
        "lines":[{"cpt":"97110","modifiers":[],"units":2}]}
        """
        .formatted(tenant, id, day, id, id, day, day, day);
  }

  /** Lets the clock tick until every consequence of what was sent before is in the tables. */
  void settle() {
    settle(web.port());
  }

  /** The same for another API over the same topics. */
  void settle(int port) {
    Instant tick = NOW.plusMillis(ticks.incrementAndGet());
    Patience.await(
        "the tables to follow",
        PATIENCE,
        () -> {
          producer.tick(tick, PARTITIONS);
          producer.flush();
          String asOf =
              send("GET", port, "locations?tenant=" + TENANT, null, OPERATOR)
                  .headers()
                  .firstValue("Visit-Balance-As-Of")
                  .orElse("");
          return !asOf.isEmpty() && !Instant.parse(asOf).isBefore(tick);
        });
  }

  /** Asks for a path below the API's root. */
  JsonNode get(String path, String token) {
    HttpResponse<String> response = send("GET", path, null, token);
    if (response.statusCode() != 200) {
      throw new AssertionError(path + " gave " + response.statusCode() + " " + response.body());
    }
    return json(response.body());
  }

  JsonNode post(String path, String body, String token) {
    HttpResponse<String> response = send("POST", path, body, token);
    if (response.statusCode() != 200) {
      throw new AssertionError(path + " gave " + response.statusCode() + " " + response.body());
    }
    return json(response.body());
  }

  static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  HttpResponse<String> send(
      String method, String path, String body, String token, String... headers) {
    return send(method, web.port(), path, body, token, headers);
  }

  HttpResponse<String> send(
      String method, int port, String path, String body, String token, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1/" + path))
            .timeout(PATIENCE)
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request.build());
  }

  HttpResponse<String> send(HttpRequest request) {
    try {
      return http.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + web.port() + path);
  }
}
