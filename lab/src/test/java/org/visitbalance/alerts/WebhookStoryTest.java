package org.visitbalance.alerts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.visitbalance.alerts.AlertFixtures.ALL;
import static org.visitbalance.alerts.AlertFixtures.SECRET;
import static org.visitbalance.alerts.AlertFixtures.missingCharge;
import static org.visitbalance.alerts.AlertFixtures.webhook;

import com.standardwebhooks.Webhook;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.visitbalance.cli.Program;
import org.visitbalance.output.AlertLetter;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.output.FileState;
import org.visitbalance.output.Level;
import org.visitbalance.output.ReceivedFile;
import org.visitbalance.output.Severity;
import org.visitbalance.platform.Patience;
import org.visitbalance.service.TopicReader;
import org.visitbalance.settings.LocationRow;
import org.visitbalance.settings.Settings;
import org.visitbalance.topology.Topics;

/** What a receiver of webhooks gets, over real HTTP, of what is on real topics. */
@Tag("slow")
class WebhookStoryTest {
  private static final String OTHER_SECRET = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX";

  private static final byte[] SOME = {1};

  @TempDir private Path folder;
  private final AlertFixtures given = new AlertFixtures();
  private final Receiver receiver = new Receiver();

  @AfterEach
  void close() {
    given.close();
    receiver.close();
  }

  private static void await(String what, BooleanSupplier done) {
    Patience.await(what, Duration.ofSeconds(30), done);
  }

  private void awaitTold(String... told) {
    await("the receiver to be told", () -> receiver.told().size() >= told.length);
    assertThat(receiver.told()).containsExactly(told);
  }

  @Test
  void aDiscrepancyIsToldWhenItOpensWhenItChangesAndWhenItIsResolved() throws Exception {
    Discrepancy.Builder found =
        missingCharge("D1").setAmountCents(17_900L).setFileBy(LocalDate.parse("2027-02-09"));
    given.open(found);
    given.start(webhook("desk", receiver.url(), ALL));
    awaitTold("opened D1");
    given.open(found.setDifference(2).setAmountCents(null));
    awaitTold("opened D1", "changed D1");
    given.open(found.setAssignee("somebody"));
    given.resolve(found);
    awaitTold("opened D1", "changed D1", "resolved D1");

    Receiver.Got first = receiver.got.get(0);
    assertThat(first.type()).isEqualTo("discrepancy.opened");
    assertThat(first.json().get("data").get("link").asText())
        .isEqualTo("https://balance.example.com/#/visit/TOKEND1?tenant=T1");
    assertThat(first.json().get("data").get("what").asText()).isEqualTo("what MISSING_CHARGE is");
    assertThat(first.json().get("data").get("amountCents").asLong()).isEqualTo(17_900);
    assertThat(first.json().get("data").get("fileBy").asText()).isEqualTo("2027-02-09");
    assertThat(receiver.got.get(1).json().get("data").get("amountCents").isNull()).isTrue();
    new Webhook(SECRET).verify(first.body(), first.headers());
    assertThat(receiver.got.stream().map(got -> got.header("webhook-id")).distinct()).hasSize(3);
  }

