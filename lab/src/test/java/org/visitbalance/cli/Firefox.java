package org.visitbalance.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** The machine's Firefox without a window, driven by WebDriver BiDi, which it speaks itself. */
final class Firefox implements AutoCloseable {
  private static final String LISTENS = "WebDriver BiDi listening on ";
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Errors that the page has reported. */
  final Queue<String> errors = new ConcurrentLinkedQueue<>();

  private final Process process;
  private final Path profile;
  private final AtomicInteger ids = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonNode>> asked = new ConcurrentHashMap<>();
  private final WebSocket socket;
  private final String tab;

  private Firefox(Process process, Path profile, String address) {
    this.process = process;
    this.profile = profile;
    this.socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .buildAsync(URI.create(address + "/session"), new Ear())
            .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
            .join();
    ask("session.new", Map.of("capabilities", Map.of()));
    this.tab =
        ask("browsingContext.getTree", Map.of()).path("contexts").path(0).path("context").asText();
    ask("session.subscribe", Map.of("events", List.of("log.entryAdded")));
  }

  /** Starts one; the test is skipped where there is none. */
  static Firefox start() {
    Optional<Path> program =
        Stream.of("firefox-esr", "firefox").flatMap(Firefox::programs).findFirst();
    Assumptions.assumeTrue(
        program.isPresent(), "no Firefox on this machine: apt-get install firefox-esr");
    try {
      Path profile = Files.createTempDirectory("visit-balance-firefox");
      Process process =
          new ProcessBuilder(
                  program.get().toString(),
                  "--headless",
                  "--no-remote",
                  "--profile",
                  profile.toString(),
                  "--remote-debugging-port",
                  "0")
              .redirectErrorStream(true)
              .start();
      BufferedReader said = process.inputReader();
      for (String line = said.readLine(); line != null; line = said.readLine()) {
        if (line.startsWith(LISTENS)) {
          // What it says from now on must be taken, or it waits.
          Thread rest = new Thread(() -> drain(said), "firefox-says");
          rest.setDaemon(true);
          rest.start();
          return new Firefox(process, profile, line.substring(LISTENS.length()).strip());
        }
      }
      throw new IllegalStateException("Firefox ended with " + process.waitFor());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static void drain(BufferedReader said) {
    try {
      while (said.readLine() != null) {
        // Nobody needs it.
      }
    } catch (IOException e) {
      // It was ended.
    }
  }

  private static Stream<Path> programs(String name) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable);
  }

  void open(String url) {
    ask("browsingContext.navigate", Map.of("context", tab, "url", url, "wait", "complete"));
  }

  /** What an expression of JavaScript is, as a text; "null" for none. */
  String run(String expression) {
    JsonNode answer =
        ask(
            "script.evaluate",
            Map.of(
                "expression",
                "String(" + expression + ")",
                "target",
                Map.of("context", tab),
                "awaitPromise",
                true));
    return answer.path("result").path("value").asText();
  }

  /** Waits until an expression is true. */
  void await(String expression) {
    Browser.await(expression, () -> run("Boolean(" + expression + ")").equals("true"));
  }

  /** Waits for an element with a text in it. */
  void see(String css, String text) {
    await("document.querySelector(`" + css + "`)?.textContent.includes(`" + text + "`)");
  }

  private JsonNode ask(String method, Map<String, ?> params) {
    int id = ids.incrementAndGet();
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    asked.put(id, answer);
    try {
      socket
          .sendText(
              JSON.writeValueAsString(Map.of("id", id, "method", method, "params", params)), true)
          .join();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    JsonNode told = answer.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    if (told.path("type").asText().equals("error")) {
      throw new AssertionError(method + " " + params + ": " + told.path("message").asText());
    }
    return told.path("result");
  }

  /** Takes in what Firefox says. */
  private final class Ear implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean isLast) {
      text.append(part);
      if (isLast) {
        hear(Installation.json(text.toString()));
        text.setLength(0);
      }
      from.request(1);
      return null;
    }

    private void hear(JsonNode said) {
      CompletableFuture<JsonNode> answer = asked.remove(said.path("id").asInt());
      if (answer != null) {
        answer.complete(said);
      } else if (said.path("params").path("level").asText().equals("error")) {
        errors.add(said.path("params").path("text").asText());
      }
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
      try (Stream<Path> files = Files.walk(profile)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
