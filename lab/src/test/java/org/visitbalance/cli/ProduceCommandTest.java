package org.visitbalance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.visitbalance.core.Facts;
import org.visitbalance.embedded.EmbeddedCluster;
import org.visitbalance.fact.Feed;
import org.visitbalance.ingest.FactSink;
import org.visitbalance.ingest.InputFolder;
import org.visitbalance.ingest.RunTime;
import org.visitbalance.output.DeadLetter;
import org.visitbalance.platform.serde.ValueSerdes;
import org.visitbalance.service.TopicProvisioner;
import org.visitbalance.service.TopicReader;
import org.visitbalance.settings.Settings;
import org.visitbalance.text.JsonText;
import org.visitbalance.topology.Keys;
import org.visitbalance.topology.Topic;
import org.visitbalance.topology.Topics;

/** The command produce on a cluster; each story has an installation of its own there. */
@Tag("slow")
class ProduceCommandTest {
  private static final Path EXAMPLES = Path.of("..", "examples");
  private static final List<Topic<?>> INPUTS =
      Stream.concat(Topics.PATIENT_FACTS.stream(), Stream.of(Topics.FEEDS, Topics.SETTINGS))
          .<Topic<?>>map(Function.identity())
          .toList();
  private static final int PARTITIONS = 2;

  private static final String NOTE =
      """
      {"fact":"note","tenant":"T1","eventId":"e%d","occurredAt":"2026-11-04T17:05:00Z",\
      "noteId":"N%d","patientKey":"P|1","clinicId":"C01","dateOfService":"2026-11-04",\
      "status":"OPEN","at":"2026-11-04T17:05:00Z"}
      """;
  private static final String BROKEN =
      "{\"fact\":\"note\",\"tenant\":\"T1\",\"patientKey\":\"Jane Secret\"}\n";

  private static EmbeddedCluster cluster;
  private static Map<String, Object> clients;

  @TempDir private Path folder;

  /** A record as it was read from a topic. */
  private record Sent(Topic<?> topic, String key, SpecificRecord value) {}

