package org.visitbalance.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.visitbalance.embedded.EmbeddedCluster;
import org.visitbalance.platform.Folders;
import org.visitbalance.platform.Patience;
import org.visitbalance.platform.serde.ValueSerdes;
import org.visitbalance.topology.ProgressListener;
import org.visitbalance.topology.Topic;
import org.visitbalance.topology.Topics;
import org.visitbalance.topology.TopologyOptions;

/** Topics that were created can be written at once, and those that have lost facts are said. */
@Timeout(180)
@Tag("slow")
class TopicsReadyTest {
  private static final int INSTALLATIONS = 4;
  private static final int PARTITIONS = 12;

  @TempDir Path state;

  @Test
  void eachPartitionHasALeaderAsSoonAsItsTopicIsCreated() {
    try (EmbeddedCluster cluster = EmbeddedCluster.temporary()) {
      Map<String, Object> clients = new HashMap<>();
      clients.put("bootstrap.servers", cluster.bootstrapServers());
      Map<String, Object> impatient = new HashMap<>(clients);
      impatient.put("retries", 0);
      try (Admin admin = Admin.create(impatient)) {
        for (int i = 1; i <= INSTALLATIONS; i++) {
          String prefix = "i" + i + ".";
          TopicProvisioner.create(clients, prefix, PARTITIONS);

          Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
          for (Topic<?> topic : Topics.ALL) {
            for (int partition = 0; partition < PARTITIONS; partition++) {
              ends.put(new TopicPartition(prefix + topic.name(), partition), OffsetSpec.earliest());
            }
          }
          assertThatCode(() -> admin.listOffsets(ends).all().get())
              .as(prefix)
              .doesNotThrowAnyException();
        }
      }
    }
  }

  @Test
  void anInstanceSaysThatFactsAreGone() throws Exception {
    try (EmbeddedCluster cluster = EmbeddedCluster.temporary()) {
      anInstanceSaysThatFactsAreGone(cluster.clients());
      anInstanceSaysThatPartitionsWereAdded(cluster.clients());
      anInstanceSaysThatTopicsWereMadeAgain(cluster.clients());
      anInstanceSaysThatTopicsAreGoneOrLarger(cluster.clients());
    }
  }

  /** By then, the new topic has more records than were read of the old one. */
  private void anInstanceSaysThatTopicsWereMadeAgain(Map<String, Object> clients) throws Exception {
    String prefix = "other.";
    TopicProvisioner.create(clients, prefix, 1);
    TopologyOptions options = options(prefix, clients);
    KnownTopics known =
        new KnownTopics(clients, prefix, state.resolve(ServiceProperties.applicationId(prefix)));
    send(clients, prefix + Topics.VISITS.name(), 1);
    assertThat(known.changes()).isNull();
    remake(clients, prefix, Topics.VISITS, Topics.NOTES);
    send(clients, prefix + Topics.VISITS.name(), 2);
    send(clients, prefix + Topics.NOTES.name(), 1);

    try (BalancingService service =
        BalancingService.start(options, clients, state, BalancingService.Problems.SILENT)) {
      Patience.await("the word", Duration.ofMinutes(1), () -> service.changedTopics() != null);
      // The topic of notes had no records, so that nothing of it is in the state.
      assertThat(service.changedTopics())
          .isEqualTo(
              "figures mix what was on topics before and after they were deleted and made again:"
                  + " other.emr.visits");

      try (Admin admin = Admin.create(clients)) {
        admin.deleteTopics(List.of(prefix + Topics.VISITS.name())).all().get();
      }
      Patience.await("its end", Duration.ofMinutes(1), service::hasFailed);
      assertThat(service.trouble()).contains("a topic that the service reads was deleted");
    }
    Folders.delete(state.resolve(ServiceProperties.applicationId(prefix)));
    assertThat(known.changes()).isNull();
  }

  /** Nobody writes to them at that time, so that nothing else fails. */
  private void anInstanceSaysThatTopicsAreGoneOrLarger(Map<String, Object> clients)
      throws Exception {
    String prefix = "without.";
    TopicProvisioner.create(clients, prefix, 1);
    Path folder = state.resolve(ServiceProperties.applicationId(prefix));
    String own = folder.getFileName() + "-ledger-changelog";
    String items = prefix + Topics.ITEMS.name();
    String balances = prefix + Topics.BALANCES.name();
    KnownTopics known = new KnownTopics(clients, prefix, folder);
    try (Admin admin = Admin.create(clients)) {
      admin.createTopics(List.of(new NewTopic(own, 1, (short) 1))).all().get();
      send(clients, balances, 1);
      Patience.await("all topics", Duration.ofMinutes(1), () -> changes(known) == null);

      admin.createPartitions(Map.of(balances, NewPartitions.increaseTo(2))).all().get();
      Patience.await("the word", Duration.ofMinutes(1), () -> changes(known) != null);
      String larger = "partitions were added to topics, and figures may be older ones: " + balances;
      assertThat(known.changes()).isEqualTo(larger);
      // The next process too: in a rebuild of the tables, the older record could be the last word.
      assertThat(new KnownTopics(clients, prefix, folder).changes()).isEqualTo(larger);

      admin.deleteTopics(List.of(items, own)).all().get();
      // A broker that has just started may not know a topic yet.
      assertThat(known.changes()).isEqualTo(larger);
      String both =
          "topics were deleted, and figures lack what is to go there: "
              + String.join(", ", items, own)
              + "; also, "
              + larger;
      Patience.await("the word", Duration.ofMinutes(1), () -> both.equals(changes(known)));
    }
  }

