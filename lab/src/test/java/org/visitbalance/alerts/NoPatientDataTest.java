package org.visitbalance.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.visitbalance.cli.SharedInstallation;
import org.visitbalance.platform.Patience;

/**
 * Facts with patients and ids go into a real service; every byte that alerts sends is looked at.
 */
@Tag("slow")
class NoPatientDataTest {
  private static final Path FACTS = Path.of("..", "examples", "november-facts");
  private static final List<String> IDENTIFYING =
      List.of(
          "patientKey",
          "visitId",
          "emrVisitId",
          "billingVisitId",
          "chargeId",
          "rejectionId",
          "noteId",
          "caseId",
          "eventId");

  private static Set<String> known = Set.of();

  @Test
  void noMessageNamesAPatientOrAnIdOfEitherSystem() throws IOException {
    SharedInstallation installation = SharedInstallation.get();
    installation.sendSomething(); // A visit RV... of a patient P-RV..., for which no charge comes.
    try (Receiver program = new Receiver();
        Receiver alertmanager = new Receiver();
        Alerts alerts = start(installation, program, alertmanager)) {
      Patience.await(
          "all to be told",
          Duration.ofSeconds(30),
          () -> program.got.stream().anyMatch(got -> got.body().contains("\"RIVAL\"")));
      Patience.await(
          "Alertmanager to be told",
          Duration.ofSeconds(30),
          () -> alertmanager.got.stream().anyMatch(got -> got.body().contains("\"HARBOR\"")));
      assertThat(alerts.standings()).allMatch(one -> one.trouble() == null);
      for (Receiver receiver : List.of(program, alertmanager)) {
        for (Receiver.Got got : receiver.got) {
          assertNamesNobody(got.headers() + got.body());
        }
      }
    }
  }

  /** Looks for every patient and ID of the facts in a message. */
  static void assertNamesNobody(String sent) throws IOException {
    if (known.isEmpty()) {
      known = identifying();
    }
    Set<String> ids = known;
    assertThat(ids).hasSizeGreaterThan(100);
    assertThat(sent).doesNotContain("P-RV").doesNotContain("RV1");
    assertThat(ids).noneMatch(id -> says(sent, id));
  }

  private static boolean says(String sent, String id) {
    int at = sent.indexOf(id);
    return at >= 0
        && !Character.isLetterOrDigit(sent.charAt(at - 1))
        && !Character.isLetterOrDigit(sent.charAt(at + id.length()));
  }

  private static Alerts start(
      SharedInstallation installation, Receiver program, Receiver alertmanager) {
    AlertRoute am =
        new AlertRoute(
            "am",
            new Destination.Alertmanagers(
                List.of(alertmanager.url()), Duration.ofSeconds(1), null, Duration.ofSeconds(5)),
            AlertFixtures.ALL);
    return Alerts.start(
        new Cluster(installation.clients(), installation.serdes(), ""),
        "none",
        new Alerts.Plan(
            new MessageFormatter(URI.create("http://localhost:8080"), kind -> kind),
            AlertFixtures.CALM,
            List.of(AlertFixtures.webhook("program", program.url(), AlertFixtures.ALL), am),
            null),
        InstantSource.system(),
        new Random(1),
        (who, isWell, what) -> {});
  }

  private static Set<String> identifying() throws IOException {
    Set<String> ids = new TreeSet<>();
    ObjectMapper json = new ObjectMapper();
    try (Stream<Path> files = Files.list(FACTS)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".jsonl")).toList()) {
        for (String line : Files.readAllLines(file)) {
          JsonNode fact = json.readTree(line);
          for (String field : IDENTIFYING) {
            String id = fact.path(field).asText("");
            if (id.length() >= 4) {
              ids.add(id);
            }
          }
        }
      }
    }
    return ids;
  }
}
