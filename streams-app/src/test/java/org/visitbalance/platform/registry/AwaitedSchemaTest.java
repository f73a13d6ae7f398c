package org.visitbalance.platform.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.visitbalance.fact.Tick;
import org.visitbalance.platform.serde.AvroSerde;
import org.visitbalance.platform.serde.NotYetDecodableException;
import org.visitbalance.platform.serde.ReadableValues;

/** The three ways to read a record whose schema the registry does not know yet. */
class AwaitedSchemaTest {
  private static final String TOPIC = "balancing.clock";
  private static final Tick TICK = new Tick(Instant.parse("2026-11-04T19:00:00Z"), "host-1");

  private final LocalRegistry registry =
      new LocalRegistry(SchemaLog.inMemory(), CompatibilityLevel.NONE);

  /** What the registry answers before it answers as it should. */
  private final Deque<RegistryException> answers = new ArrayDeque<>();

  private final ReadableValues<Tick> values =
      new ReadableValues<>(AvroSerde.of(Tick.class, slow(), Map.of()).deserializer());

  private SchemaRegistry slow() {
    return (SchemaRegistry)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {SchemaRegistry.class},
            (proxy, method, args) -> {
              if (method.getName().equals("byId") && !answers.isEmpty()) {
                throw answers.remove();
              }
              try {
                return method.invoke(registry, args);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private ConsumerRecord<byte[], byte[]> record() {
    byte[] value = AvroSerde.of(Tick.class, registry, Map.of()).serializer().serialize(TOPIC, TICK);
    return new ConsumerRecord<>(TOPIC, 0, 0, null, value);
  }

  private void isUnknown(int times, boolean isLikely) {
    for (int i = 0; i < times; i++) {
      answers.add(SchemaNotYetKnownException.ofUnknown(1, isLikely));
    }
  }

  @Test
  void whoeverHasToHaveTheRecordWaits() {
    isUnknown(2, true);

    assertThat(values.await(record())).isEqualTo(TICK);
    assertThat(answers).isEmpty();
    assertThat(values.passedOver()).isZero();
  }

  @Test
  void whoeverCanDoWithoutItDoesNotWait() {
    isUnknown(1, true);

    assertThat(values.ifKnown(record())).isNull();
    assertThat(values.passedOver()).isZero();
    assertThat(values.ifKnown(record())).isEqualTo(TICK);
  }

  @Test
  void nobodyWaitsForASchemaThatIsNotLikelyToCome() {
    isUnknown(1, false);

    assertThat(values.await(record())).isNull();
    assertThat(values.passedOver()).isEqualTo(1);
  }

  @Test
  void aRegistryThatDoesNotAnswerIsAnotherMatter() {
    answers.add(new RegistryException("no answer"));
    assertThatThrownBy(() -> values.await(record())).isInstanceOf(NotYetDecodableException.class);

    answers.add(new RegistryException("no answer"));
    assertThatThrownBy(() -> values.ifKnown(record())).isInstanceOf(NotYetDecodableException.class);
  }
}
