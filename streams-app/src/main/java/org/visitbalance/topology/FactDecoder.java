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
 * under another key, or in another partition, than its value asks for is none: another instance
 * would judge it without the patient's other facts.
 */
public final class FactDecoder {
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

  /** The topic of a full name; it is one of those that this decoder was made for. */
  public Topic<?> topic(String fullName) {
    return Objects.requireNonNull(topics.get(fullName));
  }

  /** What is said of a record whose schema is not known, and which nobody waits for any longer. */
  static NoFact givenUp() {
    return new NoFact(
        null,
        null,
        "a record names a schema that the schema registry does not know, and so do more others"
            + " than can wait for it; look for their producer");
  }

  /**
   * The record behind a value, whatever its key.
   *
   * @throws org.visitbalance.platform.serde.NotYetDecodableException if its schema cannot be had at
   *     present: nothing is known against the record
   */
  public SpecificRecord value(String topic, byte @Nullable [] value) throws NoFact {
    if (value == null) {
      throw new NoFact(null, null, "has no value");
    }
    try {
      SpecificRecord record =
          Objects.requireNonNull(deserializers.get(topic)).deserialize(topic, value);
      if (record == null) {
        throw new NoFact(null, null, "has no value");
      }
      return record;
    } catch (SerializationException e) {
      throw new NoFact(null, null, String.valueOf(e.getMessage()));
    }
  }

  /** The valid fact of a record, normalized, that lies where its key says. */
  public SpecificRecord fact(
      String topic, int partition, byte @Nullable [] key, byte @Nullable [] value) throws NoFact {
    SpecificRecord fact = Facts.normalized(value(topic, value));
    Facts.@Nullable Problem problem = Facts.problem(fact);
    String tenant = Facts.tenant(fact).isBlank() ? null : Facts.tenant(fact);
    if (problem != null) {
      throw new NoFact(tenant, problem.field(), problem.reason());
    }
    if (key == null || !key(fact).equals(new String(key, UTF_8))) {
      throw new NoFact(tenant, "key", "is not the key that the value asks for: " + wanted(fact));
    }
    checkPlace(Facts.tenant(fact), key, partition);
    return fact;
  }

  /** The settings document of a record that can be used, and lies where its key says. */
  public Settings settings(
      String topic, int partition, byte @Nullable [] key, byte @Nullable [] value) throws NoFact {
    Settings document = (Settings) value(topic, value);
    String tenant = document.getTenant();
    Facts.@Nullable Problem problem = SettingsProblems.of(document);
    if (problem != null) {
      throw new NoFact(tenant.isBlank() ? null : tenant, problem.field(), problem.reason());
    }
    if (key == null || !Keys.of(tenant).equals(new String(key, UTF_8))) {
      throw new NoFact(tenant, "key", "is not the key that the value asks for: the tenant");
    }
    checkPlace(tenant, key, partition);
    return document;
  }

  /** The close of a period, under the period's key. */
  public Close close(String topic, byte @Nullable [] key, byte @Nullable [] value) throws NoFact {
    Close close = (Close) value(topic, value);
    String tenant = close.getBalance().getTenant();
    if (key == null || !Keys.ofPeriod(close.getBalance()).equals(new String(key, UTF_8))) {
      throw new NoFact(
          tenant,
          "key",
          "is not the key that the value asks for: tenant|location|granularity|from");
    } else if (close.getVersion() < 1) {
      throw new NoFact(tenant, "version", "is not a whole number >= 1");
    } else if (close.getBalance().getGranularity() == Granularity.UNKNOWN) {
      throw new NoFact(tenant, "balance.granularity", "is none of DAY, WEEK, MONTH");
    }
    return close;
  }

  /** Checks that a key lies in the partition that Kafka's default partitioner gives it. */
  private void checkPlace(String tenant, byte[] key, int partition) throws NoFact {
    if (Utils.toPositive(Utils.murmur2(key)) % partitions != partition) {
      throw new NoFact(
          tenant, "key", "lies in another partition than Kafka's default partitioner gives it");
    }
  }

  private static String key(SpecificRecord fact) {
    return fact instanceof Feed feed
        ? Keys.of(feed.getTenant(), feed.getSource())
        : Keys.of(Facts.tenant(fact), String.valueOf(Facts.patientKey(fact)));
  }

  private static String wanted(SpecificRecord fact) {
    return fact instanceof Feed ? "tenant|source" : "tenant|patientKey";
  }
}
