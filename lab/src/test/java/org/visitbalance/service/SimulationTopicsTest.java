package org.visitbalance.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.visitbalance.embedded.EmbeddedCluster;
import org.visitbalance.fact.Feed;
import org.visitbalance.fact.FeedSource;
import org.visitbalance.platform.CommittedReading;
import org.visitbalance.platform.serde.ValueSerdes;
import org.visitbalance.settings.Settings;
import org.visitbalance.topology.Topic;
import org.visitbalance.topology.Topics;
import org.visitbalance.topology.TopologyOptions;

/** The topics of a simulation run on its own time; those of a live service on the broker's. */
@Timeout(120)
@Tag("slow")
class SimulationTopicsTest {
  private static final Instant LONG_AGO = Instant.parse("1970-01-01T00:00:00Z");
  private static final Instant FAR_OFF = Instant.parse("2199-12-31T23:59:59.999Z");
  private static final Instant NOW = Instant.parse("2031-05-05T12:00:00Z");

  private static EmbeddedCluster cluster;
  private static Map<String, Object> clients;
  private static TopologyOptions.Serdes serdes;

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

  private static Feed feed(Instant until) {
    return new Feed("T1", "feed-" + until, until, FeedSource.EMR, until);
  }

  private static void send(String prefix) {
    try (FactProducer producer = new FactProducer(clients, serdes, prefix, () -> NOW)) {
      producer.settings(Settings.newBuilder().setTenant("T1").build());
      producer.fact(feed(FAR_OFF), FAR_OFF);
      producer.fact(feed(LONG_AGO), LONG_AGO);
      producer.tick(FAR_OFF, 1);
      producer.tick(LONG_AGO, 1);
      producer.flush();
    }
  }

  @Test
  void recordsOfASimulationHaveItsTimeAndNoTickIsTooOldToStay() throws Exception {
    TopicProvisioner.create(clients, "simulated.", 1, Topic.Time.SIMULATION);
    send("simulated.");

    assertThat(stamps("simulated.", Topics.FEEDS)).containsExactly(FAR_OFF, LONG_AGO);
    assertThat(stamps("simulated.", Topics.CLOCK)).containsExactly(FAR_OFF, LONG_AGO);
    assertThat(stamps("simulated.", Topics.SETTINGS)).containsExactly(NOW);
    Map<String, String> clock = config("simulated.", Topics.CLOCK);
    assertThat(clock)
        .containsEntry("message.timestamp.type", TimestampType.CREATE_TIME.toString())
        .containsEntry("retention.ms", "-1");
    assertThat(Long.parseLong(clock.get("message.timestamp.after.max.ms")))
        .isEqualTo(Long.MAX_VALUE);
    assertThat(Long.parseLong(clock.get("message.timestamp.before.max.ms")))
        .isEqualTo(Long.MAX_VALUE);
    assertThat(config("simulated.", Topics.VISITS))
        .containsEntry("message.timestamp.type", TimestampType.CREATE_TIME.toString());
    assertThat(config("simulated.", Topics.ACCESS_LOG))
        .containsEntry("message.timestamp.type", TimestampType.LOG_APPEND_TIME.toString());
  }

  @Test
  void recordsOfALiveServiceHaveTheBrokersTimeWhateverTheirProducerSays() throws Exception {
    TopicProvisioner.create(clients, "live.", 1);
    Instant before = Instant.now().minus(Duration.ofSeconds(1));
    send("live.");

    for (Topic<?> topic : List.of(Topics.FEEDS, Topics.CLOCK, Topics.SETTINGS)) {
      assertThat(stamps("live.", topic))
          .isNotEmpty()
          .allSatisfy(stamp -> assertThat(stamp).isBetween(before, Instant.now()));
    }
  }

  private static List<Instant> stamps(String prefix, Topic<?> topic) {
    List<Instant> stamps = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            CommittedReading.config(clients),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      CommittedReading.begin(consumer, List.of(prefix + topic.name()));
      CommittedReading.readToEnd(
          consumer,
          (ConsumerRecord<byte[], byte[]> record) ->
              stamps.add(Instant.ofEpochMilli(record.timestamp())));
    }
    return stamps;
  }

  private static Map<String, String> config(String prefix, Topic<?> topic) throws Exception {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, prefix + topic.name());
    Map<String, String> values = new TreeMap<>();
    try (Admin admin = Admin.create(clients)) {
      Config config = admin.describeConfigs(List.of(resource)).all().get().get(resource);
      config.entries().forEach(entry -> values.put(entry.name(), entry.value()));
    }
    return values;
  }
}
