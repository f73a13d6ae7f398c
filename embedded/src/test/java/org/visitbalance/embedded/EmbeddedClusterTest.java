package org.visitbalance.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.record.internal.FileRecords;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.coordinator.transaction.TransactionState;
import org.apache.kafka.coordinator.transaction.generated.TransactionLogValue;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.visitbalance.fact.Feed;
import org.visitbalance.fact.FeedSource;
import org.visitbalance.platform.registry.CompatibilityLevel;
import org.visitbalance.platform.registry.RegistryRefusedException;
import org.visitbalance.platform.registry.SchemaRegistries;
import org.visitbalance.platform.registry.SchemaRegistry;
import org.visitbalance.platform.serde.ValueSerdes;

/** A broker and a registry in this process, from their start to their end. */
@Timeout(180)
@Tag("slow")
class EmbeddedClusterTest {
  private static final String TOPIC = "balancing.feeds";

  @TempDir private Path folder;

  @Test
  void transactionsAndSchemasOutliveARestartOnAKeptFolder() throws Exception {
    try (EmbeddedCluster cluster = EmbeddedCluster.kept(folder)) {
      assertThat(
              PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("kafka"))))
          .isEqualTo("rwx------");
      createTopic(cluster);
      try (KafkaProducer<String, Feed> producer = producer(cluster)) {
        producer.initTransactions();
        producer.beginTransaction();
        producer.send(new ProducerRecord<>(TOPIC, "T1", feed("committed"))).get();
        producer.commitTransaction();
        producer.beginTransaction();
        producer.send(new ProducerRecord<>(TOPIC, "T1", feed("aborted"))).get();
        producer.abortTransaction();
      }
      assertThat(read(cluster, 1)).containsExactly(feed("committed"));
      registry(cluster).setLevel("balancing.feeds-value", CompatibilityLevel.FULL);
      registry(cluster).register("hidden", Schema.create(Schema.Type.INT));
      registry(cluster).register("gone", Schema.create(Schema.Type.LONG));
      delete(cluster, "/subjects/hidden");
      delete(cluster, "/subjects/gone");
      delete(cluster, "/subjects/gone?permanent=true");

