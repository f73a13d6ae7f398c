package org.visitbalance.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.Facts;
import org.visitbalance.core.SettingsProblems;
import org.visitbalance.fact.Feed;
import org.visitbalance.output.Close;
import org.visitbalance.output.DeadLetter;
import org.visitbalance.output.Granularity;
import org.visitbalance.settings.Settings;

/**
 * From a record's bytes to a valid fact, by the validator that files are read with too. A record
 * under another key than its value requires is none. Neither is a fact about a patient in another
 * partition than that of its key: another instance would judge it without the patient's other
 * facts. Feeds and settings are read by every instance, so they may be in any partition.
 */
public final class FactDecoder {
  /** Why a fact about a patient is refused in a partition, and what to set. */
  public static final String WRONG_PARTITION =
      "is in the wrong partition: set partitioner=murmur2_random in librdkafka clients (Python, Go,"
          + " .NET, Node.js), and use Kafka's default partitioner in all others";

  /** How the reason of a fact begins that is older than what is kept. */
  public static final String TOO_OLD = "is too old";

  /** Why a tombstone is refused. */
  static final String NO_VALUE = "has no value";

  private static final String WRONG_KEY = "does not match the value; it must be ";
  private static final String ENCODED = ", with % written %25 and | written %7C inside a part";

  /** Why a record is no fact. */
  public static final class NoFact extends Exception {
    private static final long serialVersionUID = 1L;
    final transient @Nullable String tenant;
    final transient Facts.Problem problem;

    NoFact(@Nullable String tenant, @Nullable String field, String reason) {
      super(reason, null, false, false);
      this.tenant = tenant;
      this.problem = new Facts.Problem(field == null ? "" : field, reason);
    }

    /** What is said of the record that lies there. */
    public DeadLetter letter(String topic, int partition, long offset) {
      String field = problem.field().isEmpty() ? null : problem.field();
      return new DeadLetter(tenant, topic, partition, offset, field, problem.reason());
    }
  }

  private final int partitions;
  private final Map<String, Topic<?>> topics;
  private final Map<String, Deserializer<? extends SpecificRecord>> deserializers;

  /**
   * A decoder of the values of some topics.
   *
   * @param prefix before their names
   * @param partitions that facts about patients are spread over
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

  /** The partition that Kafka's default partitioner gives a key. */
  public static int partition(byte[] key, int partitions) {
    return Utils.toPositive(Utils.murmur2(key)) % partitions;
  }

  /** The topic of a full name; it is one of those that this decoder was made for. */
  public Topic<?> topic(String fullName) {
    return Objects.requireNonNull(topics.get(fullName));
  }

  /** The record behind a value, whatever its key. */
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

  /** What a record of an input topic says, whatever partition it is in. */
  public SpecificRecord usable(String topic, byte @Nullable [] key, byte @Nullable [] value)
      throws NoFact {
    Topic<?> of = topic(topic);
    if (of.equals(Topics.SETTINGS)) {
      return settings(topic, key, value);
    } else if (of.equals(Topics.CLOSES)) {
      return close(topic, key, value);
    }
    return fact(topic, key, value);
  }

  /** The valid fact of a record, normalized, that is in the partition of its key. */
  public SpecificRecord fact(
      String topic, int partition, byte @Nullable [] key, byte @Nullable [] value) throws NoFact {
    SpecificRecord fact = fact(topic, key, value);
    if (key == null || !isPlaced(fact, key, partition)) {
      throw new NoFact(Facts.tenant(fact), "key", WRONG_PARTITION);
    }
    return fact;
  }

  private SpecificRecord fact(String topic, byte @Nullable [] key, byte @Nullable [] value)
      throws NoFact {
    SpecificRecord fact = Facts.normalized(value(topic, value));
    Facts.@Nullable Problem problem = Facts.problem(fact);
    String tenant = Facts.tenant(fact).isBlank() ? null : Facts.tenant(fact);
    if (problem != null) {
      throw new NoFact(tenant, problem.field(), problem.reason());
    }
    if (key == null || !key(fact).equals(new String(key, UTF_8))) {
      throw new NoFact(tenant, "key", WRONG_KEY + parts(fact) + ENCODED);
    }
    return fact;
  }

  private boolean isPlaced(SpecificRecord fact, byte[] key, int partition) {
    return fact instanceof Feed || partition(key, partitions) == partition;
  }

  /** The settings document of a record that can be used, under its tenant's key. */
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

  /** The close of a period, under the period's key. */
  public Close close(String topic, byte @Nullable [] key, byte @Nullable [] value) throws NoFact {
    Close close = (Close) value(topic, value);
    String tenant = close.getBalance().getTenant();
    if (key == null || !Keys.ofPeriod(close.getBalance()).equals(new String(key, UTF_8))) {
      throw new NoFact(tenant, "key", WRONG_KEY + "tenant|location|granularity|from" + ENCODED);
    } else if (close.getVersion() < 1) {
      throw new NoFact(tenant, "version", "is not a whole number >= 1");
    } else if (close.getBalance().getGranularity() == Granularity.UNKNOWN) {
      throw new NoFact(tenant, "balance.granularity", "is none of DAY, WEEK, MONTH");
    }
    return close;
  }

  private static String key(SpecificRecord fact) {
    return fact instanceof Feed feed
        ? Keys.of(feed.getTenant(), feed.getSource())
        : Keys.of(Facts.tenant(fact), String.valueOf(Facts.patientKey(fact)));
  }

  private static String parts(SpecificRecord fact) {
    return fact instanceof Feed ? "tenant|source" : "tenant|patientKey";
  }
}
