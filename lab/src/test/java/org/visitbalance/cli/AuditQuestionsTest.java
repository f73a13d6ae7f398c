package org.visitbalance.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.visitbalance.embedded.EmbeddedCluster;
import org.visitbalance.service.TopicProvisioner;
import org.visitbalance.topology.Topics;

/**
 * What an audit is asked with a wrong name, file, or moment is never answered as if it was right.
 */
@Timeout(180)
@Tag("slow")
class AuditQuestionsTest {
  private static final Path EXAMPLE = Path.of("..", "examples", "november-facts");
  private static final String SPAN = "--from=2026-10-01 --to=2026-12-31";

  @TempDir private static Path common;
  @TempDir private Path folder;
  private static EmbeddedCluster cluster;
  private static Path config;

  @BeforeAll
  static void start() throws Exception {
    cluster = EmbeddedCluster.temporary();
    config = common.resolve("cluster.properties");
    Files.writeString(config, properties(cluster.bootstrapServers()));
    TopicProvisioner.create(cluster.clients(), "", 1);
    assertThat(Program.run("produce", "--config", config, "--input", EXAMPLE).exit()).isZero();
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", cluster.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      producer
          .send(new ProducerRecord<>(Topics.CHARGES.name(), "no fact of anybody".getBytes(UTF_8)))
          .get();
    }
  }

  private static String properties(String broker) {
    return """
    bootstrap.servers=%s
    schema.registry.url=%s
    visitbalance.token.key=%s
    """
        .formatted(broker, cluster.registryUrl(), TestKey.VALUE);
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  private static Program.Ran audit(String options, Object... more) {
    Stream<Object> first = Stream.of("audit", "--config", config);
    Stream<Object> words = Stream.of((Object[]) options.split(" ", -1));
    return Program.run(Stream.concat(Stream.concat(first, words), Stream.of(more)).toArray());
  }

  private void refuses(String sentence, Program.Ran ran) {
    assertThat(ran.err()).startsWith("visit-balance: ").contains(sentence);
    assertThat(ran.exit()).as(ran.err()).isEqualTo(2);
    assertThat(folder.resolve("a")).doesNotExist();
  }

  private Path settings(String tenant) throws IOException {
    Path file = folder.resolve("settings-" + tenant + ".yaml");
    Files.writeString(
        file, "tenant: " + tenant + "\nlocations:\n  - {clinicId: C01, locationId: ELSEWHERE}\n");
    return file;
  }

  @Test
  void aRecordOfNobodyMakesNoTenantKnown() throws IOException {
    String sentence = "no fact of tenant NOBODY";
    refuses(sentence, audit("--tenant=NOBODY " + SPAN, "--output", folder.resolve("a")));
    refuses(sentence, audit("--tenant=NOBODY --what-if-settings", settings("NOBODY")));
  }

  @Test
  void settingsOfAnotherTenantAreRefused() throws IOException {
    String sentence = "has the settings of tenant HARBOR, not of OTHER";
    Path file = settings("HARBOR");
    refuses(sentence, audit("--tenant=OTHER --what-if-settings", file));
    refuses(
        sentence,
        audit("--tenant=OTHER " + SPAN, "--settings", file, "--output", folder.resolve("a")));
  }

  @Test
  void aLocationWithoutAnyPeriodIsSaidFirst() throws IOException {
    String sentence = "tenant HARBOR has nothing to balance at location dtn";
    Program.Ran ran =
        audit("--tenant=HARBOR --location=dtn " + SPAN, "--output", folder.resolve("b"));

    assertThat(ran.exit()).as(ran.err()).isZero();
    assertThat(ran.err()).contains(sentence + " from 2026-10-01 to 2026-12-31; check");
    refuses(
        sentence, audit("--tenant=HARBOR --location=dtn --what-if-settings", settings("HARBOR")));
    assertThat(
            audit(
                    "--tenant=HARBOR --location=dtn "
                        + SPAN
                        + " --compare-as-of=2026-11-01T00:00:00Z"
                        + " --compare-as-of=2190-01-01T00:00:00Z",
                    "--output",
                    folder.resolve("c"))
                .err())
        .contains(sentence);
  }

  @Test
  void aMomentBeforeAnythingWasKnownSaysSoFirst() throws IOException {
    Path place = folder.resolve("b");
    Program.Ran ran =
        audit("--tenant=HARBOR --as-of=2026-01-01T00:00:00Z " + SPAN, "--output", place);

    assertThat(ran.err()).contains("visit-balance: 1,530 records were not known yet as of");
    assertThat(Files.readString(place.resolve("summary.txt")))
        .startsWith("Read this first\n")
        .contains("! 1,530 records were not known yet");
  }

  @Test
  void aMomentThatHasNotComeIsSaidToBeNoRecord() {
    assertThat(
            audit(
                    "--tenant=HARBOR --as-of=2190-01-01T00:00:00Z " + SPAN,
                    "--output",
                    folder.resolve("b"))
                .err())
        .contains("2190-01-01T00:00:00Z has not come yet; what is received until then");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"+1000000000-12-31T23:59:59Z", "+99999-01-01T00:00:00Z", "0000-01-01T00:00:00Z"})
  void aMomentOutsideOfAllYearsIsRefused(String moment) {
    refuses(
        "Invalid value for option '--as-of'",
        audit("--tenant=HARBOR " + SPAN, "--as-of", moment, "--output", folder.resolve("a")));
  }

  @Test
  void anOptionThatWouldHaveNoEffectIsRefused() {
    Path place = folder.resolve("a");
    for (List<String> one :
        List.of(
            List.of("--as-of", "--verify --as-of=2026-11-04T18:00:00Z"),
            List.of("--output", "--verify --output=" + place),
            List.of("--settings", "--what-if-settings=x --settings=y"),
            List.of("--as-of", "--compare-as-of=2026-11-04T18:00:00Z --as-of=2026-11-04T18:00:00Z"),
            List.of("--tenant", "--again=x --output=" + place),
            List.of("--retention", "--output=" + place + " --retention=9"))) {
      refuses(
          one.get(0) + " has no effect with", audit("--tenant=HARBOR " + SPAN + " " + one.get(1)));
    }
    refuses("--retention must be at least 1 day", audit("--tenant=HARBOR --verify --retention=-5"));
  }

  @Test
  void noServiceBeginsWithoutAnyDayToKeep() {
    Program.Ran ran =
        Program.run("serve", "--config", config, "--state", folder, "--retention=-400");

    assertThat(ran.err()).contains("--retention must be at least 1 day");
    assertThat(ran.exit()).isEqualTo(2);
  }

  @Test
  void noServiceBeginsInAFutureUntilWhichNothingIsMissing() {
    Program.Ran ran =
        Program.run(
            "serve", "--config", config, "--state", folder, "--present-from=2126-11-04T00:00:00Z");

    assertThat(ran.err()).contains("--present-from is in the future", "--no-clock");
    assertThat(ran.exit()).isEqualTo(2);
  }

  @Test
  void aClusterThatDoesNotAnswerIsNamed() throws IOException {
    Path other = folder.resolve("other.properties");
    Files.writeString(
        other,
        properties("127.0.0.1:1") + "default.api.timeout.ms=2000\nrequest.timeout.ms=1000\n");

    refuses(
        "the cluster at 127.0.0.1:1 did not",
        Program.run(
            "audit",
            "--config",
            other,
            "--tenant=HARBOR",
            "--from=2026-11-01",
            "--to=2026-11-30",
            "--output",
            folder.resolve("a")));
  }
}
