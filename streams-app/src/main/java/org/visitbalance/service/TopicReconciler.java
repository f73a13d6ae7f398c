package org.visitbalance.service;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.AlterConfigsOptions;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import org.visitbalance.topology.Topic;
import org.visitbalance.topology.Topics;

/**
 * Maintains the topics of an installation. Creates topics and sets the configurations that this
 * program manages; never deletes a topic or changes its number of partitions or replicas.
 */
public final class TopicReconciler implements Reconciler {
  /** The default number of partitions. */
  public static final int PARTITIONS = 6;

  private static final int LOOKS = 150;
  private static final long PAUSE_MILLIS = 100;

  /** What the service reads: a key is in the same partition of each (contract.md#keys). */
  static final List<Topic<?>> EQUALLY_PARTITIONED =
      Stream.concat(
              Topics.PATIENT_FACTS.stream(),
              Stream.<Topic<?>>of(Topics.FEEDS, Topics.SETTINGS, Topics.CLOSES, Topics.CLOCK))
          .toList();

  private static final String PARTITIONS_STAY =
      "the records of one key would be in two partitions; see docs/operating.md, \"Changing the"
          + " number of partitions\"";
  private static final String NOT_BESIDE_OTHERS =
      "facts, feeds, settings, closes, and the clock need the same number of partitions; not created"
          + " while they differ";
  private static final String REPLICAS_STAY =
      "use Kafka's kafka-reassign-partitions to move replicas between brokers";

  private final Map<String, Object> clients;
  private final Wanted wanted;
  private final Admin admin;

  /**
   * What an installation should have.
   *
   * @param prefix the prefix of every topic name
   * @param partitions the number of partitions; null for that of the existing topics, otherwise
   *     {@link #PARTITIONS}
   * @param replicas the number of replicas; null for the cluster's default
   * @param time whose time the installation has
   */
  public record Wanted(
      String prefix, @Nullable Integer partitions, @Nullable Short replicas, Topic.Time time) {
    /** Describes an installation that has the broker's time. */
    public Wanted(String prefix, @Nullable Integer partitions, @Nullable Short replicas) {
      this(prefix, partitions, replicas, Topic.Time.LIVE);
    }
  }

  /** A topic as it is on the cluster. */
  private record Standing(TopicDescription description, Config config) {
    int partitions() {
      return description.partitions().size();
    }

    int replicas() {
      return description.partitions().stream()
          .mapToInt(partition -> partition.replicas().size())
          .min()
          .orElse(0);
    }

    String value(String name) {
      ConfigEntry entry = config.get(name);
      return entry == null || entry.value() == null ? "unknown" : entry.value();
    }
  }

  /**
   * Opens a connection.
   *
   * @param clients Kafka's client configuration
   * @throws KafkaException if it cannot be used
   */
  public TopicReconciler(Map<String, Object> clients, Wanted wanted) {
    this.clients = clients;
    this.wanted = wanted;
    this.admin = ClusterProblems.admin(clients);
  }

  @Override
  public List<Drift> look() {
    Map<Topic<?>, Standing> standing = standing();
    int partitions = partitions(standing);
    boolean mixed =
        EQUALLY_PARTITIONED.stream()
            .map(standing::get)
            .anyMatch(topic -> topic != null && topic.partitions() != partitions);
    List<Drift> findings = new ArrayList<>();
    for (Topic<?> topic : Topics.ALL) {
      Standing now = standing.get(topic);
      findings.add(now == null ? missing(topic, partitions, mixed) : found(topic, now, partitions));
    }
    return findings;
  }

  /** Makes all topics that are missing, at once; those that are there stay as they are. */
  void makeMissing() {
    Map<Topic<?>, Standing> standing = standing();
    List<Topic<?>> missing =
        Topics.ALL.stream().filter(topic -> !standing.containsKey(topic)).toList();
    make("the topics", missing, partitions(standing), true);
  }

  /** Returns the existing topics; one that not every broker knows yet does not exist yet. */
  private Map<Topic<?>, Standing> standing() {
    // Asked by name, and not from a list: that would leave out topics that the user may not see.
    Map<String, TopicDescription> descriptions =
        ClusterProblems.answers(
            clients,
            "describe the topics",
            admin.describeTopics(Topics.ALL.stream().map(this::name).toList()).topicNameValues());
    List<Topic<?>> there = new ArrayList<>(Topics.ALL);
    there.removeIf(topic -> !descriptions.containsKey(name(topic)));
    Map<ConfigResource, Config> configs =
        ClusterProblems.answers(
            clients,
            "return the topics' configuration",
            admin.describeConfigs(there.stream().map(this::resource).toList()).values());
    Map<Topic<?>, Standing> standing = new HashMap<>();
    for (Topic<?> topic : there) {
      TopicDescription description = descriptions.get(name(topic));
      Config config = configs.get(resource(topic));
      if (description != null && config != null) {
        standing.put(topic, new Standing(description, config));
      }
    }
    return standing;
  }

