package org.visitbalance.platform.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.visitbalance.platform.registry.StubRegistry.says;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.avro.Schema;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.visitbalance.fact.Visit;
import org.visitbalance.platform.Patience;
import org.visitbalance.platform.serde.AvroSerde;
import org.visitbalance.platform.serde.UndecodableException;

/** A registry that does not answer is never the record's fault, and is said to be what it is. */
@Timeout(60)
class RegistryFailureTest {
  private static final Schema SCHEMA = Visit.getClassSchema();
  private static final String SUBJECT = "emr.visits-value";
  private static final byte[] RECORD = {0, 0, 0, 0, 7, 2, 3};
  private static final String UNKNOWN = "{\"error_code\":40403,\"message\":\"Schema not found\"}";

  private final StubRegistry stub = new StubRegistry(says(200, "{\"id\":7}"));
  private final Map<String, Object> config = new HashMap<>();

  {
    config.put("schema.registry.url", stub.url());
    config.put("retries.wait.ms", "1");
    config.put("max.retries", 3);
  }

  @AfterEach
  void close() {
    stub.close();
  }

  @Test
  void aLongAnswerIsCutBetweenCharacters() {
    String face = "\uD83D\uDE00";
    stub.turnsTo(
        says(500, "{\"error_code\":50001,\"message\":\"" + "a" + face.repeat(600) + "\"}"));

    assertThatThrownBy(() -> SchemaRegistries.open(config).register(SUBJECT, SCHEMA))
        .hasMessageContaining("a" + face.repeat(499) + ")");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "500 | {\"error_code\":50001,\"message\":\"the store\"} | answered with status 500 (50001:"
            + " the store)",
        "503 | <html>Service Unavailable</html> | answered with status 503 and no registry error"
            + " code",
        "200 | <html>Welcome</html> | something that is not a registry's JSON",
        "200 | [1] | something that is not a registry's JSON",
        "200 | {} | no number \"id\"",
        "200 | {\"id\":\"7\"} | no number \"id\"",
        "404 | <html>Not here</html> | answered with status 404 and no registry error code",
        "302 | '' | answered with status 302 and no registry error code",
        "429 | {\"error_code\":429,\"message\":\"slowly\"} | answered with status 429",
      })
  void whatIsNoAnswerIsAskedForAgainAndThenReported(int status, String text, String message) {
    stub.turnsTo(says(status, text));

    assertThatThrownBy(() -> SchemaRegistries.open(config).register(SUBJECT, SCHEMA))
        .isExactlyInstanceOf(RegistryException.class)
        .hasMessageContaining(message)
        .hasMessageContaining(SUBJECT)
        .hasMessageContaining(stub.url())
        .hasMessageContaining("4 times");
    assertThat(stub.asked()).hasSize(4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "500 | {\"error_code\":50001,\"message\":\"the store\"}",
        "200 | {\"schema\":\"nonsense\"}",
        "200 | {\"schema\":7}",
        "404 | <html>Not here</html>",
        "404 | {\"error_code\":404,\"message\":\"HTTP 404 Not Found\"}",
        "400 | {\"error_code\":400,\"message\":\"?\"}",
        "401 | {\"error_code\":401,\"message\":\"?\"}",
        "403 | Forbidden",
      })
  void aRecordIsNotBadBecauseItsSchemaCannotBeHad(int status, String text) {
    stub.turnsTo(says(status, text));
    AvroSerde<Visit> serde = AvroSerde.of(Visit.class, config);

    assertThatThrownBy(() -> serde.deserializer().deserialize("emr.visits", RECORD))
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("schema 7");
  }

  @Test
  void aRegistryThatIsDown() {
    stub.close();

    assertThatThrownBy(() -> SchemaRegistries.open(config).latest(SUBJECT))
        .isExactlyInstanceOf(RegistryException.class)
        .hasMessageContaining(stub.url() + " cannot be reached (ConnectException)")
        .hasMessageContaining("schema.registry.url");
  }

  /** Who sends something through the API waits for it: with 8 retries, that was a minute. */
  @Test
  void aRegistryThatHangsIsNotWaitedForLong() {
    config.put("http.read.timeout.ms", 50);
    config.put("max.retries", 8);
    stub.turnsTo(exchange -> sleep(Duration.ofSeconds(20)));

    assertThatThrownBy(() -> SchemaRegistries.open(config).register(SUBJECT, SCHEMA))
        .isExactlyInstanceOf(RegistryException.class)
        .hasMessageContaining("did not answer within 50 ms")
        .hasMessageContaining(" 3 times");
  }

  @Test
  void aRegistryThatIsSlow() {
    config.put("http.read.timeout.ms", 50);
    config.put("max.retries", 1);
    stub.turnsTo(
        exchange -> {
          exchange.sendResponseHeaders(200, 100); // The head comes, the body does not.
          exchange.getResponseBody().flush();
          sleep(Duration.ofSeconds(20));
        });
    long begun = System.nanoTime();

    assertThatThrownBy(() -> SchemaRegistries.open(config).byId(7))
        .isExactlyInstanceOf(RegistryException.class)
        .hasMessageContaining("did not answer within 50 ms");
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(10));
  }

  @Test
  void aRegistryThatComesBack() {
    AtomicInteger times = new AtomicInteger();
    stub.turnsTo(
        exchange ->
            (times.incrementAndGet() < 4 ? says(503, "") : says(200, "{\"id\":5}")).to(exchange));

    assertThat(SchemaRegistries.open(config).register(SUBJECT, SCHEMA)).isEqualTo(5);
  }

  @Test
  void theNextServerIsAskedAndKept() {
    try (StubRegistry other = new StubRegistry(says(200, "{\"id\":5}"))) {
      stub.turnsTo(says(500, "{\"error_code\":500,\"message\":\"\"}"));
      config.put("schema.registry.url", stub.url() + ", " + other.url() + "/");
      SchemaRegistry registry = SchemaRegistries.open(config);

      assertThat(registry.register("one", SCHEMA)).isEqualTo(5);
      assertThat(registry.register("two", SCHEMA)).isEqualTo(5);

      assertThat(stub.asked()).hasSize(1);
      assertThat(other.asked())
          .containsExactly("POST /subjects/one/versions", "POST /subjects/two/versions");
    }
  }

  @Test
  void anUnknownIdIsTheRecordsFaultWhenThePatienceIsOverAndEveryServerSaysSo() {
    try (StubRegistry behind = new StubRegistry(says(404, UNKNOWN))) {
      config.put("visitbalance.registry.patience", "PT0S");
      stub.turnsTo(says(404, UNKNOWN));
      config.put("schema.registry.url", behind.url() + "," + stub.url());
      AvroSerde<Visit> serde = AvroSerde.of(Visit.class, config);

      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(() -> serde.deserializer().deserialize("emr.visits", RECORD))
            .isExactlyInstanceOf(UndecodableException.class)
            .hasMessageContaining("names schema 7, which the schema registry does not know");
      }

      // Remembered: a topic full of them asks once.
      assertThat(stub.asked()).hasSize(1);
      assertThat(behind.asked()).hasSize(1);
    }
  }

  @Test
  void anUnknownIdMayBecomeKnown() {
    AtomicInteger times = new AtomicInteger();
    stub.turnsTo(
        exchange ->
            (times.incrementAndGet() < 2
                    ? says(404, UNKNOWN)
                    : says(200, "{\"schema\":\"\\\"int\\\"\"}"))
                .to(exchange));
    SchemaRegistry registry = SchemaRegistries.open(config);

    assertThatThrownBy(() -> registry.byId(7))
        .isInstanceOfSatisfying(
            SchemaNotYetKnownException.class, e -> assertThat(e.isLikely()).isTrue());
    assertThat(registry.trouble()).contains("does not know schema 7").contains("dead letters in");
    Patience.await("it to be asked again", Duration.ofSeconds(10), () -> isKnown(registry, 7));

    assertThat(registry.byId(7)).isEqualTo(Schema.create(Schema.Type.INT));
    assertThat(registry.trouble()).isNull();
  }

  private static boolean isKnown(SchemaRegistry registry, int id) {
    try {
      registry.byId(id);
      return true;
    } catch (SchemaNotYetKnownException e) {
      return false;
    }
  }

  @Test
  void aRegistryThatIsDownIsLeftAloneForAMoment() {
    stub.turnsTo(says(500, ""));
    SchemaRegistry registry = SchemaRegistries.open(config);

    for (int i = 0; i < 100; i++) {
      assertThatThrownBy(() -> registry.byId(7)).isExactlyInstanceOf(RegistryException.class);
    }

    assertThat(stub.asked()).hasSizeLessThan(10);
    assertThat(registry.trouble()).contains(stub.url());
  }

  @Test
  void oneServersWordForAnUnknownIdIsEnoughWhenTheOtherIsDown() {
    config.put("visitbalance.registry.patience", "PT0S");
    try (StubRegistry down = new StubRegistry(says(500, ""))) {
      stub.turnsTo(says(404, UNKNOWN));
      for (String urls :
          new String[] {down.url() + "," + stub.url(), stub.url() + "," + down.url()}) {
        config.put("schema.registry.url", urls);
        AvroSerde<Visit> serde = AvroSerde.of(Visit.class, config);

        assertThatThrownBy(() -> serde.deserializer().deserialize("emr.visits", RECORD))
            .isExactlyInstanceOf(UndecodableException.class);
      }
      assertThat(down.asked()).hasSize(2);
    }
  }

  @Test
  void aSchemaOfAnotherTypeIsTheRecordsFault() {
    stub.turnsTo(says(200, "{\"schemaType\":\"PROTOBUF\",\"schema\":\"syntax\"}"));
    AvroSerde<Visit> serde = AvroSerde.of(Visit.class, config);

    assertThatThrownBy(() -> serde.deserializer().deserialize("emr.visits", RECORD))
        .isExactlyInstanceOf(UndecodableException.class)
        .hasMessageContaining("not an Avro schema");
  }

  @Test
  void anIncompatibleSchemaIsRefusedAtOnceAndSaidToBe() {
    stub.turnsTo(says(409, "{\"error_code\":40901,\"message\":\"incompatible: /fields/3\"}"));
    AvroSerde<Visit> serde = AvroSerde.of(Visit.class, config);

    assertThatThrownBy(() -> serde.serializer().serialize("emr.visits", new Visit()))
        .isInstanceOfSatisfying(
            RegistryRefusedException.class,
            refused -> {
              assertThat(refused.code()).isEqualTo(40901);
              assertThat(refused.status()).isEqualTo(409);
            })
        .hasMessageContaining("/fields/3")
        .hasMessageContaining(SUBJECT)
        .hasMessageContaining("compatibility level");
    assertThat(stub.asked()).hasSize(1);
  }

  @Test
  void refusedCredentialsAreNotTriedAgain() {
    stub.turnsTo(says(401, "{\"error_code\":401,\"message\":\"who?\"}"));

    assertThatThrownBy(() -> SchemaRegistries.open(config).register(SUBJECT, SCHEMA))
        .isExactlyInstanceOf(RegistryException.class)
        .hasMessageContaining("answered with status 401; check basic.auth.*");
    assertThat(stub.asked()).hasSize(1);
  }

  @Test
  void credentialsOfTheUrlAreSentButNeverShown() {
    config.put("schema.registry.url", "http://ann:s3cret@" + stub.address());
    stub.turnsTo(says(500, ""));

    assertThatThrownBy(() -> SchemaRegistries.open(config).register(SUBJECT, SCHEMA))
        .hasMessageContaining(stub.url())
        .hasMessageNotContaining("s3cret");
    assertThat(stub.authorizations()).contains(basic("ann:s3cret"));
  }

  @Test
  void credentialsOfTheConfigurationAreSent() {
    config.put("basic.auth.credentials.source", "USER_INFO");
    config.put("schema.registry.basic.auth.user.info", "bob:pass");
    SchemaRegistries.open(config).register(SUBJECT, SCHEMA);
    config.remove("basic.auth.credentials.source");
    config.put("bearer.auth.credentials.source", "STATIC_TOKEN");
    config.put("bearer.auth.token", "t0ken");
    SchemaRegistries.open(config).register(SUBJECT, SCHEMA);

    assertThat(stub.authorizations()).containsExactly(basic("bob:pass"), "Bearer t0ken");
  }

  @ParameterizedTest
  @CsvSource({
    "schema.registry.url, '', schema.registry.url is missing",
    "schema.registry.url, 'ann:s3cret@host', must contain URLs such as",
    "schema.registry.url, 'ftp://host', must contain URLs such as",
    "max.retries, many, max.retries must be a whole number",
    "visitbalance.registry.patience, soon, must be a duration such as PT5M",
    "visitbalance.registry.patience, P2D, must be less than a day",
    "basic.auth.credentials.source, SASL_INHERIT, must be URL or USER_INFO",
    "basic.auth.credentials.source, USER_INFO, basic.auth.user.info must be a value",
    "bearer.auth.credentials.source, OAUTHBEARER, must be STATIC_TOKEN",
    "auto.register.schemas, maybe, must be true or false",
  })
  void aConfigurationThatCannotBe(String key, String value, String message) {
    config.put(key, value);

    assertThatThrownBy(() -> AvroSerde.of(Visit.class, config))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("s3cret");
  }

  @Test
  void anInterruptedThreadStopsWaiting() {
    stub.turnsTo(says(500, ""));
    config.put("retries.wait.ms", 30_000);
    config.put("retries.max.wait.ms", 30_000);
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> SchemaRegistries.open(config).byId(7))
        .isExactlyInstanceOf(RegistryException.class)
        .hasMessageContaining("interrupted");
    assertThat(Thread.interrupted()).isTrue();
  }

  private static String basic(String user) {
    return "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
  }

  private static void sleep(Duration duration) {
    try {
      Thread.sleep(duration.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
