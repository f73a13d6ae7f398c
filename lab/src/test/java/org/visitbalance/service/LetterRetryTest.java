package org.visitbalance.service;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.visitbalance.embedded.EmbeddedCluster;
import org.visitbalance.fact.Feed;
import org.visitbalance.fact.FeedSource;
import org.visitbalance.fact.Note;
import org.visitbalance.fact.NoteStatus;
import org.visitbalance.output.DeadLetter;
import org.visitbalance.output.DeadLetterRetry;
import org.visitbalance.platform.serde.ValueSerdes;
import org.visitbalance.settings.Settings;
import org.visitbalance.topology.FactDecoder;
import org.visitbalance.topology.Topic;
import org.visitbalance.topology.Topics;
import org.visitbalance.topology.TopologyOptions;

/** A record of a dead letter is sent again once, whatever crashes and whoever else retries. */
@Timeout(600)
@Tag("slow")
class LetterRetryTest {
  private static final int PARTITIONS = 3;
  private static final int MANY = 1_200;

  /** Longer than the timeout of a transaction. */
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private static final Instant NOW = Instant.parse("2026-11-04T18:00:00Z");
  private static EmbeddedCluster cluster;
  private static Map<String, Object> clients;
  private static TopologyOptions.Serdes serdes;
  private static int installations;

  @TempDir private Path folder;
  private String prefix;

  @BeforeAll
  static void start() {
    cluster = EmbeddedCluster.temporary();
    clients = cluster.clients();
    serdes = ValueSerdes.of(clients)::forClass;
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @BeforeEach
  void anInstallationOfItsOwn() {
    prefix = "i" + ++installations + ".";
    TopicProvisioner.create(clients, prefix, PARTITIONS);
  }

  private static Note note(int i) {
    return new Note(
        "T1",
        "e" + i,
        NOW,
        "N" + i,
        "P" + i,
        "C01",
        "11",
        LocalDate.parse("2026-11-04"),
        null,
        NoteStatus.OPEN,
        NOW);
  }

  private static int right(byte[] key) {
    return FactDecoder.partition(key, PARTITIONS);
  }

  private byte[] bytes(Topic<?> topic, SpecificRecord value) {
    @SuppressWarnings("unchecked")
    Serializer<SpecificRecord> serializer =
        (Serializer<SpecificRecord>) (Serializer<?>) serdes.of(topic.type()).serializer();
    return serializer.serialize(prefix + topic.name(), value);
  }

  private ProducerRecord<byte[], byte[]> record(
      Topic<?> topic, Integer partition, String key, SpecificRecord value) {
    return new ProducerRecord<>(
        prefix + topic.name(),
        partition,
        key == null ? null : key.getBytes(UTF_8),
        bytes(topic, value));
  }

  /** A machine that stands still for minutes is no fault of what is tested. */
  private static Map<String, Object> patiently() {
    Map<String, Object> patient = new HashMap<>(clients);
    patient.put("max.block.ms", 300_000);
    patient.put("delivery.timeout.ms", 300_000);
    return patient;
  }

  private void send(List<ProducerRecord<byte[], byte[]>> records) {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(patiently(), new ByteArraySerializer(), new ByteArraySerializer())) {
      List<Future<RecordMetadata>> sent = new ArrayList<>();
      for (ProducerRecord<byte[], byte[]> one : records) {
        sent.add(producer.send(one));
      }
      for (Future<RecordMetadata> one : sent) {
        one.get();
      }
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError("the test could not send its records", e);
    }
  }

  private ProducerRecord<byte[], byte[]> letter(
      Topic<?> topic, int partition, long offset, String field, String reason) {
    return record(
        Topics.DEAD_LETTERS,
        null,
        null,
        new DeadLetter("T1", prefix + topic.name(), partition, offset, field, reason));
  }

  /** Notes in wrong partitions, and their dead letters. */
  private void misplaced(int many) {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    Map<Integer, Long> offsets = new HashMap<>();
    for (int i = 0; i < many; i++) {
      String key = "T1|P" + i;
      int wrong = (right(key.getBytes(UTF_8)) + 1) % PARTITIONS;
      long offset = offsets.merge(wrong, 1L, Long::sum) - 1;
      records.add(record(Topics.NOTES, wrong, key, note(i)));
      records.add(letter(Topics.NOTES, wrong, offset, "key", FactDecoder.WRONG_PARTITION));
    }
    send(records);
  }

  /** How often each note is in the partition of its key. */
  private Map<String, Integer> placed() {
    Map<String, Integer> placed = new TreeMap<>();
    new TopicReader(clients, serdes, prefix)
        .readRecords(
            List.of(Topics.NOTES),
            (topic, record, value) -> {
              if (right(record.key()) == record.partition()) {
                placed.merge(((Note) value).getNoteId(), 1, Integer::sum);
              }
            });
    return placed;
  }

  private List<DeadLetterRetry> retries() {
    List<DeadLetterRetry> retries = new ArrayList<>();
    new TopicReader(clients, serdes, prefix)
        .read(
            List.of(Topics.DEAD_LETTER_RETRIES),
            (topic, key, value) -> retries.add((DeadLetterRetry) value));
    return retries;
  }

