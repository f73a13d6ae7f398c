package org.visitbalance.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.visitbalance.fact.Feed;
import org.visitbalance.naive.KnownFact;
import org.visitbalance.naive.MessyFacts;
import org.visitbalance.platform.registry.CompatibilityLevel;
import org.visitbalance.platform.registry.LocalRegistry;
import org.visitbalance.platform.registry.SchemaLog;
import org.visitbalance.platform.serde.AvroSerde;

/**
 * Measures how much memory a rebuild needs for what was reported before; see docs/adr/0023. {@code
 * -Dvisitbalance.measure} runs it.
 */
@EnabledIfSystemProperty(named = "visitbalance.measure", matches = ".*")
class PreviousOutputsMemoryTest {
  private static final int COMPANIES = 60;

  private final LocalRegistry registry =
      new LocalRegistry(SchemaLog.inMemory(), CompatibilityLevel.NONE);
  private final Map<Topic<?>, Serde<?>> serdes = new HashMap<>();

  @SuppressWarnings("unchecked")
  private Serde<SpecificRecord> serde(Topic<?> topic) {
    return (Serde<SpecificRecord>)
        serdes.computeIfAbsent(topic, any -> AvroSerde.of(topic.type(), registry, Map.of()));
  }

  private record Output(Topic<?> topic, String key, ByteBuffer value) {}

  /** What a service reports of many small companies, as it is on the topics. */
  private List<Output> outputs() {
    Map<String, Topic<?>> topics = new HashMap<>();
    Topics.OUTPUTS.forEach(topic -> topics.put(topic.name(), topic));
    List<Output> outputs = new ArrayList<>();
    for (long seed = 1; seed <= COMPANIES; seed++) {
      List<KnownFact> facts = new ArrayList<>(MessyFacts.of(seed, 300));
      facts.removeIf(fact -> fact.fact() instanceof Feed);
      facts.sort(Comparator.comparing(KnownFact::knownAt));
      try (Service service = new Service()) {
        service.settings(MessyFacts.settings(seed));
        facts.forEach(fact -> service.fact(fact.fact(), fact.knownAt()));
        service.settle(MessyFacts.asOf(seed));
        for (Service.Out out : service.said()) {
          if (out.value() != null && out.key() != null) {
            Topic<?> topic = topics.get(out.topic());
            outputs.add(
                new Output(
                    topic,
                    seed + out.key(),
                    ByteBuffer.wrap(
                        serde(topic).serializer().serialize(out.topic(), out.value()))));
          }
        }
      }
    }
    return outputs;
  }

  private static long used() {
    for (int i = 0; i < 5; i++) {
      System.gc();
    }
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  @Test
  void howManyBytesAnOutputTakes() {
    List<Output> outputs = outputs();
    Map<String, Long> all = new TreeMap<>();
    for (Topic<?> topic : Topics.OUTPUTS) {
      List<Output> some = outputs.stream().filter(one -> one.topic().equals(topic)).toList();
      if (some.size() > 100) {
        all.put(topic.name(), bytes(some));
      }
    }
    all.forEach((topic, bytes) -> System.out.println(topic + ": " + bytes + " bytes an output"));
    long each = bytes(outputs);
    System.out.println("all: " + outputs.size() + " records, " + each + " bytes an output");
    assertThat(each).isPositive();
  }

  private long bytes(List<Output> outputs) {
    long before = used();
    PreviousOutputs previous = new PreviousOutputs();
    long after;
    try {
      for (Output one : outputs) {
        previous.put(
            one.topic(),
            new String(one.key().getBytes(UTF_8), UTF_8),
            serde(one.topic()).deserializer().deserialize(one.topic().name(), one.value().array()),
            Instant.EPOCH);
      }
      previous.read();
      after = used();
    } finally {
      Reference.reachabilityFence(previous);
    }
    return (after - before)
        / outputs.stream().map(one -> one.topic().name() + one.key()).distinct().count();
  }
}
