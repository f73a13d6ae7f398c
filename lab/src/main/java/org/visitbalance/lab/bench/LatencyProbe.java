package org.visitbalance.lab.bench;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.visitbalance.fact.NoCharge;
import org.visitbalance.fact.NoteType;
import org.visitbalance.fact.Visit;
import org.visitbalance.fact.VisitLine;
import org.visitbalance.fact.VisitStatus;
import org.visitbalance.platform.CommittedReading;
import org.visitbalance.service.BalancingService;
import org.visitbalance.service.FactProducer;
import org.visitbalance.topology.Keys;
import org.visitbalance.topology.Topics;
import org.visitbalance.topology.TopologyOptions;

/**
 * Measures how long a fact takes from being produced until its balance is visible, while facts
 * arrive at a steady rate. One fact in twenty is a probe: a visit at a clinic of its own, so that
 * the balance of that location is the probe's.
 */
final class LatencyProbe {
  private static final int EACH = 20;
  private static final int SECONDS = 20;
  private static final int WARM_UP_SECONDS = 10;
  static final String TENANT = "LATENCY";
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final double MILLIS = 1e6;

  /** Looks for balances of the probe tenant. */
  @FunctionalInterface
  interface Eye {
    /** Reports each location that it sees, the first time and again, until all is done. */
    void look(BooleanSupplier done, Consumer<String> seen);
  }

  private final FactProducer producer;
  private final int partitions;
  private final int rate;
  private final Map<String, Long> sent = new ConcurrentHashMap<>();
  private final List<Double> took = Collections.synchronizedList(new ArrayList<>());
  private final AtomicBoolean done = new AtomicBoolean();

  /**
   * Creates a probe.
   *
   * @param rate facts per second
   */
  LatencyProbe(Map<String, ?> clients, TopologyOptions.Serdes serdes, int partitions, int rate) {
    Map<String, Object> eager = new HashMap<>(clients);
    eager.put("linger.ms", "5");
    this.producer = new FactProducer(eager, serdes, "");
    this.partitions = partitions;
    this.rate = rate;
  }

  /**
   * Runs the measurement and returns a line with the result.
   *
   * @param whereto what the eye sees, in words
   */
  String run(Instant now, BalancingService service, String whereto, Eye eye) {
    Thread listener = new Thread(() -> eye.look(done::get, this::seen), "latency");
    listener.start();
    long begun = System.nanoTime();
    long facts = 0;
    long ticks = 0;
    while (System.nanoTime() - begun < TimeUnit.SECONDS.toNanos(SECONDS + WARM_UP_SECONDS)) {
      service.check();
      double seconds = (System.nanoTime() - begun) / 1e9;
      for (; facts < seconds * rate; facts++) {
        send(now, facts, seconds > WARM_UP_SECONDS);
      }
      if (ticks < seconds) {
        producer.tick(now.plusSeconds(++ticks), partitions);
      }
      pause();
    }
    producer.flush();
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!sent.isEmpty() && System.nanoTime() < end) {
      pause();
    }
    done.set(true);
    try {
      listener.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    producer.close();
    return result(whereto);
  }

  private void seen(String location) {
    Long at = sent.remove(location);
    if (at != null) {
      took.add((System.nanoTime() - at) / MILLIS);
    }
  }

  private String result(String whereto) {
    if (took.isEmpty()) {
      return "no probe reached its balance";
    }
    List<Double> sorted = took.stream().sorted().toList();
    return String.format(
        "at %,d facts/s from fact to %s: p50 %.0f ms, p99 %.0f ms, max %.0f ms (%,d"
            + " probes, %,d lost)",
        rate,
        whereto,
        sorted.get(sorted.size() / 2),
        sorted.get((int) (sorted.size() * 0.99)),
        sorted.get(sorted.size() - 1),
        sorted.size(),
        sent.size());
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(2);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private void send(Instant now, long number, boolean measured) {
    boolean probe = number % EACH == 0;
    String clinic = probe ? "PROBE" + number : "C" + number % 50;
    if (probe && measured) {
      sent.put(clinic, System.nanoTime());
    }
    LocalDate day = LocalDate.ofInstant(now, ZoneOffset.UTC);
    producer.fact(
        Visit.newBuilder()
            .setTenant(TENANT)
            .setEventId("latency-" + number)
            .setOccurredAt(now)
            .setVisitId("latency-" + number)
            .setRevision(0)
            .setStatus(VisitStatus.FINALIZED)
            .setPatientKey("P" + number % 20_000)
            .setClinicId(clinic)
            .setDateOfService(day)
            .setFinalizedAt(now)
            .setFinalizedOn(day)
            .setTherapistId("TH1")
            .setNoteType(NoteType.DAILY_NOTE)
            .setNoCharge(NoCharge.NONE)
            .setLines(List.of(new VisitLine("97110", List.of(), 2, null)))
            .build(),
        now);
  }

  /** Watches committed records on the balances topic. */
  static Eye onTopic(Map<String, ?> clients) {
    Map<String, Object> reading = CommittedReading.config(clients);
    reading.put("fetch.max.wait.ms", "20");
    String topic = Topics.BALANCES.name();
    return (done, seen) -> {
      try (KafkaConsumer<String, byte[]> consumer =
          new KafkaConsumer<>(reading, new StringDeserializer(), new ByteArrayDeserializer())) {
        List<TopicPartition> all = CommittedReading.partitions(consumer, topic);
        consumer.assign(all);
        consumer.seekToEnd(all);
        all.forEach(consumer::position);
        while (!done.getAsBoolean()) {
          for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(50))) {
            List<String> parts = Keys.parts(record.key());
            if (parts.get(0).equals(TENANT)) {
              seen.accept(parts.get(1));
            }
          }
        }
      }
    };
  }
}
