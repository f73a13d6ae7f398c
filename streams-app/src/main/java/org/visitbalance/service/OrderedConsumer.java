package org.visitbalance.service;

import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.visitbalance.platform.Deadline;

/**
 * The consumer of a stream thread, which passes on records in the order of their times: {@link
 * TimeOrder}. What it keeps back counts as not polled: it is neither in a position nor in an offset
 * to commit, and it is forgotten with its partition.
 */
final class OrderedConsumer extends KafkaConsumer<byte[], byte[]> {
  /** Nothing has come for two commit intervals: there is nothing that a thread could commit. */
  private static final Duration A_WHILE = Duration.ofMillis(200);

  /** A thread that looks around ten times a second costs more than the clock that wakes it. */
  private static final Duration AT_REST = Duration.ofMillis(500);

  private final TimeOrder order = new TimeOrder();
  private Deadline comesToRest = Deadline.in(A_WHILE);

  /** What the thread has paused. */
  private final Set<TopicPartition> paused = new HashSet<>();

  OrderedConsumer(Map<String, Object> config) {
    super(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  @Override
  public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
    pauseWhatIsFull();
    boolean isAtRest = !timeout.isZero() && timeout.compareTo(AT_REST) < 0 && comesToRest.isOver();
    ConsumerRecords<byte[], byte[]> polled = super.poll(isAtRest ? AT_REST : timeout);
    order.add(polled);
    ConsumerRecords<byte[], byte[]> next = order.next(assignment(), this::isComplete);
    if (!polled.isEmpty() || !next.isEmpty() || order.isWaiting()) {
      comesToRest = Deadline.in(A_WHILE);
    }
    return next;
  }

  /** A paused partition may have more records than were heard of, and so may a new one. */
  private boolean isComplete(TopicPartition partition) {
    return !paused.contains(partition) && currentLag(partition).orElse(1) == 0;
  }

  /** Of what waits enough, nothing more is fetched for a while. */
  private void pauseWhatIsFull() {
    Set<TopicPartition> full = order.full();
    Set<TopicPartition> drained = new HashSet<>(super.paused());
    drained.removeAll(full);
    drained.removeAll(paused);
    super.resume(drained);
    super.pause(full);
  }

  @Override
  public void pause(Collection<TopicPartition> partitions) {
    super.pause(partitions);
    paused.addAll(partitions);
  }

  @Override
  public void resume(Collection<TopicPartition> partitions) {
    paused.removeAll(partitions);
    // The next poll pauses again what is full.
    super.resume(partitions);
  }

  @Override
  public Set<TopicPartition> paused() {
    return Set.copyOf(paused);
  }

  @Override
  public long position(TopicPartition partition) {
    Long waiting = order.firstWaiting(partition);
    return waiting == null ? super.position(partition) : waiting;
  }

  @Override
  public long position(TopicPartition partition, Duration timeout) {
    Long waiting = order.firstWaiting(partition);
    return waiting == null ? super.position(partition, timeout) : waiting;
  }

  @Override
  public void seek(TopicPartition partition, long offset) {
    super.seek(partition, offset);
    order.drop(List.of(partition));
  }

  @Override
  public void seek(TopicPartition partition, OffsetAndMetadata offset) {
    super.seek(partition, offset);
    order.drop(List.of(partition));
  }

  @Override
  public void seekToBeginning(Collection<TopicPartition> partitions) {
    super.seekToBeginning(partitions);
    order.drop(partitions.isEmpty() ? assignment() : partitions);
  }

  @Override
  public void seekToEnd(Collection<TopicPartition> partitions) {
    super.seekToEnd(partitions);
    order.drop(partitions.isEmpty() ? assignment() : partitions);
  }

  @Override
  public void subscribe(Collection<String> topics, ConsumerRebalanceListener listener) {
    super.subscribe(topics, new Forgetting(listener));
  }

  @Override
  public void subscribe(Pattern pattern, ConsumerRebalanceListener listener) {
    super.subscribe(pattern, new Forgetting(listener));
  }

  @Override
  public void unsubscribe() {
    super.unsubscribe();
    order.drop();
    paused.clear();
  }

  /** Forgets what was read of partitions that somebody else reads from now on. */
  private final class Forgetting implements ConsumerRebalanceListener {
    private final ConsumerRebalanceListener listener;

    Forgetting(ConsumerRebalanceListener listener) {
      this.listener = listener;
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      listener.onPartitionsAssigned(partitions);
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      listener.onPartitionsRevoked(partitions);
      drop(partitions);
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
      listener.onPartitionsLost(partitions);
      drop(partitions);
    }

    private void drop(Collection<TopicPartition> partitions) {
      order.drop(partitions);
      paused.removeAll(partitions);
    }
  }
}
