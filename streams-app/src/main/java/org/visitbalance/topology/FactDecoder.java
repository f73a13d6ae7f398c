package org.visitbalance.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.Closes;
import org.visitbalance.core.FactKind;
import org.visitbalance.core.FactProblems;
import org.visitbalance.core.Facts;
import org.visitbalance.core.SettingsProblems;
import org.visitbalance.output.Close;
import org.visitbalance.output.DeadLetter;
import org.visitbalance.platform.serde.NotYetDecodableException;
import org.visitbalance.settings.Settings;

/**
 * Decodes a record's bytes to a valid fact, with the same checks as for files. A record with
 * another key than its value requires is invalid. So is a fact about a patient in another partition
 * than that of its key: another instance would evaluate it without the patient's other facts. Every
 * instance reads all feeds and settings, so they may be in any partition.
 */
public final class FactDecoder {
  /** The reason why a fact about a patient is invalid in a partition, and what to set. */
  public static final String WRONG_PARTITION =
      "is in the wrong partition: set partitioner=murmur2_random in librdkafka clients (Python, Go,"
          + " .NET, Node.js), and use Kafka's default partitioner in all others";

  /** The beginning of the reason for a fact that is older than what is kept. */
  public static final String TOO_OLD = "is too old";

  /** The reason for a record without a value. */
  static final String NO_VALUE = "has no value";

  private static final String WRONG_KEY = "does not match the value; it must be ";
  private static final String ENCODED = ", with % written %25 and | written %7C inside a part";

  /** The reason why a record is not a fact. */
  public static final class NoFact extends Exception {
    private static final long serialVersionUID = 1L;
    final transient @Nullable String tenant;
    final transient Facts.Problem problem;

    NoFact(@Nullable String tenant, @Nullable String field, String reason) {
      super(reason, null, false, false);
      this.tenant = tenant;
      this.problem = new Facts.Problem(field == null ? "" : field, reason);
    }

    /** Returns the dead letter of the record at an offset. */
    public DeadLetter letter(String topic, int partition, long offset) {
      String field = problem.field().isEmpty() ? null : problem.field();
      return new DeadLetter(tenant, topic, partition, offset, field, problem.reason());
    }
  }

  private final int partitions;
  private final Map<String, Topic<?>> topics;
  private final Map<String, Deserializer<? extends SpecificRecord>> deserializers;