  /**
   * Returns the number of partitions that the facts should have: the wanted one, otherwise that of
   * most of the fact topics.
   */
  private int partitions(Map<Topic<?>, Standing> standing) {
    if (wanted.partitions() != null) {
      return wanted.partitions();
    }
    Map<Integer, Long> numbers =
        EQUALLY_PARTITIONED.stream()
            .filter(standing::containsKey)
            .map(standing::get)
            .map(Standing::partitions)
            .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    return numbers.entrySet().stream()
        .max(Map.Entry.<Integer, Long>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
        .map(Map.Entry::getKey)
        .orElse(PARTITIONS);
  }

  private Drift missing(Topic<?> topic, int partitions, boolean mixed) {
    List<Difference> differences =
        mixed && EQUALLY_PARTITIONED.contains(topic)
            ? List.of(
                new Difference(
                    "partitions", "none", Integer.toString(partitions), NOT_BESIDE_OTHERS))
            : List.of();
    String replicas = wanted.replicas() == null ? "" : ", " + count(wanted.replicas(), "replica");
    return new Drift(
        name(topic),
        false,
        count(partitions, "partition") + replicas,
        differences,
        really -> make("the topic " + name(topic), List.of(topic), partitions, really));
  }

  private Drift found(Topic<?> topic, Standing now, int partitions) {
    List<Difference> differences = new ArrayList<>();
    if (EQUALLY_PARTITIONED.contains(topic) && now.partitions() != partitions) {
      differences.add(
          new Difference(
              "partitions",
              Integer.toString(now.partitions()),
              Integer.toString(partitions),
              PARTITIONS_STAY));
    }
    if (wanted.replicas() != null && now.replicas() != wanted.replicas()) {
      differences.add(
          new Difference(
              "replicas",
              Integer.toString(now.replicas()),
              wanted.replicas().toString(),
              REPLICAS_STAY));
    }
    topic
        .keeping()
        .configs(wanted.time())
        .forEach(
            (what, shouldBe) -> {
              if (!now.value(what).equals(shouldBe)) {
                differences.add(Difference.mendable(what, now.value(what), shouldBe));
              }
            });
    return new Drift(
        name(topic),
        true,
        count(now.partitions(), "partition") + ", " + count(now.replicas(), "replica"),
        differences,
        really -> alter(topic, differences, really));
  }

  private void make(String what, List<Topic<?>> topics, int partitions, boolean really) {
    List<NewTopic> made =
        topics.stream()
            .map(
                topic ->
                    new NewTopic(
                            name(topic),
                            Optional.of(partitions),
                            Optional.ofNullable(wanted.replicas()))
                        .configs(topic.keeping().configs(wanted.time())))
            .toList();
    try {
      ClusterProblems.answer(
          clients,
          "create " + what,
          admin.createTopics(made, new CreateTopicsOptions().validateOnly(!really)).all());
    } catch (KafkaException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw e;
      }
    }
    if (really) {
      awaitLeaders(topics, partitions);
    }
  }

  /**
   * Waits until each partition can be written. A producer that sends earlier may have its second
   * batch accepted before its first one, and retries the first in vain until it gives up
   * (KAFKA-14359).
   */
  private void awaitLeaders(List<Topic<?>> topics, int partitions) {
    Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
    for (Topic<?> topic : topics) {
      for (int partition = 0; partition < partitions; partition++) {
        ends.put(new TopicPartition(name(topic), partition), OffsetSpec.latest());
      }
    }
    try {
      ClusterProblems.answer(clients, "make the topics ready", admin.listOffsets(ends).all());
    } catch (KafkaException e) {
      // Another instance may have made fewer partitions; who may not read waits for nothing.
      if (!(e.getCause() instanceof AuthorizationException
          || e.getCause() instanceof UnknownTopicOrPartitionException)) {
        throw e;
      }
    }
  }

  private void alter(Topic<?> topic, List<Difference> differences, boolean really) {
    Collection<AlterConfigOp> changes =
        differences.stream()
            .filter(Difference::isMendable)
            .map(d -> new AlterConfigOp(new ConfigEntry(d.what(), d.shouldBe()), OpType.SET))
            .toList();
    for (int look = 1; ; look++) {
      try {
        ClusterProblems.answer(
            clients,
            "change the configuration of the topic " + name(topic),
            admin
                .incrementalAlterConfigs(
                    Map.of(resource(topic), changes),
                    new AlterConfigsOptions().validateOnly(!really))
                .all());
        return;
      } catch (KafkaException e) {
        boolean isGone = e.getCause() instanceof UnknownTopicOrPartitionException;
        if (!isGone || (really && look == LOOKS)) {
          throw e;
        } else if (!really) {
          return;
        }
        pause();
      }
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted while the cluster made the changes", e);
    }
  }

  /** Brokers learn of changes a little after the controller has made them. */
  @Override
  public void settle() {
    for (int look = 1; look().stream().anyMatch(Drift::isCurable); look++) {
      if (look == LOOKS) {
        throw new KafkaException(
            ClusterProblems.place(clients)
                + " has accepted the changes but does not show all of them yet; run the command"
                + " again to check");
      }
      pause();
    }
  }

  private String name(Topic<?> topic) {
    return wanted.prefix() + topic.name();
  }

  private ConfigResource resource(Topic<?> topic) {
    return new ConfigResource(ConfigResource.Type.TOPIC, name(topic));
  }

  private static String count(int number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }

  @Override
  public void close() {
    admin.close();
  }
}
