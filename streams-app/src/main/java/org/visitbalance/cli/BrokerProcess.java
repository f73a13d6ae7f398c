package org.visitbalance.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.visitbalance.service.TopicProvisioner;

/** A broker and a registry in a process of their own, as the command cluster runs them. */
final class BrokerProcess implements AutoCloseable {
  private static final String READY = "--bootstrap ";

  private final Process process;
  private final List<String> words;

  private BrokerProcess(Process process, List<String> words) {
    this.process = process;
    this.words = words;
  }

  static BrokerProcess start(int partitions) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "cluster",
                "--partitions",
                Integer.toString(partitions))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
    String line = lines.readLine();
    while (line != null && !line.startsWith(READY)) {
      line = lines.readLine();
    }
    if (line == null) {
      throw new IOException("the broker did not start");
    }
    BrokerProcess broker = new BrokerProcess(process, List.of(line.split(" ", -1)));
    // The facts to measure with have the dates of their generator.
    TopicProvisioner.simulate(broker.clients(), "");
    return broker;
  }

  /** The configuration of clients of both. */
  Map<String, Object> clients() {
    Map<String, Object> clients = new HashMap<>();
    clients.put("bootstrap.servers", words.get(1));
    clients.put("schema.registry.url", words.get(3));
    return clients;
  }

  @Override
  public void close() {
    process.destroy();
  }
}