  /**
   * Creates a decoder for the values of some topics.
   *
   * @param prefix the prefix of their names
   * @param partitions the number of partitions of the facts about patients
   */
  public FactDecoder(
      String prefix,
      int partitions,
      TopologyOptions.Serdes serdes,
      Collection<? extends Topic<?>> topics) {
    this.partitions = partitions;
    this.topics =
        topics.stream().collect(Collectors.toMap(topic -> prefix + topic.name(), topic -> topic));
    this.deserializers =
        this.topics.entrySet().stream()
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey, entry -> serdes.of(entry.getValue().type()).deserializer()));
  }

  FactDecoder(TopologyOptions options, Collection<? extends Topic<?>> topics) {
    this(options.prefix(), options.partitions(), options.serdes(), topics);
  }

  /** Returns the partition that Kafka's default partitioner chooses for a key. */
  public static int partition(byte[] key, int partitions) {
    return Utils.toPositive(Utils.murmur2(key)) % partitions;
  }

  /** Returns the topic with a full name; it must be one of those that this decoder was made for. */
  public Topic<?> topic(String fullName) {
    return Objects.requireNonNull(topics.get(fullName));
  }

  /** Returns the problem of a record with an unknown schema that is no longer waited for. */
  static NoFact givenUp() {
    return new NoFact(
        null,
        null,
        "a record names a schema that the schema registry does not know, and more such records are"
            + " waiting than there is room for; check their producer");
  }

  /**
   * Returns the record of a value, regardless of its key.
   *
   * @throws org.visitbalance.platform.serde.NotYetDecodableException if its schema is not available
   *     at the moment; the record may be valid
   */
  public SpecificRecord value(String topic, byte @Nullable [] value) throws NoFact {
    if (value == null) {
      throw new NoFact(null, null, NO_VALUE);
    }
    try {
      SpecificRecord record =
          Objects.requireNonNull(deserializers.get(topic)).deserialize(topic, value);
      if (record == null) {
        throw new NoFact(null, null, NO_VALUE);
      }
      return record;
    } catch (SerializationException e) {
      throw new NoFact(null, null, String.valueOf(e.getMessage()));
    }
  }

  /**
   * Returns the valid value of a record of an input topic, regardless of its partition.
   *
   * @param knownAt when the record becomes known
   */
  public SpecificRecord usable(
      String topic, byte @Nullable [] key, byte @Nullable [] value, Instant knownAt) throws NoFact {
    Topic<?> of = topic(topic);
    if (of.equals(Topics.SETTINGS)) {
      return settings(topic, key, value);
    } else if (of.equals(Topics.CLOSES)) {
      return close(topic, key, value);
    }
    return fact(topic, key, value, knownAt);
  }

  /**
   * Returns the valid, normalized fact of a record whose key and partition are right.
   *
   * @param knownAt the record's timestamp
   */
  public SpecificRecord fact(
      String topic, int partition, byte @Nullable [] key, byte @Nullable [] value, Instant knownAt)
      throws NoFact {
    SpecificRecord fact = fact(topic, key, value, knownAt);
    if (key == null || !isPlaced(fact, key, partition)) {
      throw new NoFact(Facts.tenant(fact), "key", WRONG_PARTITION);
    }
    return fact;
  }

  private SpecificRecord fact(
      String topic, byte @Nullable [] key, byte @Nullable [] value, Instant knownAt) throws NoFact {
    SpecificRecord fact = Facts.normalized(value(topic, value));
    Facts.@Nullable Problem problem = FactProblems.of(fact, knownAt);
    String tenant = Facts.isBlank(Facts.tenant(fact)) ? null : Facts.tenant(fact);
    if (problem != null) {
      throw new NoFact(tenant, problem.field(), problem.reason());
    }
    if (key == null || !Keys.ofFact(fact).equals(new String(key, UTF_8))) {
      String parts = FactKind.of(fact).isAboutPatient() ? "tenant|patientKey" : "tenant|source";
      throw new NoFact(tenant, "key", WRONG_KEY + parts + ENCODED);
    }
    return fact;
  }

  private boolean isPlaced(SpecificRecord fact, byte[] key, int partition) {
    return !FactKind.of(fact).isAboutPatient() || partition(key, partitions) == partition;
  }

  /** Returns the valid settings document of a record whose key is right. */
  public Settings settings(String topic, byte @Nullable [] key, byte @Nullable [] value)
      throws NoFact {
    Settings document = (Settings) value(topic, value);
    String tenant = document.getTenant();
    Facts.@Nullable Problem problem = SettingsProblems.of(document);
    if (problem != null) {
      throw new NoFact(tenant.isBlank() ? null : tenant, problem.field(), problem.reason());
    }
    if (key == null || !Keys.of(tenant).equals(new String(key, UTF_8))) {
      throw new NoFact(tenant, "key", WRONG_KEY + "tenant" + ENCODED);
    }
    return document;
  }

  /**
   * Returns the settings document of a record; null if the service does not accept it, and lists it
   * as a dead letter.
   *
   * @throws NotYetDecodableException if the registry does not answer, or may yet know the schema
   */
  public @Nullable Settings accepted(ConsumerRecord<byte[], byte[]> record) {
    try {
      return settings(record.topic(), record.key(), record.value());
    } catch (NoFact e) {
      return null;
    } catch (NotYetDecodableException e) {
      if (e.isToBePassedOver()) {
        return null;
      }
      throw e;
    }
  }

  /** Returns the close of a period from a record whose key is right. */
  public Close close(String topic, byte @Nullable [] key, byte @Nullable [] value) throws NoFact {
    Close close = (Close) value(topic, value);
    String tenant = close.getBalance().getTenant();
    Facts.@Nullable Problem problem = Closes.problem(close);
    if (key == null || !Keys.ofPeriod(close.getBalance()).equals(new String(key, UTF_8))) {
      throw new NoFact(tenant, "key", WRONG_KEY + "tenant|location|granularity|from" + ENCODED);
    } else if (problem != null) {
      throw new NoFact(tenant, problem.field(), problem.reason());
    }
    return close;
  }
}
