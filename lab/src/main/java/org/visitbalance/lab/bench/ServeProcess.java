package org.visitbalance.lab.bench;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.visitbalance.Main;

/** The serve command in a process of its own, as an installation runs it. */
final class ServeProcess implements AutoCloseable {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private final Process process;
  private final int port;

  private ServeProcess(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /**
   * Starts an instance, whose log is in its state folder.
   *
   * @param java options for Java
   */
  static ServeProcess start(
      Map<String, Object> clients, String prefix, Path state, String key, List<String> java)
      throws IOException {
    int port = freePort();
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(java);
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "serve",
            "--bootstrap",
            String.valueOf(clients.get("bootstrap.servers")),
            "--registry",
            String.valueOf(clients.get("schema.registry.url")),
            "--prefix",
            prefix,
            "--state",
            state.toString()));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("VISIT_BALANCE_TOKEN_KEY", key);
    builder.environment().put("VISIT_BALANCE_HTTP_PORT", Integer.toString(port));
    Process process =
        builder
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(state.resolve("serve.log").toFile()))
            .start();
    Measuring.endWithThis(process);
    return new ServeProcess(process, port);
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0)) {
      return free.getLocalPort();
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Whether it says that it is ready: it has caught up, also in its tables. */
  boolean isReady() {
    try {
      URI uri = URI.create("http://127.0.0.1:" + port + "/health/ready");
      return CLIENT
              .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.discarding())
              .statusCode()
          == 200;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Returns the CPU time that it has used so far. */
  Duration cpu() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /** Kills it, as a machine that fails does. */
  @Override
  public void close() {
    try {
      process.destroyForcibly().waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