  /** What a transaction wrote can be read a little after it is committed. */
  private void assertSentOnce(int many) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              assertThat(retries()).hasSize(many);
              assertThat(placed())
                  .hasSize(many)
                  .allSatisfy((id, times) -> assertThat(times).isOne());
            });
    assertThat(new TreeSet<>(retries().stream().map(this::place).toList())).hasSize(many);
  }

  private String place(DeadLetterRetry one) {
    return one.getPartition() + ":" + one.getPosition();
  }

  private LetterRetry retry(Runnable beforeCommit) {
    return new LetterRetry(clients, serdes, prefix, InstantSource.fixed(NOW), beforeCommit);
  }

  private LetterRetry retry() {
    return retry(() -> {});
  }

  private static LetterRetry.Wanted all(boolean repartition) {
    return new LetterRetry.Wanted(LetterFilter.ALL, repartition, Long.MAX_VALUE, "anna");
  }

  @Test
  void killedBetweenSendingAndCommittingItSendsTheRestOnce() throws Exception {
    // Given a retry in another process that is killed when its second transaction is sent
    misplaced(MANY);
    Path log = folder.resolve("log");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                RetryThatDies.class.getName(),
                cluster.bootstrapServers(),
                cluster.registryUrl(),
                prefix,
                "2")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    int status = process.waitFor();
    assertThat(status).as(Files.readString(log)).isEqualTo(RetryThatDies.KILLED);

    // When it is run again, then the rest is sent, and nothing twice
    RetryReport rest = retry().run(all(true));
    assertThat(rest.failing()).isEmpty();
    assertThat(rest.sentInAll()).isBetween(1L, MANY - 1L);
    assertSentOnce(MANY);

    // And once more, then nothing
    assertThat(retry().run(all(true)).sentInAll()).isZero();
    assertSentOnce(MANY);
  }

  @Test
  void ofTwoRetriesAtOnceTheLaterOneWins() {
    misplaced(20);
    List<Long> sent = new ArrayList<>();
    LetterRetry first = retry(() -> sent.add(retry().run(all(true)).sentInAll()));

    assertThatThrownBy(() -> first.run(all(true)))
        .isInstanceOf(KafkaException.class)
        .hasMessageContaining("another retry started");

    assertThat(sent).containsExactly(20L);
    assertSentOnce(20);
  }

  @Test
  void aLookChangesNothing() {
    misplaced(20);

    RetryReport look = retry().look(all(true));

    assertThat(look.sentInAll()).isEqualTo(20);
    assertThat(look.repartitioned()).isEqualTo(20);
    assertThat(placed()).isEmpty();
    assertThat(retries()).isEmpty();
  }

  @Test
  void withoutRepartitionNothingInTheWrongPartitionIsSent() {
    misplaced(20);

    RetryReport report = retry().run(all(false));

    assertThat(report.sentInAll()).isZero();
    assertThat(report.failing())
        .containsExactly(
            new RetryReport.Failing(
                prefix + "emr.notes",
                "key",
                FactDecoder.WRONG_PARTITION + LetterRetry.TO_REPARTITION,
                20));
    assertThat(placed()).isEmpty();
  }

  @Test
  void aRecordThatWasRefusedSeveralTimesIsSentOnceAndTheLimitIsKept() {
    misplaced(20);
    send(List.of(letter(Topics.NOTES, 0, 0, "key", FactDecoder.WRONG_PARTITION)));

    RetryReport some = retry().run(new LetterRetry.Wanted(LetterFilter.ALL, true, 15, "anna"));
    assertThat(some.sentInAll()).isEqualTo(15);
    assertThat(some.left()).isEqualTo(5);

    assertThat(retry().run(all(true)).sentInAll()).isEqualTo(5);
    assertSentOnce(20);
    assertThat(retries())
        .allSatisfy(
            one -> {
              assertThat(one.getRetriedBy()).isEqualTo("anna");
              assertThat(one.getRetriedAt()).isEqualTo(NOW);
              assertThat(one.getTenant()).isEqualTo("T1");
            });
  }

  @Test
  void whatCannotBeSentAgainSaysWhy() {
    // Given dead letters that no retry helps
    Settings older = Settings.newBuilder().setTenant("T1").setMissingAfter("P1D").build();
    Settings newer = Settings.newBuilder().setTenant("T1").setMissingAfter("P7D").build();
    send(
        List.of(
            record(Topics.NOTES, right("T1|P0".getBytes(UTF_8)), "T1|P0", note(0)),
            record(Topics.NOTES, 0, "wrong", note(1)),
            record(Topics.SETTINGS, 0, "T1", older)));
    send(List.of(record(Topics.SETTINGS, 1, "T1", newer)));
    send(
        List.of(
            letter(Topics.CLOCK, 0, 0, null, "cannot be read"),
            letter(Topics.NOTES, 0, 99, null, "cannot be read"),
            letter(Topics.NOTES, 17, 0, null, "cannot be read"),
            letter(Topics.ITEMS, 0, 0, null, "cannot be read"),
            letter(Topics.NOTES, 2, 5, null, FactDecoder.TOO_OLD + ": before 2025-10-01"),
            letter(Topics.NOTES, 0, lastOf(0), "key", "does not match the value"),
            letter(Topics.SETTINGS, 0, 0, null, "cannot be read")));

    // When they are retried, then each says why not
    RetryReport report = retry().run(all(true));
    assertThat(report.sent()).isEmpty();
    assertThat(report.failing())
        .extracting(one -> one.source().substring(prefix.length()) + " " + one.letters())
        .containsExactlyInAnyOrder(
            "balancing.clock 1",
            "emr.notes 2",
            "balancing.items 1",
            "emr.notes 1",
            "emr.notes 1",
            "balancing.settings 1");
    assertThat(report.failing())
        .extracting(RetryReport.Failing::problem)
        .anySatisfy(one -> assertThat(one).contains("never sent again"))
        .anySatisfy(one -> assertThat(one).contains("no longer on its topic"))
        .anySatisfy(one -> assertThat(one).contains("not one of this installation's inputs"))
        .anySatisfy(one -> assertThat(one).contains("longer --retention"))
        .anySatisfy(one -> assertThat(one).contains("key does not match the value", "patientKey"))
        .anySatisfy(one -> assertThat(one).contains("older than another settings document"));
  }

  /** The offset of the last record of a partition of the notes. */
  private long lastOf(int partition) {
    long[] last = {0};
    new TopicReader(clients, serdes, prefix)
        .readBytes(
            List.of(Topics.NOTES),
            (topic, record) -> {
              if (record.partition() == partition) {
                last[0] = record.offset();
              }
            });
    return last[0];
  }

  @Test
  void ofSettingsOnlyTheLatestDocumentIsSentAgain() {
    // Given a fact, a feed and two settings documents that could not be read in their time
    Settings older = Settings.newBuilder().setTenant("T1").setMissingAfter("P1D").build();
    Settings newer = Settings.newBuilder().setTenant("T1").setMissingAfter("P7D").build();
    int place = right("T1|P0".getBytes(UTF_8));
    send(
        List.of(
            record(Topics.NOTES, place, "T1|P0", note(0)),
            record(Topics.FEEDS, 2, "T1|EMR", new Feed("T1", "f1", NOW, FeedSource.EMR, NOW)),
            record(Topics.SETTINGS, 1, "T1", older)));
    send(List.of(record(Topics.SETTINGS, 0, "T1", newer)));
    send(
        List.of(
            letter(Topics.NOTES, place, 0, null, "cannot be read"),
            letter(Topics.FEEDS, 2, 0, null, "cannot be read"),
            letter(Topics.SETTINGS, 1, 0, null, "cannot be read"),
            letter(Topics.SETTINGS, 0, 0, null, "cannot be read")));

    RetryReport report = retry().run(all(false));

    assertThat(report.sent())
        .isEqualTo(
            new TreeMap<>(
                Map.of(
                    prefix + "emr.notes", 1L,
                    prefix + "balancing.feeds", 1L,
                    prefix + "balancing.settings", 1L)));
    assertThat(report.failingInAll()).isOne();
    await()
        .untilAsserted(
            () -> assertThat(patiences()).containsExactlyInAnyOrder("P1D", "P7D", "P7D"));
  }

  /** What the settings documents say, each of them. */
  private List<String> patiences() {
    List<String> patiences = new ArrayList<>();
    new TopicReader(clients, serdes, prefix)
        .read(
            List.of(Topics.SETTINGS),
            (topic, key, value) -> patiences.add(((Settings) value).getMissingAfter()));
    return patiences;
  }

  @Test
  void aFilterTakesWhatItNames() {
    misplaced(9);
    send(
        List.of(
            record(
                Topics.DEAD_LETTERS,
                null,
                null,
                new DeadLetter(
                    null, prefix + "billing.charges", 0, 0L, null, "a record names schema 7"))));

    assertThat(found(LetterFilter.ALL)).isEqualTo(10);
    assertThat(found(filter("T1"::equals, null, null))).isEqualTo(9);
    assertThat(found(filter("T2"::equals, null, null))).isZero();
    assertThat(found(filter(any -> true, "billing.charges", null))).isOne();
    assertThat(found(filter(any -> true, prefix + "billing.charges", null))).isOne();
    assertThat(found(filter(any -> true, null, "KEY is in the wrong"))).isEqualTo(9);
    Instant now = Instant.now();
    assertThat(found(new LetterFilter(any -> true, null, null, now.plusSeconds(60), null)))
        .isZero();
    assertThat(found(new LetterFilter(any -> true, null, null, null, now.plusSeconds(60))))
        .isEqualTo(10);
    assertThat(found(new LetterFilter(any -> true, null, null, null, now.minusSeconds(3_600))))
        .isZero();
  }

  private static LetterFilter filter(Predicate<String> tenant, String source, String reason) {
    return new LetterFilter(tenant, source, reason, null, null);
  }

  private int found(LetterFilter filter) {
    return OpenLetters.read(new TopicReader(clients, serdes, prefix), filter, prefix)
        .letters()
        .size();
  }
}
