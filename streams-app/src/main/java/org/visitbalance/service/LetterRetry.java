package org.visitbalance.service;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;
import org.visitbalance.output.DeadLetter;
import org.visitbalance.output.DeadLetterRetry;
import org.visitbalance.platform.registry.RegistryException;
import org.visitbalance.platform.serde.NotYetDecodableException;
import org.visitbalance.settings.Settings;
import org.visitbalance.topology.FactDecoder;
import org.visitbalance.topology.Keys;
import org.visitbalance.topology.Topic;
import org.visitbalance.topology.Topics;
import org.visitbalance.topology.TopologyOptions;

/**
 * Sends the records of dead letters again that are valid now.
 *
 * <p>Each record and the note that it was sent again are one transaction. All retries of an
 * installation use the same transactional id, and a retry reads the notes after it has fenced off
 * the previous one. So a record is sent only once, even after crashes and with concurrent retries.
 */
public final class LetterRetry {
  /** The most records in one transaction; readers of these topics wait until it ends. */
  private static final int RECORDS = 500;

  private static final int BYTES = 4 << 20;
  private static final String TRANSACTION_TIMEOUT_MS = "30000";
  private static final Duration PARTING = Duration.ofSeconds(5);

  static final String TO_REPARTITION = "; retry with repartition to send it to the right one";

  /** Sorts settings documents so that the one in force is last. */
  private static final Comparator<ConsumerRecord<byte[], byte[]>> LATER =
      Comparator.<ConsumerRecord<byte[], byte[]>>comparingLong(ConsumerRecord::timestamp)
          .thenComparingLong(ConsumerRecord::offset)
          .thenComparingInt(ConsumerRecord::partition);

  /** The topics in sending order: feeds last, after the facts that they confirm. */
  private static final List<Topic<?>> IN_ORDER =
      Stream.of(
              List.of(Topics.SETTINGS),
              Topics.PATIENT_FACTS,
              List.<Topic<?>>of(Topics.CLOSES, Topics.FEEDS))
          .<Topic<?>>flatMap(List::stream)
          .toList();

  private final Map<String, Object> clients;
  private final TopologyOptions.Serdes serdes;
  private final String prefix;
  private final InstantSource time;
  private final Runnable beforeCommit;

  /**
   * Creates a retry for an installation.
   *
   * @param clients Kafka's client configuration, including {@code bootstrap.servers}
   */
  public LetterRetry(
      Map<String, Object> clients,
      TopologyOptions.Serdes serdes,
      String prefix,
      InstantSource time) {
    this(clients, serdes, prefix, time, () -> {});
  }

  /**
   * Creates a retry for a test.
   *
   * @param beforeCommit runs when all records of a transaction are sent
   */
  LetterRetry(
      Map<String, Object> clients,
      TopologyOptions.Serdes serdes,
      String prefix,
      InstantSource time,
      Runnable beforeCommit) {
    this.clients = clients;
    this.serdes = serdes;
    this.prefix = prefix;
    this.time = time;
    this.beforeCommit = beforeCommit;
  }

  /**
   * Describes a retry.
   *
   * @param repartition whether to send a record in the wrong partition to the right one
   * @param most the most records to send
   * @param by the user who wants it
   */
  public record Wanted(LetterFilter filter, boolean repartition, long most, String by) {}

  /** Returns what a retry would do, and changes nothing. */
  public RetryReport look(Wanted wanted) {
    int partitions = TopicProvisioner.partitions(clients, prefix, Access.DEAD_LETTERS_RETRY);
    return new Run(wanted, partitions, null).all();
  }

  /**
   * Sends the records that are valid now, and notes that they were sent.
   *
   * @throws KafkaException if the retry is interrupted; records that were already sent are noted
   */
  public RetryReport run(Wanted wanted) {
    int partitions = TopicProvisioner.partitions(clients, prefix, Access.DEAD_LETTERS_RETRY);
    KafkaProducer<byte[], byte[]> producer = producer();
    try {
      producer.initTransactions();
      return new Run(wanted, partitions, producer).all();
    } catch (RegistryException e) {
      throw e;
    } catch (KafkaException e) {
      throw problem(e);
    } finally {
      producer.close(PARTING);
    }
  }

