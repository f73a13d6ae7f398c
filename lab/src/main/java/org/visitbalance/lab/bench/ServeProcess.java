package org.visitbalance.lab.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.visitbalance.Main;

/** The serve command in a process of its own, as an installation runs it. */
final class ServeProcess implements AutoCloseable {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int KIB = 1_024;

  private final Process process;
  private final int port;
  private final Duration patience;

  /**
   * A process that serves at a port.
   *
   * @param patience how long to wait for an answer; after that there is none
   */
  ServeProcess(Process process, int port, Duration patience) {
    this.process = process;
    this.port = port;
    this.patience = patience;
  }

  /**
   * Starts an instance, whose log is in its state folder.
   *
   * @param java options for Java, besides those of this process
   */
  static ServeProcess start(
      Map<String, Object> clients, String prefix, Path state, String key, List<String> java)
      throws IOException {
    int port = freePort();
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(inherited());
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
    return new ServeProcess(process, port, PATIENCE);
  }

  /**
   * The options that the launcher gives to every program, and those of {@code VISIT_BALANCE_OPTS}.
   */
  private static List<String> inherited() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments();
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
    return notReady() == null;
  }

  /** Why it is not ready, as it says it; null if it is. */
  @Nullable String notReady() {
    HttpResponse<String> answer = get("health/ready");
    if (answer == null) {
      return "no answer";
    }
    try {
      JsonNode checks = new ObjectMapper().readTree(answer.body()).path("checks");
      return answer.statusCode() == 200
          ? null
          : StreamSupport.stream(checks.spliterator(), false)
              .filter(check -> check.path("status").asText().equals("DOWN"))
              .map(check -> check.path("name").asText() + " " + check.path("detail").asText())
              .collect(Collectors.joining("; "));
    } catch (IOException e) {
      return "no answer";
    }
  }

  /** How many open discrepancies of a kind its metrics show; 0 if it does not answer. */
  long discrepancies(String kind) {
    HttpResponse<String> answer = get("metrics");
    return answer == null
        ? 0
        : (long)
            answer
                .body()
                .lines()
                .filter(line -> line.startsWith("visit_balance_open_discrepancies{"))
                .filter(line -> line.contains("kind=\"" + kind + "\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
  }

  /** How many MiB of memory it has; 0 if this system does not tell. */
  long memoryMib() {
    Path status = Path.of("/proc", Long.toString(process.pid()), "status");
    try (Stream<String> lines = Files.lines(status)) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / KIB)
          .sum();
    } catch (IOException | UncheckedIOException e) {
      return 0;
    }
  }

  /** How many visits the balances of a company have on a day; 0 if it does not answer. */
  long visitsOn(String tenant, LocalDate day) {
    HttpResponse<String> answer =
        get("api/v1/balances?tenant=" + tenant + ("&granularity=DAY&from=" + day + "&to=" + day));
    if (answer == null || answer.statusCode() != 200) {
      return 0;
    }
    try {
      return new ObjectMapper()
          .readTree(answer.body()).findValues("reported").stream()
              .mapToLong(reported -> reported.path("emrVisits").asLong())
              .sum();
    } catch (IOException e) {
      return 0;
    }
  }

  /** The timeout of a request is over when the first line of the answer is there. */
  private @Nullable HttpResponse<String> get(String path) {
    URI uri = URI.create("http://127.0.0.1:" + port + "/" + path);
    CompletableFuture<HttpResponse<String>> answer =
        CLIENT.sendAsync(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    try {
      return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      answer.cancel(true);
      return null;
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
