package org.visitbalance.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TimeZone;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.visitbalance.Main;
import org.visitbalance.embedded.EmbeddedCluster;
import org.visitbalance.output.Balance;
import org.visitbalance.platform.Folders;
import org.visitbalance.platform.Patience;
import org.visitbalance.platform.serde.ValueSerdes;
import org.visitbalance.service.BalancingService;
import org.visitbalance.service.FactProducer;
import org.visitbalance.service.TopicProvisioner;
import org.visitbalance.topology.Topics;
import org.visitbalance.topology.TopologyOptions;

/** The command audit on a cluster; stories that change something have an installation of theirs. */
@Timeout(180)
@Tag("slow")
class AuditCommandTest {
  private static final Path EXAMPLE = Path.of("..", "examples", "november-facts");
  private static final String WHOLE = "--from=2026-10-01 --to=2026-12-31";
  private static final int PARTITIONS = 3;

  @TempDir private static Path common;
  @TempDir private Path folder;
  private static EmbeddedCluster cluster;
  private static Map<String, Object> clients;
  private static Path config;

  @BeforeAll
  static void start() throws IOException {
    cluster = EmbeddedCluster.temporary();
    clients = cluster.clients();
    config = common.resolve("cluster.properties");
    Files.writeString(
        config,
        """
        bootstrap.servers=%s
        schema.registry.url=%s
        visitbalance.token.key=%s
        """
            .formatted(cluster.bootstrapServers(), cluster.registryUrl(), TestKey.VALUE));
    installation("whole.", PARTITIONS);
    produce("whole.", EXAMPLE);
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  private static void installation(String prefix, int partitions) {
    TopicProvisioner.create(clients, prefix, partitions);
  }

  private static void produce(String prefix, Path input) {
    Program.Ran ran =
        Program.run("produce", "--config", config, "--prefix", prefix, "--input", input);
    assertThat(ran.exit()).as(ran.err()).isZero();
  }

  private static Program.Ran audit(String prefix, String options, Object... more) {
    Stream<Object> first = Stream.of("audit", "--config", config, "--prefix", prefix);
    Stream<Object> words = Stream.of((Object[]) options.split(" ", -1));
    return Program.run(Stream.concat(Stream.concat(first, words), Stream.of(more)).toArray());
  }

  private static Map<String, String> files(Path folder) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.list(folder)) {
      for (Path file : all.toList()) {
        files.put(String.valueOf(file.getFileName()), Files.readString(file));
      }
    }
    return files;
  }

  private static String visit(String id, String day, String cpt) {
    return """
    {"fact":"visit","tenant":"T1","eventId":"e-%1$s","occurredAt":"%2$sT17:05:00Z",\
    "visitId":"%1$s","revision":0,"status":"FINALIZED","patientKey":"PLANTED-4711",\
    "clinicId":"DTN","dateOfService":"%2$s","finalizedAt":"%2$sT17:05:00Z",\
    "finalizedOn":"%2$s","therapistId":"TH1","noteType":"DAILY_NOTE","noCharge":"NONE",\
    "lines":[{"cpt":"%3$s","modifiers":[],"units":2}]}
    """
        .formatted(id, day, cpt);
  }

  private static String charge(String id, String visit, String day, String created) {
    return """
    {"fact":"charge","tenant":"T1","eventId":"c-%1$s","occurredAt":"%4$sT09:00:00Z",\
    "chargeId":"%1$s","status":"ACTIVE","updatedAt":"%4$sT09:00:00Z",\
    "patientKey":"PLANTED-4711","emrVisitId":"%2$s","billingVisitId":"B-%1$s",\
    "locationId":"DTN","dateOfService":"%3$s","createdAt":"%4$sT09:00:00Z",\
    "createdOn":"%4$s","treatingProviderId":"TH1","cpt":"97110","modifiers":[],"units":2}
    """
        .formatted(id, visit, day, created);
  }

  private void produceLines(String prefix, String... lines) throws IOException {
    Path input = Files.createTempDirectory(folder, "input");
    Files.writeString(input.resolve("facts.jsonl"), String.join("", lines));
    produce(prefix, input);
  }

  @Test
  void thePackageSaysWhatBalanceSaysOfTheSameFacts() throws IOException {
    String moment = Instant.now().toString();

    Program.Ran ran =
        audit("whole.", "--tenant=HARBOR " + WHOLE, "--as-of", moment, "--output", out("a"));
    Program.Ran balance = Program.balance(EXAMPLE, out("b"), "--as-of", moment);

    assertThat(ran.exit()).as(ran.err()).isEqualTo(1).isEqualTo(balance.exit());
    Map<String, String> told = files(out("a"));
    Map<String, String> wanted = files(out("b"));
    // Its report also has the closes, and the topics that were read.
    wanted.forEach(
        (name, text) -> assertThat(figures(told.get(name))).as(name).isEqualTo(figures(text)));
    assertThat(told.keySet())
        .contains("manifest.json", "report.html", "balances.csv", "discrepancies.csv");
    JsonNode counts = Installation.json(told.get("manifest.json")).path("counts");
    assertThat(counts.path("read").asLong()).isEqualTo(1_530);
    assertThat(counts.path("valid").asLong())
        .isEqualTo(counts.path("standing").asLong() + counts.path("superseded").asLong());
    assertThat(Program.run("audit", "check", out("a")).exit()).isZero();
  }

  /** Of the report, the part about the figures. */
  private static String figures(String text) {
    int from = text.indexOf("<section id=\"locations\"");
    return from < 0
        ? text
        : text.substring(from).replaceFirst("(?s)<section id=\"(closes|records)\".*", "");
  }

  @Test
  void theSameOffsetsGiveTheSameBytesWhateverTheMachineIsSetTo() throws IOException {
    String prefix = "again.";
    installation(prefix, PARTITIONS);
    produceLines(prefix, visit("V1", "2026-11-04", "97110"), visit("V2", "2026-11-04", "=1+1"));
    audit(prefix, "--tenant=T1 " + WHOLE, "--output", out("a"));
    produceLines(prefix, charge("501", "V1", "2026-11-04", "2026-11-05"));

    TimeZone zone = TimeZone.getDefault();
    Locale locale = Locale.getDefault();
    try {
      TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Auckland"));
      Locale.setDefault(Locale.forLanguageTag("ar-EG"));
      Program.Ran ran = audit(prefix, "--again " + out("a"), "--output", out("b"));
      assertThat(ran.exit()).as(ran.err()).isEqualTo(1);
    } finally {
      TimeZone.setDefault(zone);
      Locale.setDefault(locale);
    }

    assertThat(files(out("b"))).isEqualTo(files(out("a")));
    for (String text : files(out("a")).values()) {
      assertThat(text).doesNotContain("PLANTED", "\"V1\"", "B-501");
    }
  }

  @Test
  void anotherNumberOfPartitionsGivesTheSameAnswers() throws IOException {
    installation("one.", 1);
    produce("one.", EXAMPLE);
    String moment = Instant.now().toString();
    String options = "--tenant=HARBOR --from=2026-11-03 --to=2026-11-05 --location=DTN";

    audit("whole.", options, "--as-of", moment, "--output", out("a"));
    audit("one.", options, "--as-of", moment, "--output", out("b"));

    Map<String, String> three = files(out("a"));
    Map<String, String> one = files(out("b"));
    three.remove("manifest.json");
    one.remove("manifest.json");
    assertThat(one).isEqualTo(three);
    assertThat(one.get("balances.jsonl").lines())
        .isNotEmpty()
        .allMatch(line -> line.contains("\"location\":\"DTN\""))
        .noneMatch(line -> line.contains("\"from\":\"2026-11-06\""));
  }

  @Test
  void whatBecameKnownLaterIsLeftOut() throws Exception {
    String prefix = "later.";
    installation(prefix, PARTITIONS);
    produceLines(prefix, visit("V1", "2026-11-04", "97110"));
    Instant between = aMoment();
    produceLines(prefix, charge("501", "V1", "2026-11-04", "2026-11-05"));

    Program.Ran then =
        audit(prefix, "--tenant=T1 " + WHOLE, "--as-of", between, "--output", out("a"));
    Program.Ran now = audit(prefix, "--tenant=T1 " + WHOLE, "--output", out("b"));

    assertThat(then.exit()).as(then.err()).isEqualTo(1);
    assertThat(files(out("a")).get("items.jsonl")).contains("MISSING_CHARGE");
    assertThat(Installation.json(files(out("a")).get("manifest.json")).path("counts").toString())
        .contains("\"notYetKnown\":1");
    assertThat(now.exit()).as(now.err()).isZero();
    assertThat(files(out("b")).get("items.jsonl")).contains("POSTED_LATER");
  }

  @Test
  void aComparisonNamesTheFactsThatMovedEachItem() throws Exception {
    String prefix = "compare.";
    installation(prefix, PARTITIONS);
    produceLines(prefix, visit("V1", "2026-11-04", "97110"), visit("V2", "2026-11-04", "97110"));
    Instant before = aMoment();
    produceLines(
        prefix,
        charge("501", "V1", "2026-11-04", "2026-11-05"),
        charge("502", "V2", "2026-11-04", "2026-11-05"));
    Instant after = aMoment();

    Program.Ran ran =
        audit(
            prefix,
            "--tenant=T1 " + WHOLE,
            "--compare-as-of",
            before,
            "--compare-as-of",
            after,
            "--output",
            out("a"));

    assertThat(ran.exit()).as(ran.err()).isEqualTo(1);
    assertThat(ran.out())
        .contains("11/4 DTN: MISSING_CHARGE 2 -> POSTED_LATER 2: charges created 11/5\n");
    String changes = files(out("a")).get("changes.jsonl");
    assertThat(changes).contains("\"reasonAfter\":\"POSTED_LATER\"").doesNotContain("PLANTED");
  }

  @Test
  void settingsThatAreGivenAnswerWhatIf() throws IOException {
    Path settings = folder.resolve("settings.yaml");
    Files.writeString(
        settings, "tenant: HARBOR\nlocations:\n  - {clinicId: C01, locationId: ELSEWHERE}\n");

    Program.Ran ran =
        audit("whole.", "--tenant=HARBOR " + WHOLE, "--settings", settings, "--output", out("a"));

    assertThat(ran.exit()).as(ran.err()).isEqualTo(1);
    assertThat(files(out("a")).get("balances.jsonl")).contains("ELSEWHERE", "UNMAPPED:");
    assertThat(audit("whole.", "--again " + out("a"), "--output", out("b")).err())
        .contains("give the same file with --settings");
  }

  @Test
  void aDeadLetterIsCountedAndItsPlaceIsSaid() throws Exception {
    String prefix = "dead.";
    installation(prefix, 1);
    produceLines(prefix, visit("V1", "2026-11-04", "97110"));
    send(prefix + Topics.CHARGES.name(), "no Avro");

    Program.Ran ran = audit(prefix, "--tenant=T1 " + WHOLE, "--output", out("a"));

    assertThat(ran.err()).contains("invalid records: 1;");
    assertThat(files(out("a")).get("dead-letters.jsonl"))
        .contains("dead.billing.charges", "\"line\":0")
        .doesNotContain("no Avro");
  }

  @Test
  void whatIsGoneIsAnErrorAndNoQuietPartialAnswer() throws Exception {
    String prefix = "cut.";
    installation(prefix, 1);
    produceLines(prefix, visit("V1", "2026-11-04", "97110"), visit("V2", "2026-11-04", "97110"));
    try (Admin admin = Admin.create(clients)) {
      admin
          .deleteRecords(
              Map.of(
                  new TopicPartition(prefix + Topics.VISITS.name(), 0),
                  RecordsToDelete.beforeOffset(1)))
          .all()
          .get();
    }

    for (Program.Ran ran :
        List.of(
            audit(prefix, "--tenant=T1 " + WHOLE, "--output", out("a")),
            audit("nowhere.", "--tenant=T1 " + WHOLE, "--output", out("a")),
            audit("whole.", "--tenant=NOBODY " + WHOLE, "--output", out("a")),
            audit(
                "whole.",
                "--tenant=HARBOR --from=2026-11-05 --to=2026-11-04",
                "--output",
                out("a")),
            audit("whole.", "--tenant=HARBOR " + WHOLE),
            audit("whole.", "--tenant=HARBOR " + WHOLE, "--output", common))) {
      assertThat(ran.exit()).as(ran.err()).isEqualTo(2);
      assertThat(ran.err().lines()).hasSize(1);
    }
    assertThat(audit(prefix, "--tenant=T1 " + WHOLE, "--output", out("a")).err())
        .contains("cut.emr.visits-0 begins at offset 1");
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).allMatch(one -> one.getFileName().toString().startsWith("input"));
    }
  }

  @Test
  void aPackageThatWasTouchedIsSeen() throws IOException {
    audit("whole.", "--tenant=HARBOR " + WHOLE, "--output", out("a"));
    Files.writeString(out("a").resolve("items.csv"), "x", StandardOpenOption.APPEND);
    Files.delete(out("a").resolve("visits.jsonl"));
    Files.writeString(out("a").resolve("more.txt"), "x");

    Program.Ran ran = Program.run("audit", "check", out("a"));

    assertThat(ran.exit()).isEqualTo(1);
    assertThat(ran.out())
        .contains("items.csv was changed", "visits.jsonl is missing", "more.txt is not in");
    assertThat(Program.run("audit", "check", common).exit()).isEqualTo(2);
  }

  @Test
  void theLiveOutputsAreVerifiedAndAPlantedLineIsFound() throws Exception {
    String prefix = "live.";
    installation(prefix, PARTITIONS);
    produce(prefix, EXAMPLE);
    TopologyOptions.Serdes serdes = ValueSerdes.of(clients)::forClass;
    Instant now = Instant.parse("2026-11-14T12:00:00Z");
    try (BalancingService service =
            BalancingService.startTemporary(
                new TopologyOptions(
                    prefix,
                    serdes,
                    TestKey.VALUE,
                    PARTITIONS,
                    Instant.EPOCH,
                    null,
                    true,
                    TopologyOptions.DATES_PER_TICK,
                    org.visitbalance.topology.ProgressListener.NONE),
                clients,
                BalancingService.Problems.SILENT);
        FactProducer producer = new FactProducer(clients, serdes, prefix)) {
      producer.tick(now, PARTITIONS);
      producer.flush();
      Patience.await(
          "the facts",
          Duration.ofMinutes(1),
          () -> service.counts().ofPatientFacts("facts-valid") == 1_508);
      producer.tick(now.plusSeconds(1), PARTITIONS);
      // From a wrong clock, so the service refuses it.
      producer.tick(Instant.parse("2060-01-01T00:00:00Z"), PARTITIONS);
      producer.flush();

      Program.Ran ran = audit(prefix, "--tenant=HARBOR " + WHOLE + " --verify");
      assertThat(ran.out()).isEqualTo("The live outputs match the replay.\n");
      assertThat(ran.exit()).as(ran.err()).isZero();

      // Nothing is not said to match
      for (String nothing : List.of("--tenant=NOBODY ", "--tenant=HARBOR --location=dtn ")) {
        assertThat(audit(prefix, nothing + WHOLE + " --verify").exit()).as(nothing).isEqualTo(2);
      }
    }

    plant(prefix, serdes);

    Program.Ran ran = audit(prefix, "--tenant=HARBOR " + WHOLE + " --verify");
    assertThat(ran.exit()).as(ran.err()).isEqualTo(1);
    assertThat(ran.out()).contains("balance DTN DAY 2026-11-01: is live, but not in the replay");
  }

  @Test
  void aRunThatIsEndedWhileItWritesLeavesNoHalfPackage() throws Exception {
    Path output = out("ended");

    // When it is told to end, then nothing is left
    endWhileItWrites(output, Process::destroy);
    assertThat(folder).isDirectoryNotContaining(file -> isOf(file, "ended"));

    // When it is killed, then there is no package, and the next run writes it
    endWhileItWrites(output, Process::destroyForcibly);
    assertThat(output).doesNotExist();
    assertThat(audit("whole.", "--tenant=HARBOR " + WHOLE, "--output", output).exit()).isEqualTo(1);
    assertThat(Program.run("audit", "check", output).exit()).isZero();
  }

  /** Ends a run that has begun to write; one that was faster is done again. */
  private void endWhileItWrites(Path output, Consumer<Process> how) throws IOException {
    for (int i = 0; i < 10; i++) {
      Process process = writing(output);
      how.accept(process);
      if (process.onExit().join().exitValue() != 1 && Files.notExists(output)) {
        return;
      }
      Folders.delete(output);
    }
    throw new AssertionError("each run had ended before it could be ended");
  }

  private Process writing(Path output) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "audit",
                "--config=" + config,
                "--prefix=whole.",
                "--tenant=HARBOR",
                "--from=2026-10-01",
                "--to=2026-12-31",
                "--output=" + output)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("run.log").toFile())
            .start();
    Patience.await(
        "the package to be begun",
        Duration.ofMinutes(1),
        Duration.ofMillis(2),
        () -> !process.isAlive() || isBegun(output));
    return process;
  }

  private boolean isBegun(Path output) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.anyMatch(file -> isOf(file, String.valueOf(output.getFileName())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A package, or what is to become one. */
  private static boolean isOf(Path file, String name) {
    String own = String.valueOf(file.getFileName());
    return own.equals(name) || own.startsWith(".audit");
  }

  private static void plant(String prefix, TopologyOptions.Serdes serdes) throws Exception {
    String topic = prefix + Topics.BALANCES.name();
    Balance wrong =
        new org.visitbalance.core.PeriodBook()
            .balance(
                "HARBOR",
                "DTN",
                org.visitbalance.output.Granularity.DAY,
                LocalDate.parse("2026-11-01"));
    try (KafkaProducer<byte[], byte[]> producer = producer()) {
      producer
          .send(
              new ProducerRecord<>(
                  topic,
                  "HARBOR|DTN|DAY|2026-11-01".getBytes(UTF_8),
                  serdes.of(Balance.class).serializer().serialize(topic, wrong)))
          .get();
    }
  }

  private static void send(String topic, String value) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer = producer()) {
      producer.send(new ProducerRecord<>(topic, value.getBytes(UTF_8))).get();
    }
  }

  private static KafkaProducer<byte[], byte[]> producer() {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", cluster.bootstrapServers()),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  /** A moment after all that was sent before and before all that is sent after. */
  static Instant aMoment() {
    Instant sent = Instant.now();
    Patience.await(
        "the clock", Duration.ofSeconds(5), () -> Instant.now().isAfter(sent.plusMillis(5)));
    return sent.plusMillis(2);
  }

  private Path out(String name) {
    return folder.resolve(name);
  }
}
