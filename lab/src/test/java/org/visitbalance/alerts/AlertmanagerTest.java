package org.visitbalance.alerts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.visitbalance.alerts.AlertFixtures.ALL;
import static org.visitbalance.alerts.AlertFixtures.missingCharge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.platform.Patience;
import org.visitbalance.text.PlainTime;

/** The real Alertmanager of Debian's package prometheus-alertmanager. */
@Tag("slow")
class AlertmanagerTest {
  private static final Path PROGRAM = Path.of("/usr/bin/prometheus-alertmanager");

  @TempDir private Path folder;
  private final AlertFixtures given = new AlertFixtures();
  private Process process;
  private int port;

  @BeforeEach
  void start() throws IOException {
    assumeTrue(Files.isExecutable(PROGRAM), "prometheus-alertmanager is not installed");
    port = freePort();
    process = launch();
  }

  private Process launch() throws IOException {
    Process started =
        new ProcessBuilder(
                PROGRAM.toString(),
                "--config.file=" + Path.of("..", "ops", "alertmanager", "alertmanager.yml"),
                "--storage.path=" + Files.createTempDirectory(folder, "data"),
                "--web.listen-address=127.0.0.1:" + port,
                "--cluster.listen-address=")
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("alertmanager.log").toFile())
            .start();
    Patience.await("Alertmanager", Duration.ofSeconds(30), () -> alerts() != null);
    return started;
  }

  @AfterEach
  void close() throws Exception {
    given.close();
    if (process != null) {
      process.destroyForcibly().waitFor();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private JsonNode alerts() {
    URI address = URI.create("http://127.0.0.1:" + port + "/api/v2/alerts");
    try (InputStream answer = address.toURL().openStream()) {
      return new ObjectMapper().readTree(answer);
    } catch (IOException e) {
      return null;
    }
  }

  private JsonNode await(String what, Predicate<JsonNode> filter) {
    JsonNode[] seen = new JsonNode[1];
    Patience.await(
        what,
        Duration.ofSeconds(30),
        () -> {
          seen[0] = alerts();
          return seen[0] != null && filter.test(seen[0]);
        });
    return seen[0];
  }

  /** With one that is down. */
  private AlertRoute route() {
    return route(URI.create("http://127.0.0.1:1"), Duration.ofSeconds(2));
  }

  private AlertRoute route(URI other, Duration timeout) {
    URI url = URI.create("http://127.0.0.1:" + port);
    return new AlertRoute(
        "alertmanager",
        new Destination.Alertmanagers(List.of(other, url), Duration.ofSeconds(1), null, timeout),
        ALL);
  }

  @Test
  void whatIsOpenIsThereWithItsNumberAndWhatIsResolvedLeaves() throws Exception {
    Discrepancy.Builder first = missingCharge("D1");
    Discrepancy.Builder second = missingCharge("D2");
    given.open(first);
    given.open(second);
    // One Alertmanager of the cluster is down; the other one hears all the same.
    Alerts alerts = given.start(route());

    JsonNode alert = await("the alert", all -> all.size() == 1).get(0);
    assertThat(alert.get("labels").toString())
        .isEqualTo(
            "{\"alertname\":\"VisitBalanceDiscrepancy\",\"date\":\"2026-11-04\","
                + "\"kind\":\"MISSING_CHARGE\",\"location\":\"DTN\",\"severity\":\"HIGH\","
                + "\"tenant\":\"T1\"}");
    JsonNode notes = alert.get("annotations");
    assertThat(notes.get("count").asText()).isEqualTo("2");
    assertThat(notes.get("since").asText()).isEqualTo(PlainTime.utc(first.getOpenedAt()));
    assertThat(notes.get("action").asText()).startsWith("Look for the visit");
    assertThat(notes.get("link").asText())
        .endsWith("/#/period?tenant=T1&location=DTN&granularity=DAY&from=2026-11-04");

    given.resolve(first);
    await("one to be left", all -> count(all).equals("1"));
    given.resolve(second);
    await("it to leave", all -> all.isEmpty());

    given.open("D3");
    await("it to come", all -> count(all).equals("1"));
    alerts.close();
    process.destroyForcibly().waitFor();
    process = launch();
    assertThat(alerts()).isEmpty();
    given.start(route());
    await("a restart to say it again", all -> count(all).equals("1"));
    assertThat(given.voices)
        .anyMatch(listener -> listener.contains("127.0.0.1:1 did not accept alerts"));
  }

  @Test
  void oneThatHangsKeepsTheOtherFromHearingNothing() throws Exception {
    try (ServerSocket hanging = new ServerSocket(0)) {
      URI url = URI.create("http://127.0.0.1:" + hanging.getLocalPort());
      given.open("D1");
      given.start(route(url, Duration.ofMinutes(1)));
      await("the alert", all -> count(all).equals("1"));
      Instant before = Instant.now();
      given.open("D2");
      await("both", all -> count(all).equals("2"));
      assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(20));
    }
  }

  @Test
  void aRequestThatIsRefusedKeepsTheOthersFromNobodyAndIsTriedAgain() {
    // Given more alerts than go into one request, and a receiver that refuses one of these requests
    IntStream.rangeClosed(0, 500)
        .parallel()
        .forEach(i -> given.open(missingCharge("D" + i).setDate(LocalDate.EPOCH.plusDays(i))));
    given.clock.stop();
    try (Receiver refusing = new Receiver()) {
      refusing.answer(got -> got.json().size() == 500 ? 400 : 200);

      // When all are sent
      Alerts alerts = given.start(route(refusing.url(), Duration.ofSeconds(2)));

      // Then the other request is taken, and it is said how many alerts were not
      Patience.await(
          "the second request",
          Duration.ofSeconds(30),
          () -> refusing.got.stream().anyMatch(got -> got.status() == 200));
      Patience.await(
          "it to be said",
          Duration.ofSeconds(5),
          () ->
              alerts.standings().stream()
                  .anyMatch(
                      one ->
                          one.told() >= 1
                              && String.valueOf(one.trouble())
                                  .equals(
                                      "did not accept 500 of 501 alerts (HTTP 400); retrying")));

      // And the refused ones are tried again
      refusing.answer(200);
      given.clock.move(Duration.ofSeconds(5));
      Patience.await(
          "all to be taken",
          Duration.ofSeconds(30),
          () ->
              refusing.got.stream()
                  .anyMatch(got -> got.status() == 200 && got.json().size() == 500));
    }
  }

  private static String count(JsonNode all) {
    return all.isEmpty() ? "" : all.get(0).get("annotations").get("count").asText();
  }
}
