package org.visitbalance.service;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.visitbalance.fact.Tick;

/**
 * Records that are sent and awaited together, such as those of one request, independently of other
 * requests' records. Not thread-safe.
 */
public final class SendBatch {
  private final FactProducer producer;
  private final List<Future<RecordMetadata>> sent = new ArrayList<>();

  SendBatch(FactProducer producer) {
    this.producer = producer;
  }

  /** Sends a fact, a settings document, a close or an access-log entry. */
  public void send(SpecificRecord value) {
    sent.add(producer.sendAlone(producer.record(value)));
  }

  /**
   * Sends a value with headers, such as who has sent it.
   *
   * @param headers texts by name; those that are null are left out
   */
  public void send(SpecificRecord value, Map<String, @Nullable String> headers) {
    ProducerRecord<byte[], byte[]> record = producer.record(value);
    headers.forEach(
        (name, text) -> {
          if (text != null) {
            record.headers().add(name, text.getBytes(UTF_8));
          }
        });
    sent.add(producer.sendAlone(record));
  }

  /** Sends a tick to some partitions of the clock. */
  public void tick(Tick tick, Collection<Integer> partitions) {
    for (ProducerRecord<byte[], byte[]> record : producer.records(tick, partitions)) {
      sent.add(producer.sendAlone(record));
    }
  }

  /**
   * Waits until all replicas have everything, at most for the producer's {@code
   * delivery.timeout.ms}.
   *
   * @throws KafkaException if a record was not acknowledged; others may have been
   */
  public void await() {
    long unused = awaitOffset();
  }

  /**
   * Waits in the same way.
   *
   * @return the offset of the last record; -1 if nothing was sent
   */
  public long awaitOffset() {
    long offset = -1;
    try {
      for (Future<RecordMetadata> one : sent) {
        offset = one.get().offset();
      }
      return offset;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted before everything was acknowledged", e);
    } catch (ExecutionException e) {
      throw producer.problem(e.getCause() == null ? e : e.getCause());
    }
  }
}
