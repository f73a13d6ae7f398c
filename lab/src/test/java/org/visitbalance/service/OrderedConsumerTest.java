package org.visitbalance.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.visitbalance.embedded.EmbeddedCluster;
import org.visitbalance.topology.Topics;

@Tag("slow")
class OrderedConsumerTest {
  private static final Duration POLL = Duration.ofMillis(100);

  @Test
  void atRestAThreadSeldomLooksAroundAndWhatComesWakesItAtOnce() {
    try (EmbeddedCluster cluster = EmbeddedCluster.temporary()) {
      Map<String, Object> clients = Map.of("bootstrap.servers", cluster.bootstrapServers());
      TopicProvisioner.create(clients, "", 1);
      String topic = Topics.FEEDS.name();
      try (OrderedConsumer consumer = new OrderedConsumer(clients);
          KafkaProducer<byte[], byte[]> producer =
              new KafkaProducer<>(clients, new ByteArraySerializer(), new ByteArraySerializer())) {
        TopicPartition partition = new TopicPartition(topic, 0);
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
        poll(consumer, Duration.ofSeconds(1));

        assertThat(poll(consumer, Duration.ofSeconds(2))).isLessThanOrEqualTo(6);

        List<Duration> wakes = new ArrayList<>();
        List<Duration> next = new ArrayList<>();
        for (int tries = 0; tries < 5; tries++) {
          wakes.add(wakes(consumer, producer, topic));
          Instant before = Instant.now();
          assertThat(consumer.poll(POLL).isEmpty()).isTrue();
          next.add(Duration.between(before, Instant.now()));
        }
        // On a busy machine one may be late.
        assertThat(Collections.min(wakes)).isLessThan(Duration.ofMillis(200));
        // There may be something to commit, so that the thread does not rest at once.
        assertThat(Collections.min(next)).isLessThan(Duration.ofMillis(300));
      }
    }
  }

  /** Returns how long a record takes that is sent while the thread is at rest. */
  private static Duration wakes(
      OrderedConsumer consumer, KafkaProducer<byte[], byte[]> producer, String topic) {
    poll(consumer, Duration.ofMillis(300));
    CompletableFuture<Instant> sent =
        CompletableFuture.supplyAsync(
            () -> {
              var unused = producer.send(new ProducerRecord<>(topic, new byte[] {1}));
              producer.flush();
              return Instant.now();
            },
            CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS));
    int came = 0;
    for (int tries = 0; came == 0 && tries < 100; tries++) {
      came = consumer.poll(POLL).count();
    }
    Instant got = Instant.now();
    assertThat(came).isEqualTo(1);
    return Duration.between(sent.join(), got);
  }

  /** Returns how often a thread that polls has looked around. */
  private static int poll(OrderedConsumer consumer, Duration time) {
    Instant end = Instant.now().plus(time);
    int looks = 0;
    while (Instant.now().isBefore(end)) {
      assertThat(consumer.poll(POLL).isEmpty()).isTrue();
      looks++;
    }
    return looks;
  }
}
