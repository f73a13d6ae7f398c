package org.visitbalance.lab.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.visitbalance.Main;
import org.visitbalance.platform.Folders;

/** A broker and a registry in their own process, as started by the cluster command. */
final class BrokerProcess implements AutoCloseable {
  private static final String READY = "--bootstrap ";

  private final Process process;
  private final Path folder;
  private final List<String> words;

  private BrokerProcess(Process process, Path folder, List<String> words) {
    this.process = process;
    this.folder = folder;
    this.words = words;
  }

  static BrokerProcess start(int partitions) throws IOException {
    Path folder = Measuring.folder("broker");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                // A broker that is ended at once does not delete its records.
                "-Djava.io.tmpdir=" + folder,
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "cluster",
                "--partitions",
                Integer.toString(partitions),
                "--simulation")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    Measuring.endWithThis(process);
    BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
    String line = lines.readLine();
    while (line != null && !line.startsWith(READY)) {
      line = lines.readLine();
    }
    if (line == null) {
      throw new IOException("the broker did not start");
    }
    return new BrokerProcess(process, folder, List.of(line.split(" ", -1)));
  }

  /** Returns the client configuration for both. */
  Map<String, Object> clients() {
    Map<String, Object> clients = new HashMap<>();
    clients.put("bootstrap.servers", words.get(1));
    clients.put("schema.registry.url", words.get(3));
    return clients;
  }

  /** Returns where it keeps its records. */
  Path folder() {
    return folder;
  }

  /** Returns the CPU time that it has used so far. */
  Duration cpu() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
    Folders.delete(folder);
  }
}
