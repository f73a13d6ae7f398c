package org.visitbalance.lab.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.visitbalance.fact.Tick;
import org.visitbalance.naive.KnownFact;
import org.visitbalance.output.Balance;
import org.visitbalance.output.Close;
import org.visitbalance.output.Granularity;
import org.visitbalance.scenario.LivingCompany;
import org.visitbalance.scenario.TimedFact;
import org.visitbalance.service.FactProducer;
import org.visitbalance.settings.Settings;
import org.visitbalance.topology.Keys;
import org.visitbalance.topology.Topic;
import org.visitbalance.topology.Topics;
import org.visitbalance.topology.TopologyOptions;

/**
 * A made-up company whose hours pass in fractions of a second, and everything that was sent about
 * it. Two threads use it: one sends facts, the other one does faults.
 */
final class Story implements AutoCloseable {
  static final int PARTITIONS = 3;
  private static final Duration STEP = Duration.ofHours(1);
  private static final int CLINICS = 2;

  /**
   * Long ago: the company's time passes many thousand times as fast, and alerts tells of nothing
   * that opens in the future.
   */
  private static final LocalDate FIRST_DAY = LocalDate.of(2016, 10, 17);

  private static final int PATIENCE_SECONDS = 120;

  private final LivingCompany company;
  private final Random random;
  private final FactProducer producer;
  private final KafkaProducer<byte[], byte[]> raw;
  private final TopologyOptions.Serdes serdes;
  private final List<KnownFact> facts = new ArrayList<>();
  private final Map<String, Settings> settings = new HashMap<>();
  private final Map<String, ClosedDay> closed = new HashMap<>();

  /** Where the records are that must become dead letters. */
  private final Set<String> poison = new HashSet<>();

  /** Where the records are that may, but need not. */
  private final Set<String> doubtful = new HashSet<>();

  private Instant now;
  private final AtomicBoolean flows = new AtomicBoolean();
  private final Thread thread = new Thread(this::flow, "facts");
  private volatile boolean isOver;
  private volatile @Nullable RuntimeException problem;

  /**
   * A day that was closed.
   *
   * @param version the close's
   * @param line what was closed
   */
  private record ClosedDay(int version, Map<?, ?> line) {}

  Story(long seed, Map<String, Object> clients, TopologyOptions.Serdes serdes) {
    this.random = new Random(seed);
    this.serdes = serdes;
    this.company =
        new LivingCompany(LivingCompany.options(seed, CLINICS).with().firstDay(FIRST_DAY).build());
    this.now = company.next();
    this.producer = new FactProducer(clients, serdes, "", this::now);
    this.raw = new KafkaProducer<>(clients, new ByteArraySerializer(), new ByteArraySerializer());
    company.settings().forEach(this::settings);
    thread.setDaemon(true);
    thread.start();
  }

  /** The company's time. */
  synchronized Instant now() {
    return now;
  }

  synchronized List<KnownFact> facts() {
    return List.copyOf(facts);
  }

  synchronized List<Settings> settings() {
    return List.copyOf(settings.values());
  }

  private synchronized void settings(Settings document) {
    settings.put(document.getTenant(), document);
    producer.settings(document);
  }

  /** The next hour's facts, some of the earlier ones again, and a tick. */
  synchronized void step() {
    now = now.plus(STEP);
    for (TimedFact one : company.until(now)) {
      facts.add(new KnownFact(one.fact(), one.knownAt()));
      producer.fact(one.fact(), one.knownAt());
    }
    if (random.nextInt(5) == 0 && !facts.isEmpty()) {
      KnownFact again = facts.get(random.nextInt(facts.size()));
      producer.fact(again.fact(), again.knownAt());
    }
    producer.tick(now, PARTITIONS);
  }

  synchronized void tick() {
    producer.tick(now, PARTITIONS);
  }

  /** Lets facts come by themselves, or no more. */
  void flow(boolean on) {
    flows.set(on);
    if (!on) {
      producer.flush();
      RuntimeException failed = problem;
      if (failed != null) {
        throw failed;
      }
    }
  }

