package org.visitbalance.lab.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.visitbalance.platform.serde.ValueSerdes;
import org.visitbalance.scenario.TimedFact;
import org.visitbalance.service.BalancingService;
import org.visitbalance.service.FactProducer;
import org.visitbalance.topology.Topics;
import org.visitbalance.topology.TopologyOptions;

/**
 * The service over facts that lie on the topics: started, and measured until it has read,
 * evaluated, and booked them.
 */
final class TopologyRun {
  /** How the service runs, and whether the clock goes with the facts. */
  record Plan(int partitions, String commitMs, String threads, boolean live) {
    Plan with(boolean isLive) {
      return new Plan(partitions, commitMs, threads, isLive);
    }
  }

  /**
   * How long a run took.
   *
   * @param started seconds from the start to the first fact
   * @param read seconds from there to the last fact
   * @param all seconds from the first fact until everything was booked
   * @param cpu seconds of CPU time of this process within these
   * @param days ticks before the end of the facts at which each partition had nothing left to
   *     evaluate: the days whose facts were evaluated as they arrived
   */
  record Took(double started, double read, double all, double cpu, long days) {}

  private static final double NANOS = 1e9;
  private static final Duration PATIENCE = Duration.ofMinutes(15);

  /** Asking too often would slow the service down. */
  private static final Duration BREATH = Duration.ofMillis(300);

  private final Map<String, Object> clients;
  private final TopologyOptions.Serdes serdes;
  private final String prefix;
  private final Plan plan;

  /** Facts read since the start; asking the service's metrics costs more than a benchmark may. */
  private final LongAdder read = new LongAdder();

  /** The ticks before the end of the facts, of any partition, that left nothing to do. */
  private final LongAdder live = new LongAdder();

  /** The partitions with a tick at the end of the facts, and whether it left nothing to do. */
  private final Map<Integer, Boolean> settled = new ConcurrentHashMap<>();

  TopologyRun(Map<String, Object> clients, String prefix, Plan plan) {
    this.clients = clients;
    this.serdes = ValueSerdes.of(clients)::forClass;
    this.prefix = prefix;
    this.plan = plan;
  }

  Map<String, Object> clients() {
    return clients;
  }

  /**
   * Puts facts on their topics, and before those of each day a tick if the clock goes with them;
   * returns the moment at which all of them can be evaluated.
   */
  Instant produce(FactProducer producer, Iterator<TimedFact> next, int count) {
    Instant last = Instant.EPOCH;
    for (int i = 0; i < count; i++) {
      TimedFact timed = next.next();
      Instant at = timed.knownAt();
      if (plan.live() && isAnotherDay(last, at)) {
        producer.tick(at, plan.partitions());
      }
      last = at;
      producer.fact(timed.fact(), at);
    }
    producer.flush();
    Instant end = last.plus(Duration.ofDays(1));
    producer.tick(plan.live() ? end : Instant.EPOCH, plan.partitions());
    producer.flush();
    return end;
  }

  private static boolean isAnotherDay(Instant last, Instant at) {
    return !at.truncatedTo(ChronoUnit.DAYS).equals(last.truncatedTo(ChronoUnit.DAYS));
  }

  /** Starts the service. */
  BalancingService start(Path state, Instant end) {
    settled.clear();
    read.reset();
    live.reset();
    Map<String, Object> streams = new HashMap<>(clients);
    streams.put("commit.interval.ms", plan.commitMs());
    streams.put("num.stream.threads", plan.threads());
    TopologyOptions options =
        new TopologyOptions(
            prefix,
            this::counting,
            "bench",
            plan.partitions(),
            plan.live() ? Instant.EPOCH : end,
            TopologyOptions.RETENTION,
            false,
            TopologyOptions.DATES_PER_TICK,
            (partition, now, isSettled) -> {
              if (isSettled && now.isBefore(end)) {
                live.increment();
              }
              settled.put(partition, isSettled && now.equals(end));
            });
    return BalancingService.start(options, streams, state, (problem, goesOn) -> {});
  }

  /**
   * Starts the service, and waits until it has processed everything.
   *
   * @param taken how many facts there are that it has not processed yet
   * @param took is told how long it took
   */
  BalancingService serve(
      Path state, FactProducer producer, Instant end, long taken, Consumer<Took> took) {
    long begun = System.nanoTime();
    BalancingService service = start(state, end);
    Measuring.await(service, PATIENCE, BREATH, () -> read.sum() > 0);
    long reading = System.nanoTime();
    long worked = Measuring.cpuNanos();
    Measuring.await(service, PATIENCE, BREATH, () -> read.sum() >= taken);
    double readAfter = (System.nanoTime() - reading) / NANOS;
    Measuring.await(service, PATIENCE, BREATH, () -> isSettled(producer, end));
    Measuring.await(service, PATIENCE, BREATH, service::isBooked);
    took.accept(
        new Took(
            (reading - begun) / NANOS,
            readAfter,
            (System.nanoTime() - reading) / NANOS,
            (Measuring.cpuNanos() - worked) / NANOS,
            live.sum() / plan.partitions()));
    return service;
  }

  /** The same, and stops it. */
  Took serveOnce(Path state, FactProducer producer, Instant end, long taken) {
    List<Took> told = new ArrayList<>();
    serve(state, producer, end, taken, told::add).close();
    return told.get(0);
  }

  private boolean isSettled(FactProducer producer, Instant end) {
    boolean done =
        settled.size() == plan.partitions()
            && settled.values().stream().allMatch(Boolean::booleanValue);
    if (!done) {
      producer.tick(end, plan.partitions());
      producer.flush();
    }
    return done;
  }

  private <T extends SpecificRecord> Serde<T> counting(Class<T> type) {
    Serde<T> serde = serdes.of(type);
    if (Topics.PATIENT_FACTS.stream().noneMatch(topic -> topic.type().equals(type))) {
      return serde;
    }
    Deserializer<T> own = serde.deserializer();
    return Serdes.serdeFrom(
        serde.serializer(),
        (topic, bytes) -> {
          read.increment();
          return own.deserialize(topic, bytes);
        });
  }
}
