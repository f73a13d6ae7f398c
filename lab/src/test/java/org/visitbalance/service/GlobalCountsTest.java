package org.visitbalance.service;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.visitbalance.embedded.EmbeddedCluster;
import org.visitbalance.fact.Feed;
import org.visitbalance.fact.FeedSource;
import org.visitbalance.platform.serde.ValueSerdes;
import org.visitbalance.settings.Settings;
import org.visitbalance.topology.ProgressListener;
import org.visitbalance.topology.Topic;
import org.visitbalance.topology.Topics;
import org.visitbalance.topology.TopologyOptions;

/** The counts of feeds and settings hold whatever was there before the service started. */
@Tag("slow")
class GlobalCountsTest {
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Instant MORNING = Instant.parse("2026-11-04T08:00:00Z");

  private static Feed feed(int hour) {
    Instant until = MORNING.plus(Duration.ofHours(hour));
    return new Feed("T1", "feed-" + hour, until, FeedSource.EMR, until);
  }

  private static void sendWithoutKey(Map<String, Object> clients) {
    try (KafkaProducer<byte[], byte[]> raw =
        new KafkaProducer<>(clients, new ByteArraySerializer(), new ByteArraySerializer())) {
      var unused = raw.send(new ProducerRecord<>(Topics.FEEDS.name(), new byte[] {1, 2, 3}));
    }
  }

  private static TopologyOptions options(TopologyOptions.Serdes serdes) {
    return new TopologyOptions(
        "",
        serdes,
        "key",
        1,
        Instant.EPOCH,
        null,
        true,
        TopologyOptions.DATES_PER_TICK,
        ProgressListener.NONE);
  }

  @Test
  void whatCameBeforeTheStartAndAfterItIsCountedOnce() {
    try (EmbeddedCluster cluster = EmbeddedCluster.temporary()) {
      Map<String, Object> clients = cluster.clients();
      TopologyOptions.Serdes serdes = ValueSerdes.of(clients)::forClass;
      TopicProvisioner.create(clients, "", 1);
      try (FactProducer producer = new FactProducer(clients, serdes, "")) {
        producer.fact(feed(0));
        producer.fact(feed(2));
        producer.settings(Settings.newBuilder().setTenant("T1").build());
        producer.flush();
        sendWithoutKey(clients);
        try (BalancingService service =
            BalancingService.startTemporary(
                options(serdes), clients, BalancingService.Problems.SILENT)) {
          await()
              .atMost(PATIENCE)
              .until(() -> service.counts().of("facts-read", Topics.FEEDS) == 3);
          producer.fact(feed(1));
          producer.settings(Settings.newBuilder().setTenant("T2").build());
          producer.flush();

          await()
              .atMost(PATIENCE)
              .untilAsserted(
                  () -> {
                    assertThat(service.counts().of("facts-read", Topics.FEEDS)).isEqualTo(4);
                    assertThat(service.counts().of("facts-dead-lettered", Topics.FEEDS)).isOne();
                    assertThat(service.counts().of("facts-superseded", Topics.FEEDS)).isEqualTo(2);
                    assertThat(service.counts().of("facts-read", Topics.SETTINGS)).isEqualTo(2);
                    assertThat(service.counts().of("facts-standing", Topics.SETTINGS)).isEqualTo(2);
                  });
        }
      }
    }
  }

  /** The thread that reads settings and feeds cannot be replaced: nothing on a topic may end it. */
  @Test
  void whateverIsOnTheirTopicsIsAFactOrADeadLetterAndTheInstanceGoesOn() {
    try (EmbeddedCluster cluster = EmbeddedCluster.temporary()) {
      Map<String, Object> clients = cluster.clients();
      TopologyOptions.Serdes serdes = ValueSerdes.of(clients)::forClass;
      TopicProvisioner.create(clients, "", 1);
      int settings =
          poison(clients, Topics.SETTINGS, "T1", bytes(serdes, Topics.SETTINGS, settings()));
      int feeds = poison(clients, Topics.FEEDS, "T1|EMR", bytes(serdes, Topics.FEEDS, feed(0)));
      // No thread may end, not even to be replaced.
      Queue<Throwable> problems = new ConcurrentLinkedQueue<>();
      try (BalancingService service =
          BalancingService.startTemporary(
              options(serdes), clients, (problem, goesOn) -> problems.add(problem))) {
        await()
            .atMost(PATIENCE)
            .untilAsserted(
                () -> {
                  assertThat(service.counts().of("facts-read", Topics.SETTINGS))
                      .isEqualTo(settings);
                  assertThat(service.counts().of("facts-read", Topics.FEEDS)).isEqualTo(feeds);
                });

        // And the same again while it runs
        poison(clients, Topics.SETTINGS, "T1", bytes(serdes, Topics.SETTINGS, settings()));
        poison(clients, Topics.FEEDS, "T1|EMR", bytes(serdes, Topics.FEEDS, feed(0)));
        await()
            .atMost(PATIENCE)
            .untilAsserted(
                () -> {
                  assertThat(service.counts().of("facts-read", Topics.SETTINGS))
                      .isEqualTo(2L * settings);
                  assertThat(service.counts().of("facts-read", Topics.FEEDS)).isEqualTo(2L * feeds);
                });
        assertThat(service.counts().of("facts-dead-lettered", Topics.SETTINGS)).isPositive();
        assertThat(service.counts().of("facts-dead-lettered", Topics.FEEDS)).isPositive();
        assertThat(problems).isEmpty();
      }
    }
  }

  private static Settings settings() {
    return Settings.newBuilder()
        .setTenant("T1")
        .setZone("America/New_York")
        .setMissingAfter("P1D")
        .build();
  }

  private static byte[] bytes(TopologyOptions.Serdes serdes, Topic<?> topic, SpecificRecord value) {
    @SuppressWarnings("unchecked")
    Class<SpecificRecord> type = (Class<SpecificRecord>) value.getClass();
    return serdes.of(type).serializer().serialize(topic.name(), value);
  }

  /** Sends a record as it is, without its value, cut off, and with each of its bits turned. */
  private static int poison(Map<String, Object> clients, Topic<?> topic, String key, byte[] good) {
    List<byte[]> all = new ArrayList<>();
    all.add(good);
    all.add(null);
    for (int length = 0; length < good.length; length++) {
      all.add(Arrays.copyOf(good, length));
    }
    // The id of the schema stays: a record waits for one that is not there yet.
    for (int bit = 5 * Byte.SIZE; bit < good.length * Byte.SIZE; bit++) {
      byte[] turned = good.clone();
      turned[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
      all.add(turned);
    }
    try (KafkaProducer<byte[], byte[]> raw =
        new KafkaProducer<>(clients, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (byte[] value : all) {
        var unused = raw.send(new ProducerRecord<>(topic.name(), key.getBytes(UTF_8), value));
      }
    }
    return all.size();
  }
}
