package org.visitbalance.service;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Gives settings and feeds that were sent without a key an empty one. Kafka Streams shows a record
 * without a key to a global table's processor, unless it came before the start: then it is skipped,
 * and would be counted nowhere. With the empty key, it is a dead letter in either case.
 */
public final class KeylessRecords implements ConsumerInterceptor<byte[], byte[]> {
  private static final byte[] EMPTY = {};

  @Override
  public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
    Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> keyed = new HashMap<>();
    for (TopicPartition partition : records.partitions()) {
      List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
      records.records(partition).forEach(record -> all.add(keyed(record)));
      keyed.put(partition, all);
    }
    return new ConsumerRecords<>(keyed, records.nextOffsets());
  }

  private static ConsumerRecord<byte[], byte[]> keyed(ConsumerRecord<byte[], byte[]> record) {
    return record.key() != null
        ? record
        : new ConsumerRecord<>(
            record.topic(),
            record.partition(),
            record.offset(),
            record.timestamp(),
            record.timestampType(),
            0,
            record.serializedValueSize(),
            EMPTY,
            record.value(),
            record.headers(),
            record.leaderEpoch());
  }

  @Override
  public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {}

  @Override
  public void close() {}

  @Override
  public void configure(Map<String, ?> configs) {}
}
