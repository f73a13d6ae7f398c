package org.visitbalance.service;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.visitbalance.embedded.EmbeddedCluster;
import org.visitbalance.fact.Feed;
import org.visitbalance.naive.KnownFact;
import org.visitbalance.naive.MessyFacts;
import org.visitbalance.output.DeadLetter;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.output.DiscrepancyStatus;
import org.visitbalance.output.Level;
import org.visitbalance.output.Severity;
import org.visitbalance.platform.Patience;
import org.visitbalance.platform.serde.ValueSerdes;
import org.visitbalance.topology.Topic;
import org.visitbalance.topology.Topics;
import org.visitbalance.topology.TopologyOptions;

/**
 * A rebuild whose process is killed again and again ends with the same outputs as one that is left
 * alone, and says nothing twice. Sometimes the older group's offsets are lost. {@code
 * -Dvisitbalance.rebuild.crashes=N} runs N seeds from 2 on, {@code -Dvisitbalance.crash=S} just
 * that one.
 */
@Tag("crash")
@Tag("slow")
class RebuildCrashTest {
  static final int DATES_PER_TICK = 4;
  private static final int LIVES = 2;
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final String OLDER = "visit-balance-1-0123456789abcdef";

  @TempDir private Path folder;

  static LongStream seeds() {
    Long one = Long.getLong("visitbalance.crash");
    return one != null
        ? LongStream.of(one)
        : LongStream.rangeClosed(2, 1 + Long.getLong("visitbalance.rebuild.crashes", 1));
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void killedAtAnyMomentItEndsAsIfItHadBeenLeftAlone(long seed) {
    Random random = new Random(seed);
    int partitions = 3 + random.nextInt(3);
    Duration kept = random.nextBoolean() ? TopologyOptions.RETENTION : Duration.ofDays(2);
    boolean isLost = seed % 2 == 0;
    try (EmbeddedCluster cluster = EmbeddedCluster.temporary();
        Installation alone = new Installation(cluster, "alone.", partitions, kept, seed);
        Installation killed = new Installation(cluster, "killed.", partitions, kept, seed)) {
      // Given two installations of an older version, which said something else
      for (Installation one : List.of(alone, killed)) {
        one.liveWithTheOlderVersion();
        one.disturb(seed);
        if (isLost) {
          one.loseOffsets();
        }
        one.tell(one.later);
      }

      // When one is rebuilt, and the other one is killed while it is
      int ticks = alone.rebuild();
      for (int life = 1; life < LIVES; life++) {
        killed.rebuildAndDie(1 + random.nextInt(Math.max(1, ticks)));
      }
      Map<String, Map<String, SpecificRecord>> expected = alone.tables();
      Process last = killed.start();
      try {
        // Then both say the same
        await()
            .atMost(PATIENCE)
            .pollInterval(Duration.ofMillis(300))
            .untilAsserted(
                () -> {
                  killed.tick(killed.end);
                  assertThat(killed.tables()).as(killed.errors()).isEqualTo(expected);
                });
      } finally {
        last.destroyForcibly().onExit().join();
      }
      killed.assertSaidOnce();
    }
  }

  /** An installation and its facts. */
  private final class Installation implements AutoCloseable {
    final Map<String, Object> clients = new HashMap<>();
    final TopologyOptions.Serdes serdes;
    final String prefix;
    final int partitions;
    final Duration kept;
    final List<KnownFact> earlier = new ArrayList<>();
    final List<KnownFact> later = new ArrayList<>();
    final Instant moment;
    final Instant end;
    final FactProducer producer;
    final Set<Integer> settled = ConcurrentHashMap.newKeySet();
    final AtomicInteger ticked = new AtomicInteger();

    Installation(EmbeddedCluster cluster, String prefix, int partitions, Duration kept, long seed) {
      this.prefix = prefix;
      this.partitions = partitions;
      this.kept = kept;
      clients.put("bootstrap.servers", cluster.bootstrapServers());
      clients.put("schema.registry.url", cluster.registryUrl());
      serdes = ValueSerdes.of(clients)::forClass;
      List<KnownFact> facts = new ArrayList<>(MessyFacts.of(seed, 150));
      facts.removeIf(fact -> fact.fact() instanceof Feed);
      facts.sort(Comparator.comparing(KnownFact::knownAt));
      moment = facts.get(facts.size() * 2 / 3).knownAt();
      end = facts.get(facts.size() - 1).knownAt().plusSeconds(1);
      for (KnownFact fact : facts) {
        (fact.knownAt().isAfter(moment) ? later : earlier).add(fact);
      }
      TopicProvisioner.create(clients, prefix, partitions, Topic.Time.SIMULATION);
      producer = new FactProducer(clients, serdes, prefix, () -> Instant.EPOCH);
      producer.settings(MessyFacts.settings(seed));
    }

    void tell(List<KnownFact> facts) {
      facts.forEach(one -> producer.fact(one.fact(), one.knownAt()));
      producer.flush();
    }

    void tick(Instant at) {
      producer.tick(at, partitions);
      producer.flush();
    }

    private BalancingService service(Map<String, Object> config, Instant presentFrom, int dates) {
      return BalancingService.startTemporary(
          new TopologyOptions(
              prefix,
              serdes,
              "key",
              partitions,
              presentFrom,
              kept,
              true,
              dates,
              (partition, now, isSettled) -> {
                ticked.incrementAndGet();
                if (isSettled) {
                  settled.add(partition);
                }
              }),
          config,
          BalancingService.Problems.SILENT);
    }

    private void settle(BalancingService service, Instant at) {
      settled.clear();
      Patience.await(
          "the service to judge",
          PATIENCE,
          () -> {
            service.check();
            tick(at);
            return settled.size() == partitions && service.isBooked();
          });
    }

    void liveWithTheOlderVersion() {
      Map<String, Object> older = new HashMap<>(clients);
      older.put("application.id", prefix + OLDER);
      try (BalancingService service =
          service(older, Instant.EPOCH, TopologyOptions.DATES_PER_TICK)) {
        tell(earlier);
        Patience.await(
            "the facts",
            PATIENCE,
            () -> service.counts().ofPatientFacts("facts-read") == earlier.size());
        settle(service, moment);
      }
    }

    /** Some of what the older version said is unsaid, and something else is said. */
    void disturb(long seed) {
      Random random = new Random(seed);
      try (KafkaProducer<byte[], byte[]> sender =
          new KafkaProducer<>(clients, new ByteArraySerializer(), new ByteArraySerializer())) {
        for (Topic<?> topic :
            List.of(
                Topics.VISIT_DISCREPANCIES,
                Topics.PERIOD_DISCREPANCIES,
                Topics.ITEMS,
                Topics.BALANCES)) {
          for (Map.Entry<String, SpecificRecord> one : table(topic).entrySet()) {
            int dice = random.nextInt(4);
            if (dice == 0) {
              send(sender, topic, one.getKey(), null);
            } else if (dice == 1
                && one.getValue() instanceof Discrepancy found
                && topic.equals(Topics.VISIT_DISCREPANCIES)) {
              String id = "GHOST" + found.getId();
              send(sender, topic, id, Discrepancy.newBuilder(found).setId(id).build());
            }
          }
        }
      }
    }

    @SuppressWarnings("unchecked")
    private void send(
        KafkaProducer<byte[], byte[]> sender, Topic<?> topic, String key, SpecificRecord value) {
      String name = prefix + topic.name();
      Serializer<SpecificRecord> values =
          (Serializer<SpecificRecord>) (Serializer<?>) serdes.of(topic.type()).serializer();
      var unused =
          sender.send(
              new ProducerRecord<>(
                  name,
                  null,
                  moment.toEpochMilli(),
                  key.getBytes(UTF_8),
                  value == null ? null : values.serialize(name, value)));
    }

    void loseOffsets() {
      try (Admin admin = Admin.create(clients)) {
        admin.deleteConsumerGroups(List.of(prefix + OLDER)).all().get();
      } catch (InterruptedException | ExecutionException e) {
        throw new IllegalStateException(e);
      }
    }

    /** Rebuilds at one go; returns how many ticks of a partition that took. */
    int rebuild() {
      ticked.set(0);
      try (BalancingService service = service(clients, end, DATES_PER_TICK)) {
        Patience.await(
            "the facts",
            PATIENCE,
            () -> {
              service.check();
              tick(end);
              return service.counts().ofPatientFacts("facts-read") == earlier.size() + later.size();
            });
        settle(service, end);
        Map<String, Map<String, SpecificRecord>> before = Map.of();
        for (Map<String, Map<String, SpecificRecord>> now = tables();
            !now.equals(before);
            now = tables()) {
          before = now;
          pause(1_000);
        }
      }
      return ticked.get();
    }

    Process start() {
      List<String> command =
          List.of(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-Xmx300m",
              "-XX:TieredStopAtLevel=1",
              "-XX:+UseSerialGC",
              "-cp",
              System.getProperty("java.class.path"),
              RebuildingProcess.class.getName(),
              String.valueOf(clients.get("bootstrap.servers")),
              String.valueOf(clients.get("schema.registry.url")),
              prefix,
              Integer.toString(partitions),
              end.toString(),
              kept.toString(),
              folder.resolve("state").toString());
      try {
        return new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.appendTo(folder.resolve("errors.log").toFile()))
            .start();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** What its processes complained about. */
    String errors() {
      try {
        return Files.readString(folder.resolve("errors.log"));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Starts it, and kills it when it has taken some ticks. */
    void rebuildAndDie(int after) {
      Process process = start();
      AtomicInteger said = new AtomicInteger();
      Thread reading =
          new Thread(
              () -> {
                try (BufferedReader lines = process.inputReader(UTF_8)) {
                  while (said.get() < after && lines.readLine() != null) {
                    said.incrementAndGet();
                  }
                } catch (IOException e) {
                  // It is dead.
                }
                process.destroyForcibly();
              });
      reading.start();
      Patience.await(
          "the process to be killed",
          PATIENCE,
          () -> {
            tick(end);
            return !process.isAlive();
          });
    }

    private Map<String, SpecificRecord> table(Topic<?> topic) {
      return tables().get(topic.name());
    }

    /** What stands on the output topics, by topic and key. */
    Map<String, Map<String, SpecificRecord>> tables() {
      Map<String, Map<String, SpecificRecord>> tables = new TreeMap<>();
      Topics.OUTPUTS.forEach(topic -> tables.put(topic.name(), new TreeMap<>()));
      new TopicReader(clients, serdes, prefix)
          .read(
              Topics.OUTPUTS,
              (topic, key, value) -> {
                if (value instanceof DeadLetter letter) {
                  String place =
                      letter.getSource().substring(prefix.length())
                          + letter.getPartition()
                          + " "
                          + letter.getPosition();
                  assertThat(tables.get(topic.name()))
                      .as("a dead letter twice")
                      .doesNotContainKey(place);
                  tables
                      .get(topic.name())
                      .put(place, DeadLetter.newBuilder(letter).setSource("").build());
                } else if (value == null) {
                  tables.get(topic.name()).remove(key);
                } else {
                  tables.get(topic.name()).put(key, compared(value));
                }
              });
      return tables;
    }

    /**
     * A book speaks at each commit, so what a period's discrepancy said last before it ended
     * depends on which of a tick's visits were committed together.
     */
    private SpecificRecord compared(SpecificRecord value) {
      return value instanceof Discrepancy one
              && one.getLevel() == Level.PERIOD
              && one.getStatus() == DiscrepancyStatus.RESOLVED
          ? Discrepancy.newBuilder(one).setSeverity(Severity.LOW).setDifference(0).build()
          : value;
    }

    /** Nothing was said twice, and nothing was opened twice. */
    void assertSaidOnce() {
      Map<String, SpecificRecord> last = new HashMap<>();
      new TopicReader(clients, serdes, prefix)
          .read(
              Topics.OUTPUTS,
              (topic, key, value) -> {
                if (key == null || value == null) {
                  last.remove(topic.name() + key);
                  return;
                }
                SpecificRecord old = last.put(topic.name() + key, value);
                // A balance is reported whenever its book has changed, even back and forth.
                if (!topic.equals(Topics.BALANCES)) {
                  assertThat(value).as("said twice").isNotEqualTo(old);
                }
                if (old instanceof Discrepancy one
                    && value instanceof Discrepancy now
                    && one.getStatus() == DiscrepancyStatus.OPEN) {
                  assertThat(now.getOpenedAt()).as("opened twice").isEqualTo(one.getOpenedAt());
                }
              });
    }

    @Override
    public void close() {
      producer.close();
    }
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