      assertThatThrownBy(() -> EmbeddedCluster.kept(folder))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining(folder.toString())
          .hasMessageContaining("another embedded Kafka broker uses the folder");
      assertThat(read(cluster, 1)).hasSize(1);
    }

    try (EmbeddedCluster cluster = EmbeddedCluster.kept(folder)) {
      SchemaRegistry registry = registry(cluster);
      assertThat(registry.level("balancing.feeds-value")).isEqualTo(CompatibilityLevel.FULL);
      assertThat(registry.latest("balancing.feeds-value").version()).isEqualTo(1);
      assertThat(registry.byId(2)).isEqualTo(Schema.create(Schema.Type.INT));
      assertThatThrownBy(() -> registry.latest("hidden"))
          .isInstanceOf(RegistryRefusedException.class);
      assertThat(registry.register("hidden", Schema.create(Schema.Type.INT))).isEqualTo(2);
      assertThat(registry.latest("hidden").version()).isEqualTo(2);
      assertThat(registry.register("gone", Schema.create(Schema.Type.LONG))).isEqualTo(4);
      assertThatThrownBy(
              () -> registry.register("balancing.feeds-value", Schema.create(Schema.Type.INT)))
          .isInstanceOf(RegistryRefusedException.class);
      try (KafkaProducer<String, Feed> producer = producer(cluster)) {
        producer.initTransactions();
        producer.beginTransaction();
        producer.send(new ProducerRecord<>(TOPIC, "T1", feed("later"))).get();
        producer.commitTransaction();
      }
      assertThat(read(cluster, 2)).containsExactly(feed("committed"), feed("later"));
    }
  }

  /**
   * A kill between the decision of a transaction and its end. The copy of the folder is what a kill
   * leaves; then comes the decision, as Kafka would have written it.
   */
  @Test
  void aTransactionThatWasBeingCommittedAtAKillEnds() throws Exception {
    Path killed = folder.resolve("killed");
    try (EmbeddedCluster cluster = EmbeddedCluster.kept(folder.resolve("first"))) {
      createTopic(cluster);
      // The more partitions, the longer is the moment in which none has a leader.
      createTopic(cluster, "many", 200);
      try (KafkaProducer<String, Feed> producer = producer(cluster)) {
        producer.initTransactions();
        producer.beginTransaction();
        producer.send(new ProducerRecord<>(TOPIC, "T1", feed("decided"))).get();
        copy(folder.resolve("first"), killed);
      }
    }
    decide(killed.resolve("kafka"));

    try (EmbeddedCluster cluster = EmbeddedCluster.kept(killed)) {
      assertThat(read(cluster, 1)).containsExactly(feed("decided"));
    }
  }

  /** Indexes are large, and are made again. */
  private static void copy(Path from, Path to) throws Exception {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path one : all.filter(file -> !file.toString().endsWith("index")).toList()) {
        Files.copy(one, to.resolve(from.relativize(one).toString()));
      }
    }
  }

  /** Appends to the log of transactions that the newest one is to be committed. */
  private static void decide(Path data) throws Exception {
    for (int partition = 0; partition < 4; partition++) {
      Path log = data.resolve("__transaction_state-" + partition + "/00000000000000000000.log");
      if (Files.size(log) > 0) {
        try (FileRecords file = FileRecords.open(log.toFile())) {
          Record last = null;
          for (Record record : file.records()) {
            last = record;
          }
          ByteBuffer value = last.value();
          TransactionLogValue going =
              new TransactionLogValue(new ByteBufferAccessor(value), value.getShort());
          assertThat(going.transactionStatus()).isEqualTo(TransactionState.ONGOING.id());
          going
              .setTransactionStatus(TransactionState.PREPARE_COMMIT.id())
              .setProducerEpoch((short) (going.producerEpoch() + 1));
          byte[] key = new byte[last.keySize()];
          last.key().get(key);
          file.append(
              MemoryRecords.withRecords(
                  last.offset() + 1,
                  Compression.NONE,
                  new SimpleRecord(
                      last.timestamp(),
                      key,
                      MessageUtil.toVersionPrefixedBytes((short) 1, going))));
        }
        return;
      }
    }
    throw new AssertionError("no transaction is in the log");
  }

  private static void delete(EmbeddedCluster cluster, String path) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(cluster.registryUrl() + path)).DELETE().build();
    HttpResponse<String> answer =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(answer.body()).isEqualTo("[1]");
  }

  private static List<Thread> threads(ThreadGroup group) {
    Thread[] threads = new Thread[1_000];
    return List.of(Arrays.copyOf(threads, group.enumerate(threads)));
  }

  @Test
  void aTemporaryOneLeavesNothingBehind() throws Exception {
    Path temp = Path.of(System.getProperty("java.io.tmpdir"));
    List<Path> before = folders(temp);
    // Its threads are of the group of the thread that starts it; other tests have clusters too.
    ThreadGroup group = new ThreadGroup("of this cluster");
    FutureTask<EmbeddedCluster> start = new FutureTask<>(EmbeddedCluster::temporary);
    new Thread(group, start).start();
    EmbeddedCluster cluster = start.get();
    List<Path> own = folders(temp);
    own.removeAll(before);
    assertThat(own).isNotEmpty();
    assertThat(threads(group)).isNotEmpty();

    cluster.close();
    cluster.close();

    assertThat(own).anyMatch(Files::notExists);
    for (URI address :
        List.of(
            URI.create("http://" + cluster.bootstrapServers()),
            URI.create(cluster.registryUrl()))) {
      try (Socket socket = new Socket()) {
        assertThatThrownBy(
                () -> socket.connect(new InetSocketAddress(address.getHost(), address.getPort())))
            .isInstanceOf(ConnectException.class);
      }
    }
    assertThat(threads(group)).filteredOn(thread -> !thread.isDaemon()).isEmpty();
  }

  /** Kafka would end a file a week, by the time of its records. */
  @Test
  void weeksOfASimulationShareAFileOfATopic() throws Exception {
    Path temp = Path.of(System.getProperty("java.io.tmpdir"));
    List<Path> before = folders(temp);
    try (EmbeddedCluster cluster = EmbeddedCluster.temporary()) {
      createTopic(cluster);
      try (KafkaProducer<String, Feed> producer = producer(cluster)) {
        producer.initTransactions();
        producer.beginTransaction();
        for (int week = 0; week < 9; week++) {
          long time = Duration.ofDays(8L * week).toMillis();
          producer.send(new ProducerRecord<>(TOPIC, 0, time, "T1", feed("week " + week))).get();
        }
        producer.commitTransaction();
      }
      List<Path> files = new ArrayList<>();
      for (Path own : folders(temp)) {
        Path topic = own.resolve("kafka").resolve(TOPIC + "-0");
        if (!before.contains(own) && Files.exists(topic)) {
          try (Stream<Path> all = Files.list(topic)) {
            files.addAll(all.filter(one -> one.toString().endsWith(".log")).toList());
          }
        }
      }
      assertThat(files).hasSize(1);
    }
  }

  private static List<Path> folders(Path temp) throws Exception {
    try (Stream<Path> files = Files.list(temp)) {
      return new ArrayList<>(
          files
              .filter(file -> file.getFileName().toString().startsWith("visit-balance-kafka"))
              .toList());
    }
  }

  private static void createTopic(EmbeddedCluster cluster) throws Exception {
    createTopic(cluster, TOPIC, 1);
  }

  private static void createTopic(EmbeddedCluster cluster, String name, int partitions)
      throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers()))) {
      admin.createTopics(List.of(new NewTopic(name, partitions, (short) 1))).all().get();
    }
  }

  private static SchemaRegistry registry(EmbeddedCluster cluster) {
    return SchemaRegistries.open(Map.of("schema.registry.url", cluster.registryUrl()));
  }

  private static Serde<Feed> serde(EmbeddedCluster cluster) {
    return ValueSerdes.of(Map.of("schema.registry.url", cluster.registryUrl()))
        .forClass(Feed.class);
  }

  private static KafkaProducer<String, Feed> producer(EmbeddedCluster cluster) {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", cluster.bootstrapServers(), "transactional.id", "test"),
        new StringSerializer(),
        serde(cluster).serializer());
  }

  private static List<Feed> read(EmbeddedCluster cluster, int count) {
    List<Feed> feeds = new ArrayList<>();
    try (KafkaConsumer<String, Feed> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                cluster.bootstrapServers(),
                "group.id",
                "reader-" + UUID.randomUUID(),
                "auto.offset.reset",
                "earliest",
                "isolation.level",
                "read_committed"),
            new StringDeserializer(),
            serde(cluster).deserializer())) {
      consumer.subscribe(List.of(TOPIC));
      while (feeds.size() < count) {
        for (ConsumerRecord<String, Feed> record : consumer.poll(Duration.ofSeconds(1))) {
          feeds.add(record.value());
        }
      }
      consumer.poll(Duration.ofMillis(300)).forEach(record -> feeds.add(record.value()));
      consumer.commitSync();
    }
    return feeds;
  }

  private static Feed feed(String tenant) {
    return Feed.newBuilder()
        .setTenant(tenant)
        .setEventId("e")
        .setOccurredAt(Instant.EPOCH)
        .setSource(FeedSource.UNKNOWN)
        .setCompleteUntil(Instant.EPOCH)
        .build();
  }
}
