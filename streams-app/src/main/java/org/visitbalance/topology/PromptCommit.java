package org.visitbalance.topology;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.api.FixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorContext;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;

/**
 * Asks for a commit when postings arrive, at most once in each commit interval. A posting is sent
 * by one commit, and what it changes is said by another one: without this a fact would wait for two
 * intervals until its balance is seen (docs/adr/0045).
 */
final class PromptCommit<V> implements FixedKeyProcessor<String, V, V> {
  @SuppressWarnings("NullAway.Init")
  private FixedKeyProcessorContext<String, V> context;

  private Duration interval = Duration.ZERO;
  private Instant next = Instant.EPOCH;

  @Override
  public void init(FixedKeyProcessorContext<String, V> context) {
    this.context = context;
    Object millis = context.appConfigs().get(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG);
    this.interval = Duration.ofMillis((Long) Objects.requireNonNull(millis));
  }

  @Override
  public void process(FixedKeyRecord<String, V> posting) {
    Instant now = Instant.ofEpochMilli(context.currentSystemTimeMs());
    if (!now.isBefore(next)) {
      next = now.plus(interval);
      context.commit();
    }
    context.forward(posting);
  }
}
