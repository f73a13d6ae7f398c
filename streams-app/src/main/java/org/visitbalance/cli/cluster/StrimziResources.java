package org.visitbalance.cli.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.common.resource.ResourceType;
import org.jspecify.annotations.Nullable;
import org.visitbalance.service.Access;
import org.visitbalance.topology.Topic;
import org.visitbalance.topology.Topics;

/** The topics and users of an installation as resources of Strimzi, the operator of Kafka. */
final class StrimziResources {
  private static final String VERSION = "kafka.strimzi.io/v1";

  private final String cluster;
  private final String prefix;
  private final List<String> lines = new ArrayList<>();

  /**
   * @param cluster the name of the Kafka resource
   * @param prefix of the topics, groups, and transactional ids
   */
  StrimziResources(String cluster, String prefix) {
    this.cluster = cluster;
    this.prefix = prefix;
  }

  List<String> of(int partitions, @Nullable Short replicas, List<Access> users) {
    Topics.ALL.forEach(topic -> add(topic, partitions, replicas));
    users.forEach(this::add);
    return lines;
  }

  private void head(String kind, String name) {
    lines.add("---");
    lines.add("apiVersion: " + VERSION);
    lines.add("kind: " + kind);
    lines.add("metadata:");
    lines.add("  name: " + quoted(name));
    lines.add("  labels:");
    lines.add("    strimzi.io/cluster: " + quoted(cluster));
    lines.add("spec:");
  }

  private void add(Topic<?> topic, int partitions, @Nullable Short replicas) {
    String name = prefix + topic.name();
    head("KafkaTopic", resourceName(name));
    lines.add("  topicName: " + quoted(name));
    lines.add("  partitions: " + partitions);
    if (replicas != null) {
      lines.add("  replicas: " + replicas);
    }
    lines.add("  config:");
    for (Map.Entry<String, String> one : topic.keeping().configs().entrySet()) {
      lines.add("    " + one.getKey() + ": " + quoted(one.getValue()));
    }
  }

  private void add(Access user) {
    head("KafkaUser", resourceName(prefix + "visit-balance-" + user.id()));
    lines.add("  authentication:");
    lines.add("    type: scram-sha-512");
    lines.add("  authorization:");
    lines.add("    type: simple");
    lines.add("    acls:");
    for (Access.Rule rule : user.rules()) {
      String operations =
          rule.operations().stream().map(Access::text).collect(Collectors.joining(", "));
      for (String name : rule.names()) {
        lines.add("      - resource:");
        lines.add("          type: " + type(rule.resource()));
        lines.add("          name: " + quoted(prefix + name));
        lines.add("          patternType: " + (rule.isPrefix() ? "prefix" : "literal"));
        lines.add("        operations: [" + operations + "]");
      }
    }
  }

  private static String type(ResourceType type) {
    return switch (type) {
      case GROUP -> "group";
      case TRANSACTIONAL_ID -> "transactionalId";
      default -> "topic";
    };
  }

  /** Returns a name that Kubernetes accepts. */
  private static String resourceName(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9.-]", "-").replaceAll("^[.-]+", "");
  }

  private static String quoted(String text) {
    return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }
}
