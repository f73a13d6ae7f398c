package org.visitbalance.embedded;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.Feature;
import org.apache.kafka.server.common.MetadataVersion;
import org.visitbalance.platform.Folders;

/**
 * The folder of one broker of a cluster on this machine, in which each broker is a process of its
 * own and also a controller. Kafka's own program, {@code kafka.Kafka}, runs it.
 */
public final class BrokerFolder {
  private static final String CLUSTER = "visit-balance-brokers0";

  private BrokerFolder() {}

  /**
   * A broker's ports on the loopback interface.
   *
   * @param node its number, from 1
   * @param inside where brokers and trusted clients reach it
   * @param outside where the other clients reach it
   * @param advertised where the other clients are told to reach it: a proxy, for example
   * @param controller where the controllers reach each other
   */
  public record Node(int node, int inside, int outside, int advertised, int controller) {
    /** Returns where brokers and trusted clients reach it. */
    public String address() {
      return "127.0.0.1:" + inside;
    }
  }

  /** Returns different ports that were free a moment ago. */
  public static int[] freePorts(int count) {
    return FreePorts.find(count);
  }

  /**
   * Formats a folder and writes its configuration.
   *
   * @param all all brokers of the cluster
   * @return the configuration, the argument of Kafka's program
   */
  public static Path prepare(Path folder, Node node, List<Node> all) {
    try {
      Path data = folder.resolve("data");
      Folders.createOwn(data);
      new Formatter()
          .setPrintStream(
              new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
          .setNodeId(node.node())
          .setClusterId(CLUSTER)
          .addDirectory(data.toString())
          .setMetadataLogDirectory(data.toString())
          .setControllerListenerName("CONTROLLER")
          .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION)
          .setSupportedFeatures(Feature.PRODUCTION_FEATURES)
          .setIgnoreFormatted(true)
          .run();
      Path file = folder.resolve("server.properties");
      Files.write(
          file,
          config(data, node, all).entrySet().stream()
              .map(one -> one.getKey() + "=" + one.getValue())
              .toList());
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (Exception e) {
      throw new IllegalStateException("Kafka cannot use the folder " + folder, e);
    }
  }

  private static Map<String, String> config(Path data, Node node, List<Node> all) {
    String copies = Integer.toString(Math.min(3, all.size()));
    String atLeast = Integer.toString(Math.min(2, all.size()));
    Map<String, String> config = new TreeMap<>();
    config.put("process.roles", "broker,controller");
    config.put("node.id", Integer.toString(node.node()));
    config.put(
        "controller.quorum.voters",
        all.stream()
            .map(one -> one.node() + "@127.0.0.1:" + one.controller())
            .collect(Collectors.joining(",")));
    config.put("controller.listener.names", "CONTROLLER");
    config.put(
        "listeners",
        String.format(
            "INSIDE://127.0.0.1:%d,OUTSIDE://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d",
            node.inside(), node.outside(), node.controller()));
    config.put(
        "advertised.listeners",
        String.format(
            "INSIDE://127.0.0.1:%d,OUTSIDE://127.0.0.1:%d", node.inside(), node.advertised()));
    config.put("inter.broker.listener.name", "INSIDE");
    config.put(
        "listener.security.protocol.map",
        "INSIDE:PLAINTEXT,OUTSIDE:PLAINTEXT,CONTROLLER:PLAINTEXT");
    config.put("log.dirs", data.toString());
    config.put("auto.create.topics.enable", "false");
    // A simulation's records carry its own time, which may be any moment; see Topic.Time.
    config.put("log.message.timestamp.before.max.ms", Long.toString(Long.MAX_VALUE));
    config.put("log.message.timestamp.after.max.ms", Long.toString(Long.MAX_VALUE));
    config.put("default.replication.factor", copies);
    config.put("min.insync.replicas", atLeast);
    config.put("offsets.topic.replication.factor", copies);
    config.put("offsets.topic.num.partitions", "4");
    config.put("transaction.state.log.replication.factor", copies);
    config.put("transaction.state.log.min.isr", atLeast);
    config.put("transaction.state.log.num.partitions", "4");
    config.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000");
    config.put("share.coordinator.state.topic.replication.factor", copies);
    config.put("share.coordinator.state.topic.min.isr", atLeast);
    config.put("share.coordinator.state.topic.num.partitions", "1");
    config.put("group.initial.rebalance.delay.ms", "0");
    config.put("log.cleaner.dedupe.buffer.size", "4194304");
    config.put("num.network.threads", "2");
    config.put("num.io.threads", "2");
    config.put("background.threads", "2");
    return config;
  }
}
