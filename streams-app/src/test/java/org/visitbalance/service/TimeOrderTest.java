package org.visitbalance.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The order in which a stream thread is given records")
final class TimeOrderTest {
  private static final TopicPartition VISITS = new TopicPartition("visits", 0);
  private static final TopicPartition CHARGES = new TopicPartition("charges", 0);
  private static final TopicPartition CLOCK = new TopicPartition("clock", 0);
  private static final Set<TopicPartition> ALL = Set.of(VISITS, CHARGES, CLOCK);

  private final TimeOrder order = new TimeOrder();

  @Test
  void aTickWaitsForFactsThatTheBrokerStillHas() {
    order.add(polled(CLOCK, 0, 100));
    assertThat(next(VISITS)).isEmpty();

    order.add(polled(VISITS, 0, 50, 90));
    assertThat(next(VISITS)).containsExactly("visits 50", "visits 90");

    order.add(polled(VISITS, 2, 100));
    assertThat(next(VISITS)).containsExactlyInAnyOrder("visits 100", "clock 100");
  }

  @Test
  void nothingWaitsOnceTheBrokerHasNothingMore() {
    order.add(polled(CLOCK, 0, 100));
    order.add(polled(VISITS, 0, 200));

    assertThat(next()).containsExactlyInAnyOrder("clock 100", "visits 200");
  }

  @Test
  void otherPartitionsAreNotWaitedFor() {
    TopicPartition other = new TopicPartition("charges", 1);
    order.add(polled(VISITS, 0, 50));

    ConsumerRecords<byte[], byte[]> next =
        order.next(Set.of(VISITS, other), partition -> !partition.equals(other));

    assertThat(next.count()).isEqualTo(1);
  }

  @Test
  void whatWaitsIsNotCommitted() {
    order.add(polled(CLOCK, 7, 100, 200));
    order.add(polled(VISITS, 0, 150));

    ConsumerRecords<byte[], byte[]> next = order.next(ALL, partition -> partition.equals(CLOCK));

    assertThat(next.records(CLOCK)).isEmpty();
    assertThat(next.nextOffsets()).doesNotContainKey(CLOCK);
    assertThat(order.firstWaiting(CLOCK)).isEqualTo(7);

    next = order.next(ALL, partition -> !partition.equals(VISITS));

    assertThat(next.records(CLOCK)).extracting(ConsumerRecord::offset).containsExactly(7L);
    assertThat(next.nextOffsets().get(CLOCK).offset()).isEqualTo(8);
    assertThat(order.firstWaiting(CLOCK)).isEqualTo(8);
  }

  @Test
  void anEndWithoutRecordsIsPassedOnOnce() {
    OffsetAndMetadata end = new OffsetAndMetadata(12);
    order.add(new ConsumerRecords<>(Map.of(), Map.of(VISITS, end)));

    assertThat(order.next(ALL, partition -> true).nextOffsets()).containsEntry(VISITS, end);
    assertThat(order.next(ALL, partition -> true).nextOffsets()).isEmpty();
  }

  @Test
  void nothingIsKeptOfAPartitionThatIsReadFromSomewhereElse() {
    order.add(polled(CLOCK, 0, 100));
    assertThat(next(VISITS)).isEmpty();

    order.drop(List.of(CLOCK));
    assertThat(next()).isEmpty();

    order.add(polled(CLOCK, 0, 100));
    assertThat(next(VISITS)).isEmpty();
    assertThat(order.next(Set.of(VISITS, CHARGES), partition -> true).isEmpty()).isTrue();
    assertThat(order.firstWaiting(CLOCK)).isNull();
  }

  @Test
  void aPartitionIsFullWhenEnoughOfItWaits() {
    long[] times = new long[2000];
    order.add(polled(CLOCK, 0, times));
    assertThat(next(VISITS)).isEmpty();
    assertThat(order.full()).containsExactly(CLOCK);

    assertThat(next()).hasSize(2000);
    assertThat(order.full()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void whateverIsFetchedFirstTheTimesNeverGoBackAndNothingIsLost(long seed) {
    Random random = new Random(seed);
    List<TopicPartition> topics = List.copyOf(ALL);
    Map<TopicPartition, List<Long>> log = new HashMap<>();
    Map<TopicPartition, Integer> read = new HashMap<>();
    for (TopicPartition topic : topics) {
      List<Long> times = new ArrayList<>();
      for (long time = 0; times.size() < 200; time += random.nextInt(20)) {
        times.add(time);
      }
      log.put(topic, times);
      read.put(topic, 0);
    }
    List<Long> seen = new ArrayList<>();
    while (seen.size() < 600) {
      TopicPartition topic = topics.get(random.nextInt(topics.size()));
      int from = read.get(topic);
      int to = Math.min(200, from + random.nextInt(30));
      long[] times = log.get(topic).subList(from, to).stream().mapToLong(Long::longValue).toArray();
      order.add(polled(topic, from, times));
      read.put(topic, to);
      List<Long> now = new ArrayList<>();
      order
          .next(ALL, partition -> read.get(partition) == 200)
          .forEach(record -> now.add(record.timestamp()));
      now.sort(null);
      if (!now.isEmpty() && !seen.isEmpty()) {
        assertThat(now.get(0)).isGreaterThanOrEqualTo(seen.get(seen.size() - 1));
      }
      seen.addAll(now);
    }
    assertThat(seen).hasSize(600);
  }

  private static ConsumerRecords<byte[], byte[]> polled(
      TopicPartition partition, long offset, long... times) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (long time : times) {
      records.add(
          new ConsumerRecord<>(
              partition.topic(),
              partition.partition(),
              offset + records.size(),
              time,
              TimestampType.CREATE_TIME,
              0,
              0,
              new byte[0],
              new byte[0],
              new RecordHeaders(),
              Optional.empty()));
    }
    return new ConsumerRecords<>(
        records.isEmpty() ? Map.of() : Map.of(partition, records),
        Map.of(partition, new OffsetAndMetadata(offset + records.size())));
  }

  /** What is in turn while the broker has more of some topics. */
  private List<String> next(TopicPartition... incomplete) {
    List<String> next = new ArrayList<>();
    order
        .next(ALL, partition -> !List.of(incomplete).contains(partition))
        .forEach(record -> next.add(record.topic() + " " + record.timestamp()));
    return next;
  }
}
