package org.visitbalance.service;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.ref.SoftReference;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownMemberIdException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.visitbalance.platform.CommittedReading;
import org.visitbalance.topology.BalancingTopology;
import org.visitbalance.topology.PreviousOutputs;
import org.visitbalance.topology.Rebuild;
import org.visitbalance.topology.Topics;
import org.visitbalance.topology.TopologyOptions;

/**
 * What this version's state is rebuilt from (rules.md#rebuild, docs/adr/0023): a plan that is made
 * once, when the older program's instances have stopped, and kept on a topic of the application's
 * own, so that every instance and every start follows the same one.
 */
final class StateRebuild implements Rebuild {
  private static final Logger LOG = LoggerFactory.getLogger(StateRebuild.class);
  private static final String VERSION = "\\d+-[0-9a-f]{16}";
  private static final String BASE = "visit-balance-";
  private static final String PLAN = "-rebuild-plan";

  /** The stores whose topics are there before the first fact is read. */
  private static final List<String> STORES =
      List.of(
          BalancingTopology.LEDGER,
          BalancingTopology.PERIOD_BOOKS,
          BalancingTopology.CAP_BOOKS,
          BalancingTopology.INSIGHT_BOOKS);

  /** A time on the topics that is further ahead of the clock was written by a wrong clock. */
  private static final Duration AHEAD = Duration.ofMinutes(5);

  private final Map<String, Object> clients;
  private final TopologyOptions.Serdes serdes;
  private final String prefix;
  private final RebuildPlan plan;

  /** Needed for as long as a rebuild takes, and much; it can be read again. */
  private SoftReference<PreviousOutputs> previous;

  private volatile @Nullable Instant poisoned;
  private boolean began;

  private StateRebuild(
      Map<String, Object> clients,
      TopologyOptions.Serdes serdes,
      String prefix,
      RebuildPlan plan,
      @Nullable PreviousOutputs previous) {
    this.clients = clients;
    this.serdes = serdes;
    this.prefix = prefix;
    this.plan = plan;
    this.previous = new SoftReference<>(previous);
  }

  /** Is thrown while instances of an older program run. */
  static final class OlderRuns extends Exception {
    private static final long serialVersionUID = 1L;

    OlderRuns(String group, int members) {
      this(
          "waits until the "
              + members
              + " stream threads of an older version ("
              + group
              + ") have stopped; stop its instances");
    }

    private OlderRuns(String message) {
      super(message, null, false, false);
    }
  }

  /**
   * Returns what to rebuild from; null if this version has state already, or nothing was reported
   * before.
   *
   * @param application the application id of this version
   * @throws OlderRuns if an older version is still running
   */
  static @Nullable StateRebuild find(
      Map<String, ?> clients, TopologyOptions options, String application) throws OlderRuns {
    Map<String, Object> reading = CommittedReading.config(clients);
    String prefix = options.prefix();
    String topic = application + PLAN;
    try (Admin admin = Admin.create(reading)) {
      // In this order: where another instance has begun meanwhile, its topics are there.
      Map<TopicPartition, Long> own = offsets(admin, application);
      Set<String> topics = admin.listTopics().names().get();
      boolean isDeleted = !own.isEmpty() && isDeleted(topics, application);
      if (topics.contains(topic)) {
        RebuildPlan plan = read(reading, topic);
        if (plan != null) {
          if (isDeleted) {
            readAgain(admin, application);
          }
          return new StateRebuild(reading, options.serdes(), prefix, plan, null);
        }
      } else if (!own.isEmpty() && !isDeleted) {
        return null;
      }
      Map<TopicPartition, Long> older = offsetsOfOlder(admin, prefix, application);
      Map<TopicPartition, Long> offsets = isDeleted ? own : older;
      PreviousOutputs previous = readOutputs(reading, options.serdes(), prefix);
      Instant moment = previous.newest();
      if (moment == null) {
        if (isDeleted) {
          readAgain(admin, application);
        }
        return null;
      } else if (!isDeleted && !offsets(admin, application).isEmpty()) {
        // Another instance has begun in the meantime, and knows whether there is a plan.
        return find(clients, options, application);
      }
      RebuildPlan plan = keep(admin, reading, topic, new RebuildPlan(moment, offsets));
      if (isDeleted) {
        readAgain(admin, application);
      }
      LOG.atInfo()
          .addKeyValue("moment", plan.moment())
          .addKeyValue("offsets", plan.offsets().size())
          .log("the state is rebuilt from the facts");
      return new StateRebuild(reading, options.serdes(), prefix, plan, previous);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted", e);
    } catch (ExecutionException e) {
      throw new KafkaException("the rebuild cannot be planned: " + e.getMessage(), e);
    }
  }

  /**
   * Returns whether the topics of the state were deleted.
   *
   * @throws KafkaException if some of them are there: with half a state, nothing would be right
   */
  private static boolean isDeleted(Set<String> topics, String application) {
    List<String> gone =
        STORES.stream()
            .map(store -> application + "-" + store + "-changelog")
            .filter(topic -> !topics.contains(topic))
            .toList();
    if (!gone.isEmpty() && gone.size() < STORES.size()) {
      throw new KafkaException(
          "the topic "
              + gone.get(0)
              + " was deleted, which has a part of the state; stop all instances, delete all topics"
              + " whose names begin with "
              + application
              + "- and what is in --state, and start again: the state is rebuilt from the facts");
    }
    return !gone.isEmpty();
  }