  private static @Nullable String changes(KnownTopics known) {
    try {
      return known.changes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void remake(Map<String, Object> clients, String prefix, Topic<?>... topics)
      throws Exception {
    try (Admin admin = Admin.create(clients)) {
      for (Topic<?> topic : topics) {
        admin.deleteTopics(List.of(prefix + topic.name())).all().get();
      }
    }
    Patience.await("the topics to be gone", Duration.ofMinutes(1), () -> isMade(clients, prefix));
  }

  private static boolean isMade(Map<String, Object> clients, String prefix) {
    try {
      TopicProvisioner.create(clients, prefix, 1);
      return true;
    } catch (RuntimeException e) {
      return false;
    }
  }

  private static void send(Map<String, Object> clients, String topic, int records)
      throws Exception {
    try (var producer =
        new KafkaProducer<>(clients, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (int i = 0; i < records; i++) {
        producer.send(new ProducerRecord<>(topic, new byte[1], new byte[1])).get();
      }
    }
  }

  private static void anInstanceSaysThatPartitionsWereAdded(Map<String, Object> clients)
      throws Exception {
    String prefix = "more.";
    TopicProvisioner.create(clients, prefix, 1);
    Map<String, Object> looking = new HashMap<>(clients);
    looking.put("metadata.max.age.ms", "1000");
    try (BalancingService service = BalancingService.start(options(prefix, clients), looking);
        Admin admin = Admin.create(clients)) {
      Patience.await("its partition", Duration.ofMinutes(1), () -> service.trouble() == null);
      String visits = prefix + Topics.VISITS.name();
      admin.createPartitions(Map.of(visits, NewPartitions.increaseTo(2))).all().get();

      Patience.await("its end", Duration.ofMinutes(1), service::hasFailed);
      assertThat(service.trouble())
          .contains("partitions were added to a topic that the service reads; move to new topics")
          .doesNotContain("StreamsResetter");
    }
  }

  private static void anInstanceSaysThatFactsAreGone(Map<String, Object> clients) throws Exception {
    String prefix = "gone.";
    TopicProvisioner.create(clients, prefix, 1);
    TopicPartition visits = new TopicPartition(prefix + Topics.VISITS.name(), 0);
    TopologyOptions options = options(prefix, clients);
    assertThat(warning(options, clients)).isNull();
    try (Admin admin = Admin.create(clients);
        var producer =
            new KafkaProducer<>(clients, new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>(visits.topic(), new byte[1])).get();
      admin.deleteRecords(Map.of(visits, RecordsToDelete.beforeOffset(1))).all().get();
    }

    assertThat(warning(options, clients))
        .startsWith("gone.emr.visits-0 begins at offset 1: earlier facts are gone")
        .contains("set retention.ms=-1 with 'visit-balance topics', and send the facts again");
  }

  /** Who deletes the topics of the state, as docs/operating.md says, means to rebuild it. */
  @Test
  void anApplicationWhoseTopicsWereDeletedReadsAllFactsAgain() throws Exception {
    try (EmbeddedCluster cluster = EmbeddedCluster.temporary()) {
      Map<String, Object> clients = cluster.clients();
      TopicProvisioner.create(clients, "again.", 1);
      try (var producer =
          new KafkaProducer<>(clients, new ByteArraySerializer(), new ByteArraySerializer())) {
        producer.send(new ProducerRecord<>("again." + Topics.VISITS.name(), new byte[1])).get();
      }
      awaitOneRead(clients);
      try (Admin admin = Admin.create(clients)) {
        List<String> own =
            admin.listTopics().names().get().stream()
                .filter(topic -> topic.startsWith("again.visit-balance-"))
                .toList();
        assertThat(own).hasSizeGreaterThan(10);
        admin.deleteTopics(own).all().get();
        awaitOneRead(clients);

        String books =
            own.stream().filter(one -> one.endsWith("period-books-changelog")).toList().get(0);
        admin.deleteTopics(List.of(books)).all().get();
        try (BalancingService service =
            BalancingService.start(options("again.", clients), clients)) {
          Patience.await("its end", Duration.ofMinutes(1), service::hasFailed);
          assertThat(service.trouble()).contains("the topic " + books + " was deleted");
        }
      }
    }
  }

  private static void awaitOneRead(Map<String, Object> clients) {
    try (BalancingService service = BalancingService.start(options("again.", clients), clients)) {
      Patience.await(
          "the record",
          Duration.ofMinutes(1),
          () -> service.counts().of("facts-read", Topics.VISITS) == 1);
    }
  }

  private static TopologyOptions options(String prefix, Map<String, Object> clients) {
    return new TopologyOptions(
        prefix,
        ValueSerdes.of(clients)::forClass,
        "key",
        1,
        Instant.EPOCH,
        null,
        false,
        TopologyOptions.DATES_PER_TICK,
        ProgressListener.NONE);
  }

  private static @Nullable String warning(TopologyOptions options, Map<String, Object> clients) {
    try (BalancingService service = BalancingService.start(options, clients)) {
      Patience.await(
          "its partition",
          Duration.ofMinutes(1),
          () -> service.trouble() == null && service.partitions().size() == 1);
      return service.warning();
    }
  }
}
