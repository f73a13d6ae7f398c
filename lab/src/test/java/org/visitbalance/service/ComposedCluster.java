package org.visitbalance.service;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.visitbalance.operations.ComposeFile;

/**
 * The Kafka nodes of docker-compose.yml without Docker: as many processes of the very jars and
 * settings. Only what a container has for itself is another one: host names, ports and folders.
 */
final class ComposedCluster implements AutoCloseable {
  static final List<String> NODES = List.of("kafka-1", "kafka-2", "kafka-3");

  private final Path folder;
  private final ComposeFile compose;
  private final Map<String, String> addresses = new TreeMap<>();
  private final Map<String, Process> nodes = new TreeMap<>();

  private ComposedCluster(Path folder, ComposeFile compose) {
    this.folder = folder;
    this.compose = compose;
  }

  static ComposedCluster start(Path folder, ComposeFile compose)
      throws IOException, InterruptedException {
    ComposedCluster cluster = new ComposedCluster(folder, compose);
    List<ServerSocket> taken = new ArrayList<>();
    for (String node : NODES) {
      for (String port : List.of("9092", "9093")) {
        ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        taken.add(socket);
        cluster.addresses.put(node + ":" + port, "127.0.0.1:" + socket.getLocalPort());
      }
    }
    for (ServerSocket socket : taken) {
      socket.close();
    }
    for (String node : NODES) {
      Process formatted =
          cluster.kafka(
              node + "-format",
              "kafka.tools.StorageTool",
              "format",
              "-t",
              compose.environment(node).get("CLUSTER_ID"),
              "-c",
              cluster.properties(node).toString());
      if (formatted.waitFor() != 0) {
        throw new IllegalStateException(cluster.log(node + "-format"));
      }
    }
    NODES.forEach(cluster::start);
    return cluster;
  }

  /** Starts a node, for the first time or again. */
  void start(String node) {
    nodes.put(node, kafka(node, "kafka.Kafka", folder.resolve(node + ".properties").toString()));
  }

  /** Ends a node at once, as kill -9 does. */
  void kill(String node) {
    nodes.get(node).destroyForcibly().onExit().join();
  }

  /** What a text of the compose file means here. */
  String here(String text) {
    String here = text;
    for (Map.Entry<String, String> address : addresses.entrySet()) {
      here = here.replace(address.getKey(), address.getValue());
    }
    return here;
  }

  private Path properties(String node) throws IOException {
    Properties properties = new Properties();
    compose.serverProperties(node).forEach((name, value) -> properties.put(name, here(value)));
    properties.put(
        "listeners",
        compose
            .serverProperties(node)
            .get("listeners")
            .replace(":9092", here(node + ":9092"))
            .replace(":9093", here(node + ":9093")));
    properties.put("log.dirs", folder.resolve(node).toString());
    Path file = folder.resolve(node + ".properties");
    try (var writer = Files.newBufferedWriter(file)) {
      properties.store(writer, null);
    }
    return file;
  }

  private Process kafka(String log, String main, String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                compose.environment(NODES.get(0)).get("KAFKA_HEAP_OPTS"),
                "-cp",
                System.getProperty("java.class.path"),
                main));
    command.addAll(List.of(arguments));
    try {
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(folder.resolve(log + ".log").toFile())
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String log(String name) throws IOException {
    return Files.readString(folder.resolve(name + ".log"));
  }

  @Override
  public void close() {
    nodes.values().forEach(node -> node.destroyForcibly().onExit().join());
  }
}
