package org.visitbalance.lab.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.visitbalance.Main;

/** A broker and a registry in their own process, as started by the cluster command. */
final class BrokerProcess implements AutoCloseable {
  private static final String READY = "--bootstrap ";

  private final Process process;
  private final List<String> words;

  private BrokerProcess(Process process, List<String> words) {
    this.process = process;
    this.words = words;
  }

  /**
   * Starts them.
   *
   * @param java more options for Java
   */
  static BrokerProcess start(int partitions, String... java) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx1g");
    command.addAll(List.of(java));
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "cluster",
            "--partitions",
            Integer.toString(partitions),
            "--simulation"));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    Measuring.endWithThis(process);
    BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
    String line = lines.readLine();
    while (line != null && !line.startsWith(READY)) {
      line = lines.readLine();
    }
    if (line == null) {
      throw new IOException("the broker did not start");
    }
    return new BrokerProcess(process, List.of(line.split(" ", -1)));
  }

  /** Returns the client configuration for both. */
  Map<String, Object> clients() {
    Map<String, Object> clients = new HashMap<>();
    clients.put("bootstrap.servers", words.get(1));
    clients.put("schema.registry.url", words.get(3));
    return clients;
  }

  /** Returns the CPU time that it has used so far. */
  Duration cpu() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  @Override
  public void close() {
    Measuring.end(process);
  }
}