  /**
   * Makes an application read everything again whose topics were deleted, but not its group: it
   * would go on behind facts that its new state does not have.
   */
  private static void readAgain(Admin admin, String application)
      throws InterruptedException, ExecutionException, OlderRuns {
    Map<TopicPartition, OffsetAndMetadata> beginning = new HashMap<>();
    admin
        .listConsumerGroupOffsets(application)
        .partitionsToOffsetAndMetadata()
        .get()
        .forEach((partition, any) -> beginning.put(partition, new OffsetAndMetadata(0)));
    try {
      admin.alterConsumerGroupOffsets(application, beginning).all().get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownMemberIdException) {
        throw new OlderRuns(
            "waits until all instances have left the group "
                + application
                + ", whose topics were deleted; stop the others, or wait a minute");
      }
      throw e;
    }
    LOG.atWarn()
        .addKeyValue("application", application)
        .log("the topics of the state were deleted: all facts are read again");
  }

  /** Returns how far the older version that has read most had come. */
  private static Map<TopicPartition, Long> offsetsOfOlder(
      Admin admin, String prefix, String application)
      throws InterruptedException, ExecutionException, OlderRuns {
    Pattern older = Pattern.compile(Pattern.quote(prefix + BASE) + VERSION);
    Map<TopicPartition, Long> furthest = Map.of();
    for (GroupListing group : admin.listGroups().all().get()) {
      String id = group.groupId();
      if (older.matcher(id).matches() && !id.equals(application)) {
        ConsumerGroupDescription one =
            admin.describeConsumerGroups(List.of(id)).all().get().get(id);
        if (one != null && !one.members().isEmpty()) {
          throw new OlderRuns(id, one.members().size());
        }
        Map<TopicPartition, Long> offsets = offsets(admin, id);
        if (sum(offsets) > sum(furthest)) {
          furthest = offsets;
        }
      }
    }
    return furthest;
  }

  private static long sum(Map<TopicPartition, Long> offsets) {
    return offsets.values().stream().mapToLong(Long::longValue).sum();
  }

  private static Map<TopicPartition, Long> offsets(Admin admin, String group)
      throws InterruptedException, ExecutionException {
    Map<TopicPartition, Long> offsets = new HashMap<>();
    for (Map.Entry<TopicPartition, OffsetAndMetadata> one :
        admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get().entrySet()) {
      // What lies between two parts of the older topology tells nothing of the facts.
      if (one.getValue() != null && !one.getKey().topic().startsWith(group)) {
        offsets.put(one.getKey(), one.getValue().offset());
      }
    }
    return offsets;
  }

  /** Keeps a plan, unless another instance was faster; returns the one that counts. */
  private static RebuildPlan keep(
      Admin admin, Map<String, Object> reading, String topic, RebuildPlan plan)
      throws InterruptedException, ExecutionException {
    try {
      admin
          .createTopics(
              List.of(
                  new NewTopic(topic, Optional.of(1), Optional.empty())
                      .configs(Map.of("cleanup.policy", "delete", "retention.ms", "-1"))))
          .all()
          .get();
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw e;
      }
    }
    Map<String, Object> sending = new HashMap<>(reading);
    sending.put("acks", "all");
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(sending, new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>(topic, "plan".getBytes(UTF_8), plan.toBytes())).get();
    }
    RebuildPlan first = read(reading, topic);
    return first == null ? plan : first;
  }

  private static @Nullable RebuildPlan read(Map<String, Object> reading, String topic) {
    byte[][] first = new byte[1][];
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(reading)) {
      CommittedReading.begin(consumer, List.of(topic));
      CommittedReading.<byte[], byte[]>readToEnd(
          consumer,
          record -> {
            if (record.offset() == 0) {
              first[0] = record.value();
            }
          });
    }
    return first[0] == null ? null : RebuildPlan.of(first[0]);
  }

  private static PreviousOutputs readOutputs(
      Map<String, Object> reading, TopologyOptions.Serdes serdes, String prefix) {
    PreviousOutputs previous = new PreviousOutputs();
    new TopicReader(reading, serdes, prefix)
        .readRecords(
            Topics.OUTPUTS,
            (topic, record, value) -> {
              if (value != null || record.value() == null) {
                previous.put(
                    topic,
                    record.key() == null ? null : new String(record.key(), UTF_8),
                    value,
                    Instant.ofEpochMilli(record.timestamp()));
              }
            });
    return previous.read();
  }

  private static KafkaConsumer<byte[], byte[]> consumer(Map<String, Object> reading) {
    return new KafkaConsumer<>(reading, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  @Override
  public Instant moment() {
    return plan.moment();
  }

  @Override
  public boolean isLater(String topic, int partition, long offset, Instant knownAt) {
    if (plan.offsets().isEmpty()) {
      return knownAt.isAfter(plan.moment());
    }
    return offset >= plan.offsets().getOrDefault(new TopicPartition(topic, partition), 0L);
  }

  @Override
  public synchronized PreviousOutputs previous() {
    PreviousOutputs read = previous.get();
    if (read == null) {
      read = readOutputs(clients, serdes, prefix);
      previous = new SoftReference<>(read);
    }
    return read;
  }

  @Override
  public synchronized void began(Instant tick) {
    if (!began) {
      began = true;
      Instant latest = previous().latestTime();
      if (latest.isAfter(tick.plus(AHEAD))) {
        poisoned = latest;
        LOG.atWarn()
            .addKeyValue("latest", latest)
            .addKeyValue("tick", tick)
            .log(
                "a wrong clock had moved the service's time: outputs are dated ahead of the clock");
      }
    }
  }

  /** Returns what somebody should know about times on the topics, or null. */
  @Nullable String warning() {
    Instant latest = poisoned;
    return latest == null
        ? null
        : "a wrong clock had moved the service's time ahead: before the rebuild, discrepancies were"
            + " opened or resolved as of up to "
            + latest
            + "; ages and dates from before are not reliable";
  }
}
