package org.visitbalance.platform.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.junit.jupiter.api.Test;
import org.visitbalance.fact.Feed;
import org.visitbalance.fact.FeedSource;
import org.visitbalance.platform.serde.AvroSerde;
import org.visitbalance.platform.serde.NotYetDecodableException;
import org.visitbalance.platform.serde.ReadableValues;
import org.visitbalance.platform.serde.SchemaPatience;

/** Whoever passes over what cannot be read loses nothing that can be read. */
class UnaskedRecordsTest {
  private static final String TOPIC = "balancing.feeds";
  private static final int FAR = 1_000_000;

  /** More than the registry is asked for in a second. */
  private static final int MANY = 300;

  private final LocalRegistry known =
      new LocalRegistry(SchemaLog.inMemory(), CompatibilityLevel.NONE);
  private final Feed feed =
      Feed.newBuilder()
          .setTenant("T1")
          .setEventId("e1")
          .setOccurredAt(Instant.EPOCH)
          .setSource(FeedSource.EMR)
          .setCompleteUntil(Instant.EPOCH)
          .build();
  private long nanos = Duration.ofDays(1).toNanos();
  private final Deserializer<Feed> deserializer =
      AvroSerde.of(
              Feed.class, new CachingRegistry(known, Duration.ofMinutes(5), () -> nanos), Map.of())
          .deserializer();
  private final ReadableValues<Feed> values = new ReadableValues<>(deserializer);

  @Test
  void aRecordBehindHundredsOfUnknownSchemasIsRead() {
    ConsumerRecord<byte[], byte[]> good = record(null);
    for (int i = 0; i < MANY; i++) {
      try {
        assertThat(values.of(record(FAR + i))).isNull();
      } catch (NotYetDecodableException e) {
        assertThat(e.isUnknown()).isTrue();
      }
    }

    Feed read =
        SchemaPatience.awaitTurn(
            () -> {
              nanos += Duration.ofMillis(500).toNanos();
              return values.of(good);
            });

    assertThat(read).isEqualTo(feed);
  }

  /** The same record, or one that says to be of another schema. */
  private ConsumerRecord<byte[], byte[]> record(Integer id) {
    byte[] value = AvroSerde.of(Feed.class, known, Map.of()).serializer().serialize(TOPIC, feed);
    if (id != null) {
      ByteBuffer.wrap(value).putInt(1, id);
    }
    return new ConsumerRecord<>(TOPIC, 0, 0, new byte[0], value);
  }
}