  private KafkaException problem(KafkaException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof ProducerFencedException
          || cause instanceof InvalidProducerEpochException) {
        return new KafkaException(
            "another retry started on this installation, so this one stopped; run it again when the"
                + " other one is done",
            e);
      }
    }
    return new KafkaException(
        ClusterProblems.of(clients, "accept the records", e).getMessage()
            + ". Run it again: nothing is sent twice",
        e);
  }

  private KafkaProducer<byte[], byte[]> producer() {
    Map<String, Object> config = new HashMap<>(clients);
    config.put(ProducerConfig.ACKS_CONFIG, "all");
    config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    config.put(
        ProducerConfig.TRANSACTIONAL_ID_CONFIG, prefix + "visit-balance-dead-letter-retries");
    config.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TRANSACTION_TIMEOUT_MS);
    config.putIfAbsent(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    try {
      return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    } catch (KafkaException e) {
      throw ClusterProblems.of(clients, "answer", e);
    }
  }

  /** The reason why a record is not sent again. */
  private static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient @Nullable String field;
    private final String reason;

    Refused(@Nullable String field, String reason) {
      super(reason, null, false, false);
      this.field = field;
      this.reason = reason;
    }
  }

  /** A record to send again, and its dead letter. */
  private record Again(ProducerRecord<byte[], byte[]> record, OpenLetters.Letter letter) {}

  /** One retry; without a producer, a dry run. */
  private final class Run {
    private final Wanted wanted;
    private final @Nullable KafkaProducer<byte[], byte[]> producer;
    private final int partitions;
    private final FactDecoder decoder;
    private final Serializer<DeadLetterRetry> notes = serdes.of(DeadLetterRetry.class).serializer();
    private final RetryReport.Builder report = new RetryReport.Builder();
    private final List<Again> pending = new ArrayList<>();
    private int pendingBytes;
    private @Nullable Map<String, ConsumerRecord<byte[], byte[]>> latestSettings;

    Run(Wanted wanted, int partitions, @Nullable KafkaProducer<byte[], byte[]> producer) {
      this.wanted = wanted;
      this.producer = producer;
      this.partitions = partitions;
      this.decoder = new FactDecoder(prefix, partitions, serdes, IN_ORDER);
    }

    RetryReport all() {
      List<OpenLetters.Letter> letters =
          OpenLetters.read(new TopicReader(clients, serdes, prefix), wanted.filter(), prefix)
              .letters();
      try (Originals originals = new Originals(clients)) {
        inOrder(letters)
            .forEach(
                (place, those) -> {
                  if (report.sentInAll() < wanted.most()) {
                    originals.read(place, those, this::isMore, this::take);
                  }
                });
      }
      commit();
      return report.build(letters.size());
    }

    private boolean isMore() {
      return report.sentInAll() < wanted.most();
    }

    /** Sorts the letters by partition, and reports those that can never be sent again. */
    private Map<TopicPartition, SortedMap<Long, OpenLetters.Letter>> inOrder(
        List<OpenLetters.Letter> letters) {
      Map<String, Integer> order =
          IN_ORDER.stream().collect(Collectors.toMap(t -> prefix + t.name(), IN_ORDER::indexOf));
      return OpenLetters.byPartition(
          letters.stream()
              .filter(this::isOfUse)
              .sorted(
                  Comparator.comparing(
                      one -> Objects.requireNonNull(order.get(one.letter().getSource())))));
    }

    private boolean isOfUse(OpenLetters.Letter one) {
      DeadLetter letter = one.letter();
      String reason = null;
      if (letter.getSource().equals(prefix + Topics.CLOCK.name())) {
        reason = "is a clock tick, which is never sent again";
      } else if (IN_ORDER.stream().noneMatch(t -> letter.getSource().equals(prefix + t.name()))) {
        reason = "is on a topic that is not one of this installation's inputs";
      } else if (letter.getReason().startsWith(FactDecoder.TOO_OLD)
          && wanted.filter().reason() == null) {
        reason =
            FactDecoder.TOO_OLD
                + " for what serve keeps; start serve with a longer --retention, then retry with the"
                + " reason '"
                + FactDecoder.TOO_OLD
                + "'";
      }
      if (reason != null) {
        report.failing(letter.getSource(), null, reason);
      }
      return reason == null;
    }

    private void take(
        OpenLetters.Letter letter, @Nullable ConsumerRecord<byte[], byte[]> original) {
      String source = letter.letter().getSource();
      try {
        if (original == null) {
          throw new Refused(null, "is no longer on its topic");
        }
        ProducerRecord<byte[], byte[]> record = again(original);
        pending.add(new Again(record, letter));
        pendingBytes += record.value().length;
        Integer partition = record.partition();
        report.sent(source, partition != null && partition != original.partition());
      } catch (Refused e) {
        report.failing(source, e.field, e.reason);
      }
      if (pending.size() >= RECORDS || pendingBytes >= BYTES) {
        commit();
      }
    }

    /** Returns the record to send again. */
    private ProducerRecord<byte[], byte[]> again(ConsumerRecord<byte[], byte[]> original)
        throws Refused {
      Topic<?> topic = decoder.topic(original.topic());
      try {
        if (decoder.usable(original.topic(), original.key(), original.value(), time.instant())
                instanceof Settings document
            && !isLatest(document, original)) {
          throw new Refused(
              null,
              "is older than another settings document of the company; replace the settings if"
                  + " this one is to be in force");
        }
      } catch (FactDecoder.NoFact e) {
        DeadLetter now = e.letter(original.topic(), original.partition(), original.offset());
        throw new Refused(now.getField(), now.getReason());
      } catch (NotYetDecodableException e) {
        if (!e.isUnknown()) {
          throw e;
        }
        throw new Refused(null, String.valueOf(e.getMessage()));
      }
      Integer partition = null;
      if (Topics.PATIENT_FACTS.contains(topic)) {
        partition = FactDecoder.partition(original.key(), partitions);
        if (partition != original.partition() && !wanted.repartition()) {
          throw new Refused("key", FactDecoder.WRONG_PARTITION + TO_REPARTITION);
        }
      }
      return new ProducerRecord<>(
          original.topic(),
          partition,
          FactProducer.stamp(time.instant()),
          original.key(),
          original.value(),
          original.headers());
    }

    /**
     * Whether a settings document is the latest; an older one must not replace the one in force.
     */
    private boolean isLatest(Settings document, ConsumerRecord<byte[], byte[]> original) {
      Map<String, ConsumerRecord<byte[], byte[]>> latest = latestSettings;
      if (latest == null) {
        latest = new HashMap<>();
        Map<String, ConsumerRecord<byte[], byte[]>> found = latest;
        new TopicReader(clients, serdes, prefix)
            .readBytes(
                List.of(Topics.SETTINGS),
                (topic, record) -> {
                  try {
                    Settings one = decoder.settings(record.topic(), record.key(), record.value());
                    found.merge(one.getTenant(), record, Run::later);
                  } catch (FactDecoder.NoFact e) {
                    // An invalid document cannot be in force.
                  }
                });
        latestSettings = latest;
      }
      ConsumerRecord<byte[], byte[]> last = latest.get(document.getTenant());
      return last == null
          || (last.partition() == original.partition() && last.offset() == original.offset());
    }

    private static ConsumerRecord<byte[], byte[]> later(
        ConsumerRecord<byte[], byte[]> one, ConsumerRecord<byte[], byte[]> other) {
      return LATER.compare(one, other) > 0 ? one : other;
    }

    /** Sends the pending records, together with their notes. */
    private void commit() {
      if (producer != null && !pending.isEmpty()) {
        producer.beginTransaction();
        for (Again one : pending) {
          Future<RecordMetadata> unusedRecord = producer.send(one.record());
          Future<RecordMetadata> unusedNote = producer.send(note(one.letter()));
        }
        producer.flush();
        beforeCommit.run();
        producer.commitTransaction();
      }
      pending.clear();
      pendingBytes = 0;
    }

    private ProducerRecord<byte[], byte[]> note(OpenLetters.Letter one) {
      OpenLetters.Place place = one.place();
      String topic = prefix + Topics.DEAD_LETTER_RETRIES.name();
      return new ProducerRecord<>(
          topic,
          Keys.of(place.source(), place.partition(), place.offset()).getBytes(UTF_8),
          notes.serialize(
              topic,
              new DeadLetterRetry(
                  one.letter().getTenant(),
                  place.source(),
                  place.partition(),
                  place.offset(),
                  time.instant(),
                  wanted.by())));
    }
  }
}
