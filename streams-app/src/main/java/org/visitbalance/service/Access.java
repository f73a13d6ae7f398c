package org.visitbalance.service;

import static org.apache.kafka.common.acl.AclOperation.ALTER_CONFIGS;
import static org.apache.kafka.common.acl.AclOperation.CREATE;
import static org.apache.kafka.common.acl.AclOperation.DELETE;
import static org.apache.kafka.common.acl.AclOperation.DESCRIBE;
import static org.apache.kafka.common.acl.AclOperation.DESCRIBE_CONFIGS;
import static org.apache.kafka.common.acl.AclOperation.READ;
import static org.apache.kafka.common.acl.AclOperation.WRITE;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourceType;
import org.visitbalance.topology.Topic;
import org.visitbalance.topology.Topics;

/**
 * What each user of an installation has to be allowed at the broker, and nothing else. On topics,
 * Read and Write include Describe; on groups, Read does.
 */
@SuppressWarnings("ImmutableEnumChecker") // Its lists are never changed.
public enum Access {
  SOURCES(
      "sources", "source systems, `produce`", facts(List.of(WRITE), Topics.FEEDS, Topics.SETTINGS)),
  SERVE(
      "serve",
      "`serve`",
      topics(List.of(READ, WRITE), without(Topics.ALL, Topics.ALERTS_SAID, Topics.ALERT_LETTERS)),
      internal(List.of(READ, WRITE, CREATE, DELETE, DESCRIBE_CONFIGS)),
      prefixed(ResourceType.GROUP, List.of(READ), ""),
      prefixed(ResourceType.TRANSACTIONAL_ID, List.of(WRITE), "")),
  INTAKE(
      "intake",
      "`intake`",
      topics(List.of(READ, WRITE), List.of(Topics.FILES)),
      topics(List.of(READ), List.of(Topics.SETTINGS, Topics.MAPPINGS)),
      topics(List.of(WRITE), List.of(Topics.ACCESS_LOG)),
      facts(List.of(WRITE), Topics.FEEDS),
      prefixed(ResourceType.TRANSACTIONAL_ID, List.of(WRITE), "intake-")),
  ALERTS(
      "alerts",
      "`alerts`",
      topics(List.of(READ, WRITE), List.of(Topics.ALERTS_SAID)),
      topics(
          List.of(READ),
          List.of(
              Topics.SETTINGS,
              Topics.BALANCES,
              Topics.PERIOD_DISCREPANCIES,
              Topics.VISIT_DISCREPANCIES,
              Topics.INSIGHTS,
              Topics.FILES,
              Topics.DEAD_LETTERS,
              Topics.DEAD_LETTER_RETRIES,
              Topics.CLOCK)),
      topics(List.of(WRITE), List.of(Topics.ALERT_LETTERS)),
      facts(List.of(DESCRIBE)),
      prefixed(ResourceType.GROUP, List.of(READ), "alerts-"),
      prefixed(ResourceType.GROUP, List.of(DESCRIBE), "")),
  DEAD_LETTERS(
      "dead-letters",
      "`dead-letters`",
      topics(List.of(READ), List.of(Topics.DEAD_LETTERS, Topics.DEAD_LETTER_RETRIES))),
  DEAD_LETTERS_RETRY(
      "dead-letters-retry",
      "`dead-letters retry`",
      topics(List.of(READ), List.of(Topics.DEAD_LETTERS)),
      facts(
          List.of(READ, WRITE),
          Topics.FEEDS,
          Topics.SETTINGS,
          Topics.CLOSES,
          Topics.DEAD_LETTER_RETRIES),
      literal(ResourceType.TRANSACTIONAL_ID, List.of(WRITE), "dead-letter-retries")),
  AUDIT("audit", "`audit`", facts(List.of(READ), Topics.FEEDS, Topics.SETTINGS, Topics.CLOSES)),
  AUDIT_VERIFY(
      "audit-verify",
      "`audit --verify`",
      facts(List.of(READ), Topics.FEEDS, Topics.SETTINGS, Topics.CLOSES, Topics.CLOCK),
      topics(List.of(READ), Topics.OUTPUTS),
      internal(List.of(DESCRIBE)),
      prefixed(ResourceType.GROUP, List.of(DESCRIBE), "")),
  ANALYSTS(
      "analysts", "analysts", topics(List.of(READ), without(Topics.OUTPUTS, Topics.VISIT_IDS))),
  TOPICS(
      "topics",
      "`topics`",
      topics(List.of(CREATE, DESCRIBE, DESCRIBE_CONFIGS, ALTER_CONFIGS), Topics.ALL));

  private final String id;
  private final String who;
  private final List<Rule> rules;

  /**
   * Some operations on some things.
   *
   * @param names without the prefix of the installation
   * @param isPrefix whether the names are beginnings of names
   */
  public record Rule(
      ResourceType resource, List<String> names, boolean isPrefix, List<AclOperation> operations) {}

  Access(String id, String who, Rule... rules) {
    this.id = id;
    this.who = who;
    this.rules = List.of(rules);
  }

  private static Rule topics(List<AclOperation> operations, List<Topic<?>> topics) {
    List<String> names = topics.stream().map(Topic::name).toList();
    return new Rule(ResourceType.TOPIC, names, false, operations);
  }

  private static Rule facts(List<AclOperation> operations, Topic<?>... more) {
    return topics(
        operations, Stream.concat(Topics.PATIENT_FACTS.stream(), Stream.of(more)).toList());
  }

  private static List<Topic<?>> without(List<Topic<?>> topics, Topic<?>... others) {
    List<Topic<?>> left = new ArrayList<>(topics);
    left.removeAll(List.of(others));
    return left;
  }

  private static Rule internal(List<AclOperation> operations) {
    return prefixed(ResourceType.TOPIC, operations, "");
  }

  private static Rule prefixed(ResourceType type, List<AclOperation> operations, String name) {
    return new Rule(type, List.of("visit-balance-" + name), true, operations);
  }

  private static Rule literal(ResourceType type, List<AclOperation> operations, String name) {
    return new Rule(type, List.of("visit-balance-" + name), false, operations);
  }

  /** Returns the name in options and in the names of users. */
  public String id() {
    return id;
  }

  /** Returns who that is, for documents. */
  public String who() {
    return who;
  }

  public List<Rule> rules() {
    return rules;
  }

  /** Returns the topics that must exist and be visible, without the internal ones. */
  public List<Topic<?>> topics() {
    Set<String> names =
        rules.stream()
            .filter(rule -> rule.resource() == ResourceType.TOPIC && !rule.isPrefix())
            .flatMap(rule -> rule.names().stream())
            .collect(Collectors.toSet());
    List<Topic<?>> topics = new ArrayList<>(Topics.ALL);
    topics.removeIf(topic -> !names.contains(topic.name()));
    return topics;
  }

  /** Returns an operation as Kafka's tools and Strimzi write it. */
  public static String text(AclOperation operation) {
    return Stream.of(operation.name().split("_", -1))
        .map(part -> part.charAt(0) + part.substring(1).toLowerCase(Locale.ROOT))
        .collect(Collectors.joining());
  }
}