  @BeforeAll
  static void start() {
    cluster = EmbeddedCluster.temporary();
    clients = cluster.clients();
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"november", "november-facts"})
  void theTopicsSayWhatTheFolderSays(String example) throws Exception {
    String prefix = installation(example + ".");

    Program.Ran ran = produce(EXAMPLES.resolve(example), prefix);

    assertThat(ran.exit()).as(ran.err()).isZero();
    assertThat(ran.err()).isEmpty();
    assertThat(ran.out())
        .isEqualTo(
            "records sent: 1,531 (emr.visits 311, emr.notes 5, emr.transmissions 609,"
                + " billing.charges 578, billing.rejections 5, balancing.feeds 22,"
                + " balancing.settings 1); invalid records: 0\n");
    List<Sent> sent = read(prefix);
    assertThat(texts(sent)).isEqualTo(texts(EXAMPLES.resolve(example)));
    assertThat(sent).allSatisfy(one -> assertThat(one.key()).isEqualTo(key(one.value())));
    assertThatFeedsCameLast(prefix);
  }

  @Test
  void producedTwiceTheSameFactsAreThereTwiceAndNoOthers() throws Exception {
    String prefix = installation("twice.");
    write("facts.jsonl", notes(3));
    produce(folder, prefix);

    Program.Ran ran = produce(folder, prefix);

    assertThat(ran.exit()).as(ran.err()).isZero();
    List<String> sent = texts(read(prefix));
    assertThat(sent).hasSize(6);
    assertThat(Set.copyOf(sent)).isEqualTo(Set.copyOf(texts(folder)));
    assertThat(read(prefix)).allSatisfy(one -> assertThat(one.key()).isEqualTo("T1|P%7C1"));
  }

  @Test
  void whatCouldNotBeAFactIsListedAndNotSentAndNeverShown() throws Exception {
    String prefix = installation("broken.");
    write("facts.jsonl", notes(1) + BROKEN + "no json, Jane Secret\n");
    write("more.jsonl", BROKEN.repeat(105));
    Path letters = folder.resolve("letters.out");

    Program.Ran ran = produce(folder, prefix, "--dead-letters", letters);

    assertThat(ran.exit()).isZero();
    assertThat(ran.out()).isEqualTo("records sent: 1 (emr.notes 1); invalid records: 107\n");
    assertThat(ran.err())
        .contains("visit-balance: invalid records: 107\n")
        .contains("\nfacts.jsonl:2: eventId is missing\n")
        .contains("\nfacts.jsonl:3: ")
        .contains("\nvisit-balance: and 7 more; --dead-letters FILE writes all of them\n")
        .doesNotContain("Jane");
    assertThat(Files.readAllLines(letters))
        .hasSize(107)
        .contains("{\"source\":\"facts.jsonl\",\"line\":2,\"reason\":\"eventId: is missing\"}")
        .noneMatch(line -> line.contains("Jane"));
    assertThat(read(prefix)).hasSize(1);
  }

  @Test
  void aFileOfDeadLettersThatIsThereIsKeptAndNothingIsSent() throws Exception {
    String prefix = installation("kept.");
    write("facts.jsonl", notes(1));
    Path letters = write("letters.out", "mine");

    Program.Ran ran = produce(folder, prefix, "--dead-letters", letters);

    assertThat(ran.exit()).isEqualTo(2);
    assertThat(ran.err()).contains("already exists").hasLineCount(1);
    assertThat(Files.readString(letters)).isEqualTo("mine");
    assertThat(read(prefix)).isEmpty();
    assertThat(produce(folder, prefix, "--dead-letters", letters, "--force").exit()).isZero();
    assertThat(letters).isEmptyFile();
  }

  @Test
  void aDryRunNeedsNoCluster() throws IOException {
    write("facts.jsonl", notes(2) + BROKEN);

    Program.Ran ran = Program.run("produce", "--input", folder, "--dry-run");

    assertThat(ran.exit()).isZero();
    assertThat(ran.out())
        .isEqualTo("records to send (dry run): 2 (emr.notes 2); invalid records: 1\n");
    assertThat(ran.err()).contains("\nfacts.jsonl:3: eventId is missing\n");
  }

  @Test
  void whatIsDatedYearsAheadIsADeadLetterBeforeItIsSent() throws IOException {
    write("facts.jsonl", notes(1) + notes(2).replace("2026-", "2062-") + BROKEN);

    Program.Ran ran = Program.run("produce", "--input", folder, "--dry-run");

    assertThat(ran.out())
        .isEqualTo("records to send (dry run): 1 (emr.notes 1); invalid records: 3\n");
    assertThat(ran.err())
        .contains("\nfacts.jsonl:2: occurredAt is more than 2 days after the fact became known\n")
        .contains("visit-balance: records dated more than 2 days in the future: 2. They are not")
        .contains("the clock of this machine (now 2");
  }

  @Test
  void whatIsDatedYearsAheadGoesOntoTheTopicsOfASimulationByItsOwnTime() throws Exception {
    String prefix = "simulated.";
    TopicProvisioner.create(clients, prefix, PARTITIONS, Topic.Time.SIMULATION);
    write("facts.jsonl", notes(1) + notes(1).replace("2026-", "2062-"));

    Program.Ran ran = produce(folder, prefix);

    assertThat(ran.exit()).as(ran.err()).isZero();
    assertThat(ran.out()).isEqualTo("records sent: 2 (emr.notes 2); invalid records: 0\n");
    assertThat(ran.err()).isEmpty();
    try (Admin admin = Admin.create(clients)) {
      long last =
          offsets(admin, prefix, Topics.NOTES, OffsetSpec.maxTimestamp())
              .mapToLong(ListOffsetsResultInfo::timestamp)
              .max()
              .orElseThrow();
      assertThat(Instant.ofEpochMilli(last)).isEqualTo("2062-11-04T17:05:00Z");
    }
  }

  @Test
  void withoutTheTopicsItSaysHowToMakeThem() throws IOException {
    write("facts.jsonl", notes(1));

    Program.Ran ran = produce(folder, "nowhere.");

    assertThat(ran.exit()).isEqualTo(2);
    assertThat(ran.err())
        .contains("has no topic nowhere.emr.visits (and 7 more)")
        .contains("create missing topics with visit-balance topics")
        .hasLineCount(1);
  }

  @Test
  void whenNoBrokerAnswersItSaysWhereAndWhatToDo() throws IOException {
    write("facts.jsonl", notes(1));
    Path config = TopicsCommandTest.nobody(Files.createDirectory(folder.resolve("elsewhere")));

    Program.Ran ran =
        Program.run(
            "produce", "--input", folder, "--config", config, "--registry", cluster.registryUrl());

    assertThat(ran.exit()).isEqualTo(2);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err())
        .contains("visit-balance: the cluster at 127.0.0.1:1 did not list its topics")
        .contains("check that Kafka is running there");
  }

  @Test
  void whenNoRegistryAnswersItSaysWhereAndWhatToDo() throws IOException {
    String prefix = installation("unregistered.");
    write("facts.jsonl", notes(2_000));

    Program.Ran ran =
        Program.run(
            "produce",
            "--input",
            folder,
            "--bootstrap",
            cluster.bootstrapServers(),
            "--registry",
            "http://127.0.0.1:1",
            "--prefix",
            prefix);

    assertThat(ran.exit()).isEqualTo(2);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err())
        .contains("http://127.0.0.1:1 cannot be reached")
        .contains("Not everything was sent; fix the problem and run the command again")
        .hasLineCount(1);
  }

  private static String installation(String prefix) {
    TopicProvisioner.create(clients, prefix, PARTITIONS);
    Program.Ran topics =
        Program.run("topics", "--bootstrap", cluster.bootstrapServers(), "--prefix", prefix);
    assertThat(topics.exit()).as(topics.out() + topics.err()).isZero();
    return prefix;
  }

  private static Program.Ran produce(Path input, String prefix, Object... more) {
    return Program.run(
        Stream.concat(
                Stream.of(
                    "produce",
                    "--input",
                    input,
                    "--bootstrap",
                    cluster.bootstrapServers(),
                    "--registry",
                    cluster.registryUrl(),
                    "--prefix",
                    prefix),
                Stream.of(more))
            .toArray());
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private static String notes(int number) {
    return IntStream.rangeClosed(1, number)
        .mapToObj(i -> NOTE.replace("%d", Integer.toString(i)))
        .collect(Collectors.joining());
  }

  private static List<Sent> read(String prefix) {
    List<Sent> sent = new ArrayList<>();
    new TopicReader(clients, ValueSerdes.of(clients)::forClass, prefix)
        .read(INPUTS, (topic, key, value) -> sent.add(new Sent(topic, key, value)));
    return sent;
  }

  private static List<String> texts(List<Sent> sent) {
    return sent.stream().map(one -> text(one.value())).sorted().toList();
  }

  /** What a folder has, by the ingest itself. */
  private static List<String> texts(Path input) {
    ConcurrentLinkedQueue<String> texts = new ConcurrentLinkedQueue<>();
    InputFolder read = InputFolder.open(input, null, new RunTime(null, Instant.now()));
    read.settings().values().forEach(document -> texts.add(text(document)));
    read.readInto(
        new FactSink() {
          @Override
          public void fact(SpecificRecord fact, Instant knownAt) {
            texts.add(text(fact));
          }

          @Override
          public void deadLetter(DeadLetter letter) {
            throw new AssertionError(letter);
          }
        },
        false,
        1);
    return texts.stream().sorted().toList();
  }

  /** The entries of a map in one order, whatever the order in which they were read. */
  private static String text(SpecificRecord value) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      JsonText.write(json, value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private static String key(SpecificRecord value) {
    if (value instanceof Settings settings) {
      return settings.getTenant();
    } else if (value instanceof Feed feed) {
      return Keys.of(feed.getTenant(), feed.getSource());
    }
    return Keys.of(Facts.tenant(value), String.valueOf(Facts.patientKey(value)));
  }

  /** Whoever has read that a source is complete finds its facts on their topics. */
  private static void assertThatFeedsCameLast(String prefix) throws Exception {
    try (Admin admin = Admin.create(clients)) {
      long lastFact =
          Topics.PATIENT_FACTS.stream()
              .flatMap(topic -> offsets(admin, prefix, topic, OffsetSpec.maxTimestamp()))
              .mapToLong(ListOffsetsResultInfo::timestamp)
              .max()
              .orElseThrow();
      Set<Long> firstFeedsFromThen = new TreeSet<>();
      offsets(admin, prefix, Topics.FEEDS, OffsetSpec.forTimestamp(lastFact))
          .forEach(info -> firstFeedsFromThen.add(info.offset()));
      // -1 is said of a partition that has none, 0 is the first of all.
      assertThat(firstFeedsFromThen).contains(0L).isSubsetOf(-1L, 0L);
    }
  }

  private static Stream<ListOffsetsResultInfo> offsets(
      Admin admin, String prefix, Topic<?> topic, OffsetSpec which) {
    Map<TopicPartition, OffsetSpec> question =
        IntStream.range(0, PARTITIONS)
            .mapToObj(partition -> new TopicPartition(prefix + topic.name(), partition))
            .collect(Collectors.toMap(Function.identity(), partition -> which));
    try {
      return admin.listOffsets(question).all().get().values().stream();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