  private void flow() {
    try {
      while (!isOver) {
        if (flows.get()) {
          step();
        }
        TimeUnit.MILLISECONDS.sleep(250);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      problem = e;
    }
  }

  /** Changes what the company's settings say of waiting. */
  void changeSettings() {
    for (Settings one : settings()) {
      settings(
          Settings.newBuilder(one)
              .setMissingAfter(pick("PT12H", "PT24H", "PT36H", "PT48H"))
              .setHeldWithin(pick("P2D", "P4D", "P6D"))
              .setEscalateAfter(pick("P7D", "P10D", "P14D"))
              .build());
    }
  }

  private String pick(String... values) {
    return values[random.nextInt(values.length)];
  }

  /** Closes some days as they are said to stand. */
  void close(Committed committed) {
    for (SpecificRecord one : committed.table(Topics.BALANCES).values()) {
      Balance balance = (Balance) one;
      if (balance.getGranularity() == Granularity.DAY && random.nextInt(3) == 0) {
        String day = balance.getLocation() + " " + balance.getFrom();
        ClosedDay before = closed.get(day);
        int version = before == null ? 1 : before.version() + 1;
        closed.put(day, new ClosedDay(version, Expectation.plain(balance)));
        send(
            Topics.CLOSES,
            Keys.ofPeriod(balance).getBytes(UTF_8),
            new Close(version, now(), "anna", balance));
      }
    }
  }

  /** The closed days, by "location date", that no longer are what they were when they closed. */
  Set<String> changedCloses(Expectation expectation) {
    Set<String> changed = new TreeSet<>();
    closed.forEach(
        (day, then) -> {
          Map<?, ?> now = expectation.day(day);
          for (String part :
              List.of("reported", "origin", "newPatients", "items", "kinds", "verdict")) {
            if (now == null || !String.valueOf(now.get(part)).equals(part(then, part))) {
              changed.add(day);
            }
          }
        });
    return changed;
  }

  private static String part(ClosedDay then, String part) {
    return String.valueOf(then.line().get(part));
  }

  /** Sends one record of every kind that cannot be used. */
  void poison() {
    List<KnownFact> all = facts();
    for (Topic<?> topic : Topics.PATIENT_FACTS) {
      List<SpecificRecord> own =
          all.stream()
              .map(KnownFact::fact)
              .filter(fact -> Topics.ofFact(fact).equals(topic))
              .toList();
      if (!own.isEmpty()) {
        poison(topic, own.get(random.nextInt(own.size())));
      }
    }
    letter(Topics.CLOCK, null, random.nextInt(PARTITIONS), noise());
  }

  private void poison(Topic<?> topic, SpecificRecord fact) {
    byte[] key = Keys.ofFact(fact).getBytes(UTF_8);
    byte[] value = bytes(topic, fact);
    byte[] shorter = new byte[value.length / 2];
    System.arraycopy(value, 0, shorter, 0, shorter.length);
    Topic<?> other = topic.equals(Topics.NOTES) ? Topics.VISITS : Topics.NOTES;
    int right = org.visitbalance.topology.FactDecoder.partition(key, PARTITIONS);
    letter(topic, key, right, noise());
    letter(topic, key, right, null);
    letter(topic, key, right, shorter);
    letter(topic, null, right, value);
    letter(topic, "T1|nobody".getBytes(UTF_8), right, value);
    letter(topic, key, (right + 1) % PARTITIONS, value);
    for (KnownFact one : facts()) {
      if (Topics.ofFact(one.fact()).equals(other)) {
        letter(topic, key, right, bytes(other, one.fact()));
        break;
      }
    }
    byte[] unknown = value.clone();
    unknown[1] = 0x7f;
    doubtful.add(place(topic, key, right, unknown));
  }

  private byte[] noise() {
    byte[] noise = new byte[1 + random.nextInt(40)];
    random.nextBytes(noise);
    // Not the byte with which a record begins.
    noise[0] = 1;
    return noise;
  }

  private void letter(
      Topic<?> topic, byte @Nullable [] key, int partition, byte @Nullable [] value) {
    poison.add(place(topic, key, partition, value));
  }

  /** Sends ticks of hosts whose clocks are wrong; those ahead are refused. */
  void wrongTicks() {
    Instant is = now();
    for (int partition = 0; partition < PARTITIONS; partition++) {
      doubtful.add(tickPlace(is.plus(Duration.ofDays(400)), partition));
      doubtful.add(tickPlace(is.plus(Duration.ofHours(3)), partition));
      doubtful.add(tickPlace(is.minus(Duration.ofDays(30)), partition));
    }
  }

  private String tickPlace(Instant at, int partition) {
    return place(Topics.CLOCK, null, partition, bytes(Topics.CLOCK, new Tick(at, "wrong-host")));
  }

  private String place(
      Topic<?> topic, byte @Nullable [] key, int partition, byte @Nullable [] value) {
    try {
      RecordMetadata sent =
          raw.send(new ProducerRecord<>(topic.name(), partition, now().toEpochMilli(), key, value))
              .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      return Committed.place(topic.name(), sent.partition(), sent.offset());
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException(topic.name() + " does not take a record", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private void send(Topic<?> topic, byte[] key, SpecificRecord value) {
    var unused =
        raw.send(
            new ProducerRecord<>(
                topic.name(), null, now().toEpochMilli(), key, bytes(topic, value)));
    raw.flush();
  }

  @SuppressWarnings("unchecked") // Each topic's serializer receives only that topic's records.
  private <T extends SpecificRecord> byte[] bytes(Topic<T> topic, SpecificRecord value) {
    return serdes.of(topic.type()).serializer().serialize(topic.name(), (T) value);
  }

  /** How the dead letters differ from what was sent; empty if they do not. */
  List<String> letterDifferences(Set<String> letters) {
    List<String> differences = new ArrayList<>();
    Set<String> missing = new TreeSet<>(poison);
    missing.removeAll(letters);
    Set<String> strange = new TreeSet<>(letters);
    strange.removeAll(poison);
    strange.removeAll(doubtful);
    if (!missing.isEmpty()) {
      differences.add("no dead letter of " + missing);
    }
    if (!strange.isEmpty()) {
      differences.add("dead letters of records that were in order: " + strange);
    }
    return differences;
  }

  @Override
  public void close() {
    isOver = true;
    try {
      thread.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    raw.close(Duration.ofSeconds(2));
    producer.close();
  }
}
