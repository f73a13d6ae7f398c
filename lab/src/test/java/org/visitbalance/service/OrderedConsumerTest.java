package org.visitbalance.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.visitbalance.embedded.EmbeddedCluster;
import org.visitbalance.topology.Topics;

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

        CompletableFuture<Instant> sent =
            CompletableFuture.supplyAsync(
                () -> {
                  var unused = producer.send(new ProducerRecord<>(topic, new byte[] {1}));
                  producer.flush();
                  return Instant.now();
                },
                CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS));
        ConsumerRecords<byte[], byte[]> came = ConsumerRecords.empty();
        for (int tries = 0; came.isEmpty() && tries < 100; tries++) {
          came = consumer.poll(POLL);
        }
        Instant got = Instant.now();
        assertThat(came.count()).isEqualTo(1);
        assertThat(Duration.between(sent.join(), got)).isLessThan(Duration.ofMillis(300));
        // There may be something to commit.
        assertThat(poll(consumer, Duration.ofMillis(200))).isGreaterThanOrEqualTo(2);
      }
    }
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