  /** Nothing is ever said about it, which would look as if all were well there. */
  @Test
  void aRouteToWhatNobodyKnowsIsSaid() throws IOException {
    // Given a company with a location in its settings, and another one that has a balance
    given.put(
        Settings.newBuilder()
            .setTenant("T1")
            .setLocations(
                List.of(LocationRow.newBuilder().setClinicId("C1").setLocationId("DTN").build()))
            .build());
    given.send(
        new ProducerRecord<>(
            given.prefix + "balancing.balances", "T1|EST|DAY|2026-11-04".getBytes(UTF_8), SOME));

    // When routes are limited to these, and to what there is not
    Alerts alerts =
        given.start(
            webhook("known", receiver.url(), only(Set.of("T1"), Set.of("DTN", "EST"))),
            webhook("place", receiver.url(), only(Set.of(), Set.of("DTN", "Dtn"))),
            webhook("company", receiver.url(), only(Set.of("T2"), Set.of())));

    // Then that is said of each, and of no other, in the log too
    String what = " names what is neither in the settings nor in any balance: ";
    String todo = "; correct the routes file, or the settings";
    await("it to be said", () -> given.voices.size() >= 2);
    assertThat(given.voices)
        .containsExactlyInAnyOrder(
            "place" + what + "location Dtn" + todo, "company" + what + "tenant T2" + todo);
    assertThat(alerts.standings())
        .filteredOn(one -> one.trouble() != null)
        .extracting(Alerts.Standing::name)
        .containsExactly("place", "company");

    // And a check of the file says it before it is used
    Path file =
        Files.writeString(
            folder.resolve("routes.yaml"),
            """
            page: https://balance.example.com
            routes:
              - {name: all, alertmanager: {urls: [http://127.0.0.1:1]}}
              - {name: desk, alertmanager: {urls: [http://127.0.0.1:1]}, locations: [EST, Nowhere]}
            """);
    Program.Ran ran = given.check(file);
    assertThat(ran.exit()).isEqualTo(1);
    assertThat(ran.err().lines())
        .containsExactly("visit-balance: desk" + what + "location Nowhere" + todo);
  }

  private static RouteFilter only(Set<String> tenants, Set<String> locations) {
    return new RouteFilter(tenants, locations, Set.of(), Set.of(), Duration.ZERO, Duration.ZERO);
  }

  @Test
  void aLateFileAndARefusedOneAreToldOnceAndTheirEndsToo() {
    Instant due = Instant.parse("2026-11-05T10:30:00Z");
    LocalDate day = LocalDate.parse("2026-11-05");
    ReceivedFile.Builder late =
        AlertFixtures.file("", FileState.MISSING, due)
            .setName("charges_*.csv")
            .setPart(day + " charges_*.csv")
            .setFirstDate(day);
    given.put(late.build());
    given.put(AlertFixtures.file("abcdef0123456789", FileState.QUARANTINED, due).build());
    given.put(AlertFixtures.file("fedcba", FileState.DONE, due).build());
    Alerts first = given.start(webhook("desk", receiver.url(), ALL));
    await("both to be told", () -> receiver.told().size() >= 2);
    given.awaitRead("desk");
    first.close();
    given.put(late.setState(FileState.CAME).setChangedAt(Instant.now()).build());
    given.put(AlertFixtures.file("abcdef0123456789", FileState.REPLACED, Instant.now()).build());
    given.start(webhook("desk", receiver.url(), ALL));
    await("the ends to be told", () -> receiver.told().size() >= 4);
    given.awaitRead("desk");

    String refused = "FILE_REFUSED|T1|abcdef0123456789|";
    String missing = "FILE_MISSING|T1||2026-11-05 charges_*.csv";
    assertThat(receiver.told())
        .containsExactlyInAnyOrder(
            "opened " + missing, "opened " + refused, "resolved " + missing, "resolved " + refused);
    assertThat(receiver.got)
        .allSatisfy(got -> assertThat(got.body()).doesNotContain("Smith", "profile"));
    assertThat(receiver.got)
        .anySatisfy(
            got -> {
              assertThat(got.type()).isEqualTo("file.opened");
              assertThat(got.json().get("data").toString())
                  .contains("\"tenant\":\"T1\"", "\"kind\":\"FILE_MISSING\"")
                  .contains("\"date\":\"2026-11-05\"", "did not come by its time")
                  .contains("\"openedAt\":\"2026-11-05T10:30:00Z\"")
                  .contains("#/files?tenant=T1");
            });
  }

  private static RouteFilter settling(Duration settle) {
    return new RouteFilter(Set.of(), Set.of(), Set.of(), Set.of(), settle, Duration.ZERO);
  }

  @Test
  void whatIsResolvedWithinTheSettleTimeIsNeverTold() {
    // Given a route that waits for ten minutes, and two discrepancies
    given.clock.stop();
    given.start(webhook("desk", receiver.url(), settling(Duration.ofMinutes(10))));
    given.awaitRead("desk");
    Discrepancy.Builder brief = given.missing("BRIEF");
    given.open(brief);
    given.open("LASTING");

    // When one of them is resolved in the last second
    given.clock.move(Duration.ofSeconds(599));
    given.resolve(brief);
    given.awaitRead("desk");
    assertThat(receiver.got).isEmpty();

    // Then only the other one is told, when the time is over
    given.clock.move(Duration.ofSeconds(1));
    awaitTold("opened LASTING");
  }

