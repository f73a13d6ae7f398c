package org.visitbalance.service;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaClientSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Kafka's own clients, with a producer that refuses what no broker takes (docs/adr/0022), and a
 * consumer that passes on what it reads in the order of time (docs/adr/0037).
 */
final class LimitedClients implements KafkaClientSupplier {
  private final PassedOver passedOver;
  private final boolean isOrdered;

  /**
   * Makes the clients of an instance.
   *
   * @param isOrdered whether its consumers decide the order of records
   */
  LimitedClients(PassedOver passedOver, boolean isOrdered) {
    this.passedOver = passedOver;
    this.isOrdered = isOrdered;
  }

  @Override
  public Admin getAdmin(Map<String, Object> config) {
    return Admin.create(config);
  }

  @Override
  public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
    return new LimitedProducer(config, passedOver);
  }

  @Override
  public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
    return isOrdered ? new OrderedConsumer(config) : consumer(config);
  }

  @Override
  public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
    return consumer(config);
  }

  @Override
  public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
    return consumer(config);
  }

  private static Consumer<byte[], byte[]> consumer(Map<String, Object> config) {
    return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /**
   * Checks a record before it becomes part of the transaction. Kafka's own check comes too late:
   * whatever it refuses aborts the transaction, which is then read and refused again, for ever.
   */
  private static final class LimitedProducer extends KafkaProducer<byte[], byte[]> {
    private final PassedOver passedOver;

    /** What the letters of the open transaction are about. */
    private final Set<PassedOver.Place> told = ConcurrentHashMap.newKeySet();

    LimitedProducer(Map<String, Object> config, PassedOver passedOver) {
      super(config, new ByteArraySerializer(), new ByteArraySerializer());
      this.passedOver = passedOver;
      passedOver.limit(
          Integer.parseInt(
              Objects.requireNonNull(config.get(ProducerConfig.MAX_REQUEST_SIZE_CONFIG))
                  .toString()));
    }

    @Override
    public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
      return send(record, null);
    }

    @Override
    public Future<RecordMetadata> send(
        ProducerRecord<byte[], byte[]> record, @Nullable Callback callback) {
      if (!passedOver.isRefused(record)) {
        return super.send(record, callback);
      }
      // Kafka Streams could send the letter itself, but not if the topic is a changelog.
      for (ProducerRecord<byte[], byte[]> letter : passedOver.add(record, told::add)) {
        Future<RecordMetadata> unused = super.send(letter, null);
      }
      RecordTooLargeException problem = new RecordTooLargeException("the topic does not take it");
      if (callback != null) {
        callback.onCompletion(null, problem);
      }
      return CompletableFuture.failedFuture(problem);
    }

    @Override
    public void commitTransaction() {
      super.commitTransaction();
      told.clear();
    }

    @Override
    public void abortTransaction() {
      forget();
      super.abortTransaction();
    }

    @Override
    public void close(Duration timeout) {
      forget();
      super.close(timeout);
    }

    private void forget() {
      passedOver.forget(told);
      told.clear();
    }
  }
}
