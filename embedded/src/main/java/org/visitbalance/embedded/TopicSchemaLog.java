package org.visitbalance.embedded;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.visitbalance.platform.CommittedReading;
import org.visitbalance.platform.registry.RegistryException;
import org.visitbalance.platform.registry.SchemaLog;

/** Stores a registry on the compacted topic {@code _schemas}, which has one partition. */
public final class TopicSchemaLog implements SchemaLog {
  public static final String TOPIC = "_schemas";

  private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final String bootstrapServers;
  private final KafkaProducer<String, String> producer;

  /**
   * Creates the topic if it is missing.
   *
   * @throws RegistryException if Kafka does not allow it
   */
  public TopicSchemaLog(String bootstrapServers) {
    this.bootstrapServers = bootstrapServers;
    createTopic();
    this.producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrapServers, "acks", "all", "linger.ms", "0"),
            new StringSerializer(),
            new StringSerializer());
  }

  private void createTopic() {
    // As many copies as the broker's default says.
    NewTopic topic =
        new NewTopic(TOPIC, Optional.of(1), Optional.empty())
            .configs(Map.of("cleanup.policy", "compact"));
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      await(admin.createTopics(List.of(topic)).all());
    } catch (RegistryException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw e;
      }
    }
  }

  @Override
  public Map<String, String> read() {
    Map<String, String> texts = new LinkedHashMap<>();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "auto.offset.reset",
                "earliest",
                "default.api.timeout.ms",
                Long.toString(PATIENCE.toMillis())),
            new StringDeserializer(),
            new StringDeserializer())) {
      consumer.assign(List.of(PARTITION));
      consumer.seekToBeginning(List.of(PARTITION));
      CommittedReading.readToEnd(
          consumer,
          record -> {
            texts.remove(record.key());
            if (record.value() != null) {
              texts.put(record.key(), record.value());
            }
          });
    }
    return texts;
  }

  @Override
  public void write(String key, @Nullable String value) {
    await(producer.send(new ProducerRecord<>(TOPIC, key, value)));
  }

  private static void await(Future<?> future) {
    try {
      future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new RegistryException("the topic " + TOPIC + " cannot be used", e.getCause());
    } catch (TimeoutException e) {
      throw new RegistryException("the topic " + TOPIC + " does not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RegistryException("interrupted while waiting for the topic " + TOPIC, e);
    }
  }

  @Override
  public void close() {
    producer.close(PATIENCE);
  }
}