  @Test
  void whatIsSettlingSurvivesARestart() {
    given.clock.stop();
    AlertRoute desk = webhook("desk", receiver.url(), settling(Duration.ofMinutes(10)));
    given.open("D1");
    Alerts first = given.start(desk);
    given.awaitRead("desk");
    first.close();
    assertThat(receiver.got).isEmpty();
    given.start(desk);
    given.clock.move(Duration.ofMinutes(10));
    awaitTold("opened D1");
  }

  @Test
  void aNewRouteHearsOfWhatIsOpenAndNotOfHistory() {
    Discrepancy.Builder old =
        missingCharge("OLD").setOpenedAt(Instant.parse("2026-11-01T00:00:00Z"));
    given.open(old);
    given.resolve(old);
    given.open("NOW");
    given.start(webhook("desk", receiver.url(), ALL));
    awaitTold("opened NOW");
  }

  @Test
  void whatOpenedAndEndedWhileNobodyRanIsToldWhenSomebodyDoes() {
    given.open("D0");
    Alerts first = given.start(webhook("desk", receiver.url(), ALL));
    awaitTold("opened D0");
    first.close();
    Discrepancy.Builder found = missingCharge("D1");
    given.open(found);
    given.resolve(found);
    given.start(webhook("desk", receiver.url(), ALL));
    awaitTold("opened D0", "opened D1", "resolved D1");
  }

  @Test
  void aRestartRepeatsNothingAndAReopeningIsAnotherOpening() {
    Discrepancy.Builder found = missingCharge("D1");
    given.open(found);
    Alerts first = given.start(webhook("desk", receiver.url(), ALL));
    awaitTold("opened D1");
    first.close();
    Alerts second = given.start(webhook("desk", receiver.url(), ALL));
    given.resolve(found);
    awaitTold("opened D1", "resolved D1");
    second.close();
    given.start(webhook("desk", receiver.url(), ALL));
    given.open("D1");
    awaitTold("opened D1", "resolved D1", "opened D1");
    assertThat(receiver.got.get(2).header("webhook-id"))
        .isNotEqualTo(receiver.got.get(0).header("webhook-id"));
  }

  @Test
  void routesHearOfWhatTheyAskFor() throws Exception {
    given.open(missingCharge("A").setTenant("T2"));
    given.open(missingCharge("B").setLocation("HOME"));
    given.open(missingCharge("C").setKind("HELD").setSeverity(Severity.MEDIUM));
    given.open(
        missingCharge("D").setLevel(Level.PERIOD).setKind("DAY").setVisit(null).setDifference(3));
    given.open(missingCharge("E").setOpenedAt(given.clock.instant().minus(Duration.ofDays(4))));
    Map<String, RouteFilter> routes =
        Map.of(
            "tenant", filter(Set.of("T2"), Set.of(), Set.of(), Set.of(), 0),
            "location", filter(Set.of(), Set.of("HOME"), Set.of(), Set.of(), 0),
            "kind", filter(Set.of(), Set.of(), Set.of("DAY", "HELD"), Set.of(), 0),
            "severity", filter(Set.of(), Set.of(), Set.of(), Set.of(Severity.MEDIUM), 0),
            "age", filter(Set.of(), Set.of(), Set.of(), Set.of(), 3),
            "all", ALL);
    Map<String, Receiver> receivers = new HashMap<>();
    routes.keySet().forEach(name -> receivers.put(name, new Receiver()));
    try {
      given.start(
          routes.entrySet().stream()
              .map(one -> webhook(one.getKey(), receivers.get(one.getKey()).url(), one.getValue()))
              .toArray(AlertRoute[]::new));
      await(
          "all to be told",
          () -> receivers.values().stream().mapToInt(one -> one.told().size()).sum() >= 11);
      Map<String, Set<String>> told = new HashMap<>();
      receivers.forEach((name, one) -> told.put(name, new HashSet<>(one.told())));
      assertThat(told)
          .isEqualTo(
              Map.of(
                  "tenant", Set.of("opened A"),
                  "location", Set.of("opened B"),
                  "kind", Set.of("opened C", "opened D"),
                  "severity", Set.of("opened C"),
                  "age", Set.of("opened E"),
                  "all", Set.of("opened A", "opened B", "opened C", "opened D", "opened E")));
    } finally {
      receivers.values().forEach(Receiver::close);
    }
  }

