package org.visitbalance.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.Feature;
import org.apache.kafka.server.common.MetadataVersion;
import org.visitbalance.embedded.BrokerFolder;

/** A broker that knows its users by their passwords and allows them what access lists say. */
final class SecuredBroker implements AutoCloseable {
  private static final String ADMIN = "admin";
  private static final String LOGIN =
      "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"%s\""
          + " password=\"%<s-secret\"";

  private final KafkaRaftServer server;
  private final Path folder;
  private final String address;

  SecuredBroker(Path folder, List<String> users) throws Exception {
    this.folder = folder;
    int[] ports = BrokerFolder.freePorts(2);
    this.address = "127.0.0.1:" + ports[0];
    Path data = folder.resolve("kafka");
    new Formatter()
        .setPrintStream(
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
        .setNodeId(1)
        .setClusterId("visit-balance-secured0")
        .addDirectory(data.toString())
        .setMetadataLogDirectory(data.toString())
        .setControllerListenerName("CONTROLLER")
        .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION)
        .setSupportedFeatures(Feature.PRODUCTION_FEATURES)
        .run();
    String known =
        users.stream()
            .map(user -> String.format(" user_%s=\"%<s-secret\"", user))
            .collect(Collectors.joining());
    Map<String, String> config = new HashMap<>();
    config.put("process.roles", "broker,controller");
    config.put("node.id", "1");
    config.put("controller.quorum.voters", "1@127.0.0.1:" + ports[1]);
    config.put("controller.listener.names", "CONTROLLER");
    config.put("listeners", "USERS://" + address + ",CONTROLLER://127.0.0.1:" + ports[1]);
    config.put("advertised.listeners", "USERS://" + address);
    config.put("listener.security.protocol.map", "USERS:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT");
    config.put("inter.broker.listener.name", "USERS");
    config.put("sasl.enabled.mechanisms", "PLAIN");
    config.put("sasl.mechanism.inter.broker.protocol", "PLAIN");
    config.put(
        "listener.name.users.plain.sasl.jaas.config",
        String.format(LOGIN, ADMIN) + " user_admin=\"admin-secret\"" + known + ";");
    config.put("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
    // The listener of the controller has no users.
    config.put("super.users", "User:" + ADMIN + ";User:ANONYMOUS");
    config.put("log.dirs", data.toString());
    config.put("auto.create.topics.enable", "false");
    config.put("offsets.topic.replication.factor", "1");
    config.put("offsets.topic.num.partitions", "2");
    config.put("transaction.state.log.replication.factor", "1");
    config.put("transaction.state.log.min.isr", "1");
    config.put("transaction.state.log.num.partitions", "2");
    config.put("group.initial.rebalance.delay.ms", "0");
    config.put("log.cleaner.dedupe.buffer.size", "4194304");
    server = new KafkaRaftServer(new KafkaConfig(config, false), Time.SYSTEM);
    server.startup();
  }

  /** Writes the connection of a user, for --config. */
  Path connection(String user, String registry) throws IOException {
    List<String> lines = new ArrayList<>(List.of("schema.registry.url=" + registry));
    clients(user).forEach((name, value) -> lines.add(name + "=" + value));
    return Files.write(folder.resolve(user + ".properties"), lines);
  }

  private Map<String, Object> clients(String user) {
    return Map.of(
        "bootstrap.servers",
        address,
        "security.protocol",
        "SASL_PLAINTEXT",
        "sasl.mechanism",
        "PLAIN",
        "sasl.jaas.config",
        String.format(LOGIN, user) + ";");
  }

  /** Does what the printed lines say, as Kafka's own tool would. */
  void allow(String lines) throws Exception {
    List<AclBinding> bindings = new ArrayList<>();
    for (String line : lines.lines().filter(one -> one.startsWith("kafka-acls.sh ")).toList()) {
      read(List.of(line.split(" ")), bindings);
    }
    try (Admin admin = Admin.create(clients(ADMIN))) {
      admin.createAcls(bindings).all().get();
    }
  }

  private static void read(List<String> words, List<AclBinding> bindings) {
    String principal = "";
    PatternType pattern = PatternType.LITERAL;
    List<AclOperation> operations = new ArrayList<>();
    Map<String, ResourceType> resources = new HashMap<>();
    for (int i = 3; i < words.size(); i += 2) {
      String value = words.get(i + 1);
      switch (words.get(i)) {
        case "--allow-principal" -> principal = value;
        case "--operation" ->
            operations.add(AclOperation.fromString(value.replaceAll("(?<=[a-z])(?=[A-Z])", "_")));
        case "--resource-pattern-type" -> pattern = PatternType.PREFIXED;
        case "--topic" -> resources.put(value, ResourceType.TOPIC);
        case "--group" -> resources.put(value, ResourceType.GROUP);
        case "--transactional-id" -> resources.put(value, ResourceType.TRANSACTIONAL_ID);
        default -> throw new AssertionError("unknown: " + words.get(i));
      }
    }
    for (Map.Entry<String, ResourceType> one : resources.entrySet()) {
      for (AclOperation operation : operations) {
        bindings.add(
            new AclBinding(
                new ResourcePattern(one.getValue(), one.getKey(), pattern),
                new AccessControlEntry(principal, "*", operation, AclPermissionType.ALLOW)));
      }
    }
  }

  @Override
  public void close() {
    server.shutdown();
    server.awaitShutdown();
  }
}
