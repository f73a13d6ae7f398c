package org.visitbalance.lab.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Looks at the results as the page does: listens for changes and requests the matrix of a day. */
final class PageLatencyProbe implements LatencyProbe.Eye {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http = HttpClient.newHttpClient();
  private final Semaphore changes = new Semaphore(0);
  private final String root;
  private final LocalDate day;

  PageLatencyProbe(int port, LocalDate day) {
    this.root = "http://127.0.0.1:" + port + "/api/v1/";
    this.day = day;
  }

  @Override
  public void look(BooleanSupplier done, Consumer<String> seen) {
    try (InputStream stream = get("changes?tenant=" + LatencyProbe.TENANT, "text/event-stream")) {
      Thread ear = new Thread(() -> hear(stream), "ear");
      ear.setDaemon(true);
      ear.start();
      while (!done.getAsBoolean()) {
        if (changes.tryAcquire(50, TimeUnit.MILLISECONDS)) {
          changes.drainPermits();
          matrix().path("locations").forEach(location -> seen.accept(location.asText()));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void hear(InputStream stream) {
    try {
      new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))
          .lines()
          .filter(line -> line.startsWith("event: changed"))
          .forEach(line -> changes.release());
    } catch (UncheckedIOException e) {
      // The stream never ends by itself; it is closed when there is nothing more to see.
      changes.drainPermits();
    }
  }

  private JsonNode matrix() throws IOException, InterruptedException {
    try (InputStream body =
        get("matrix?tenant=" + LatencyProbe.TENANT + "&from=" + day + "&to=" + day, "*/*")) {
      return JSON.readTree(body);
    }
  }

  private InputStream get(String path, String accept) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(root + path)).header("Accept", accept).build();
    return http.send(request, BodyHandlers.ofInputStream()).body();
  }
}