  private static RouteFilter filter(
      Set<String> tenants,
      Set<String> locations,
      Set<String> kinds,
      Set<Severity> severities,
      int days) {
    return new RouteFilter(
        tenants, locations, kinds, severities, Duration.ZERO, Duration.ofDays(days));
  }

  @Test
  void aFailingReceiverIsTriedAgainUnderTheSameIdWhileOthersHearAtOnce() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    receiver.answer(
        any ->
            switch (calls.incrementAndGet()) {
              case 1 -> 500;
              case 2 -> 302;
              case 3 -> Receiver.HANG;
              default -> 200;
            });
    given.open("D1");
    try (Receiver well = new Receiver()) {
      given.start(webhook("desk", receiver.url(), ALL), webhook("well", well.url(), ALL));
      awaitTold("opened D1");
      assertThat(well.told()).containsExactly("opened D1");
      assertThat(receiver.got).hasSize(4);
      assertThat(receiver.got.stream().map(got -> got.header("webhook-id")).distinct()).hasSize(1);
      await("it to be said", () -> given.voices.contains("desk is working again"));
      assertThat(given.voices)
          .contains("desk cannot deliver (HTTP 500); retrying, no message is lost")
          .noneMatch(listener -> listener.contains(SECRET) || listener.contains("/hook"));
    }
  }

  @Test
  void aReceiverThatSaysWhenIsAskedThenAndHasNotFailed() {
    // Given a receiver that wants to be asked in a minute, and a route that tries once
    given.clock.stop();
    receiver.answer(429, "Retry-After", "60");
    given.open("D1");
    given.start(webhook("desk", receiver.url(), ALL, 1, SECRET));
    await("it to be said", () -> given.voices.stream().anyMatch(said -> said.contains("429")));
    receiver.answer(200);

    // When a second is missing, then nobody asks, not for another message either
    given.clock.move(Duration.ofSeconds(59));
    given.open("D2");
    given.awaitRead("desk");
    assertThat(receiver.got).hasSize(1);

    // Then it is told both
    given.clock.move(Duration.ofSeconds(1));
    awaitTold("opened D1", "opened D2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "Wed, 21 Oct 2015 07:28:00 GMT", "soon"})
  void aRetryAfterThatIsNotInTheFutureCountsAsAFailedTry(String retryAfter) {
    receiver.answer(429, "Retry-After", retryAfter);
    given.open("D1");
    given.start(webhook("desk", receiver.url(), ALL, 3, SECRET));

    await("the message to be given up", () -> letters().size() == 1);

    assertThat(receiver.got).hasSize(3);
    assertThat(letters().get(0).getReason()).isEqualTo("HTTP 429");
  }

  @Test
  void aShortRetryAfterIsNotSoonerThanTheBackoff() {
    // Given a receiver that asks for a retry after a second, and a backoff of a minute
    given.clock.stop();
    receiver.answer(429, "Retry-After", "1");
    given.open("D1");
    given.start(
        new AlertRoute(
            "desk",
            new Destination.Webhook(
                receiver.url(),
                List.of(SECRET),
                Duration.ofSeconds(2),
                3,
                Duration.ofMinutes(1),
                Duration.ofMinutes(1)),
            ALL));
    await("it to be said", () -> given.voices.stream().anyMatch(said -> said.contains("429")));
    receiver.answer(200);

    // When half a minute has not passed, nobody asks
    given.clock.move(Duration.ofSeconds(29));
    given.open("D2");
    given.awaitRead("desk");
    assertThat(receiver.got).hasSize(1);

    // Then both are told
    given.clock.move(Duration.ofSeconds(31));
    awaitTold("opened D1", "opened D2");
  }

  @Test
  void goneDisablesTheRouteUntilTheNextStart() {
    receiver.answer(410);
    given.open("D1");
    Alerts alerts = given.start(webhook("desk", receiver.url(), ALL));
    await(
        "it to be said", () -> alerts.standings().stream().anyMatch(one -> one.trouble() != null));
    given.open("D2");
    assertThat(alerts.standings())
        .anyMatch(one -> one.name().equals("desk") && one.trouble().contains("410"));
    alerts.close();
    assertThat(receiver.got).hasSize(1);
    receiver.answer(200);
    given.start(webhook("desk", receiver.url(), ALL));
    await("it to be told of both", () -> receiver.told().size() == 2);
  }

  private List<AlertLetter> letters() {
    List<AlertLetter> letters = new ArrayList<>();
    new TopicReader(given.clients, given.serdes, given.prefix)
        .read(
            List.of(Topics.ALERT_LETTERS), (topic, key, value) -> letters.add((AlertLetter) value));
    return letters;
  }

  @Test
  void aMessageThatNobodyTakesIsGivenUpAndTheNextOneIsTold() {
    receiver.answer(got -> got.about().equals("BAD") ? 400 : 200);
    given.open("BAD");
    given.start(webhook("desk", receiver.url(), ALL, 3, SECRET));
    given.open("GOOD");
    awaitTold("opened GOOD");
    await("the dead letter", () -> !letters().isEmpty());
    List<AlertLetter> letters = letters();
    assertThat(receiver.got.stream().filter(got -> got.about().equals("BAD"))).hasSize(3);
    assertThat(letters).hasSize(1);
    assertThat(letters.get(0).getReason()).isEqualTo("HTTP 400");
    assertThat(letters.get(0).getTries()).isEqualTo(3);
    assertThat(letters.get(0).getMessage()).contains("\"BAD\"").doesNotContain(SECRET);
    assertThat(given.voices)
        .contains(
            "desk gave up on a message after 3 tries (HTTP 400); it is on"
                + " balancing.alert-dead-letters");
  }

  @Test
  void aRouteThatHasGivenUpItsOnlyMessageIsNotWell() {
    receiver.answer(400);
    given.open("BAD");
    Alerts alerts = given.start(webhook("desk", receiver.url(), ALL, 1, SECRET));
    await("the dead letter", () -> !letters().isEmpty());
    await(
        "it to be said", () -> alerts.standings().stream().anyMatch(one -> one.trouble() != null));
    assertThat(alerts.standings())
        .filteredOn(one -> one.name().equals("desk"))
        .extracting(Alerts.Standing::trouble)
        .containsExactly(
            "cannot deliver (HTTP 400); messages that it gave up on are on"
                + " balancing.alert-dead-letters");
  }

  @Test
  void whileSecretsRotateBothOfThemVerify() throws Exception {
    given.open("D1");
    given.start(webhook("desk", receiver.url(), ALL, 10, OTHER_SECRET, SECRET));
    awaitTold("opened D1");
    Receiver.Got got = receiver.got.get(0);
    new Webhook(SECRET).verify(got.body(), got.headers());
    new Webhook(OTHER_SECRET).verify(got.body(), got.headers());
    assertThat(got.header("webhook-signature").split(" ")).hasSize(2);
  }

  @Test
  void twoInstancesShareTheWorkAndTakeItOverFromEachOther() {
    Alerts first = given.start(webhook("desk", receiver.url(), ALL));
    given.start(webhook("desk", receiver.url(), ALL));
    IntStream.range(0, 20).forEach(i -> given.open("D" + i));
    await("all to be told", () -> new HashSet<>(receiver.told()).size() == 20);
    first.close();
    IntStream.range(20, 40).forEach(i -> given.open("D" + i));
    await("all to be told", () -> new HashSet<>(receiver.told()).size() == 40);
    assertThat(receiver.told()).hasSize(40);
  }
}
