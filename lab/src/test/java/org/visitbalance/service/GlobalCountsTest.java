package org.visitbalance.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
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

  @Test
  void whatCameBeforeTheStartAndAfterItIsCountedOnce() {
    try (EmbeddedCluster cluster = EmbeddedCluster.temporary()) {
      Map<String, Object> clients =
          Map.of(
              "bootstrap.servers", cluster.bootstrapServers(),
              "schema.registry.url", cluster.registryUrl());
      TopologyOptions.Serdes serdes = ValueSerdes.of(clients)::forClass;
      TopicProvisioner.create(clients, "", 1);
      try (FactProducer producer = new FactProducer(clients, serdes, "")) {
        producer.fact(feed(0));
        producer.fact(feed(2));
        producer.settings(Settings.newBuilder().setTenant("T1").build());
        producer.flush();
        sendWithoutKey(clients);
        TopologyOptions options =
            new TopologyOptions(
                "",
                serdes,
                "key",
                1,
                Instant.EPOCH,
                null,
                true,
                TopologyOptions.DATES_PER_TICK,
                ProgressListener.NONE);
        try (BalancingService service =
            BalancingService.startTemporary(options, clients, BalancingService.Problems.SILENT)) {
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
}
