package org.visitbalance.cli.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalTime;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.visitbalance.embedded.EmbeddedCluster;
import org.visitbalance.ingest.InputException;
import org.visitbalance.intake.Expectation;
import org.visitbalance.intake.IntakeFolder;
import org.visitbalance.platform.Patience;
import org.visitbalance.platform.serde.ValueSerdes;
import org.visitbalance.service.TopicProvisioner;

/** What a running intake says of itself. */
@Timeout(120)
@Tag("slow")
class IntakeHealthTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir private Path temp;
  private int port;

  private HttpResponse<String> get(String path) {
    try {
      return HttpClient.newHttpClient()
          .send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
              HttpResponse.BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private IntakeFolder folder(Path mapping) throws IOException {
    return new IntakeFolder(
        Files.createDirectories(temp.resolve("in")),
        "T1",
        mapping,
        Duration.ZERO,
        IntakeFolder.IGNORED,
        null,
        temp.resolve("archive"),
        temp.resolve("quarantine"),
        List.of(
            new Expectation(
                "charges_*.csv", LocalTime.MIN, EnumSet.allOf(DayOfWeek.class), null, false)),
        false,
        false);
  }

  @Test
  void itIsWellUntilAMappingIsWrongAndCountsItsFiles() throws IOException {
    try (EmbeddedCluster cluster = EmbeddedCluster.temporary();
        IntakeHealth health = IntakeHealth.at("127.0.0.1", 0)) {
      Map<String, Object> clients = cluster.clients();
      TopicProvisioner.create(clients, "", 1);
      Path mapping = Files.writeString(temp.resolve("mapping.yaml"), "");
      try (RunningIntake running =
          RunningIntake.start(
              clients,
              ValueSerdes.of(clients)::forClass,
              "",
              List.of(folder(mapping)),
              temp.resolve("state"),
              InstantSource.system())) {
        health.begin(running);
        port = health.port();

        // When a file is refused and an expected one is late, then both are counted
        Files.writeString(temp.resolve("in").resolve("strange SECRET.csv"), "a,b\n1,2\n");
        Patience.await(
            "the refusal",
            SOON,
            () -> get("/metrics").body().contains("visit_balance_intake_quarantined 1"));
        assertThat(get("/metrics").body())
            .contains(
                "visit_balance_intake_well 1",
                "visit_balance_intake_waiting 0",
                "visit_balance_intake_working 0",
                "visit_balance_intake_done 0",
                "visit_balance_intake_missing 1")
            .doesNotContain("SECRET", "T1", "charges_");
        assertThat(get("/health").statusCode()).isEqualTo(200);
        assertThat(get("/health").body()).isEqualTo("ok\n");

        // When the mapping has an error, then files wait, and the reason is said until it is mended
        Files.writeString(mapping, "files: [{}]\n");
        Files.writeString(temp.resolve("in").resolve("other.csv"), "c,d\n1,2\n");
        Patience.await("the trouble", SOON, () -> get("/health").statusCode() == 503);
        assertThat(get("/health").body()).startsWith("intake lets files wait: mapping.yaml:1");
        assertThat(get("/metrics").body())
            .contains("visit_balance_intake_well 0", "visit_balance_intake_working 1");
        Files.writeString(mapping, "");
        Patience.await("no trouble", SOON, () -> get("/health").statusCode() == 200);
        Patience.await(
            "the next refusal",
            SOON,
            () -> get("/metrics").body().contains("visit_balance_intake_quarantined 2"));
      }
    }
  }

  @Test
  void aPortThatCannotBeUsedIsSaidAndNoPortIsNoServer() {
    assertThatThrownBy(() -> IntakeHealth.at("no-such-host.invalid", 8091))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("--health-port 8091 cannot be used on no-such-host.invalid");
    try (IntakeHealth none = IntakeHealth.at("127.0.0.1", null)) {
      assertThat(none.port()).isZero();
    }
  }
}
